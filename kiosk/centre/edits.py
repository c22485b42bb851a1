"""Changes of the centre's settings; each returns what changed, for the audit log.

A room on this floor cannot write the audit log, which is its neighbour's: the view does.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre import rules, service
from kiosk.centre.models import (
    CalendarDay,
    Centre,
    OpeningHours,
    Point,
    PointField,
    ServiceField,
    Target,
)
from kiosk.core.periods import local_day
from kiosk.errors import BadFieldError, DuplicateError, NotFoundError

# What changed: a name and its value, or its values before and after.
Change = Mapping[str, object]


def set_signatory(
    session: Session, centre_id: int, signatory: rules.Signatory
) -> Change:
    """Say who signs what the centre sends out."""
    own = session.get_one(Centre, centre_id)
    before = f"{own.signatory_title or ''} {own.signatory_name or ''}".strip()
    own.signatory_name = signatory.name
    own.signatory_title = signatory.title
    return {"before": before, "after": f"{signatory.title} {signatory.name}"}


def set_opening_hours(
    session: Session, centre_id: int, openings: Iterable[rules.Opening]
) -> Change:
    """Replace the week's sessions; whoever writes them down has confirmed them."""
    before = _week(_openings(session, centre_id))
    session.execute(sa.delete(OpeningHours).where(OpeningHours.centre_id == centre_id))
    session.add_all(
        OpeningHours(
            centre_id=centre_id,
            weekday=opening.weekday,
            opens=opening.opens,
            closes=opening.closes,
        )
        for opening in openings
    )
    session.flush()
    session.get_one(Centre, centre_id).hours_confirmed = True
    return {"before": before, "after": _week(_openings(session, centre_id))}


def _openings(session: Session, centre_id: int) -> list[rules.Opening]:
    return [
        rules.Opening(row.weekday, row.opens, row.closes)
        for row in service.opening_hours(session, centre_id)
    ]


def _week(openings: Iterable[rules.Opening]) -> dict[str, str]:
    days: dict[str, list[rules.Opening]] = {}
    for opening in openings:
        days.setdefault(str(opening.weekday), []).append(opening)
    return {day: rules.write_hours(sessions) for day, sessions in days.items()}


def set_calendar_day(
    session: Session, centre_id: int, special: rules.SpecialDay
) -> Change:
    """Say what a day is; whoever names the document has confirmed the day."""
    known = session.get(CalendarDay, (centre_id, special.day))
    before = None if known is None else f"{known.kind}: {known.source}"
    session.merge(
        CalendarDay(
            centre_id=centre_id,
            day=special.day,
            kind=special.kind,
            note_vi=special.note.vi,
            note_en=special.note.en,
            source=special.source,
            provisional=False,
        )
    )
    session.flush()
    return {"before": before, "after": f"{special.kind}: {special.source}"}


def remove_calendar_day(session: Session, centre_id: int, day: date) -> Change:
    """Let the weekday decide again; raise NotFoundError when it already does."""
    known = session.get(CalendarDay, (centre_id, day))
    if known is None:
        raise NotFoundError(day=day.isoformat())
    session.delete(known)
    session.flush()
    return {"before": f"{known.kind}: {known.source}", "after": None}


def confirm_points(session: Session, centre_id: int) -> Change:
    """Note that the points and fields are as they are in the building."""
    session.get_one(Centre, centre_id).points_confirmed = True
    return {"points": [point.code for point in service.points(session, centre_id)]}


def add_point(
    session: Session, centre_id: int, code: str, kind: str, names: rules.Names
) -> Change:
    """Open a point at the end of the list; raise DuplicateError when the code is used."""
    if session.get(Point, (centre_id, code)) is not None:
        raise DuplicateError(field="code")
    last = session.scalar(
        sa.select(sa.func.max(Point.position)).where(Point.centre_id == centre_id)
    )
    session.add(
        Point(
            centre_id=centre_id,
            code=code,
            name_vi=names.vi,
            name_en=names.en,
            kind=kind,
            position=(last or 0) + 1,
        )
    )
    session.flush()
    return {"kind": kind, "name": names.vi}


