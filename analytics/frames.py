"""What may enter: column specifications, builders and the check of every frame.

The frames are the cube's tables as SQL gives them. Figures are made by month, so a
caller may add up a month in SQL and pass it under any one day of that month.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

Kind = Literal["day", "text", "month", "count", "share"]

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
DTYPES = {"day": "datetime64[s]", "count": "int64", "share": "float64"}


@dataclass(frozen=True)
class ColumnSpec:
    """One column: its kind, whether it may be empty, and the range of its numbers."""

    name: str
    kind: Kind
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class FrameSpec:
    """A frame: its columns in order, and pairs (a, b) where a never exceeds b."""

    name: str
    columns: tuple[ColumnSpec, ...]
    not_above: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> list[str]:
        """Column names in the order in which the builders expect them."""
        return [column.name for column in self.columns]


class FrameError(ValueError):
    """A frame breaks its specification; ``faults`` holds every fault found."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        super().__init__(f"{name}: {'; '.join(faults)}")
        self.name = name
        self.faults = tuple(faults)


DAY = ColumnSpec("day", "day")
POINT = ColumnSpec("point", "text")
CHANNEL = ColumnSpec("channel", "text")
NUMBER = ColumnSpec("n", "count", minimum=0)
SATISFIED = ColumnSpec("satisfied", "count", minimum=0)

SCORES = FrameSpec(
    "scores",
    (
        DAY,
        POINT,
        CHANNEL,
        ColumnSpec("question", "text"),
        ColumnSpec("value", "count", minimum=0, maximum=99),
        NUMBER,
    ),
)
"""How many sheets gave this value to this question."""

CLUSTERS = FrameSpec(
    "clusters",
    (
        DAY,
        POINT,
        CHANNEL,
        ColumnSpec("answered", "count", minimum=1, maximum=5),
        SATISFIED,
        ColumnSpec("sheets", "count", minimum=0),
    ),
    not_above=(("satisfied", "answered"),),
)
"""How many sheets answered so many of the five factors, so many of them 4 or 5."""

HOURS = FrameSpec(
    "hours",
    (
        DAY,
        ColumnSpec("hour", "count", minimum=0, maximum=23),
        POINT,
        CHANNEL,
        NUMBER,
        SATISFIED,
    ),
    not_above=(("satisfied", "n"),),
)
"""Answers to ``overall`` by local hour, and those of them with 4 or 5."""

POPULATIONS = FrameSpec(
    "populations",
    (
        ColumnSpec("month", "month"),
        ColumnSpec("point", "text", nullable=True),
        ColumnSpec("field", "text", nullable=True),
        ColumnSpec("population", "count", minimum=0),
    ),
)
"""Dossiers brought (received and refused). Rows are disjoint and add up; an empty
point or field means that the import did not say. Channels have no population."""

TARGETS = FrameSpec(
    "targets",
    (
        ColumnSpec("measure", "text"),
        ColumnSpec("valid_from", "day"),
        ColumnSpec("value", "share", minimum=0, maximum=1),
    ),
)
"""Targets somebody set, each from a day on."""


def scores(rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Build the frame of ``cube_answer`` rows (day, point, channel, question, value, n)."""
    return build(SCORES, rows)


def clusters(rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Build the frame of ``cube_index`` rows (day … answered, satisfied, sheets)."""
    return build(CLUSTERS, rows)


def hours(rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Build the frame of ``cube_hour`` rows (day, hour, point, channel, n, satisfied)."""
    return build(HOURS, rows)


def populations(rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Build the frame of dossier counts (month, point, field, population)."""
    return build(POPULATIONS, rows)


def targets(rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Build the frame of targets (measure, valid_from, value)."""
    return build(TARGETS, rows)


def build(spec: FrameSpec, rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Make a frame of the same dtypes whatever the rows, also of none; check it.

    Raises FrameError with every fault.
    """
    raw = [tuple(row) for row in rows]
    width = len(spec.columns)
    if any(len(row) != width for row in raw):
        raise FrameError(spec.name, [f"every row has {width} values"])
    # One object array: pandas would guess dtypes from the rows, other ones when empty.
    table = np.empty((len(raw), width), dtype=object)
    if raw:
        table[:] = raw
    built, faults = {}, []
    for position, column in enumerate(spec.columns):
        try:
            built[column.name] = _typed(column, table[:, position])
        except (TypeError, ValueError, OverflowError) as error:
            faults.append(f"{column.name}: {error}")
    if faults:
        raise FrameError(spec.name, faults)
    return check(pd.DataFrame(built, columns=spec.names), spec)


def check(frame: pd.DataFrame, spec: FrameSpec) -> pd.DataFrame:
    """Return the frame when it keeps its specification.

    Raises one FrameError that names all faults.
    """
    missing = [name for name in spec.names if name not in frame.columns]
    faults = [f"{name}: missing" for name in missing]
    faults += [
        f"{name}: not in the specification"
        for name in frame.columns
        if name not in spec.names
    ]
    for column in spec.columns:
        if column.name not in missing:
            faults += [f"{column.name}: {f}" for f in _faults(frame, column)]
    if not faults:
        faults = [
            f"{low}: above {high}"
            for low, high in spec.not_above
            if bool((frame[low] > frame[high]).any())
        ]
    if faults:
        raise FrameError(spec.name, faults)
    return frame


def _typed(column: ColumnSpec, values: np.ndarray[Any, np.dtype[Any]]) -> Any:
    if column.kind in ("text", "month"):
        return _text(values)
    if column.kind == "day":
        # A year of the cube has 230,000 rows and 365 days: parse each day once.
        codes, days = pd.factorize(values)
        if (codes < 0).any():
            raise ValueError("empty")
        return np.array(days.tolist(), dtype="datetime64[s]")[codes]
    if column.kind == "count":
        return _whole(values)
    return np.array(values, dtype="float64")


def _text(values: np.ndarray[Any, np.dtype[Any]]) -> pd.Categorical:
    codes, uniques = pd.factorize(values)
    if not all(isinstance(value, str) for value in uniques):
        raise TypeError("not text")
    return pd.Categorical.from_codes(codes, categories=pd.Index(uniques, dtype="str"))


def _whole(values: np.ndarray[Any, np.dtype[Any]]) -> np.ndarray[Any, np.dtype[Any]]:
    numbers = np.array(values, dtype="float64")
    if not np.isfinite(numbers).all() or (numbers % 1).any():
        raise ValueError("not a whole number")
    return numbers.astype("int64")


def _faults(frame: pd.DataFrame, column: ColumnSpec) -> list[str]:
    values = frame[column.name]
    if not _has_kind(values, column.kind):
        return [f"dtype {values.dtype}"]
    found = []
    if not column.nullable and bool(values.isna().any()):
        found.append("empty")
    if column.kind == "month":
        odd = [m for m in values.cat.categories if not MONTH.fullmatch(m)]
        found += [f"{month!r} is no month" for month in odd]
    if column.minimum is not None and bool((values < column.minimum).any()):
        found.append(f"below {column.minimum:g}")
    if column.maximum is not None and bool((values > column.maximum).any()):
        found.append(f"above {column.maximum:g}")
    return found


def _has_kind(values: "pd.Series[Any]", kind: Kind) -> bool:
    if kind in ("text", "month"):
        return (
            isinstance(values.dtype, pd.CategoricalDtype)
            and values.dtype.categories.dtype == "str"
        )
    return str(values.dtype) == DTYPES[kind]
