"""Plain counts out of the cube, with the engine alone: no pandas here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre import service as centres
from kiosk.centre.models import PointField
from kiosk.core.periods import Month
from kiosk.insight.models import CubeReason, CubeSheet
from kiosk.insight.schema import Places


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` up to and without `end`."""

    first: date
    end: date

    def until(self, day: date) -> "Span":
        """Return the part before a day."""
        return Span(self.first, max(self.first, min(self.end, day)))

    def months(self) -> Iterator["Span"]:
        """Yield the part in each month."""
        start = self.first
        while start < self.end:
            end = min(self.end, Month.of(start).next().first)
            yield Span(start, end)
            start = end


def fields_of_point(session: Session, centre_id: int) -> dict[str, frozenset[str]]:
    """Return the codes of the fields dealt with at each point, in the points' order."""
    pairs = session.execute(
        sa.select(PointField.point_code, PointField.field_code).where(
            PointField.centre_id == centre_id
        )
    )
    found: dict[str, set[str]] = {}
    for point, field in pairs:
        found.setdefault(point, set()).add(field)
    points = centres.points(session, centre_id, with_retired=True)
    return {point.code: frozenset(found.get(point.code, ())) for point in points}


def reasons(session: Session, centre_id: int, span: Span) -> list[tuple[str, int, int]]:
    """Return (reason, score, n) over the days; the canary is left out."""
    rows = session.execute(
        sa.select(CubeReason.reason, CubeReason.overall, sa.func.sum(CubeReason.n))
        .where(*inside(CubeReason, centre_id, span), CubeReason.channel != "canary")
        .group_by(CubeReason.reason, CubeReason.overall)
    )
    return [(reason, overall, int(count)) for reason, overall, count in rows]


def sheets_by_day(session: Session, centre_id: int, span: Span) -> dict[date, int]:
    """Return the answer sheets of each day that has any; the canary is left out."""
    rows = session.execute(
        sa.select(CubeSheet.day, sa.func.sum(CubeSheet.sheets))
        .where(*inside(CubeSheet, centre_id, span), CubeSheet.channel != "canary")
        .group_by(CubeSheet.day)
    )
    return {day: int(count) for day, count in rows}


def flagged_sheets(session: Session, centre_id: int, span: Span) -> Mapping[str, int]:
    """Return how many sheets were assisted, late or had a clock fault."""
    names = ("assisted", "late", "clock_fault")
    counts = [sa.func.coalesce(sa.func.sum(getattr(CubeSheet, n)), 0) for n in names]
    row = session.execute(
        sa.select(*counts).where(
            *inside(CubeSheet, centre_id, span), CubeSheet.channel != "canary"
        )
    ).one()
    return dict(zip(names, map(int, row), strict=True))


def first_day(session: Session, centre_id: int) -> date | None:
    """Return the first day with a sheet of a citizen, None before anybody answered."""
    return session.scalar(
        sa.select(sa.func.min(CubeSheet.day)).where(
            CubeSheet.centre_id == centre_id, CubeSheet.channel != "canary"
        )
    )


def inside(cube: Any, centre_id: int, span: Span) -> tuple[Any, ...]:
    """Return the conditions for a cube's rows of these days."""
    return (cube.centre_id == centre_id, cube.day >= span.first, cube.day < span.end)


def places(session: Session, centre_id: int) -> Places:
    """Return the points, and the fields that have points of their own.

    A sheet says at which point it was given, not for which field: a field can be told
    apart only where a point serves no other.
    """
    fields = fields_of_point(session, centre_id)
    own: dict[str, set[str]] = {}
    for point, served in fields.items():
        if len(served) == 1:
            own.setdefault(next(iter(served)), set()).add(point)
    return Places(
        tuple(fields), {field: frozenset(points) for field, points in own.items()}
    )
