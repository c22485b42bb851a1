"""What is let out when, and which open days were silent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.periods import Month
from kiosk.insight.rules import (
    RELEASE_AT_LEAST,
    Week,
    released_until,
    silent_days,
)

NOVEMBER = Month(2026, 11)
TODAY = date(2026, 11, 22)


def november(day: int) -> date:
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("sheets", "until"),
    [
        ({}, 1),
        ({2: 9}, 1),
        ({2: 25}, 1),
        ({2: 10, 5: 9}, 1),
        ({2: 10, 5: 10}, 3),
        ({2: 4, 5: 5, 9: 1, 11: 10}, 10),
        ({2: 10, 20: 10, 21: 10}, 21),
        ({2: 10, 21: 9, 22: 500}, 1),
    ],
)
def test_days_are_let_out_ten_sheets_at_a_time(
    sheets: dict[int, int], until: int
) -> None:
    by_day = {november(day): count for day, count in sheets.items()}
    assert released_until(by_day, NOVEMBER, TODAY) == november(until)


def test_a_month_that_is_over_is_let_out_whole() -> None:
    assert released_until({november(3): 1}, NOVEMBER, date(2026, 12, 1)) == date(
        2026, 12, 1
    )


@given(
    st.dictionaries(st.integers(1, 30).map(november), st.integers(1, 12)),
    st.integers(1, 31),
    st.integers(0, 30),
)
def test_two_looks_never_differ_by_fewer_than_ten(
    sheets: dict[date, int], first_look: int, later: int
) -> None:
    """Also over the month's end, with each day's sheets all there on the next day."""
    looks = [
        NOVEMBER.first + timedelta(days=min(30, day))
        for day in (first_look - 1, first_look - 1 + later)
    ]

    def shown(today: date) -> int:
        until = released_until(sheets, NOVEMBER, today)
        assert until <= today
        return sum(count for day, count in sheets.items() if day < until)

    before, after = (shown(today) for today in looks)
    # Before the first block there is nothing to subtract from.
    assert after == before or not before or after - before >= RELEASE_AT_LEAST


WEEK = Week(frozenset(range(6)), {november(18): "off", november(15): "work"})


def test_open_days_without_a_sheet() -> None:
    sheets = {november(16): 3, november(19): 1}
    assert silent_days(WEEK, sheets, TODAY) == [
        november(17),
        november(20),
        november(21),
    ]


def test_monday_has_no_silent_day_yet() -> None:
    assert silent_days(WEEK, {}, november(16)) == []


def test_the_calendar_wins_over_the_weekday() -> None:
    assert not WEEK.is_open(november(18))
    assert WEEK.is_open(november(15))
    assert not WEEK.is_open(november(22))
    assert WEEK.is_open(november(16) + timedelta(days=7))
