"""A measure over thirteen months: what state each month is in, and what may be said.

Thirteen, so that the same month of the year before is in sight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from analytics.intervals import Interval, difference, pooled
from analytics.measures import MeasureRow, months

LENGTH = 13

State = Literal["judged", "thin", "hidden", "empty"]
Code = Literal["higher", "lower", "no_signal", "too_few"]


@dataclass(frozen=True)
class Finding:
    """What the latest judged month is against all judged months before it together.

    ``too_few``: no judged month, or none before it; then the numbers are None.
    """

    code: Code
    month: str | None = None
    value: float | None = None
    before: float | None = None
    difference: Interval | None = None
    months_before: int = 0


@dataclass(frozen=True)
class Trend:
    """Rows month by month and the one finding about them."""

    rows: tuple[MeasureRow, ...]
    finding: Finding

    @property
    def states(self) -> tuple[State, ...]:
        """The state of each month."""
        return tuple(state(row) for row in self.rows)


def window(last_month: str, length: int = LENGTH) -> tuple[str, str]:
    """Return first and end month (half-open) of the months up to ``last_month``."""
    end = months.ordinal(last_month) + 1
    return months.label(end - length), months.label(end)


def series(rows: Sequence[MeasureRow]) -> Trend:
    """Read a series out of the rows of one measure by month, without a split.

    Raises ValueError unless the months follow each other.
    """
    places = [months.ordinal(row.month) for row in rows]
    if any(later - sooner != 1 for sooner, later in pairwise(places)):
        raise ValueError("the months do not follow each other")
    return Trend(tuple(rows), _finding(rows))


def state(row: MeasureRow) -> State:
    """Return what may be shown of a row."""
    if row.suppressed:
        return "hidden"
    if row.is_empty:
        return "empty"
    return "thin" if row.is_thin else "judged"


def _finding(rows: Sequence[MeasureRow]) -> Finding:
    """Make the one comparison, so that no month is picked because it looks odd.

    One comparison at 95 % is wrong once in twenty quiet months; months that vary more
    than chance among themselves make it wrong more often.
    """
    judged = [
        (row.month, row.estimate) for row in rows if row.is_judged and row.estimate
    ]
    if len(judged) < 2:
        return Finding("too_few")
    month, latest = judged[-1]
    before = pooled(estimate for _, estimate in judged[:-1])
    gap = difference(latest.interval(), before.interval())
    code: Code = "no_signal"
    if gap.excludes_zero:
        code = "higher" if gap.value > 0 else "lower"
    return Finding(code, month, latest.value, before.value, gap, len(judged) - 1)
