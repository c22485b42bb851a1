"""Alarms in the database: once, told to somebody, closed by themselves."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre.models import CalendarDay
from kiosk.core.database import writing
from kiosk.devices.models import Device
from kiosk.errors import NotFoundError
from kiosk.watch import service
from kiosk.watch.models import Alarm
from kiosk.watch.rules import Cause
from kiosk.watch.service import Changes
from kiosk.watch.traffic import traffic
from tests.insight.sheets import send, sheet
from tests.watch.conftest import CENTRE, MINUTE, NOW, heartbeat

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Engine

DISK = Cause("disk", detail={"free": 0.04, "free_mb": 900})
BACKUP = Cause("backup", detail={"since": None})


def alarms(engine: Engine) -> list[Alarm]:
    with Session(engine) as session:
        return list(session.scalars(sa.select(Alarm).order_by(Alarm.raised_at)))


def open_kinds(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return [alarm.kind for alarm in service.open_alarms(session, CENTRE)]


def test_a_cause_is_raised_once_renewed_and_closed(
    engine: Engine, look: Callable[..., Changes]
) -> None:
    assert look(NOW, DISK) == Changes(1, 0)
    fuller = Cause("disk", detail={"free": 0.03, "free_mb": 700})
    assert look(NOW + 5 * MINUTE, fuller) == Changes(0, 0)
    (alarm,) = alarms(engine)
    assert (alarm.raised_at, alarm.closed_at) == (NOW, None)
    assert alarm.detail == fuller.detail

    assert look(NOW + 10 * MINUTE) == Changes(0, 1)
    assert look(NOW + 15 * MINUTE) == Changes(0, 0)
    (alarm,) = alarms(engine)
    assert alarm.closed_at == NOW + 10 * MINUTE


def test_a_cause_that_comes_back_is_a_new_alarm(
    engine: Engine, look: Callable[..., Changes]
) -> None:
    look(NOW, DISK)
    look(NOW + 5 * MINUTE)
    assert look(NOW + 10 * MINUTE, DISK) == Changes(1, 0)
    first, second = alarms(engine)
    assert first.id != second.id
    assert (first.closed_at is None, second.closed_at is None) == (False, True)


def test_what_was_not_judged_stays_as_it_is(
    engine: Engine, look: Callable[..., Changes]
) -> None:
    look(NOW, DISK, BACKUP)
    assert look(NOW + 5 * MINUTE, unjudged=["backup"]) == Changes(0, 1)
    assert open_kinds(engine) == ["backup"]


def test_the_alarm_about_mail_is_not_a_looks_to_close(
    engine: Engine, look: Callable[..., Changes]
) -> None:
    with writing(engine) as connection, Session(connection) as session:
        service.settle(session, NOW, CENTRE, [Cause("mail")], judges="mail".__eq__)
    assert look(NOW) == Changes(0, 0)
    assert open_kinds(engine) == ["mail"]


def test_looking_at_once_raises_once(engine: Engine) -> None:
    found = [DISK, BACKUP, Cause("job", "cube", {"failure": "x"})]
    barrier = threading.Barrier(4)
    results: list[Changes] = []

    def run() -> None:
        barrier.wait()
        changes = service.look(engine, NOW, CENTRE, looked_at=NOW, found=found)
        results.append(changes)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(changes.raised for changes in results) == 3
    assert len(results) == 4
    assert len(alarms(engine)) == 3


def test_the_database_itself_refuses_a_second_open_alarm(engine: Engine) -> None:
    values = {"centre_id": CENTRE, "kind": "disk", "subject": "", "detail": {}}
    with Session(engine) as session:
        for _ in range(2):
            session.add(Alarm(id=uuid.uuid4(), raised_at=NOW, **values))
        with pytest.raises(sa.exc.IntegrityError):
            session.flush()
        session.rollback()


def test_acknowledged_once_by_whoever_was_first(
    engine: Engine, look: Callable[..., Changes]
) -> None:
    look(NOW, DISK)
    look(NOW + MINUTE, DISK, BACKUP)
    assert open_kinds(engine) == ["disk", "backup"]
    (disk, _) = alarms(engine)
    for minute, by in ((2, "Bình"), (3, "An")):
        with Session(engine) as session:
            at = NOW + minute * MINUTE
            service.acknowledge(session, at, CENTRE, disk.id, by)
            session.commit()

    assert look(NOW + 5 * MINUTE, DISK, BACKUP) == Changes(0, 0)
    assert open_kinds(engine) == ["backup", "disk"]
    (disk, _) = alarms(engine)
    assert (disk.acknowledged_by, disk.acknowledged_at) == ("Bình", NOW + 2 * MINUTE)
    assert disk.closed_at is None


def test_an_alarm_that_is_over_needs_nobody(
    engine: Engine, look: Callable[..., Changes]
) -> None:
    look(NOW, DISK)
    look(NOW + MINUTE)
    with Session(engine) as session:
        alarm = service.acknowledge(session, NOW, CENTRE, alarms(engine)[0].id, "An")
        assert alarm.acknowledged_by is None
        with pytest.raises(NotFoundError):
            service.acknowledge(session, NOW, CENTRE, uuid.uuid4(), "An")
        session.rollback()


def test_the_board_forgets_after_ninety_days(
    engine: Engine, look: Callable[..., Changes]
) -> None:
    look(NOW, DISK)
    look(NOW + MINUTE)
    with Session(engine) as session:
        day = timedelta(days=1)
        assert len(service.board(session, NOW + 90 * day, CENTRE).past) == 1
        assert len(service.board(session, NOW + 91 * day, CENTRE).past) == 0


# --- Tablets ------------------------------------------------------------------------------


def test_a_tablet_goes_away_and_comes_back(
    engine: Engine,
    look: Callable[..., Changes],
    pair: Callable[..., str],
    hear: Callable[..., None],
) -> None:
    device_id = pair()
    assert look(NOW + 19 * MINUTE) == Changes(0, 0)
    assert look(NOW + 20 * MINUTE) == Changes(1, 0)
    (alarm,) = alarms(engine)
    assert (alarm.kind, alarm.subject) == ("away", device_id)
    with Session(engine) as session:
        assert service.silent_devices(session, CENTRE) == 1

    hear(device_id, NOW + 24 * MINUTE)
    assert look(NOW + 25 * MINUTE) == Changes(0, 1)
    with Session(engine) as session:
        assert service.silent_devices(session, CENTRE) == 0


def test_a_day_off_keeps_everybody_quiet(
    engine: Engine, look: Callable[..., Changes], pair: Callable[..., str]
) -> None:
    pair(seen_at=NOW - timedelta(days=1, hours=-7))
    day = CalendarDay(centre_id=CENTRE, day=NOW.date(), kind="off", note_vi="x",
                      note_en="x", source="x")  # fmt: skip
    with Session(engine) as session:
        session.add(day)
        session.commit()
    assert look(NOW) == Changes(0, 0)


@pytest.mark.parametrize(
    "changes", [{"revoked_at": NOW}, {"kind": "canary"}, {"seen_at": None}]
)
def test_who_is_not_judged(
    look: Callable[..., Changes], pair: Callable[..., str], changes: dict[str, object]
) -> None:
    pair(**changes)
    assert look(NOW + timedelta(hours=1)) == Changes(0, 0)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"clock_offset_ms": 700_000}, "clock"),
        ({"quarantine": 1, "tapped": 5}, "quarantine"),
        ({"tapped": 6}, "missing"),
        ({"storage": {"kind": "memory", "persisted": None, "usage": None, "quota": None},
          "tapped": 6}, "memory"),
        ({"battery": {"level": 0.1, "charging": False}}, "battery"),
        ({"battery": {"level": 0.1, "charging": True}}, None),
        ({"battery": None, "clock_offset_ms": None}, None),
        ({"queue": 1, "tapped": 5, "oldest_unsent": (NOW - 61 * MINUTE).isoformat()}, "stuck"),
        ({"queue": "many"}, None),
    ],
)  # fmt: skip
def test_what_a_heartbeat_said_becomes_one_alarm(
    engine: Engine,
    look: Callable[..., Changes],
    pair: Callable[..., str],
    said: dict[str, object],
    kind: str | None,
) -> None:
    """Word for word as it is stored; what cannot be read is no reason to fall over."""
    pair(report=heartbeat(**said))
    look(NOW)
    assert open_kinds(engine) == ([kind] if kind else [])


def test_when_all_tablets_say_the_same_it_is_the_servers_clock(
    engine: Engine, look: Callable[..., Changes], pair: Callable[..., str]
) -> None:
    for offset in (3_600_000, 3_605_000):
        pair(report=heartbeat(clock_offset_ms=offset))
    assert look(NOW) == Changes(1, 0)
    (alarm,) = alarms(engine)
    assert (alarm.kind, alarm.subject) == ("server_clock", "")
    assert alarm.detail == {"minutes": 60}


def test_revoking_a_tablet_ends_its_alarms(
    engine: Engine, look: Callable[..., Changes], pair: Callable[..., str]
) -> None:
    device_id = pair()
    look(NOW + 20 * MINUTE)
    with Session(engine) as session:
        device = session.get_one(Device, (CENTRE, uuid.UUID(device_id)))
        device.revoked_at = NOW + 21 * MINUTE
        session.commit()
    assert look(NOW + 25 * MINUTE) == Changes(0, 1)


def a_month_of_sheets(device_id: str, until: datetime) -> list[object]:
    """Return two sheets an open hour on the working days of four weeks."""
    days = [until.date() - timedelta(days=back) for back in range(28)]
    return [
        sheet(day, {"overall": 5}, hour=hour, origin=f"device:{device_id}")
        for day in days
        for hour in (8, 9, 10, 14, 15)
        for _ in range(2)
        if day.weekday() < 5 and (day < until.date() or hour < until.hour)
    ]


def test_a_silence_from_its_sheets_to_the_next_one(
    engine: Engine,
    look: Callable[..., Changes],
    pair: Callable[..., str],
    hear: Callable[..., None],
) -> None:
    device_id = pair()
    send(engine, a_month_of_sheets(device_id, NOW), now=NOW)
    assert look(NOW) == Changes(0, 0)
    tomorrow = NOW + timedelta(days=1, hours=5)
    hear(device_id, tomorrow)
    assert look(tomorrow) == Changes(1, 0)
    (alarm,) = alarms(engine)
    assert alarm.kind == "silence"
    # 9:10 on Thursday to 15:00 on Friday, the lunches left out.
    assert alarm.detail["open_hours"] == 11

    hear(device_id, tomorrow + 5 * MINUTE)
    tap = sheet(tomorrow.date(), {"overall": 4}, hour=15, origin=f"device:{device_id}",
                captured_at=tomorrow + MINUTE)  # fmt: skip
    send(engine, [tap], now=tomorrow + 2 * MINUTE)
    assert look(tomorrow + 5 * MINUTE) == Changes(0, 1)


def test_traffic_counts_citizens_of_tablets_once(engine: Engine) -> None:
    first = sheet(NOW.date(), {"overall": 5}, origin="device:a")
    again = sheet(
        NOW.date(), {"overall": 4}, origin="device:a", id=first.id, revision=2
    )
    others = [
        sheet(NOW.date(), {"overall": 5}, origin="device:b", hour=8),
        sheet(NOW.date(), {"overall": 5}, origin="device:a", channel="canary"),
        sheet(NOW.date(), {"overall": 5}, origin="poster:7", channel="qr"),
        sheet(NOW.date() - timedelta(days=30), {"overall": 5}, origin="device:a"),
    ]
    send(engine, [first, again, *others], now=NOW)
    with Session(engine) as session:
        found = traffic(session, CENTRE, date(2026, 10, 22))
    assert {key: dict(seen.taken) for key, seen in found.items()} == {
        "a": {(NOW.date(), 9): 1},
        "b": {(NOW.date(), 8): 1},
    }
    assert found["a"].last == NOW.replace(hour=9, minute=10)
    assert found["a"].received == NOW