def change_point(
    session: Session,
    centre_id: int,
    code: str,
    names: rules.Names,
    field_codes: Iterable[str],
) -> Change:
    """Rename a point and say which fields are dealt with there."""
    point = service.point(session, centre_id, code)
    served = service.fields_of_point(session, centre_id, code)
    before = {"name": point.name_vi, "fields": [field.code for field in served]}
    point.name_vi, point.name_en = names.vi, names.en
    kept = _known_fields(session, centre_id, field_codes)
    session.execute(
        sa.delete(PointField).where(
            PointField.centre_id == centre_id, PointField.point_code == code
        )
    )
    session.add_all(
        PointField(centre_id=centre_id, point_code=code, field_code=field_code)
        for field_code in kept
    )
    session.flush()
    return {"before": before, "after": {"name": names.vi, "fields": kept}}


def _known_fields(session: Session, centre_id: int, codes: Iterable[str]) -> list[str]:
    asked = set(codes)
    known = [field.code for field in service.fields(session, centre_id)]
    if not asked <= set(known):
        raise BadFieldError(field="fields", reason="unknown")
    return [code for code in known if code in asked]


def retire_point(session: Session, now: datetime, centre_id: int, code: str) -> Change:
    """Close a point from today on; what was answered there stays counted."""
    point = service.point(session, centre_id, code)
    point.retired_on = point.retired_on or local_day(now)
    return {"retired_on": point.retired_on.isoformat()}


def reopen_point(session: Session, centre_id: int, code: str) -> Change:
    """Take back the closing of a point."""
    service.point(session, centre_id, code).retired_on = None
    return {"retired_on": None}


def add_field(
    session: Session, centre_id: int, code: str, names: rules.Names
) -> Change:
    """Add a field of service; raise DuplicateError when the code is used."""
    if session.get(ServiceField, (centre_id, code)) is not None:
        raise DuplicateError(field="code")
    last = session.scalar(
        sa.select(sa.func.max(ServiceField.position)).where(
            ServiceField.centre_id == centre_id
        )
    )
    session.add(
        ServiceField(
            centre_id=centre_id,
            code=code,
            name_vi=names.vi,
            name_en=names.en,
            position=(last or 0) + 1,
        )
    )
    session.flush()
    return {"name": names.vi}


def rename_field(
    session: Session, centre_id: int, code: str, names: rules.Names
) -> Change:
    """Rename a field of service."""
    field = service.field(session, centre_id, code)
    before = field.name_vi
    field.name_vi, field.name_en = names.vi, names.en
    return {"before": before, "after": names.vi}


def retire_field(session: Session, now: datetime, centre_id: int, code: str) -> Change:
    """Stop offering a field from today on."""
    field = service.field(session, centre_id, code)
    field.retired_on = field.retired_on or local_day(now)
    return {"retired_on": field.retired_on.isoformat()}


def reopen_field(session: Session, centre_id: int, code: str) -> Change:
    """Take back the end of a field."""
    service.field(session, centre_id, code).retired_on = None
    return {"retired_on": None}


def set_target(
    session: Session, now: datetime, centre_id: int, aim: rules.Aim, set_by: str
) -> Change:
    """Set what a measure shall reach from a day on; the same day again corrects it."""
    known = session.get(Target, (centre_id, aim.measure, aim.valid_from))
    before = None if known is None else known.value
    session.merge(
        Target(
            centre_id=centre_id,
            measure=aim.measure,
            valid_from=aim.valid_from,
            value=aim.value,
            source=aim.source,
            set_by=set_by,
            set_at=now,
        )
    )
    session.flush()
    return {
        "valid_from": aim.valid_from.isoformat(),
        "before": before,
        "after": aim.value,
        "source": aim.source,
    }


def remove_target(
    session: Session, centre_id: int, measure: str, valid_from: date
) -> Change:
    """Take back a target; raise NotFoundError when there is none from that day."""
    known = session.get(Target, (centre_id, measure, valid_from))
    if known is None:
        raise NotFoundError(measure=measure, valid_from=valid_from.isoformat())
    session.delete(known)
    session.flush()
    return {"valid_from": valid_from.isoformat(), "before": known.value, "after": None}
