"""A row as it is published."""

from analytics.measures import MeasureRequest, MeasureRow, compute
from tests.analytics.sheets import cube, overall

SHEETS = [*overall(40, 38), *overall(50, 41, point="EXIT")]


def rows(**choice: object) -> list[MeasureRow]:
    request = MeasureRequest("satisfaction", "2026-10", "2026-11", **choice)  # type: ignore[arg-type]
    return compute(request, cube(SHEETS))


def test_a_split_adds_its_name_and_part() -> None:
    assert [row.to_json()["field"] for row in rows(split="field")] == [
        "ho_tich",
        "dat_dai",
        None,
    ]


def test_without_a_split_no_part_is_named() -> None:
    assert not {"point", "field", "channel", "factor"} & set(rows()[0].to_json())


def test_a_whole_period_adds_its_end() -> None:
    [row] = rows(by="period")
    shown = row.to_json()
    assert (shown["month"], shown["end_month"]) == ("2026-10", "2026-11")


def test_a_month_adds_no_end() -> None:
    assert "end_month" not in rows()[0].to_json()


def test_a_row_with_answers_keeps_what_they_say() -> None:
    estimate = rows()[0].estimate
    assert estimate is not None
    assert (estimate.hits, estimate.answers, estimate.effective) == (79, 90, 90)


def test_an_empty_or_hidden_row_says_nothing() -> None:
    empty = rows(split="point")[1]
    assert empty.is_empty
    assert empty.estimate is empty.withheld().estimate is None
