"""The numbers of a measure by period, cut out of the cube."""

from dataclasses import dataclass

import numpy as np

from analytics import intervals
from analytics.catalogue import Formula
from analytics.disclosure import Counts
from analytics.frames import FrameError
from analytics.measures.cube import CubeFrames, Monthly
from analytics.measures.parts import Part
from analytics.measures.request import MeasureRequest


@dataclass(frozen=True)
class Tables:
    """Counts of a formula: period × factor × point × channel, and what is counted.

    ``values`` adds the value given. ``sheets`` are answer sheets. ``clusters`` adds
    the pattern (answered, satisfied) and is there for a ratio only; its factor axis,
    and that of ``sheets``, then has length one.
    """

    formula: Formula
    values: Counts
    sheets: Counts
    clusters: Counts | None = None

    def counts(self, part: Part) -> Counts:
        """Return answers by period and value."""
        if self.clusters is None:
            return part.total(self.values)
        return part.total(self.values.sum(axis=1, keepdims=True))

    def estimates(self, part: Part) -> list[intervals.Ratio | None]:
        """Return the estimate of each period, None where nobody answered."""
        if self.clusters is not None:
            return [_of_clusters(patterns) for patterns in part.total(self.clusters)]
        hit = np.isin(self.formula.values, self.formula.hits)
        return [
            _of_answers(int(row[hit].sum()), int(row.sum()))
            for row in self.counts(part)
        ]


def load(request: MeasureRequest, cube: CubeFrames, formula: Formula) -> Tables:
    """Cut the tables of a formula. Raises FrameError when a value is none of its own."""
    values = _values(request, cube, formula)
    if formula.method == "share":
        return Tables(formula, values, values.sum(axis=-1))
    found = cube.monthly_clusters.between(request.periods)[:, np.newaxis]
    return Tables(formula, values, found.sum(axis=(-1, -2)), found)


def _values(request: MeasureRequest, cube: CubeFrames, formula: Formula) -> Counts:
    monthly = cube.monthly_scores
    asked = [_question(cube, monthly, name) for name in formula.questions]
    # Question first, then value: (period, point, channel, question, value) turned round.
    found = np.stack([m.between(request.periods) for m in asked], axis=1)
    size = found.shape[-1]
    strange = [
        v for v in range(size) if v not in formula.values and found[..., v].any()
    ]
    if strange:
        raise FrameError("scores", [f"{formula.questions}: value {v}" for v in strange])
    kept = np.zeros((*found.shape[:-1], len(formula.values)), dtype=np.int64)
    for position, value in enumerate(formula.values):
        if value < size:
            kept[..., position] = found[..., value]
    return kept


def _question(cube: CubeFrames, monthly: Monthly, name: str) -> Monthly:
    if name in cube.questions:
        place = cube.questions.index(name)
        return Monthly(monthly.first, monthly.counts[:, :, :, place])
    return Monthly(
        monthly.first, np.zeros_like(monthly.counts[:, :, :, :1].sum(axis=3))
    )


def _of_answers(hits: int, n: int) -> intervals.Ratio | None:
    return intervals.Ratio(hits / n, hits, n, n, 1.0) if n else None


def _of_clusters(patterns: Counts) -> intervals.Ratio | None:
    if not patterns.any():
        return None
    answered, satisfied = np.nonzero(patterns)
    return intervals.ratio(
        (int(a), int(s), int(patterns[a, s]))
        for a, s in zip(answered, satisfied, strict=True)
    )
