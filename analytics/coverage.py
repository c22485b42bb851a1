"""Who answered out of all who were served, and what the silent could change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.measures import MeasureRow

TippingCode = Literal["reached", "needs", "out_of_reach", "unknown"]


@dataclass(frozen=True)
class Tipping:
    """What share of those who did not answer must be satisfied to reach the target.

    ``reached``: even none of them would do; ``out_of_reach``: even all would not;
    ``unknown``: no target, no known population, too few answers, or all answered.
    """

    code: TippingCode
    share: float | None = None
    silent: int | None = None


@dataclass(frozen=True)
class Coverage:
    """Answer sheets, dossiers brought, and the mix of classes of evidence.

    ``by_class`` is None for a class that small-cell protection hides.
    """

    sheets: int | None
    population: int | None
    share: float | None
    by_class: Mapping[str, int | None]
    tipping: Tipping


def coverage(
    row: MeasureRow,
    channels: Sequence[MeasureRow] = (),
    class_of_channel: Mapping[str, str] | None = None,
) -> Coverage:
    """Read the coverage of a row; ``channels`` is the same figure split by channel."""
    return Coverage(
        row.sheets,
        row.population,
        row.coverage,
        _mix(channels, class_of_channel or {}),
        tipping(row),
    )


def tipping(row: MeasureRow) -> Tipping:
    """Return the tipping point of a share among one answer a sheet.

    The interval speaks of chance; this speaks of those who kept silent.
    """
    known = (row.target, row.population, row.numerator, row.sheets)
    if not row.is_judged or row.sheets != row.denominator or None in known:
        return Tipping("unknown")
    target, population = row.target or 0.0, row.population or 0
    silent = population - (row.sheets or 0)
    if silent <= 0:
        return Tipping("unknown")
    share = (target * population - (row.numerator or 0)) / silent
    if share <= 0:
        return Tipping("reached", 0.0, silent)
    return Tipping("needs" if share <= 1 else "out_of_reach", min(share, 1.0), silent)


def _mix(
    channels: Sequence[MeasureRow], class_of_channel: Mapping[str, str]
) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for row in channels:
        name = class_of_channel[row.key or ""]
        before = found.get(name, 0)
        hidden = before is None or row.sheets is None
        found[name] = None if hidden else (before or 0) + (row.sheets or 0)
    return found
