"""Rows of figures against figures counted sheet by sheet."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import intervals
from analytics.frames import FrameError
from analytics.measures import MeasureRequest, MeasureRow, compute, months
from tests.analytics.sheets import (
    CLASSES,
    FACTORS,
    FIELDS,
    Sheet,
    cube,
    draw,
    overall,
)

FIRST, END = "2026-08", "2026-11"
QUESTIONS = {
    "satisfaction": ("overall",),
    "one_visit": ("visits",),
    "index": FACTORS,
    **{f"factor:{name}": (name,) for name in FACTORS},
}


def some_of(names: list[str]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from(names))


@st.composite
def requests(draw: st.DrawFn) -> MeasureRequest:
    measure = draw(st.sampled_from(sorted(QUESTIONS)))
    splits = [None, "point", "field", "channel"]
    return MeasureRequest(
        measure,
        FIRST,
        END,
        by=draw(st.sampled_from(["month", "period"])),
        split=draw(st.sampled_from([*splits, "factor"] if measure == "index" else splits)),
        classes=draw(some_of(sorted(set(CLASSES.values())))),
        points=draw(some_of(list(FIELDS))),
        channels=draw(some_of(list(CLASSES))),
    )  # fmt: skip


def belongs(sheet: Sheet, request: MeasureRequest, key: str | None) -> bool:
    """Say whether a sheet counts for a row, written without any of our masks."""
    kind = CLASSES[sheet.channel]
    fields = FIELDS[sheet.point]
    own_field = next(iter(fields)) if len(fields) == 1 else None
    wanted = {
        None: True,
        "factor": True,
        "point": sheet.point == key,
        "channel": sheet.channel == key,
        "field": own_field == key,
    }[request.split]
    return (
        wanted
        and kind != "synthetic"
        and (request.classes is None or kind in request.classes)
        and (request.points is None or sheet.point in request.points)
        and (request.channels is None or sheet.channel in request.channels)
    )


def by_hand(
    sheets: list[Sheet], request: MeasureRequest, row: MeasureRow
) -> tuple[int, int, int, dict[str, int]]:
    """Count numerator, denominator, sheets and values of a row."""
    questions = QUESTIONS[row.measure]
    last = row.end_month or months.label(months.ordinal(row.month) + 1)
    given_values = [
        [sheet.answers[q] for q in questions if q in sheet.answers]
        for sheet in sheets
        if row.month <= sheet.month < last and belongs(sheet, request, row.key)
    ]
    values = [value for answers in given_values for value in answers]
    one_visit = row.measure == "one_visit"
    hits = [v for v in values if (v == 1 if one_visit else v >= 4)]
    scale = range(1, 4 if one_visit else 6)
    return (
        len(hits),
        len(values),
        sum(bool(answers) for answers in given_values),
        {str(v): values.count(v) for v in scale},
    )


SHEETS = draw(random.Random(5), "2026-05", END, 5)
CUBE = cube(SHEETS)


@settings(max_examples=60, deadline=None)
@given(requests())
def test_what_is_shown_is_what_was_counted(request: MeasureRequest) -> None:
    for row in compute(request, CUBE):
        hits, answers, sheets, counts = by_hand(SHEETS, request, row)
        if row.suppressed:
            assert row.numerator is row.denominator is row.value is row.counts is None
        else:
            assert (row.numerator, row.denominator) == (hits, answers)
            assert (row.sheets, row.counts) == (sheets, counts)


@settings(max_examples=60, deadline=None)
@given(requests())
def test_fewer_than_five_sheets_are_never_shown(request: MeasureRequest) -> None:
    for row in compute(request, CUBE):
        sheets = by_hand(SHEETS, request, row)[2]
        assert row.suppressed or not 0 < sheets < 5


@settings(max_examples=40, deadline=None)
@given(requests())
def test_fewer_than_thirty_sheets_are_never_judged(request: MeasureRequest) -> None:
    frames = cube(SHEETS, targets=[(m, date(2026, 1, 1), 0.8) for m in QUESTIONS])
    for row in compute(request, frames):
        judged = row.sheets is not None and row.sheets >= 30
        assert (row.verdict is not None) is judged
        assert judged or row.change is row.difference is None


@settings(max_examples=25, deadline=None)
@given(requests())
def test_every_period_and_part_has_its_row(request: MeasureRequest) -> None:
    rows = compute(request, CUBE)
    periods = 3 if request.by == "month" else 1
    keys = list(dict.fromkeys(row.key for row in rows))
    assert [(row.month, row.key) for row in rows] == [
        (f"2026-{8 + period:02d}", key) for period in range(periods) for key in keys
    ]


def only(request: MeasureRequest, sheets: list[Sheet], **more: object) -> MeasureRow:
    [row] = compute(request, cube(sheets, **more))  # type: ignore[arg-type]
    return row


OCTOBER = MeasureRequest("satisfaction", "2026-10", "2026-11")


def test_the_contracts_example() -> None:
    values = [2] + [3] * 2 + [4] * 20 + [5] * 37
    sheets = [
        Sheet(date(2026, 10, 5), "Q1", "kiosk", 9, {"overall": v}) for v in values
    ]
    row = only(
        OCTOBER,
        [*sheets, *overall(50, 48, "2026-09")],
        populations=[("2026-10", None, None, 412)],
        targets=[("satisfaction", date(2026, 1, 1), 0.9)],
    )
    assert row.to_json() == {
        "month": "2026-10",
        "numerator": 57,
        "denominator": 60,
        "value": 0.95,
        "low": 0.8717,
        "high": 0.9815,
        "confidence": 0.95,
        "mean": 4.55,
        "counts": {"1": 0, "2": 1, "3": 2, "4": 20, "5": 37},
        "population": 412,
        "coverage": 0.1456,
        "target": 0.9,
        "verdict": "chua_du_can_cu",
        "change": "no_signal",
        "suppressed": False,
    }


def test_a_month_without_answers_is_an_empty_row() -> None:
    row = only(OCTOBER, overall(50, 48, "2026-09"))
    shown = row.to_json()
    assert (row.is_empty, shown["denominator"], shown["value"]) == (True, 0, None)
    assert shown["suppressed"] is False


def test_a_small_month_shows_no_number_but_its_target() -> None:
    row = only(
        OCTOBER,
        overall(4, 3),
        populations=[("2026-10", None, None, 30)],
        targets=[("satisfaction", date(2026, 1, 1), 0.9)],
    )
    numbers = {key for key, value in row.to_json().items() if value is not None}
    assert numbers == {"month", "confidence", "target", "suppressed"}


def test_the_previous_period_is_as_long_and_joins() -> None:
    sheets = [
        *overall(40, 20, "2026-04"),
        *overall(40, 20, "2026-06"),
        *overall(40, 38, "2026-07"),
        *overall(40, 39, "2026-09"),
        *overall(500, 0, "2026-03"),
    ]
    row = only(MeasureRequest("satisfaction", "2026-07", "2026-10", "period"), sheets)
    assert row.change == "up"
    assert row.difference == intervals.newcombe((77, 80), (40, 80))


@pytest.mark.parametrize(
    ("hits", "change"), [(98, "up"), (85, "no_signal"), (60, "down")]
)
def test_a_change_is_said_only_with_a_signal(hits: int, change: str) -> None:
    row = only(OCTOBER, [*overall(100, 86, "2026-09"), *overall(100, hits)])
    assert row.change == change


@pytest.mark.parametrize(("before", "now"), [(29, 100), (100, 29), (0, 100)])
def test_a_thin_month_is_compared_with_nothing(before: int, now: int) -> None:
    sheets = [*overall(before, before, "2026-09"), *overall(now, 0)]
    row = only(OCTOBER, sheets)
    assert row.change is row.difference is None


def test_a_month_hidden_as_cover_is_compared_with_nothing() -> None:
    sheets = [
        *overall(3, 3, "2026-08"),
        *overall(30, 30, "2026-09"),
        *overall(90, 40, "2026-10"),
    ]
    request = MeasureRequest("satisfaction", "2026-08", "2026-11")
    rows = compute(request, cube(sheets))
    assert [row.suppressed for row in rows] == [True, True, False]
    assert rows[2].change is None


def test_the_open_month_hides_no_closed_one() -> None:
    sheets = [
        *overall(60, 50, "2026-08"),
        *overall(50, 40, "2026-09"),
        *overall(3, 3, "2026-10"),
    ]
    request = MeasureRequest("satisfaction", "2026-08", "2026-11")
    frames = cube(sheets)
    open_ = replace(request, open_month="2026-10")
    elsewhere = replace(request, open_month="2027-01")
    assert [r.suppressed for r in compute(open_, frames)] == [False, False, True]
    assert [r.suppressed for r in compute(elsewhere, frames)] == [False, True, True]


def test_a_change_is_measured_without_the_population() -> None:
    """All 400 of 400 asked twice: the lists differ, the service need not."""
    counted = [("2026-09", None, None, 400), ("2026-10", None, None, 400)]
    sheets = [*overall(400, 380, "2026-09"), *overall(400, 381)]
    row = only(OCTOBER, sheets, populations=counted)
    assert (row.low, row.high, row.change) == (row.value, row.value, "no_signal")


@pytest.mark.parametrize(
    ("hits", "verdict"), [(100, "dat"), (90, "chua_du_can_cu"), (60, "chua_dat")]
)
def test_the_verdict_goes_by_the_bounds(hits: int, verdict: str) -> None:
    targets = [("satisfaction", date(2026, 1, 1), 0.9)]
    assert only(OCTOBER, overall(100, hits), targets=targets).verdict == verdict


def test_a_low_bound_on_the_target_reaches_it() -> None:
    low = intervals.wilson(90, 100).low
    row = only(
        OCTOBER, overall(100, 90), targets=[("satisfaction", date(2026, 1, 1), low)]
    )
    assert row.verdict == "dat"


def test_the_target_is_the_one_in_force_at_the_months_end() -> None:
    targets = [
        ("satisfaction", date(2026, 10, 31), 0.95),
        ("satisfaction", date(2026, 1, 1), 0.9),
        ("satisfaction", date(2026, 11, 1), 0.99),
        ("index", date(2026, 1, 1), 0.5),
    ]
    request = MeasureRequest("satisfaction", "2026-09", "2026-11")
    rows = compute(request, cube(overall(40, 40), targets=targets))
    assert [row.target for row in rows] == [0.9, 0.95]


def test_a_target_that_begins_later_is_none() -> None:
    targets = [("satisfaction", date(2026, 11, 1), 0.9)]
    row = only(OCTOBER, overall(40, 40), targets=targets)
    assert row.target is row.verdict is row.more_needed is None


def test_how_many_more_sheets_would_settle_the_verdict() -> None:
    targets = [("satisfaction", date(2026, 1, 1), 0.9)]
    row = only(OCTOBER, overall(166, 155), targets=targets)
    assert row.more_needed == 138


def test_a_value_that_the_question_does_not_have_is_an_error() -> None:
    frames = cube([Sheet(date(2026, 10, 5), "Q1", "kiosk", 9, {"visits": 4})])
    with pytest.raises(FrameError, match="value 4"):
        compute(MeasureRequest("one_visit", "2026-10", "2026-11"), frames)


def test_one_visit_has_no_mean() -> None:
    sheets = [Sheet(date(2026, 10, 5), "Q1", "kiosk", 9, {"visits": 1})] * 40
    row = only(MeasureRequest("one_visit", "2026-10", "2026-11"), sheets)
    assert (row.value, row.mean, row.counts) == (1.0, None, {"1": 40, "2": 0, "3": 0})


def factor_sheets(n: int, **answers: int) -> list[Sheet]:
    return [Sheet(date(2026, 10, 5), "Q1", "kiosk", 9, answers)] * n


def test_the_index_goes_by_sheets() -> None:
    sheets = factor_sheets(4, **dict.fromkeys(FACTORS, 5))
    assert only(MeasureRequest("index", "2026-10", "2026-11"), sheets).suppressed


def test_the_interval_of_the_index_is_that_of_the_ratio() -> None:
    sheets = [
        *factor_sheets(50, **dict.fromkeys(FACTORS, 5)),
        *factor_sheets(10, **dict.fromkeys(FACTORS, 2)),
    ]
    row = only(
        MeasureRequest("index", "2026-10", "2026-11"),
        sheets,
        populations=[("2026-10", None, None, 100)],
    )
    expected = intervals.ratio([(5, 5, 50), (5, 0, 10)]).interval(100)
    assert (row.low, row.high) == (expected.low, expected.high)
    assert (row.sheets, row.denominator, row.coverage) == (60, 300, 0.6)


def test_a_factor_does_not_follow_from_the_index() -> None:
    """Feedback has 3 answers; the index and four shown factors would tell them."""
    sheets = [
        *factor_sheets(3, **dict.fromkeys(FACTORS, 5)),
        *factor_sheets(40, access=4, procedure=4, staff=4, result=4),
        *factor_sheets(1, access=4, procedure=4, staff=4),
    ]
    split = MeasureRequest("index", "2026-10", "2026-11", split="factor")
    frames = cube(sheets)
    hidden = {row.key for row in compute(split, frames) if row.suppressed}
    one_by_one = {
        name
        for name in FACTORS
        if compute(replace(split, measure=f"factor:{name}", split=None), frames)[
            0
        ].suppressed
    }
    assert hidden == one_by_one == {"feedback", "result"}


def test_the_rows_of_a_factor_split_bear_their_measure() -> None:
    rows = compute(
        MeasureRequest("index", "2026-10", "2026-11", split="factor"),
        cube(
            factor_sheets(40, staff=5),
            targets=[("factor:staff", date(2026, 1, 1), 0.9)],
        ),
    )
    targets: Iterator[tuple[str, float | None]] = ((r.measure, r.target) for r in rows)
    assert list(targets)[2:4] == [("factor:staff", 0.9), ("factor:result", None)]


def test_an_empty_cube_has_empty_rows() -> None:
    rows = compute(MeasureRequest("index", FIRST, END, split="point"), cube([]))
    assert len(rows) == 3 * len(FIELDS)
    assert all(row.is_empty for row in rows)
