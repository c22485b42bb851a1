"""Hour by weekday: counted by local day, small cells blank and not to be found."""

import random
from dataclasses import replace
from datetime import date

import pytest

from analytics import hours
from analytics.measures import MeasureRequest
from tests.analytics.attacker import exposed
from tests.analytics.sheets import Sheet, cube, draw

REQUEST = MeasureRequest("satisfaction", "2026-10", "2026-12")
MONDAY, TUESDAY = date(2026, 10, 5), date(2026, 10, 6)


def at(day: date, hour: int, n: int, hits: int, channel: str = "kiosk") -> list[Sheet]:
    return [
        Sheet(day, "Q1", channel, hour, {"overall": 5 if place < hits else 1})
        for place in range(n)
    ]


def table(
    sheets: list[Sheet], **choice: object
) -> dict[tuple[int, int], hours.HourCell]:
    request = replace(REQUEST, **choice)  # type: ignore[arg-type]
    return {(c.weekday, c.hour): c for c in hours.table(request, cube(sheets))}


def test_a_cell_adds_up_the_weeks() -> None:
    sheets = [*at(MONDAY, 9, 6, 5), *at(date(2026, 11, 9), 9, 4, 4)]
    assert table(sheets)[0, 9] == hours.HourCell(0, 9, 10, 9, 0.9)


def test_only_hours_between_the_first_and_last_answer_are_listed() -> None:
    found = table([*at(MONDAY, 8, 6, 6), *at(TUESDAY, 10, 6, 6)])
    assert sorted(found) == [(d, h) for d in range(7) for h in (8, 9, 10)]


def test_an_hour_without_answers_is_zero() -> None:
    found = table([*at(MONDAY, 8, 6, 6), *at(TUESDAY, 10, 6, 6)])
    assert found[2, 9] == hours.HourCell(2, 9, 0, 0, None)


def test_a_small_cell_and_its_cover_are_blank() -> None:
    sheets = [*at(MONDAY, 8, 3, 3), *at(MONDAY, 9, 20, 9), *at(TUESDAY, 8, 7, 7)]
    found = table(sheets)
    hidden = {key for key, cell in found.items() if cell.suppressed}
    assert hidden == {(0, 8), (1, 8)}
    assert found[0, 8] == hours.HourCell(0, 8, None, None, None, suppressed=True)


def test_the_canary_is_in_no_cell() -> None:
    assert table(at(MONDAY, 9, 50, 50, "canary")) == {}


def test_other_months_are_in_no_cell() -> None:
    assert table(at(date(2026, 9, 7), 9, 50, 50)) == {}


def test_a_filter_does_not_uncover_the_rest() -> None:
    """Seven from the kiosk beside two by QR in one hour: the difference is the two."""
    sheets = [*at(MONDAY, 9, 7, 7), *at(MONDAY, 9, 2, 0, "qr"), *at(TUESDAY, 9, 40, 40)]
    assert table(sheets)[0, 9].n == 9
    assert table(sheets, channels=frozenset({"kiosk"}))[0, 9].suppressed


@pytest.mark.parametrize("seed", range(6))
def test_the_total_gives_no_small_cell(seed: int) -> None:
    sheets = draw(random.Random(seed), "2026-10", "2026-12", 6)
    cells = list(table(sheets).items())
    truth = [
        sum(
            (s.day.weekday(), s.hour) == key
            and s.channel != "canary"
            and "overall" in s.answers
            for s in sheets
        )
        for key, _ in cells
    ]
    shown = [[place] for place, (_, cell) in enumerate(cells) if not cell.suppressed]
    assert not exposed(truth, [range(len(cells)), *shown])
