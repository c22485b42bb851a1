"""What is said of thirteen months, and what is not."""

import pytest

from analytics import trend
from analytics.intervals import difference, wilson
from analytics.measures import MeasureRequest, MeasureRow, compute
from tests.analytics.sheets import cube, overall


def rows_of(*months: tuple[int, int]) -> list[MeasureRow]:
    """Return rows of 2026 from January on, each month given as (n, hits)."""
    sheets = [
        sheet
        for place, (n, hits) in enumerate(months, start=1)
        for sheet in overall(n, hits, f"2026-{place:02d}")
    ]
    end = f"2026-{len(months) + 1:02d}"
    return compute(MeasureRequest("satisfaction", "2026-01", end), cube(sheets))


def test_the_window_ends_with_the_month_and_shows_the_year_before() -> None:
    assert trend.window("2026-11") == ("2025-11", "2026-12")


def test_each_month_has_its_state() -> None:
    found = trend.series(rows_of((40, 30), (12, 11), (0, 0), (4, 4), (90, 80)))
    assert found.states == ("judged", "hidden", "empty", "hidden", "judged")


def test_a_thin_month_is_thin() -> None:
    found = trend.series(rows_of((40, 30), (12, 11), (29, 29), (30, 30)))
    assert found.states == ("judged", "thin", "thin", "judged")


@pytest.mark.parametrize(
    ("hits", "code"), [(99, "higher"), (82, "no_signal"), (60, "lower")]
)
def test_the_latest_month_is_held_against_all_before(hits: int, code: str) -> None:
    finding = trend.series(rows_of((100, 80), (100, 84), (100, hits))).finding
    assert finding.code == code
    assert finding.difference == difference(wilson(hits, 100), wilson(164, 200))
    assert (finding.month, finding.months_before) == ("2026-03", 2)


def test_thin_months_take_no_part() -> None:
    finding = trend.series(rows_of((100, 80), (20, 0), (100, 82), (20, 0))).finding
    assert (finding.month, finding.before, finding.months_before) == ("2026-03", 0.8, 1)


@pytest.mark.parametrize("months", [[(100, 90)], [(100, 90), (20, 3)], [(20, 3)]])
def test_one_month_says_nothing(months: list[tuple[int, int]]) -> None:
    assert trend.series(rows_of(*months)).finding == trend.Finding("too_few")


def test_no_months_say_nothing() -> None:
    assert trend.series([]).finding.code == "too_few"


def test_the_months_have_to_follow_each_other() -> None:
    rows = rows_of((40, 30), (40, 30), (40, 30))
    with pytest.raises(ValueError, match="follow"):
        trend.series([rows[0], rows[2]])
