"""Where the canary's sheets were counted: in its own column, and in no figure.

Loads pandas: import it where it is used.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from analytics import catalogue, hours
from analytics.measures import MeasureRequest, MeasureRow, compute
from analytics.measures.request import RequestError, Split
from kiosk.capture.models import AnswerSheet
from kiosk.core.database import snapshot
from kiosk.core.periods import Month
from kiosk.insight import counts, cube, loading, service
from kiosk.insight.counts import Span
from kiosk.insight.loading import CubeRows, Setting
from kiosk.insight.models import CubeAnswer
from kiosk.operations.canary import messages
from kiosk.operations.canary.rules import CHANNEL, QUESTION, Probe
from kiosk.operations.rules import JobFailedError

SATISFACTION = "satisfaction"
# A tap between the counting and the look makes its day wait again; on a day with taps
# without pause, that day is left out of the last look.
LOOKS = 5
ONE_DAY = timedelta(days=1)
# Where the channel stands in rows (month, point, channel, …) and (day, hour, point, …).
CHANNEL_AT = 2
HOUR_CHANNEL_AT = 3

Places = Counter[tuple[date, str, int | None]]


@dataclass(frozen=True, slots=True)
class Sheets:
    """The last revisions of a month's sheets, without the canary's, by day."""

    all: Counter[date]
    scored: int


def prove(
    engine: Engine, centre_id: int, sent: Collection[Probe]
) -> dict[str, str | int | None]:
    """Count anew and look, in one snapshot; raise JobFailedError at the first fault."""
    for look in range(1, LOOKS + 1):
        service.refresh(engine, centre_id)
        with (
            snapshot(engine).connect() as connection,
            Session(bind=connection) as session,
        ):
            days = _own_days(connection, centre_id, sent)
            waiting = set(cube.dirty_days(connection, centre_id))
            if waiting & days and look < LOOKS:
                continue
            _check_column(connection, centre_id, days)
            return _check_figures(session, centre_id, Month.of(max(days)), waiting)
    raise AssertionError  # the last look returns or raises


def _own_days(
    connection: Connection, centre_id: int, sent: Collection[Probe]
) -> set[date]:
    """Return the days of the sheets that were sent; each must be there as it was sent."""
    rows = connection.execute(
        sa.select(
            AnswerSheet.id,
            AnswerSheet.local_day,
            AnswerSheet.point,
            AnswerSheet.overall,
            AnswerSheet.channel,
        ).where(
            AnswerSheet.centre_id == centre_id,
            AnswerSheet.id.in_([probe.id for probe in sent]),
        )
    ).all()
    found = Counter((row.id, row.point, row.overall, row.channel) for row in rows)
    wanted = Counter((p.id, p.point, p.level, CHANNEL) for p in sent)
    if found != wanted:
        raise JobFailedError(messages.lost((found & wanted).total(), len(sent)))
    return {row.local_day for row in rows}


def _check_column(connection: Connection, centre_id: int, days: set[date]) -> None:
    """Compare the canary's column of these days with all its sheets, one by one."""
    sheets = connection.execute(
        sa.select(AnswerSheet.local_day, AnswerSheet.point, AnswerSheet.overall).where(
            AnswerSheet.centre_id == centre_id,
            AnswerSheet.local_day.in_(days),
            AnswerSheet.channel == CHANNEL,
        )
    )
    expected: Places = Counter((day, point, level) for day, point, level in sheets)
    rows = connection.execute(
        sa.select(
            CubeAnswer.day, CubeAnswer.point, CubeAnswer.value, CubeAnswer.n
        ).where(
            CubeAnswer.centre_id == centre_id,
            CubeAnswer.day.in_(days),
            CubeAnswer.channel == CHANNEL,
            CubeAnswer.question == QUESTION,
        )
    )
    found: Places = Counter({(day, point, level): n for day, point, level, n in rows})
    if found != expected:
        raise JobFailedError(messages.miscounted(found.total(), expected.total()))


