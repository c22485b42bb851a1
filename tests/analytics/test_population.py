"""Dossiers brought: whose they are, and when they are not known."""

from dataclasses import replace

import pytest

from analytics.measures import MeasureRequest, compute
from tests.analytics.sheets import cube, overall

OCTOBER = MeasureRequest("satisfaction", "2026-10", "2026-11")
BY_POINT = [("2026-10", "Q1", "ho_tich", 100), ("2026-10", "Q2", "dat_dai", 60)]
SHEETS = [*overall(40, 38), *overall(30, 20, point="Q2"), *overall(9, 9, point="EXIT")]

Counted = list[tuple[str, str | None, str | None, int]]


def populations(request: MeasureRequest, counted: Counted) -> list[int | None]:
    return [row.population for row in compute(request, cube(SHEETS, counted))]


def test_the_whole_centre_has_all_dossiers() -> None:
    counted = [*BY_POINT, ("2026-10", None, None, 5)]
    assert populations(OCTOBER, counted) == [165]


def test_rows_of_one_point_add_up() -> None:
    counted = [*BY_POINT, ("2026-10", "Q1", "dat_dai", 7)]
    request = replace(OCTOBER, points=frozenset({"Q1"}))
    assert populations(request, counted) == [107]


def test_a_point_has_its_own_and_an_uncounted_one_none() -> None:
    request = replace(OCTOBER, split="point")
    assert populations(request, BY_POINT) == [100, 60, None, None]


def test_a_field_has_those_of_its_points_when_all_are_counted() -> None:
    request = replace(OCTOBER, split="field")
    assert populations(request, BY_POINT) == [None, 60, None]


def test_dossiers_without_a_point_make_every_point_unknown() -> None:
    counted = [*BY_POINT, ("2026-10", None, "ho_tich", 5)]
    request = replace(OCTOBER, split="point")
    assert populations(request, counted) == [None] * 4


def test_how_an_answer_came_does_not_narrow_who_was_served() -> None:
    request = replace(OCTOBER, classes=frozenset({"kiosk"}))
    assert populations(request, BY_POINT) == [160]


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (BY_POINT, None),
        ([*BY_POINT, ("2026-09", "Q1", None, 50)], 210),
        ([*BY_POINT, ("2026-09", "Q1", None, 50), ("2026-08", "Q1", None, 9)], 219),
    ],
)
def test_a_period_is_known_when_every_month_with_answers_is(
    counted: Counted, expected: int | None
) -> None:
    """Answers come in September and October; August is silent and may be missing."""
    request = MeasureRequest("satisfaction", "2026-08", "2026-11", by="period")
    sheets = [*SHEETS, *overall(40, 38, "2026-09")]
    [row] = compute(request, cube(sheets, counted))
    assert row.population == expected


def test_no_dossiers_have_no_coverage() -> None:
    [row] = compute(OCTOBER, cube(SHEETS, [("2026-10", None, None, 0)]))
    assert (row.population, row.coverage) == (0, None)


def test_dossiers_without_answers_have_a_coverage_of_zero() -> None:
    [row] = compute(OCTOBER, cube([], [("2026-10", None, None, 80)]))
    assert (row.coverage, row.is_empty) == (0.0, True)
