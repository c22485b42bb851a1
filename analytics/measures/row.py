"""One row of figures, as published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from analytics.intervals import CONFIDENCE, Interval, Ratio
from analytics.measures.request import Split

PLACES = 4
PUBLISHED = (
    "month",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "confidence",
    "mean",
    "counts",
    "population",
    "coverage",
    "target",
    "verdict",
    "change",
    "suppressed",
)


@dataclass(frozen=True)
class MeasureRow:
    """A measure in one period, for one part of a split.

    - No answers: numerator and denominator 0, everything estimated None, not
      suppressed: that nobody answered is no person's answer.
    - Suppressed: every number that comes from answers or dossiers is None.
    - ``sheets`` are the answer sheets behind the figure; for the index fewer than its
      denominator. Small cells and coverage go by them.
    - ``target`` is the latest one valid on the period's last day: a target set during
      a month is the one its result is held against.
    - ``verdict``: ``dat`` ``chua_dat`` ``chua_du_can_cu``; None without target or below
      ``minimum_n``. ``change`` against the period before, of the same length: ``up``
      ``down`` ``no_signal``; None when either has fewer than ``minimum_n`` sheets.
    - ``difference`` is the change with its interval, ``more_needed`` the further sheets
      that would settle the verdict at the present share (at least up to ``minimum_n``).
    """

    measure: str
    month: str
    end_month: str | None = None
    split: Split | None = None
    key: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float = CONFIDENCE
    mean: float | None = None
    counts: Mapping[str, int] | None = None
    population: int | None = None
    coverage: float | None = None
    target: float | None = None
    verdict: str | None = None
    change: str | None = None
    suppressed: bool = False
    sheets: int | None = None
    minimum_n: int = 30
    design_effect: float | None = None
    difference: Interval | None = None
    more_needed: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nobody answered."""
        return self.sheets == 0

    @property
    def is_thin(self) -> bool:
        """Whether there are answers, but too few to judge."""
        return self.sheets is not None and 0 < self.sheets < self.minimum_n

    @property
    def is_judged(self) -> bool:
        """Whether the figure may be judged and compared."""
        return self.sheets is not None and self.sheets >= self.minimum_n

    @property
    def estimate(self) -> Ratio | None:
        """What the row's answers say by themselves, None when hidden or empty."""
        if not self.sheets or self.value is None:
            return None
        return Ratio(
            self.value,
            self.numerator or 0,
            self.denominator or 0,
            self.sheets,
            self.design_effect or 1.0,
        )

    def unjudged(self) -> "MeasureRow":
        """Return the row without verdict and comparison."""
        return replace(self, verdict=None, change=None, difference=None)

    def withheld(self) -> "MeasureRow":
        """Return the row without any number of its own."""
        return MeasureRow(
            measure=self.measure,
            month=self.month,
            end_month=self.end_month,
            split=self.split,
            key=self.key,
            confidence=self.confidence,
            target=self.target,
            minimum_n=self.minimum_n,
            suppressed=True,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the published form, shares and means rounded to four places.

        A split adds its own name with the part, a whole period its ``end_month``.
        """
        shown = {name: _rounded(getattr(self, name)) for name in PUBLISHED}
        if self.counts is not None:
            shown["counts"] = dict(self.counts)
        if self.end_month is not None:
            shown["end_month"] = self.end_month
        if self.split is not None:
            shown[self.split] = self.key
        return shown


def _rounded(value: object) -> object:
    return round(value, PLACES) if isinstance(value, float) else value