def _check_figures(
    session: Session, centre_id: int, month: Month, waiting: set[date]
) -> dict[str, str | int | None]:
    """Hold the month's figures against the sheets, and against a cube without canary."""
    spans = list(_counted_spans(month, waiting))
    sheets = _sheets(session, centre_id, month, spans)
    by_day: Counter[date] = Counter()
    for span in spans:
        by_day.update(counts.sheets_by_day(session, centre_id, span))
    if by_day != sheets.all:
        raise JobFailedError(messages.in_counts(by_day.total(), sheets.all.total()))
    setting = loading.setting(session, centre_id)
    rows = CubeRows((), ())
    hour_rows: list[Sequence[Any]] = []
    for span in spans:
        rows += loading.cube_rows(session, centre_id, span)
        hour_rows += loading.hour_rows(session, centre_id, span)
    published = _published(setting, rows, month)
    figure = published[SATISFACTION, None][0].denominator
    if figure is not None and figure != sheets.scored:
        raise JobFailedError(messages.in_figure(figure, sheets.scored))
    without = _published(setting, _without_canary(rows), month)
    changed = sorted({name for name, _ in _differing(published, without)})
    if _hours(setting, hour_rows, month) != _hours(setting, _left(hour_rows), month):
        changed.append("hours")
    if changed:
        raise JobFailedError(messages.changes(changed))
    return {"month": str(month), "figure_n": figure, "answered": sheets.scored}


def _counted_spans(month: Month, waiting: set[date]) -> Iterator[Span]:
    """Yield the runs of days of a month of which none waits to be counted."""
    first, end = month.first, month.next().first
    for day in sorted(day for day in waiting if first <= day < end):
        if first < day:
            yield Span(first, day)
        first = day + ONE_DAY
    if first < end:
        yield Span(first, end)


def _sheets(
    session: Session, centre_id: int, month: Month, spans: Iterable[Span]
) -> Sheets:
    """Count the sheets one by one: not in SQL, and not as the cube does it.

    Of a sheet with one revision in the month all are read: the last one may have moved.
    """
    inside = sa.and_(
        AnswerSheet.centre_id == centre_id,
        AnswerSheet.local_day >= month.first,
        AnswerSheet.local_day < month.next().first,
    )
    ids = sa.select(AnswerSheet.id).where(inside)
    rows = session.execute(
        sa.select(
            AnswerSheet.id,
            AnswerSheet.local_day,
            AnswerSheet.channel,
            AnswerSheet.overall,
        )
        .where(AnswerSheet.centre_id == centre_id, AnswerSheet.id.in_(ids))
        .order_by(AnswerSheet.id, AnswerSheet.revision)
    )
    every: Counter[date] = Counter()
    scored = 0
    counted = [(span.first, span.end) for span in spans]
    for _, revisions in groupby(rows, key=lambda row: row.id):
        *_, last = revisions
        is_inside = any(first <= last.local_day < end for first, end in counted)
        if last.channel == CHANNEL or not is_inside:
            continue
        every[last.local_day] += 1
        scored += last.overall is not None
    return Sheets(every, scored)


Published = dict[tuple[str, str | None], list[MeasureRow]]


def _published(setting: Setting, rows: CubeRows, month: Month) -> Published:
    """Return every measure of the month in every split, as anybody may read it."""
    frames = setting.frames(rows)
    found: Published = {}
    for request in _requests(month):
        key = (request.measure, request.split)
        found[key] = compute(request, frames)
    return found


def _requests(month: Month) -> Iterator[MeasureRequest]:
    for definition in catalogue.load().values():
        names = [f"{definition.code}:{part}" for part in definition.parts]
        for measure in names or [definition.code]:
            for split in (None, *get_args(Split)):
                try:
                    yield MeasureRequest(
                        measure,
                        str(month),
                        str(month.next()),
                        split=split,
                        open_month=str(month),
                    )
                except RequestError:
                    continue  # only the index is made of factors


def _differing(one: Published, other: Published) -> Iterator[tuple[str, str | None]]:
    for key, rows in one.items():
        if [row.to_json() for row in rows] != [row.to_json() for row in other[key]]:
            yield key


def _without_canary(rows: CubeRows) -> CubeRows:
    return CubeRows(
        tuple(row for row in rows.answers if row[CHANNEL_AT] != CHANNEL),
        tuple(row for row in rows.indices if row[CHANNEL_AT] != CHANNEL),
    )


def _left(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    return [row for row in rows if row[HOUR_CHANNEL_AT] != CHANNEL]


def _hours(
    setting: Setting, rows: Iterable[Sequence[Any]], month: Month
) -> list[hours.HourCell]:
    request = MeasureRequest(SATISFACTION, str(month), str(month.next()))
    return hours.table(request, setting.hour_frames(rows))
