"""What is wrong with a tablet: each rule from both sides, and none that flaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from kiosk.core.periods import LOCAL_ZONE, local_day
from kiosk.watch.hours import Hours
from kiosk.watch.rules import (
    Cause,
    Report,
    Tablet,
    Traffic,
    causes_of,
    is_blind,
    server_clock,
)

HOURS = Hours.of([(weekday, time(8), time(16)) for weekday in range(7)], {})
NOW = datetime(2026, 11, 19, 12, 0, tzinfo=LOCAL_ZONE)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def report(**changes: Any) -> Report:
    """Return a heartbeat with nothing wrong, and then some."""
    return replace(Report(sent_at=NOW, left=0.8), **changes)


def traffic(last: datetime, sheets_an_hour: int = 2) -> Traffic:
    """Return four weeks of even taps up to a last one."""
    first = local_day(NOW) - timedelta(days=28)
    taken = {
        (first + timedelta(days=day), hour): sheets_an_hour
        for day in range(29)
        for hour in range(8, 16)
        if datetime.combine(first + timedelta(days=day), time(hour), LOCAL_ZONE) < last
    }
    return Traffic(taken, last, last)


def tablet(**changes: Any) -> Tablet:
    """Return a tablet in contact that took in a sheet ten minutes ago."""
    values: dict[str, Any] = {
        "id": "t",
        "paired_at": NOW - timedelta(days=90),
        "seen_at": NOW - MINUTE,
        "report": report(),
        "traffic": traffic(NOW - 10 * MINUTE),
        "back_at": None,
        "alarms": {},
    }
    return Tablet(**(values | changes))


def found(one: Tablet, now: datetime = NOW, *, blind: bool = False) -> list[Cause]:
    return list(causes_of(one, HOURS, now, blind=blind))


def kinds(one: Tablet, now: datetime = NOW, *, blind: bool = False) -> set[str]:
    return {cause.kind for cause in found(one, now, blind=blind)}


def test_a_tablet_that_is_well_causes_nothing() -> None:
    assert found(tablet()) == []


def test_a_new_tablet_that_was_never_heard_is_not_judged() -> None:
    assert found(tablet(seen_at=None, report=None, traffic=None)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"offset": timedelta(minutes=10)}, None),
        ({"offset": timedelta(minutes=10, seconds=1)}, ("clock", {"minutes": 10})),
        ({"offset": timedelta(hours=-2)}, ("clock", {"minutes": -120})),
        ({"quarantine": 2}, ("quarantine", {"sheets": 2})),
        ({"missing": 1}, ("missing", {"sheets": 1})),
        ({"in_memory": True}, ("memory", {})),
        ({"left": 0.15}, ("battery", {"percent": 15})),
        ({"left": 0.16}, None),
        ({"left": None}, None),
    ],
)
def test_what_the_last_heartbeat_said(
    changes: dict[str, Any], expected: tuple[str, dict[str, Any]] | None
) -> None:
    causes = [(c.kind, c.detail) for c in found(tablet(report=report(**changes)))]
    assert causes == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("clock", {"offset": timedelta(minutes=-5, seconds=-1)}),
        ("battery", {"left": 0.25}),
    ],
)
def test_an_alarm_is_kept_until_it_is_well_below_its_limit(
    kind: str, changes: dict[str, Any]
) -> None:
    assert kinds(tablet(report=report(**changes))) == set()
    assert kinds(tablet(report=report(**changes), alarms={kind: {}})) == {kind}


@pytest.mark.parametrize(
    ("minutes", "expected", "reason"),
    [
        ([70, 71, 72], 71, "all wrong alike: it is ours"),
        ([-70, -71], -70, "the other way round"),
        ([70, 0, 0], None, "one tablet is wrong"),
        ([70, -70], None, "both wrong, each in its way"),
        ([70], None, "one tablet is no witness against us"),
        ([70, 8], None, "the second is within its limit"),
        ([], None, "nobody said anything"),
    ],
)
def test_whose_clock_is_wrong(
    minutes: list[int], expected: int | None, reason: str
) -> None:
    said = [tablet(report=report(offset=each * MINUTE)) for each in minutes]
    cause = server_clock([*said, tablet(report=None)])
    assert (cause and cause.detail["minutes"]) == expected, reason


# --- Contact ----------------------------------------------------------------------------


def test_twenty_open_minutes_without_a_heartbeat() -> None:
    seen_at = NOW - 20 * MINUTE
    (cause,) = found(tablet(seen_at=seen_at))
    assert (cause.kind, cause.detail) == ("away", {"since": seen_at.isoformat()})
    assert found(tablet(seen_at=seen_at + MINUTE)) == []


def test_a_night_is_no_absence_and_a_morning_without_it_is() -> None:
    evening = tablet(seen_at=NOW.replace(hour=15, minute=58) - timedelta(days=1))
    assert "away" not in kinds(evening, NOW.replace(hour=8, minute=17))
    assert "away" in kinds(evening, NOW.replace(hour=8, minute=18))


def test_absence_is_told_in_opening_hours_and_not_taken_back_at_night() -> None:
    one = tablet(seen_at=NOW.replace(hour=15), traffic=None)
    night = NOW.replace(hour=20)
    assert kinds(one, night) == set()
    assert kinds(replace(one, alarms={"away": {}}), night) == {"away"}


def test_after_a_break_of_the_service_nobody_is_accused() -> None:
    one = tablet(seen_at=NOW - HOUR, traffic=traffic(NOW - timedelta(days=2)))
    assert kinds(one, blind=True) == set()
    kept = replace(one, alarms={"away": {}, "silence": {"since": NOW.isoformat()}})
    assert kinds(kept, blind=True) == {"away", "silence"}


@pytest.mark.parametrize(
    ("looked_at", "expected"),
    [(None, True), (NOW - 16 * MINUTE, True), (NOW - 15 * MINUTE, False)],
)
def test_a_break(looked_at: datetime | None, expected: bool) -> None:
    assert is_blind(looked_at, NOW) is expected


# --- Sheets that wait ---------------------------------------------------------------------


def waiting(minutes: int, **changes: Any) -> Tablet:
    """Return a tablet whose oldest sheet waits; its clock is a year behind."""
    sent_at = NOW - timedelta(days=365)
    oldest = sent_at - minutes * MINUTE
    said = report(sent_at=sent_at, queue=3, oldest_unsent=oldest)
    received = NOW - timedelta(hours=3)
    return tablet(**({"report": said, "traffic": traffic(received)} | changes))


def test_sheets_wait_for_an_hour_by_the_tablets_own_clock() -> None:
    assert kinds(waiting(59)) == set()
    (cause,) = found(waiting(60))
    since = (NOW - 61 * MINUTE).isoformat()
    assert (cause.kind, cause.detail) == ("stuck", {"sheets": 3, "since": since})


def test_a_tablet_that_is_back_and_sending_is_not_stuck() -> None:
    assert kinds(waiting(300, traffic=traffic(NOW - 5 * MINUTE))) == set()


def test_waiting_sheets_are_no_silence() -> None:
    assert kinds(waiting(60, traffic=traffic(NOW - timedelta(days=3)))) == {"stuck"}


# --- Silence ------------------------------------------------------------------------------


def silent(**changes: Any) -> Tablet:
    """Return a tablet in contact that has taken in nothing since yesterday noon."""
    return tablet(**({"traffic": traffic(NOW - timedelta(days=1))} | changes))


def test_the_silence_is_told_in_open_hours() -> None:
    (cause,) = found(silent())
    since = (NOW - timedelta(days=1)).isoformat()
    assert cause == Cause("silence", "t", {"since": since, "open_hours": 8})


def test_a_tablet_that_is_away_is_not_called_silent_too() -> None:
    assert kinds(silent(seen_at=NOW - HOUR)) == {"away"}


def test_the_time_switched_off_is_not_held_against_it() -> None:
    assert kinds(silent(back_at=NOW - HOUR)) == set()
    assert kinds(silent(back_at=NOW - timedelta(hours=23))) == {"silence"}


def test_without_history_contact_alone_is_judged() -> None:
    assert kinds(silent(paired_at=NOW - timedelta(days=3))) == set()
    assert kinds(silent(traffic=None)) == set()


def test_a_silence_lasts_until_a_sheet_came_and_says_how_long() -> None:
    began = NOW - timedelta(days=1)
    known = {"silence": {"since": began.isoformat(), "open_hours": 8}}
    later = NOW + timedelta(days=40)
    # By now its habit is empty, and it is out of reach as well.
    (cause, *_) = [c for c in found(silent(alarms=known), later) if c.kind == "silence"]
    assert cause.detail == {"since": began.isoformat(), "open_hours": 8 + 40 * 8}
    gone = silent(alarms=known, traffic=None)
    assert "silence" in kinds(gone, later)
    spoke = silent(alarms=known, traffic=traffic(NOW - MINUTE))
    assert kinds(spoke) == set()
