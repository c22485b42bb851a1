"""Which sentence a figure allows. A word for "more" or "less" needs a signal.

The words stand in `messages`; here only the rule that picks them, so that it can be
tested without a language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.core.periods import Month

if TYPE_CHECKING:
    from analytics.compare import Comparison
    from analytics.intervals import Interval
    from analytics.measures import MeasureRow
    from analytics.trend import Finding


@dataclass(frozen=True, slots=True)
class Share:
    """A share 0–1, written as percent."""

    value: float


@dataclass(frozen=True, slots=True)
class Aim:
    """A share that somebody set, written as percent without an empty decimal."""

    value: float


@dataclass(frozen=True, slots=True)
class Points:
    """A difference of shares, written in percentage points with its sign."""

    value: float


@dataclass(frozen=True, slots=True)
class Names:
    """Parts of a figure, written by their names."""

    keys: tuple[str | None, ...]


Value = Share | Aim | Points | Names | Month | int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A code and what the words need; `mood` picks the icon."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
    mood: str = "none"


def change(row: "MeasureRow") -> list[Sentence]:
    """Say whether the month differs from the one before, and by how much."""
    month = Month.parse(row.month)
    before: dict[str, Value] = {"month": month, "before": month.previous()}
    silence = _silence(row)
    if silence is not None:
        return [silence]
    if row.change is None or row.difference is None:
        before["minimum"] = row.minimum_n
        return [Sentence("change.no_base", before, "too_few")]
    mood = "none" if row.change == "no_signal" else "signal"
    return [
        Sentence(f"change.{row.change}", before, mood),
        Sentence("change.difference", _gap(row.difference)),
    ]


def verdict(row: "MeasureRow") -> list[Sentence]:
    """Hold the month against its target, in three states; and say what is missing."""
    if row.target is None:
        return [Sentence("verdict.no_target")]
    target: dict[str, Value] = {"target": Aim(row.target)}
    if row.verdict is None:
        return [Sentence("verdict.too_few", target)]
    said = [Sentence(f"verdict.{row.verdict}", target)]
    if row.verdict == "chua_du_can_cu":
        said.append(_missing(row))
    return said


def trend_title(what: str, finding: "Finding") -> Sentence:
    """Say what thirteen months show."""
    if finding.code == "too_few" or not finding.month or not finding.difference:
        return Sentence(f"{what}.too_few")
    values: dict[str, Value] = {
        "month": Month.parse(finding.month),
        "count": finding.months_before,
        **_gap(finding.difference),
    }
    return Sentence(f"{what}.{finding.code}", values)


def compare_title(what: str, comparison: "Comparison") -> Sentence:
    """Say which factors, points or channels differ from the rest, lower ones first."""
    if comparison.code != "differs":
        return Sentence(f"{what}.{comparison.code}")
    lower, higher = (comparison.keys(d) for d in ("lower", "higher"))
    if lower and higher:
        both = {"lower": Names(lower), "higher": Names(higher)}
        return Sentence(f"{what}.both", both)
    direction = "lower" if lower else "higher"
    return Sentence(f"{what}.{direction}", {"names": Names(lower or higher)})


def reasons_title(codes: Sequence[str], counts: Sequence[int]) -> Sentence:
    """Name the reason that was given most often, if it is one."""
    if not counts or not counts[0] or (len(counts) > 1 and counts[0] == counts[1]):
        return Sentence("reasons.none")
    most: dict[str, Value] = {"name": Names((codes[0],)), "n": counts[0]}
    return Sentence("reasons.most", most)


def figure(row: "MeasureRow") -> Sentence:
    """Say the figure with its interval and number of sheets, or why there is none."""
    silence = _silence(row, judged=False)
    if silence is not None:
        return silence
    values: dict[str, Value] = {
        "value": Share(row.value or 0.0),
        "low": Share(row.low or 0.0),
        "high": Share(row.high or 0.0),
        "n": row.sheets or 0,
    }
    return Sentence("figure.thin" if row.is_thin else "figure.full", values)


def _silence(row: "MeasureRow", *, judged: bool = True) -> Sentence | None:
    """Return why nothing can be said of the row, if so."""
    month = {"month": Month.parse(row.month)}
    if row.suppressed:
        return Sentence("figure.hidden", month, "too_few")
    if row.is_empty:
        return Sentence("figure.empty", month, "too_few")
    if judged and row.is_thin:
        values = {"n": row.sheets or 0, "minimum": row.minimum_n}
        return Sentence("figure.too_few", values, "too_few")
    return None


def _missing(row: "MeasureRow") -> Sentence:
    if not row.more_needed:
        return Sentence("verdict.needs_unknown")
    return Sentence("verdict.needs_more", {"n": row.more_needed})


def _gap(gap: "Interval") -> dict[str, Value]:
    return {
        "value": Points(gap.value),
        "low": Points(gap.low),
        "high": Points(gap.high),
    }
