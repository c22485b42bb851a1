"""When nothing is too long: by hand, by properties, and over simulated years."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import exp
from statistics import median

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kiosk.core.periods import LOCAL_ZONE
from kiosk.watch.hours import Hours
from kiosk.watch.silence import Habit, chance_of_none, habit_of, is_silent
from tests.watch.habits import demo_year, judge, moody_year

# Eight hours a day, every day, so that the arithmetic can be done by hand.
HOURS = Hours.of([(weekday, time(8), time(16)) for weekday in range(7)], {})
START = datetime(2026, 10, 1, tzinfo=LOCAL_ZONE)
END = START + timedelta(days=28)


def even(sheets_an_hour: int) -> dict[tuple[date, int], int]:
    """Return four weeks in which every open hour brings the same."""
    return {
        (START.date() + timedelta(days=day), hour): sheets_an_hour
        for day in range(28)
        for hour in range(8, 16)
    }


def habit(taken: dict[tuple[date, int], int]) -> Habit:
    found = habit_of(taken, HOURS, START, END)
    assert found is not None
    return found


def test_an_even_habit() -> None:
    found = habit(even(2))
    assert (found.sheets, found.rate) == (448, 2.0)
    assert found.by_hour == pytest.approx(dict.fromkeys(range(8, 16), 2.0))
    day = END.date()
    assert found.expected(HOURS, END, END + timedelta(hours=10, minutes=30)) == {
        day: pytest.approx(5.0)
    }


def test_the_chance_of_none_is_poissons_when_days_are_alike_and_many() -> None:
    assert chance_of_none({START.date(): 3.0}, 1e-9, 10**9) == pytest.approx(exp(-3))


def test_uneven_days_and_few_sheets_make_a_silence_likelier() -> None:
    one_day = {START.date(): 5.0}
    assert chance_of_none(one_day, 0.5, 500) > chance_of_none(one_day, 0.1, 500)
    assert chance_of_none(one_day, 0.1, 5) > chance_of_none(one_day, 0.1, 500)


def test_a_silence_over_two_days_is_less_likely_than_in_one() -> None:
    """A slow day explains a day, not the next one too."""
    two = {START.date(): 5.0, END.date(): 5.0}
    assert chance_of_none(two, 0.5, 500) < chance_of_none(
        {START.date(): 10.0}, 0.5, 500
    )


def test_the_spread_is_that_of_the_days() -> None:
    days = [START.date() + timedelta(days=day) for day in range(28)]
    uneven = {
        (day, hour): (4 if number % 2 else 0)
        for number, day in enumerate(days)
        for hour in range(8, 16)
    }
    # Days of 0 and 32, 16 expected: variance 256, beyond chance 240, over 16².
    assert habit(uneven).spread == pytest.approx(240 / 256)
    assert habit(even(2)).spread == 0.1


@pytest.mark.parametrize(
    ("taken", "start", "reason"),
    [
        ({(START.date(), 9): 4}, START, "four sheets say nothing"),
        (even(2), END - timedelta(days=4), "32 open hours are less than a week's"),
        ({(START.date(), 20): 50}, START, "staff tried it in the evening"),
    ],
)
def test_no_habit_yet(
    taken: dict[tuple[date, int], int], start: datetime, reason: str
) -> None:
    assert habit_of(taken, HOURS, start, END) is None, reason


def test_three_open_hours_at_least_however_busy() -> None:
    busy = habit(even(40))
    opens = END + timedelta(hours=8)
    assert not is_silent(busy, HOURS, END, opens + timedelta(hours=2, minutes=59))
    assert is_silent(busy, HOURS, END, opens + timedelta(hours=3))


def test_a_slow_morning_is_waited_for() -> None:
    """The same eight sheets a day: all after noon, or evenly over the day."""
    afternoons = {
        (START.date() + timedelta(days=day), hour): 16 for day in range(28) for hour in (14, 15)
    }  # fmt: skip
    noon = END + timedelta(hours=12)
    assert is_silent(habit(even(4)), HOURS, END, noon)
    assert not is_silent(habit(afternoons), HOURS, END, noon)
    assert is_silent(habit(afternoons), HOURS, END, END + timedelta(hours=16))


@given(
    st.dictionaries(
        st.tuples(st.dates(START.date(), END.date()), st.integers(7, 17)),
        st.integers(0, 30),
        min_size=5,
    ),
    st.integers(0, 400),
    st.integers(0, 400),
)
def test_waiting_longer_never_makes_it_likelier(
    taken: dict[tuple[date, int], int], first: int, more: int
) -> None:
    found = habit_of(taken, HOURS, START, END)
    if found is None:
        return
    chances = [
        chance_of_none(
            found.expected(HOURS, END, END + timedelta(hours=hours)),
            found.spread,
            found.sheets,
        )
        for hours in (first, first + more)
    ]
    assert 0 <= chances[1] <= chances[0] <= 1


def test_a_quiet_centre_is_not_cried_at_and_a_dead_tablet_is_told() -> None:
    """Two of the years behind the table in kiosk/watch/silence.py."""
    verdicts = [
        (place, judge(taps, seed, deaths=10))
        for seed in (1, 2)
        for place, taps in demo_year(seed).items()
    ]
    assert sum(found.false_alarms for _, found in verdicts) <= 6
    waits = [
        w for place, found in verdicts if place == "Q1" for w in found.hours_until_told
    ]
    assert median(waits) < 15  # two working days


def test_a_moody_tablet_is_not_cried_at() -> None:
    """Days of shape 1.5: one in ten brings less than a fifth of the usual."""
    verdicts = [judge(moody_year(seed, 16, 1.5), seed, deaths=10) for seed in range(2)]
    assert sum(found.false_alarms for found in verdicts) <= 8
    assert median(verdicts[0].hours_until_told) < 20
