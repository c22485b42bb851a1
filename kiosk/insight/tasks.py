"""What the head should see to today; only codes and numbers, the page has the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.capture.models import SheetConflict
from kiosk.centre import service as centres
from kiosk.centre.models import CalendarDay
from kiosk.core.periods import local_day
from kiosk.insight.counts import Span, first_day, sheets_by_day
from kiosk.insight.rules import Week, silent_days
from kiosk.watch import service as watch
from kiosk.watch.models import Alarm


@dataclass(frozen=True, slots=True)
class Tasks:
    """What is unknown, on which open days nobody answered, what was kept apart.

    `alarms` are the open ones, `names` those of the tablets in their sentences.
    """

    unknowns: Sequence[str]
    silent_days: Sequence[date]
    conflicts: int
    alarms: Sequence[Alarm]
    names: Mapping[str, str]

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.unknowns or self.silent_days or self.conflicts or self.alarms)


def today(
    session: Session, now: datetime, centre_id: int, *, with_alarms: bool
) -> Tasks:
    """Return what asks for a person today.

    Alarms tell what comes in at a counter while it does, so they are for those who
    do not stand there.
    """
    alarms = watch.open_alarms(session, centre_id) if with_alarms else []
    return Tasks(
        centres.unknowns(session, now, centre_id),
        _silent_days(session, local_day(now), centre_id),
        _conflicts(session, centre_id),
        alarms,
        watch.names(session, centre_id) if alarms else {},
    )


def _silent_days(session: Session, day: date, centre_id: int) -> list[date]:
    """Return the silent days of this week since the first sheet ever."""
    begun = first_day(session, centre_id)
    if begun is None:
        return []
    monday = day - timedelta(days=day.weekday())
    exceptions = session.execute(
        sa.select(CalendarDay.day, CalendarDay.kind).where(
            CalendarDay.centre_id == centre_id, CalendarDay.day.between(monday, day)
        )
    )
    hours = centres.opening_hours(session, centre_id)
    week = Week(
        frozenset(row.weekday for row in hours),
        {row.day: row.kind for row in exceptions},
    )
    sheets = sheets_by_day(session, centre_id, Span(monday, day))
    return [silent for silent in silent_days(week, sheets, day) if silent > begun]


def _conflicts(session: Session, centre_id: int) -> int:
    kept = sa.select(sa.func.count()).select_from(SheetConflict)
    return session.scalar(kept.where(SheetConflict.centre_id == centre_id)) or 0
