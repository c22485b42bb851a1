"""Factors, points or channels side by side: which one clearly differs from the rest.

The rule that writes a chart's title. Each part is held against all others together
(Newcombe's interval); with k parts the confidence of each comparison is raised to
1 − 0.05/k (Bonferroni), so that among equal parts a title claims a difference at most
once in twenty. The clearest difference is taken out first and the others are compared
again without it: one bad factor must not make the good ones look "higher".

Factors are answered by the same people. Such answers hang together, which makes the
true interval of a difference narrower than the one used: the rule errs towards
silence. Points differ in the procedures they handle; "lower" is not "worse".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.intervals import CONFIDENCE, Interval, Ratio, difference, pooled
from analytics.measures import MeasureRow

Direction = Literal["higher", "lower"]
Code = Literal["differs", "no_signal", "too_few"]


@dataclass(frozen=True)
class Finding:
    """One part that differs from the rest, and by how much."""

    key: str | None
    direction: Direction
    value: float
    rest: float
    difference: Interval


@dataclass(frozen=True)
class Comparison:
    """What was found, clearest first; ``left_out`` had too few answers to compare.

    ``too_few``: fewer than two parts could be compared.
    """

    code: Code
    findings: tuple[Finding, ...]
    compared: tuple[str | None, ...]
    left_out: tuple[str | None, ...]

    def keys(self, direction: Direction) -> tuple[str | None, ...]:
        """Return the parts that differ in one direction."""
        return tuple(f.key for f in self.findings if f.direction == direction)


def compare(rows: Sequence[MeasureRow], confidence: float = CONFIDENCE) -> Comparison:
    """Compare the rows of one split in one period.

    Raises ValueError when the rows are of several periods.
    """
    if len({(row.month, row.end_month) for row in rows}) > 1:
        raise ValueError("the rows are of several periods")
    left = {row.key: row.estimate for row in rows if row.is_judged}
    parts = {key: estimate for key, estimate in left.items() if estimate}
    compared = tuple(parts)
    left_out = tuple(row.key for row in rows if row.key not in parts)
    if len(parts) < 2:
        return Comparison("too_few", (), compared, left_out)
    # Two parts make one comparison, seen from either side.
    comparisons = len(parts) if len(parts) > 2 else 1
    each = 1 - (1 - confidence) / comparisons
    findings: list[Finding] = []
    while len(parts) > 1 and (found := _clearest(parts, each)) is not None:
        findings.append(found)
        del parts[found.key]
    code: Code = "differs" if findings else "no_signal"
    return Comparison(code, tuple(findings), compared, left_out)


def _clearest(parts: dict[str | None, Ratio], confidence: float) -> Finding | None:
    """Return the part that differs most for what is known of it, lower ones first."""
    found = [_against_rest(key, parts, confidence) for key in parts]
    clear = [one for one in found if one.difference.excludes_zero]
    if not clear:
        return None
    return max(clear, key=lambda one: (_clarity(one), one.direction == "lower"))


def _against_rest(
    key: str | None, parts: dict[str | None, Ratio], confidence: float
) -> Finding:
    own = parts[key]
    rest = pooled(estimate for other, estimate in parts.items() if other != key)
    gap = difference(
        own.interval(confidence=confidence), rest.interval(confidence=confidence)
    )
    direction: Direction = "higher" if gap.value > 0 else "lower"
    return Finding(key, direction, own.value, rest.value, gap)


def _clarity(finding: Finding) -> float:
    """Return the difference in units of its interval's arm towards zero."""
    gap = finding.difference
    arm = gap.value - gap.low if gap.value > 0 else gap.high - gap.value
    return round(abs(gap.value) / arm, 9)
