"""Every frame that enters is checked, and one error names all that is wrong."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from analytics import frames
from analytics.frames import CLUSTERS, HOURS, POPULATIONS, SCORES, TARGETS, FrameError

DAY = date(2026, 10, 5)
GOOD: dict[str, tuple[Any, ...]] = {
    "scores": (DAY, "Q1", "kiosk", "overall", 5, 37),
    "clusters": (DAY, "Q1", "kiosk", 5, 4, 3),
    "hours": (DAY, 9, "Q1", "kiosk", 7, 6),
    "populations": ("2026-10", None, "ho_tich", 412),
    "targets": ("satisfaction", DAY, 0.9),
}
BUILDERS = {
    "scores": frames.scores,
    "clusters": frames.clusters,
    "hours": frames.hours,
    "populations": frames.populations,
    "targets": frames.targets,
}


@pytest.mark.parametrize("name", GOOD)
def test_a_frame_has_the_same_dtypes_with_and_without_rows(name: str) -> None:
    build = BUILDERS[name]
    empty, filled = build([]), build([GOOD[name]])
    kinds = [str(kind).split("[")[0] for kind in filled.dtypes]
    assert [str(kind).split("[")[0] for kind in empty.dtypes] == kinds


@pytest.mark.parametrize("name", GOOD)
def test_a_row_comes_out_as_it_went_in(name: str) -> None:
    frame = BUILDERS[name]([GOOD[name]])
    found = [
        None if pd.isna(v) else v.date() if isinstance(v, pd.Timestamp) else v
        for v in frame.iloc[0].tolist()
    ]
    assert tuple(found) == GOOD[name]


@pytest.mark.parametrize(
    ("name", "place", "value", "fault"),
    [
        ("scores", 0, None, "day: empty"),
        ("scores", 0, "autumn", "day: "),
        ("scores", 1, None, "point: empty"),
        ("scores", 2, 7, "channel: not text"),
        ("scores", 4, 4.5, "value: not a whole number"),
        ("scores", 4, 100, "value: above 99"),
        ("scores", 5, -1, "n: below 0"),
        ("scores", 5, None, "n: not a whole number"),
        ("clusters", 3, 0, "answered: below 1"),
        ("clusters", 3, 6, "answered: above 5"),
        ("clusters", 4, 6, "satisfied: above answered"),
        ("hours", 1, 24, "hour: above 23"),
        ("hours", 5, 8, "satisfied: above n"),
        ("populations", 0, "2026-13", "month: '2026-13' is no month"),
        ("populations", 3, -4, "population: below 0"),
        ("targets", 2, 1.5, "value: above 1"),
        ("targets", 2, float("nan"), "value: empty"),
    ],
)
def test_a_fault_is_named(name: str, place: int, value: object, fault: str) -> None:
    row = list(GOOD[name])
    row[place] = value
    with pytest.raises(FrameError) as caught:
        BUILDERS[name]([tuple(row)])
    assert any(found.startswith(fault) for found in caught.value.faults)


def test_all_faults_come_at_once() -> None:
    with pytest.raises(FrameError) as caught:
        frames.scores([(None, "Q1", 3, "overall", 1.5, 1)])
    assert [f.partition(":")[0] for f in caught.value.faults] == [
        "day",
        "channel",
        "value",
    ]


def test_a_row_has_as_many_values_as_columns() -> None:
    with pytest.raises(FrameError, match="6 values"):
        frames.scores([(DAY, "Q1")])


def test_columns_are_those_of_the_specification() -> None:
    frame = frames.scores([]).drop(columns="n").assign(note=1)
    with pytest.raises(FrameError) as caught:
        frames.check(frame, SCORES)
    assert caught.value.faults == ("n: missing", "note: not in the specification")


def test_dtypes_are_those_of_the_specification() -> None:
    frame = frames.scores([GOOD["scores"]]).astype({"n": "float64", "point": "str"})
    with pytest.raises(FrameError) as caught:
        frames.check(frame, SCORES)
    assert caught.value.faults == ("point: dtype str", "n: dtype float64")


def test_codes_that_are_not_text_are_refused() -> None:
    frame = frames.scores([GOOD["scores"]])
    frame["point"] = pd.Categorical([1])
    with pytest.raises(FrameError, match="point: dtype category"):
        frames.check(frame, SCORES)


@pytest.mark.parametrize("spec", [SCORES, CLUSTERS, HOURS, POPULATIONS, TARGETS])
def test_a_specification_names_the_builder(spec: frames.FrameSpec) -> None:
    assert list(BUILDERS[spec.name]([]).columns) == spec.names


def test_days_may_come_as_text_as_sqlite_gives_them() -> None:
    frame = frames.scores([("2026-10-05", "Q1", "kiosk", "overall", 5, 37)])
    assert frame["day"].iloc[0].date() == DAY
