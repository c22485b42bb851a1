"""From a question and the cube to rows of figures."""

from dataclasses import replace

import numpy as np

from analytics import catalogue, disclosure, intervals
from analytics.catalogue import Definition
from analytics.measures import context, months, parts, tables
from analytics.measures.cube import CubeFrames
from analytics.measures.parts import Part
from analytics.measures.request import MeasureRequest
from analytics.measures.row import MeasureRow

FACTOR = "factor"


def compute(request: MeasureRequest, cube: CubeFrames) -> list[MeasureRow]:
    """Return one row a period and part, period by period in the order of the split.

    Every period and part has its row, also without answers. The frames have to cover
    ``request.days``; a missing month counts as one without answers.
    Raises FrameError when the cube holds a value that the measure does not know.
    """
    if request.split == FACTOR:
        by_part = _by_factor(request, cube)
    else:
        by_part = _by_place(request, cube)
    return [row for period in zip(*by_part, strict=True) for row in period]


def _by_factor(request: MeasureRequest, cube: CubeFrames) -> list[list[MeasureRow]]:
    definition = catalogue.load()[FACTOR]
    maker = _Maker(request, cube, definition)
    taken = parts.filtered(request, cube, maker.whole)
    return [
        maker.rows(
            f"{FACTOR}:{name}",
            replace(parts.one_factor(taken, position), key=name),
        )
        for position, name in enumerate(definition.formula.questions)
    ]


def _by_place(request: MeasureRequest, cube: CubeFrames) -> list[list[MeasureRow]]:
    measure = catalogue.find(request.measure)
    definition = measure.definition
    maker = _Maker(request, cube, definition)
    taken = parts.filtered(request, cube, maker.whole)
    if definition.parts:
        position = definition.formula.questions.index(measure.questions[0])
        taken = parts.one_factor(taken, position)
    return [maker.rows(measure.id, p) for p in parts.split(request, cube, taken)]


class _Maker:
    """Makes the rows of one part after another from the same tables."""

    def __init__(
        self, request: MeasureRequest, cube: CubeFrames, definition: Definition
    ) -> None:
        self._request = request
        self._cube = cube
        self._definition = definition
        self._tables = tables.load(request, cube, definition.formula)
        self.whole = parts.everything(cube, self._tables.sheets.shape[1])
        self._cover = parts.Cover(
            self._tables.sheets[1:], self.whole, self._open_row(request)
        )

    def rows(self, measure: str, part: Part) -> list[MeasureRow]:
        """Return the part's rows, one a period, as they may be shown."""
        estimates = self._tables.estimates(part)
        counts = self._tables.counts(part)
        hidden = [False, *self._cover.hides(part)]
        found = []
        for place, period in enumerate(self._request.periods):
            if place == 0:
                continue
            row = self._row(measure, part, period, estimates[place])
            row = self._with_counts(row, counts[place])
            target = context.target(self._cube, measure, period)
            row = _with_verdict(row, estimates[place], target)
            before = None if hidden[place - 1] else estimates[place - 1]
            found.append(_with_change(row, estimates[place], before))
        return disclosure.protect(found, hidden[1:])

    def _row(
        self,
        measure: str,
        part: Part,
        period: tuple[int, int],
        estimate: intervals.Ratio | None,
    ) -> MeasureRow:
        population = context.population(self._cube, part, period)
        by_period = self._request.by == "period"
        row = MeasureRow(
            measure=measure,
            month=months.label(period[0]),
            end_month=months.label(period[1]) if by_period else None,
            split=self._request.split,
            key=part.key,
            numerator=0,
            denominator=0,
            population=population,
            coverage=0.0 if population else None,
            sheets=0,
            minimum_n=self._definition.minimum_n,
        )
        if estimate is None:
            return row
        bounds = estimate.interval(population, row.confidence)
        return replace(
            row,
            numerator=estimate.hits,
            denominator=estimate.answers,
            value=bounds.value,
            low=bounds.low,
            high=bounds.high,
            coverage=estimate.sheets / population if population else None,
            sheets=estimate.sheets,
            design_effect=estimate.design_effect,
        )

    def _with_counts(
        self, row: MeasureRow, counts: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    ) -> MeasureRow:
        formula = self._definition.formula
        numbers = [int(number) for number in counts]
        by_value = zip((str(v) for v in formula.values), numbers, strict=True)
        mean = context.mean(formula.values, numbers) if formula.mean else None
        return replace(row, counts=dict(by_value), mean=mean)

    @staticmethod
    def _open_row(request: MeasureRequest) -> int | None:
        if request.open_month is None or request.by == "period":
            return None
        place = months.ordinal(request.open_month) - request.first
        return place if 0 <= place < request.end - request.first else None


def _with_verdict(
    row: MeasureRow, estimate: intervals.Ratio | None, target: float | None
) -> MeasureRow:
    if target is None or estimate is None or row.low is None or row.high is None:
        return replace(row, target=target)
    more = intervals.needed_more(
        estimate, target, population=row.population, minimum=row.minimum_n
    )
    return replace(
        row,
        target=target,
        verdict=context.verdict(row.low, row.high, target),
        more_needed=more,
    )


def _with_change(
    row: MeasureRow, now: intervals.Ratio | None, before: intervals.Ratio | None
) -> MeasureRow:
    """Compare with the period before, both without correction for the population."""
    if now is None or before is None or before.sheets < row.minimum_n:
        return row
    gap = intervals.difference(now.interval(), before.interval())
    change = "no_signal"
    if gap.excludes_zero:
        change = "up" if gap.value > 0 else "down"
    return replace(row, difference=gap, change=change)
