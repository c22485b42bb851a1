"""The cube's rows as frames for `analytics`. Loads pandas: import it where it is used.

Months are added up by the engine: the frames of thirteen months then hold a few
thousand rows, whatever the number of days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from analytics import frames
from analytics.measures import CubeFrames
from kiosk.centre import service as centres
from kiosk.insight.counts import Span, fields_of_point, inside
from kiosk.insight.models import CubeAnswer, CubeHour, CubeIndex
from kiosk.insight.rules import CLASS_OF_CHANNEL

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True)
class CubeRows:
    """Rows of some days, ready to be put together with those of other days."""

    answers: tuple[Sequence[Any], ...]
    indices: tuple[Sequence[Any], ...]

    def __add__(self, other: "CubeRows") -> "CubeRows":
        """Return the rows of both."""
        return CubeRows(self.answers + other.answers, self.indices + other.indices)


@dataclass(frozen=True)
class Setting:
    """What stands beside the counts: targets, and which point serves which field."""

    targets: tuple[tuple[str, date, float], ...]
    fields_of_point: Mapping[str, frozenset[str]]

    def frames(self, rows: CubeRows) -> CubeFrames:
        """Return everything that the measures of these rows are made of."""
        return CubeFrames(
            scores=frames.scores(rows.answers),
            clusters=frames.clusters(rows.indices),
            targets=frames.targets(self.targets),
            fields_of_point=self.fields_of_point,
            class_of_channel=CLASS_OF_CHANNEL,
        )

    def hour_frames(self, rows: Rows) -> CubeFrames:
        """Return the frames of answers by weekday and hour."""
        return CubeFrames(
            hours=frames.hours(rows),
            fields_of_point=self.fields_of_point,
            class_of_channel=CLASS_OF_CHANNEL,
        )


def setting(session: Session, centre_id: int) -> Setting:
    """Return what stands beside the counts of a centre."""
    targets = centres.targets(session, centre_id)
    return Setting(
        tuple((target.measure, target.valid_from, target.value) for target in targets),
        fields_of_point(session, centre_id),
    )


def cube_rows(session: Session, centre_id: int, span: Span) -> CubeRows:
    """Return the counts of these days by month."""
    return CubeRows(
        tuple(_answers(session, centre_id, span)),
        tuple(_indices(session, centre_id, span)),
    )


def hour_rows(session: Session, centre_id: int, span: Span) -> list[Sequence[Any]]:
    """Return the answers of these days by day and hour."""
    columns = (CubeHour.hour, CubeHour.point, CubeHour.channel)
    rows = session.execute(
        sa.select(CubeHour.day, *columns, CubeHour.n, CubeHour.satisfied).where(
            *inside(CubeHour, centre_id, span)
        )
    )
    return [tuple(row) for row in rows]


def _answers(session: Session, centre_id: int, span: Span) -> Rows:
    groups = (
        CubeAnswer.point,
        CubeAnswer.channel,
        CubeAnswer.question,
        CubeAnswer.value,
    )
    return _by_month(session, centre_id, span, groups, CubeAnswer.n)


def _indices(session: Session, centre_id: int, span: Span) -> Rows:
    groups = (
        CubeIndex.point,
        CubeIndex.channel,
        CubeIndex.answered,
        CubeIndex.satisfied,
    )
    return _by_month(session, centre_id, span, groups, CubeIndex.sheets)


def _by_month(
    session: Session,
    centre_id: int,
    span: Span,
    groups: Sequence[InstrumentedAttribute[Any]],
    number: InstrumentedAttribute[int],
) -> Rows:
    """Yield (first of the month, groups …, sum).

    A query a month: the key gives it the days, and no function has to be called for
    each row (half the time of grouping by year and month, on either engine).
    """
    cube = number.class_
    summed = sa.select(*groups, sa.func.sum(number)).group_by(*groups)
    for month in span.months():
        rows = session.execute(summed.where(*inside(cube, centre_id, month)))
        first = month.first.replace(day=1)
        for *rest, count in rows:
            yield (first, *rest, int(count))
