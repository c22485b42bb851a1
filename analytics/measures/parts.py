"""The rows of a request: which points, channels and factors each of them takes in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.disclosure import Counts, Flags, cuts, hide_cells, hide_table
from analytics.measures.cube import CubeFrames
from analytics.measures.request import MeasureRequest

AXES = 3


@dataclass(frozen=True)
class Part:
    """Masks over factors, points and channels; ``key`` names it in its split."""

    key: str | None
    masks: tuple[Flags, Flags, Flags]

    @property
    def points(self) -> Flags:
        """Which points belong to the part."""
        return self.masks[1]

    def total(self, numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Add up an array (period, factor, point, channel, …) over the part."""
        factors, points, channels = self.masks
        chosen = numbers[:, factors][:, :, points][:, :, :, channels]
        summed: np.ndarray[Any, Any] = chosen.sum(axis=(1, 2, 3))
        return summed


def everything(cube: CubeFrames, factors: int) -> Part:
    """Return the part that every filter and split takes from: all that counts."""
    return Part(
        None,
        (
            np.ones(factors, dtype=bool),
            np.ones(len(cube.points), dtype=bool),
            np.array(cube.counted, dtype=bool),
        ),
    )


def split(request: MeasureRequest, cube: CubeFrames, filtered: Part) -> list[Part]:
    """Divide what the filters left. A factor split is made by the caller."""
    divide: dict[str, Callable[[], Iterator[tuple[str | None, int, Flags]]]] = {
        "point": lambda: _each(cube.points, filtered.masks[1], 1),
        "channel": lambda: _each(cube.channels, filtered.masks[2], 2),
        "field": lambda: _fields(cube, filtered.points),
    }
    if request.split not in divide:
        return [filtered]
    return [
        Part(key, _with(filtered, axis, mask))
        for key, axis, mask in divide[request.split]()
    ]


def filtered(request: MeasureRequest, cube: CubeFrames, whole: Part) -> Part:
    """Apply the filters on points, channels and classes."""
    points = [request.points is None or p in request.points for p in cube.points]
    channels = [
        (request.channels is None or c in request.channels)
        and (request.classes is None or cube.class_of_channel[c] in request.classes)
        for c in cube.channels
    ]
    factors, all_points, counted = whole.masks
    return Part(
        None,
        (
            factors,
            all_points & np.array(points, dtype=bool),
            counted & np.array(channels, dtype=bool),
        ),
    )


def one_factor(part: Part, position: int) -> Part:
    """Narrow a part to one factor."""
    mask = np.zeros(len(part.masks[0]), dtype=bool)
    mask[position] = True
    return Part(part.key, _with(part, 0, mask))


class Cover:
    """Decides which rows stay hidden so that none can be found by subtraction.

    ``sheets`` are those of the shown periods: period × factor × point × channel.
    Tables are kept, so the rows of one split share their work.
    """

    def __init__(self, sheets: Counts, whole: Part, open_row: int | None) -> None:
        self._sheets = sheets
        self._whole = whole
        self._open_row = open_row
        self._tables: dict[tuple[int, bytes], Flags] = {}

    def hides(self, part: Part) -> Flags:
        """Return for each period whether the part must stay hidden."""
        narrowed = [
            axis
            for axis in range(AXES)
            if not np.array_equal(part.masks[axis], self._whole.masks[axis])
        ]
        found = np.zeros(len(self._sheets), dtype=bool)
        for axis in narrowed:
            for period, flags in enumerate(self._table(part, axis)):
                found[period] |= bool(flags.all()) or cuts(part.masks[axis], flags)
        if not narrowed:
            totals = [int(n) for n in part.total(self._sheets)]
            closed = [row for row in range(len(totals)) if row != self._open_row]
            found[sorted(hide_cells(totals, [closed]))] = True
        return found

    def _table(self, part: Part, axis: int) -> Flags:
        """Return what to hide along one axis, the others as in the part."""
        others = _with(part, axis, self._whole.masks[axis])
        key = axis, b"|".join(mask.tobytes() for mask in others)
        if key not in self._tables:
            counts = self._sheets
            for place, mask in enumerate(others, start=1):
                shape = [1] * counts.ndim
                shape[place] = len(mask)
                counts = counts * mask.reshape(shape)
            rest = tuple(place for place in (1, 2, 3) if place != axis + 1)
            self._tables[key] = hide_table(counts.sum(axis=rest), self._open_row)
        return self._tables[key]


def _with(part: Part, axis: int, mask: Flags) -> tuple[Flags, Flags, Flags]:
    factors, points, channels = part.masks
    return (
        mask if axis == 0 else factors,
        mask if axis == 1 else points,
        mask if axis == 2 else channels,
    )


def _each(
    names: tuple[str, ...], mask: Flags, axis: int
) -> Iterator[tuple[str | None, int, Flags]]:
    for position in np.flatnonzero(mask):
        one = np.zeros(len(mask), dtype=bool)
        one[position] = True
        yield names[position], axis, one


def _fields(cube: CubeFrames, points: Flags) -> Iterator[tuple[str | None, int, Flags]]:
    """Group points by the one field they serve; those of several or none come last."""
    field_of = {
        point: next(iter(fields))
        for point, fields in cube.fields_of_point.items()
        if len(fields) == 1
    }
    own = [field_of.get(point) for point in cube.points]
    for name in (*dict.fromkeys(field_of.values()), None):
        mask = points & np.array([field == name for field in own], dtype=bool)
        if mask.any():
            yield name, 1, mask
