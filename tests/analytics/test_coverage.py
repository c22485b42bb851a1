"""Who answered, in which class, and what the silent could change."""

from dataclasses import replace
from datetime import date

import pytest

from analytics.coverage import Tipping, coverage, tipping
from analytics.measures import MeasureRequest, MeasureRow, compute
from tests.analytics.sheets import CLASSES, Sheet, cube, overall

OCTOBER = MeasureRequest("satisfaction", "2026-10", "2026-11")


def row(n: int, hits: int, population: int | None, target: float | None) -> MeasureRow:
    counted = [("2026-10", None, None, population)] if population else []
    targets = [("satisfaction", date(2026, 1, 1), target)] if target else []
    frames = cube(overall(n, hits), counted, targets)  # type: ignore[arg-type]
    return compute(OCTOBER, frames)[0]


def test_the_tipping_point_of_ninety_six_percent_of_thirty() -> None:
    """96 % of the 30 % who answered: 90 % needs 87.4 % of the silent 70 %."""
    found = tipping(row(300, 288, 1000, 0.9))
    assert (found.code, found.silent) == ("needs", 700)
    assert found.share == pytest.approx(612 / 700)


def test_the_tipping_point_gives_the_target_back() -> None:
    found = tipping(row(300, 288, 1000, 0.9))
    assert found.share is not None
    assert (288 + found.share * 700) / 1000 == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("n", "hits", "population", "target", "expected"),
    [
        (95, 95, 100, 0.9, Tipping("reached", 0.0, 5)),
        (95, 50, 100, 0.9, Tipping("out_of_reach", 1.0, 5)),
        (100, 95, 100, 0.9, Tipping("unknown")),
        (101, 95, 100, 0.9, Tipping("unknown")),
        (100, 95, None, 0.9, Tipping("unknown")),
        (100, 95, 300, None, Tipping("unknown")),
        (29, 29, 300, 0.9, Tipping("unknown")),
        (4, 4, 300, 0.9, Tipping("unknown")),
    ],
)
def test_a_tipping_point_is_given_only_where_there_is_one(
    n: int, hits: int, population: int | None, target: float | None, expected: Tipping
) -> None:
    assert tipping(row(n, hits, population, target)) == expected


def test_several_answers_a_sheet_have_no_tipping_point() -> None:
    sheets = [
        Sheet(date(2026, 10, 5), "Q1", "kiosk", 9, {"staff": 5, "result": 5})
    ] * 50
    request = replace(OCTOBER, measure="index")
    frames = cube(
        sheets, [("2026-10", None, None, 90)], [("index", date(2026, 1, 1), 0.9)]
    )
    assert tipping(compute(request, frames)[0]) == Tipping("unknown")


def test_the_mix_of_classes() -> None:
    sheets = [
        *overall(121, 110),
        *overall(28, 20, channel="qr"),
        *overall(17, 17, channel="slip"),
        *overall(50, 0, channel="canary"),
    ]
    frames = cube(sheets, [("2026-10", None, None, 512)])
    channels = compute(replace(OCTOBER, split="channel"), frames)
    found = coverage(compute(OCTOBER, frames)[0], channels, CLASSES)
    assert (found.sheets, found.population) == (166, 512)
    assert found.share == pytest.approx(166 / 512)
    assert found.by_class == {"kiosk": 121, "open_qr": 28, "verified": 17, "paper": 0}


def test_a_hidden_channel_hides_its_class() -> None:
    sheets = [
        *overall(121, 110),
        *overall(28, 20, channel="qr"),
        *overall(3, 3, channel="slip"),
    ]
    channels = compute(replace(OCTOBER, split="channel"), cube(sheets))
    classes = {"kiosk": "kiosk", "qr": "open_qr", "slip": "open_qr", "paper": "paper"}
    found = coverage(compute(OCTOBER, cube(sheets))[0], channels, classes)
    assert found.by_class == {"kiosk": 121, "open_qr": None, "paper": 0}
