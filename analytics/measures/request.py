"""What is asked: a measure, months, a split and filters."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from analytics import catalogue
from analytics.measures import months

By = Literal["month", "period"]
Split = Literal["point", "field", "channel", "factor"]
SPLITS = ("point", "field", "channel", "factor")


class RequestError(ValueError):
    """A request cannot be answered; ``code`` says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class MeasureRequest:
    """A question to the cube.

    Months run from ``first_month`` up to and without ``end_month``. ``by="period"``
    takes them as one. ``classes``, ``points`` and ``channels`` filter when given.
    ``open_month`` is the month that still fills, if the caller wants its small numbers
    not to hide a closed month (see ``analytics.disclosure``).
    Raises RequestError with code ``unknown_measure``, ``bad_month``, ``empty_range``,
    ``bad_by``, ``unknown_split`` or ``split_not_defined``.
    """

    measure: str
    first_month: str
    end_month: str
    by: By = "month"
    split: Split | None = None
    classes: frozenset[str] | None = None
    points: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    open_month: str | None = None

    def __post_init__(self) -> None:
        """Refuse what has no answer."""
        try:
            measure = catalogue.find(self.measure)
        except catalogue.CatalogueError as error:
            raise RequestError("unknown_measure", self.measure) from error
        self._check_months()
        if self.by not in ("month", "period"):
            raise RequestError("bad_by", self.by)
        if self.split is not None and self.split not in SPLITS:
            raise RequestError("unknown_split", self.split)
        if self.split == "factor" and measure.definition.formula.method != "ratio":
            # Only the index is made of factors.
            raise RequestError("split_not_defined", f"{self.measure} by factor")

    def _check_months(self) -> None:
        try:
            first, end = (
                months.ordinal(self.first_month),
                months.ordinal(self.end_month),
            )
            months.ordinal(self.open_month or self.first_month)
        except ValueError as error:
            raise RequestError("bad_month", str(error)) from error
        if end <= first:
            raise RequestError("empty_range", f"{self.first_month} to {self.end_month}")

    @property
    def first(self) -> int:
        """Ordinal of the first month."""
        return months.ordinal(self.first_month)

    @property
    def end(self) -> int:
        """Ordinal of the month after the last."""
        return months.ordinal(self.end_month)

    @property
    def periods(self) -> list[tuple[int, int]]:
        """Month ranges of the rows, headed by the period before the first.

        That one is as long as the others and serves the comparison only.
        """
        length = 1 if self.by == "month" else self.end - self.first
        starts = range(self.first - length, self.end, length)
        return [(start, start + length) for start in starts]

    @property
    def days(self) -> tuple[date, date]:
        """Days the frames have to cover, from the first up to and without the second."""
        return (
            months.first_day(self.periods[0][0]),
            months.first_day(self.end),
        )
