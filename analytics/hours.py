"""When people answer and how satisfied they are: weekday by hour of the local day."""

from dataclasses import dataclass, replace

import numpy as np

from analytics.disclosure import Counts
from analytics.measures import CubeFrames, MeasureRequest, parts


@dataclass(frozen=True)
class HourCell:
    """One hour of one weekday (0 is Monday) over all weeks of the range.

    Hidden cells have no numbers; without answers n is 0 and the share None.
    """

    weekday: int
    hour: int
    n: int | None
    satisfied: int | None
    share: float | None
    suppressed: bool = False


def table(request: MeasureRequest, cube: CubeFrames) -> list[HourCell]:
    """Return the cells of answers to ``overall``, weekday by weekday.

    The request gives range and filters; its measure, split and ``by`` play no part.
    Hours before the first and after the last with answers are left out. Cells are
    protected against the range's total, shown elsewhere, and under filters.
    """
    span = [(request.first, request.end)]
    n = _cells(cube.monthly_hours("n").between(span))
    satisfied = _cells(cube.monthly_hours("satisfied").between(span))
    whole = parts.everything(cube, 1)
    taken = parts.filtered(request, cube, whole)
    hidden = parts.Cover(n, whole, None).hides(taken).reshape(7, 24)
    answers = taken.total(n).reshape(7, 24)
    hits = taken.total(satisfied).reshape(7, 24)
    open_hours = np.flatnonzero(answers.sum(axis=0))
    if not len(open_hours):
        return []
    return [
        _cell(weekday, hour, (int(answers[weekday, hour]), int(hits[weekday, hour])),
              hidden=bool(hidden[weekday, hour]))
        for weekday in range(7)
        for hour in range(int(open_hours[0]), int(open_hours[-1]) + 1)
    ]  # fmt: skip


def _cells(counts: Counts) -> Counts:
    """Turn (1, point, channel, weekday, hour) into (cell, factor, point, channel)."""
    _, points, channels, *_ = counts.shape
    cells: Counts = counts[0].reshape(points, channels, -1).transpose(2, 0, 1)
    return cells[:, np.newaxis]


def _cell(weekday: int, hour: int, seen: tuple[int, int], *, hidden: bool) -> HourCell:
    n, satisfied = seen
    cell = HourCell(weekday, hour, n, satisfied, satisfied / n if n else None)
    if hidden:
        return replace(cell, n=None, satisfied=None, share=None, suppressed=True)
    return cell
