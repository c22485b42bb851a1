"""What is kept of the nightly backups: a rule over names, tried on many histories."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.periods import LOCAL_ZONE
from kiosk.operations.backup.rules import (
    FAILED,
    OLDEST,
    kept,
    moment_of,
    name_at,
    removable,
)

NIGHT = time(2, 15)


def night(day: date) -> datetime:
    return datetime.combine(day, NIGHT, LOCAL_ZONE)


def nights(first: date, count: int) -> list[datetime]:
    return [night(first + timedelta(days=number)) for number in range(count)]


FIRST = datetime(2024, 1, 1, tzinfo=LOCAL_ZONE)
SIX_YEARS = 6 * 366 * 24 * 3600
moments = st.integers(0, SIX_YEARS).map(lambda s: FIRST + timedelta(seconds=s))
histories = st.lists(moments, unique=True, max_size=60)
# Backups night after night, with nights left out: what a machine really leaves.
steady = st.builds(
    lambda first, gaps: [
        night(first + timedelta(days=sum(gaps[: place + 1])))
        for place in range(len(gaps))
    ],
    st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    st.lists(st.integers(1, 9), min_size=1, max_size=150),
)


@given(moments)
def test_a_name_tells_its_moment(moment: datetime) -> None:
    assert moment_of(name_at(moment)) == moment
    assert moment_of(name_at(moment) + FAILED) == moment


@pytest.mark.parametrize(
    "name",
    [
        "kiosk.db",
        "secret_key",
        "kiosk-2026-11-22.tar",
        "kiosk-2026-13-22-021500.tar",
        "kiosk-2026-11-22-021500.tar.gpg",
        "kiosk-2026-11-22-021500.tar.part",
        ".kiosk-2026-11-22-021500.tar.part",
        "copy of kiosk-2026-11-22-021500.tar",
        "kiosk-2026-11-22-021500.TAR",
        "kiosk-２０２６-11-22-021500.tar",
        "before-restore-2026-11-22-021500.tar",
    ],
)
def test_what_it_did_not_make_is_never_removed(name: str) -> None:
    ours = [name_at(moment) for moment in nights(date(2024, 1, 1), 900)]
    assert moment_of(name) is None
    assert name not in removable([name, *ours], night(date(2026, 6, 20)))


def test_a_year_of_nights_leaves_seven_days_five_weeks_twelve_months() -> None:
    history = nights(date(2025, 1, 1), 500)  # to Friday 2026-05-15
    stay = sorted(kept(history, history[-1]), reverse=True)
    assert [moment.date().isoformat() for moment in stay] == [
        "2026-05-15", "2026-05-14", "2026-05-13", "2026-05-12", "2026-05-11",
        "2026-05-10", "2026-05-09",             # seven days
        "2026-05-03", "2026-04-30", "2026-04-26", "2026-04-19",  # Sundays: five weeks
        "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31", "2025-11-30",
        "2025-10-31", "2025-09-30", "2025-08-31", "2025-07-31", "2025-06-30",
    ]  # fmt: skip


@given(histories, moments)
def test_the_newest_good_one_stays(history: list[datetime], now: datetime) -> None:
    past = [moment for moment in history if moment <= now]
    if past:
        assert max(past) in kept(history, now)


@given(histories, moments)
def test_only_names_of_the_directory_are_named(
    history: list[datetime], now: datetime
) -> None:
    names = [name_at(moment) for moment in history]
    assert set(removable(names, now)) <= set(names)


@given(steady, st.integers(1, 40))
def test_what_goes_is_never_wanted_again(history: list[datetime], gap: int) -> None:
    """Thinning out every night ends with what thinning out once at the end keeps."""
    stay: set[datetime] = set()
    for moment in history:
        stay = kept(stay | {moment}, moment)
    assert stay == kept(history, history[-1])
    later = history[-1] + timedelta(days=gap)
    assert kept({*stay, later}, later) <= stay | {later}


@given(steady, st.integers(1, 20_000))
def test_a_clock_set_back_removes_nothing_new_and_nothing_old(
    history: list[datetime], days: int
) -> None:
    now = history[-1]
    stay = kept(history, now)
    wrong = history[0] - timedelta(days=days)
    assert kept({*stay, wrong}, wrong) == {*stay, wrong}
    # Put right again, with the wrongly dated one still lying there.
    again = now + timedelta(days=1)
    after = kept({*stay, wrong, again}, again)
    assert again in after
    # What goes now is what a right clock would let go.
    assert stay - after <= stay - kept({*stay, again}, again)


@given(st.integers(1, 6), st.integers(400, 20_000))
def test_a_clock_ahead_for_less_than_a_week_costs_only_what_a_week_costs(
    nights_ahead: int, jump: int
) -> None:
    history = nights(date(2025, 1, 1), 420)
    stay = kept(history, history[-1])
    jumped = history[-1] + timedelta(days=jump)
    for number in range(nights_ahead):
        moment = jumped + timedelta(days=number)
        stay = kept({*stay, moment}, moment)
    real = [moment for moment in stay if moment <= history[-1]]
    # A year of months is still there: nothing was called too old.
    assert len({(moment.year, moment.month) for moment in real}) >= 12 - 2
    # Back in the real year, those from ahead are left alone and push nothing out.
    tonight = history[-1] + timedelta(days=1)
    assert kept({*stay, tonight}, tonight) >= {tonight, history[-1]}


@given(steady)
def test_nothing_is_older_than_a_year_and_a_day(history: list[datetime]) -> None:
    """An erased comment must vanish from the backups too."""
    stay = kept(history, history[-1])
    days = {moment.date() for moment in history if moment >= history[-1] - OLDEST}
    if len(days) >= 7:
        assert min(stay) >= history[-1] - OLDEST


def test_of_those_that_failed_the_newest_two_stay_and_count_for_nothing() -> None:
    good = nights(date(2026, 11, 1), 10)
    bad = nights(date(2026, 11, 11), 5)
    names = [name_at(m) for m in good] + [name_at(m) + FAILED for m in bad]
    gone = removable(names, bad[-1])
    assert [name for name in gone if name.endswith(FAILED)] == [
        name_at(moment) + FAILED for moment in bad[:3]
    ]
    assert not {name_at(moment) for moment in good[-7:]} & set(gone)


def test_one_that_failed_does_not_outlive_the_year() -> None:
    failed = name_at(night(date(2025, 1, 1))) + FAILED
    good = [name_at(moment) for moment in nights(date(2026, 6, 1), 7)]
    assert failed in removable([failed, *good], night(date(2026, 6, 7)))
