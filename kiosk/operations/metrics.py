"""The numbers of the service for Prometheus, read from the database when asked.

None of a point, none of a score: whoever stands at a counter and watched such a number
would see it move with the citizen in front of them. Sheets are those that the cube has
counted: adding up raw rows at each scrape would cost more with every year.
"""

import platform
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.engine import Connection

from kiosk.capture.models import CHANNELS, DirtyMark, SheetConflict
from kiosk.config import Settings
from kiosk.core.database import is_sqlite
from kiosk.devices.models import Device
from kiosk.edge.assets import release
from kiosk.insight.models import CubeSheet
from kiosk.operations import jobs
from kiosk.operations.condition import disk
from kiosk.watch.models import Alarm

TABLET = "tablet"
JOBS = ("tick", "cube", "canary", "watch", "mail", "backup")


class Metrics(Collector):
    """What one scrape tells; made for it and thrown away."""

    def __init__(
        self, connection: Connection, centre_id: int, settings: Settings, now: datetime
    ) -> None:
        """Keep where to look."""
        self._connection, self._centre_id = connection, centre_id
        self._settings, self._now = settings, now

    def collect(self) -> Iterator[Metric]:
        """Yield every number."""
        yield _labelled(
            "kiosk_build_info",
            "What is running; always 1.",
            ("release", "python", "database"),
            {(release(), platform.python_version(), self._connection.dialect.name): 1},
        )
        yield from self._sheets()
        yield from self._devices()
        yield self._alarms()
        yield from self._jobs()
        yield from self._room()

    def _sheets(self) -> Iterator[Metric]:
        counted = self._connection.execute(
            sa.select(CubeSheet.channel, sa.func.sum(CubeSheet.sheets))
            .where(CubeSheet.centre_id == self._centre_id)
            .group_by(CubeSheet.channel)
        )
        by_channel = dict.fromkeys(CHANNELS, 0)
        by_channel |= {channel: int(n) for channel, n in counted}
        sheets = CounterMetricFamily(
            "kiosk_sheets",
            "Answer sheets counted so far, by channel.",
            labels=("channel",),
        )
        for channel, n in by_channel.items():
            sheets.add_metric((channel,), n)
        yield sheets
        conflicts = sa.select(sa.func.count()).where(
            SheetConflict.centre_id == self._centre_id
        )
        yield CounterMetricFamily(
            "kiosk_sheet_conflicts",
            "Sheets kept apart because their id was used for other content.",
            self._number(conflicts),
        )
        dirty = sa.select(sa.func.count(sa.distinct(DirtyMark.day)))
        yield GaugeMetricFamily(
            "kiosk_dirty_days",
            "Days that wait to be counted again.",
            self._number(dirty.where(DirtyMark.centre_id == self._centre_id)),
        )

    def _devices(self) -> Iterator[Metric]:
        tablets = self._connection.execute(
            sa.select(Device.seen_at, Device.report, Device.revoked_at).where(
                Device.centre_id == self._centre_id, Device.kind == TABLET
            )
        ).all()
        used = [one for one in tablets if one.revoked_at is None]
        heard = [one for one in used if one.seen_at is not None]
        yield _labelled(
            "kiosk_tablets",
            "Tablets by state.",
            ("state",),
            {
                ("heard",): len(heard),
                ("never_heard",): len(used) - len(heard),
                ("revoked",): len(tablets) - len(used),
            },
        )
        yield GaugeMetricFamily(
            "kiosk_tablet_oldest_heartbeat_seconds",
            "Since the tablet in use that was heard longest ago; 0 without any.",
            max(
                ((self._now - one.seen_at).total_seconds() for one in heard), default=0
            ),
        )
        for name, what in (("queue", "wait on"), ("quarantine", "were refused to")):
            yield GaugeMetricFamily(
                f"kiosk_tablet_{name}_sheets",
                f"Sheets that {what} the tablets in use, as they last said.",
                sum(_reported(one.report, name) for one in heard),
            )

    def _alarms(self) -> Metric:
        rows = self._connection.execute(
            sa.select(Alarm.kind, sa.func.count())
            .where(Alarm.centre_id == self._centre_id, Alarm.closed_at.is_(None))
            .group_by(Alarm.kind)
        )
        found: dict[tuple[str, ...], float] = {(kind,): n for kind, n in rows}
        return _labelled("kiosk_alarms_open", "Open alarms by kind.", ("kind",), found)

    def _jobs(self) -> Iterator[Metric]:
        ledger = jobs.states(self._connection, self._centre_id)
        known = {name: ledger[name] for name in JOBS if name in ledger}
        yield _labelled(
            "kiosk_job_last_success_timestamp_seconds",
            "When the job last succeeded.",
            ("job",),
            {
                (name,): state.succeeded_at.timestamp()
                for name, state in known.items()
                if state.succeeded_at is not None
            },
        )
        yield _labelled(
            "kiosk_job_failing",
            "1 when the job's last end was a failure.",
            ("job",),
            {(name,): state.failure is not None for name, state in known.items()},
        )

    def _room(self) -> Iterator[Metric]:
        room = disk(self._connection.engine, self._settings)
        if room is not None:
            yield GaugeMetricFamily(
                "kiosk_disk_free_bytes",
                "Free where the data and the database file lie; the lesser.",
                room.free,
            )
        yield GaugeMetricFamily(
            "kiosk_database_bytes", "Size of the database.", self._database_bytes()
        )

    def _database_bytes(self) -> int:
        if not is_sqlite(self._connection):
            size = sa.select(sa.func.pg_database_size(sa.func.current_database()))
            return self._number(size)
        pages = self._connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        page = self._connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        return int(pages) * int(page)

    def _number(self, query: sa.Select[Any]) -> int:
        return int(self._connection.scalar(query) or 0)


def _reported(report: object, name: str) -> int:
    """Return a number of a tablet's last report; another release may say it otherwise."""
    value = report.get(name) if isinstance(report, dict) else None
    return value if isinstance(value, int) else 0


def _labelled(
    name: str,
    what: str,
    labels: tuple[str, ...],
    values: Mapping[tuple[str, ...], float],
) -> Metric:
    family = GaugeMetricFamily(name, what, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
