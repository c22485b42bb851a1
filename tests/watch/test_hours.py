"""Opening time, against a count of every minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kiosk.core.periods import LOCAL_ZONE
from kiosk.watch.hours import Hours

MONDAY = date(2026, 11, 16)
OFFICE = [
    (weekday, *session)
    for weekday in range(5)
    for session in ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
]
SATURDAY = (5, time(7, 30), time(11, 30))
WEEK = Hours.of([*OFFICE, SATURDAY], {})
MINUTE = timedelta(minutes=1)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of November 2026; the 16th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize(
    ("start", "end", "hours", "reason"),
    [
        (local(16, 8), local(16, 9), 1.0, "inside a session"),
        (local(16, 11), local(16, 14), 1.0, "over lunch"),
        (local(16, 16), local(17, 8), 1.5, "over night"),
        (local(20, 16), local(23, 8), 5.5, "over a weekend with its Saturday"),
        (local(16, 17), local(17, 7, 30), 0.0, "between two days"),
        (local(16, 9), local(16, 8), 0.0, "backwards"),
        (local(16, 9), local(16, 9), 0.0, "no time at all"),
        (local(16, 0), local(23, 0), 41.5, "a whole week"),
    ],
)
def test_open_time(start: datetime, end: datetime, hours: float, reason: str) -> None:
    assert WEEK.open_time(start, end) == timedelta(hours=hours), reason
    as_utc = WEEK.open_time(start.astimezone(UTC), end.astimezone(UTC))
    assert as_utc == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (local(16, 7, 29), False),
        (local(16, 7, 30), True),
        (local(16, 11, 29), True),
        (local(16, 11, 30), False),
        (local(22, 9), False),
    ],
)
def test_the_doors(moment: datetime, is_open: bool) -> None:
    assert WEEK.is_open(moment) is is_open


def test_a_day_off_wins_over_its_weekday() -> None:
    hours = Hours.of(OFFICE, {MONDAY: "off"})
    assert hours.open_time(local(16, 0), local(17, 0)) == timedelta(0)


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 11, 22)])
def test_a_day_worked_instead_is_a_whole_working_day(day: date) -> None:
    """Saturday has a morning of its own, Sunday nothing; both stand in for a weekday."""
    hours = Hours.of([*OFFICE, SATURDAY], {day: "work"})
    assert hours.sessions(day) == [
        (
            datetime.combine(day, opens, LOCAL_ZONE),
            datetime.combine(day, closes, LOCAL_ZONE),
        )
        for _, opens, closes in OFFICE[:2]
    ]


def test_without_any_hours_nothing_is_ever_open() -> None:
    hours = Hours.of([], {MONDAY: "work"})
    assert not hours.is_open(local(16, 9))
    assert hours.open_time(local(1, 0), local(30, 0)) == timedelta(0)


def test_sessions_that_overlap_count_once() -> None:
    hours = Hours.of([(0, time(8), time(12)), (0, time(9), time(10, 30))], {})
    assert hours.open_time(local(16, 0), local(17, 0)) == timedelta(hours=4)


def test_by_hour_cuts_at_full_hours() -> None:
    pieces = list(WEEK.by_hour(local(16, 10, 40), local(16, 14)))
    assert [(a.minute, b.minute) for a, b in pieces] == [(40, 0), (0, 30), (30, 0)]


minutes_of_day = st.integers(0, 24 * 60 - 1).map(lambda m: time(m // 60, m % 60))
sessions = st.tuples(st.integers(0, 6), minutes_of_day, minutes_of_day).filter(
    lambda session: session[1] < session[2]
)
exceptions = st.dictionaries(
    st.dates(MONDAY, MONDAY + timedelta(days=9)), st.sampled_from(["off", "work"])
)
moments = st.integers(0, 9 * 24 * 60).map(
    lambda minutes: datetime(2026, 11, 16, tzinfo=LOCAL_ZONE) + minutes * MINUTE
)


@given(st.lists(sessions, max_size=8), exceptions, moments, moments)
def test_every_minute_is_counted_once(
    rows: list[tuple[int, time, time]],
    days: dict[date, str],
    start: datetime,
    end: datetime,
) -> None:
    hours = Hours.of(rows, days)
    minutes = brute_force(rows, days, start, end)
    assert hours.open_time(start, end) == minutes * MINUTE
    pieces = list(hours.by_hour(start, end))
    assert sum((stop - at for at, stop in pieces), timedelta(0)) == minutes * MINUTE
    assert all(
        at.astimezone(UTC).hour
        == (stop - timedelta(microseconds=1)).astimezone(UTC).hour
        for at, stop in pieces
    )


def brute_force(
    rows: list[tuple[int, time, time]],
    days: dict[date, str],
    start: datetime,
    end: datetime,
) -> int:
    """Ask at every minute whether one of the day's sessions holds it."""
    open_minutes = {
        weekday: {
            minute
            for day, opens, closes in rows
            if day == weekday
            for minute in range(of_day(opens), of_day(closes))
        }
        for weekday in range(7)
    }
    whole_day = max(open_minutes.values(), key=len)
    count, at = 0, start
    while at < end:
        own = open_minutes[at.weekday()]
        chosen = {"off": set(), "work": whole_day}.get(days.get(at.date(), ""), own)
        count += of_day(at.time()) in chosen
        at += MINUTE
    return count


def of_day(moment: time) -> int:
    return moment.hour * 60 + moment.minute
