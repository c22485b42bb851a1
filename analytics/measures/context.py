"""What a figure is held against: dossiers brought, and the target in force."""

from collections.abc import Iterable, Mapping

from analytics.measures import months
from analytics.measures.cube import CubeFrames
from analytics.measures.parts import Part


def population(cube: CubeFrames, part: Part, period: tuple[int, int]) -> int | None:
    """Return the dossiers brought by a part in a range of months, None when unknown.

    How an answer arrived does not narrow who was served: channel and class leave the
    population as it is. A part of the points has one only where each of its points is
    counted and no dossier of the month is without a point; a period only when every
    month with answers is counted. Else it is unknown, and nothing is corrected by it.
    """
    inside = range(*period)
    counted = [month for month in inside if month in cube.dossiers]
    silent = cube.answered_months & set(inside) - set(counted)
    if silent or not counted:
        return None
    found = [_of_month(cube.points, part, cube.dossiers[month]) for month in counted]
    known = [number for number in found if number is not None]
    return sum(known) if len(known) == len(found) else None


def _of_month(
    points: tuple[str, ...], part: Part, counts: Mapping[str | None, int]
) -> int | None:
    if part.points.all():
        return sum(counts.values())
    own = [point for point, mine in zip(points, part.points, strict=True) if mine]
    if None in counts or not all(point in counts for point in own):
        return None
    return sum(counts[point] for point in own)


def target(cube: CubeFrames, measure: str, period: tuple[int, int]) -> float | None:
    """Return the target in force on the last day of a range of months."""
    last = months.last_day(period[1] - 1)
    in_force = [
        value for since, value in cube.targets_since.get(measure, ()) if since <= last
    ]
    return in_force[-1] if in_force else None


def verdict(low: float, high: float, target: float) -> str:
    """Return ``dat`` ``chua_dat`` ``chua_du_can_cu``."""
    if low >= target:
        return "dat"
    return "chua_dat" if high < target else "chua_du_can_cu"


def mean(values: Iterable[int], counts: Iterable[int]) -> float | None:
    """Return the mean of values given so often, None without any."""
    pairs = list(zip(values, counts, strict=True))
    n = sum(count for _, count in pairs)
    return sum(value * count for value, count in pairs) / n if n else None
