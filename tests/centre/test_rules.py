"""Opening hours as clerks write them, and the codes of points and fields."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.centre.rules import (
    Opening,
    is_field_code,
    is_point_code,
    read_hours,
    write_hours,
)

MORNING = Opening(0, time(7, 30), time(11, 30))
AFTERNOON = Opening(0, time(13, 30), time(17))


@pytest.mark.parametrize(
    "text",
    [
        "07:30–11:30, 13:30–17:00",
        "7:30-11:30;13:30-17:00",
        "7h30 - 11h30, 13h30 - 17h",
        "7H30—11H30 , 13g30—17g00",
        "13:30–17:00, 7:30–11:30",
    ],
)
def test_a_day_is_read_as_clerks_write_it(text: str) -> None:
    assert read_hours(0, text) == [MORNING, AFTERNOON]


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_written_means_closed(text: str) -> None:
    assert read_hours(5, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "sáng",
        "7:30",
        "7:30–",
        "7.30–11.30",
        "11:30–7:30",  # ends before it begins
        "7:30–7:30",
        "7:30–11:30, 11:00–17:00",  # overlaps
        "24:00–25:00",
        "7:60–8:00",
        "7:30–11:30,",
        "7:5–8:00",
        "1:00–2:00, 3:00–4:00, 5:00–6:00, 7:00–8:00",  # more than a day has
        "7:30–11:30\n; DROP",
    ],
)
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text is the message
        read_hours(0, text)


def test_sessions_may_touch() -> None:
    assert len(read_hours(0, "7:00–12:00, 12:00–17:00")) == 2


@given(
    st.lists(st.times(), min_size=2, max_size=6, unique_by=lambda t: (t.hour, t.minute))
)
def test_what_is_written_reads_back(times: list[time]) -> None:
    edges = sorted(moment.replace(second=0, microsecond=0) for moment in times)
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    openings = [Opening(3, opens, closes) for opens, closes in pairs]
    assert read_hours(3, write_hours(openings)) == openings


@pytest.mark.parametrize("code", ["Q1", "Q12", "RA", "A", "ABCDEFG8"])
def test_a_point_code_is_short_and_fit_for_an_address(code: str) -> None:
    assert is_point_code(code)


@pytest.mark.parametrize(
    "code", ["", "q1", "1Q", "Q-1", "Q 1", "QUẦY", "ABCDEFGH9", "Q1\n"]
)
def test_other_point_codes_are_refused(code: str) -> None:
    assert not is_point_code(code)


@pytest.mark.parametrize("code", ["ho-tich", "dat-dai", "a", "khu-2"])
def test_a_field_code_is_words_without_accents(code: str) -> None:
    assert is_field_code(code)


@pytest.mark.parametrize(
    "code", ["", "Ho-tich", "hộ-tịch", "-a", "a--b", "a" * 33, "a\n"]
)
def test_other_field_codes_are_refused(code: str) -> None:
    assert not is_field_code(code)
