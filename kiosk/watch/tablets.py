"""What is known of the tablets in use and of the opening hours, put together for judging."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre import service as centres
from kiosk.core.periods import local_day
from kiosk.devices import service as devices
from kiosk.devices.schema import Heartbeat, read_report
from kiosk.watch.hours import Hours
from kiosk.watch.models import Alarm
from kiosk.watch.rules import Detail, Report, Tablet
from kiosk.watch.silence import DAYS_OF_HABIT
from kiosk.watch.traffic import traffic


def opening(session: Session, now: datetime, centre_id: int) -> Hours:
    """Return when the centre is open, with the exceptions of this year and the last."""
    year = local_day(now).year
    days = [
        day
        for each in (year - 1, year)
        for day in centres.calendar_days(session, centre_id, each)
    ]
    return Hours.of(
        (
            (row.weekday, row.opens, row.closes)
            for row in centres.opening_hours(session, centre_id)
        ),
        {day.day: day.kind for day in days},
    )


def tablets(
    session: Session, now: datetime, centre_id: int, known: Iterable[Alarm]
) -> list[Tablet]:
    """Return the tablets in use; `known` are the open alarms."""
    first = local_day(now) - timedelta(days=DAYS_OF_HABIT)
    seen = traffic(session, centre_id, first)
    back_at = _returns(session, centre_id)
    alarms: dict[str, dict[str, Detail]] = {}
    for alarm in known:
        alarms.setdefault(alarm.subject, {})[alarm.kind] = alarm.detail
    return [
        Tablet(
            id=str(row.id),
            paired_at=row.created_at,
            seen_at=row.seen_at,
            report=_report(read_report(row.report)),
            traffic=seen.get(str(row.id)),
            back_at=back_at.get(str(row.id)),
            alarms=alarms.get(str(row.id), {}),
        )
        for row in devices.list_devices(session, centre_id)
        if row.revoked_at is None
    ]


def _returns(session: Session, centre_id: int) -> Mapping[str, datetime]:
    """Return when each tablet that was away came back last."""
    rows = session.execute(
        sa.select(Alarm.subject, sa.func.max(Alarm.closed_at))
        .where(Alarm.centre_id == centre_id, Alarm.kind == "away")
        .group_by(Alarm.subject)
    )
    return {subject: closed_at for subject, closed_at in rows if closed_at}


def _report(told: Heartbeat | None) -> Report | None:
    if told is None:
        return None
    known = told.acknowledged + told.queue + told.quarantine
    in_memory = told.storage.kind == "memory"
    is_draining = told.battery is not None and not told.battery.charging
    return Report(
        sent_at=told.sent_at,
        queue=told.queue,
        oldest_unsent=told.oldest_unsent,
        quarantine=told.quarantine,
        # In memory the counts of this page and of a disk that fails stand side by side.
        missing=0 if in_memory else told.tapped - known,
        in_memory=in_memory,
        left=told.battery.level if told.battery and is_draining else None,
        offset=timedelta(milliseconds=told.clock_offset_ms or 0),
    )
