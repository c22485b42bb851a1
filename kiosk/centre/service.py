"""What the centre is, and what nobody has told us about it yet."""

import secrets
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre import rules, schema
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
from kiosk.errors import NotFoundError

REFERENCE_FILE = Path(__file__).parent / "data" / "ha_nam.toml"
# The embedded installation serves one centre; the key is in every table for the others.
FIRST_CENTRE_ID = 1
POSTER_KEY_BYTES = 32


def load_reference(session: Session) -> bool:
    """Fill an empty database from the reference file; tell whether it was empty.

    Once loaded, the database is the truth: what people edited is never overwritten.
    """
    if session.scalar(sa.select(sa.exists().select_from(Centre))):
        return False
    reference = schema.read_reference(REFERENCE_FILE)
    session.add(_centre_of(reference))
    session.flush()
    session.add_all(_fields_of(reference))
    session.add_all(_points_of(reference))
    session.flush()
    session.add_all(_point_fields_of(reference))
    session.add_all(_hours_of(reference))
    session.add_all(_calendar_of(reference))
    session.flush()
    return True


def _centre_of(reference: schema.Reference) -> Centre:
    row = reference.centre
    return Centre(
        id=FIRST_CENTRE_ID,
        code=row.code,
        name_vi=row.name_vi,
        name_en=row.name_en,
        commune_vi=row.commune_vi,
        commune_en=row.commune_en,
        hours_confirmed=reference.opening_hours.confirmed,
        points_confirmed=reference.points.confirmed and reference.fields.confirmed,
        poster_key=secrets.token_bytes(POSTER_KEY_BYTES),
    )


def _fields_of(reference: schema.Reference) -> list[ServiceField]:
    return [
        ServiceField(
            centre_id=FIRST_CENTRE_ID,
            code=row.code,
            name_vi=row.name_vi,
            name_en=row.name_en,
            position=position,
        )
        for position, row in enumerate(reference.fields.rows, start=1)
    ]


def _points_of(reference: schema.Reference) -> list[Point]:
    return [
        Point(
            centre_id=FIRST_CENTRE_ID,
            code=row.code,
            name_vi=row.name_vi,
            name_en=row.name_en,
            kind=row.kind,
            position=position,
        )
        for position, row in enumerate(reference.points.rows, start=1)
    ]


def _point_fields_of(reference: schema.Reference) -> list[PointField]:
    return [
        PointField(centre_id=FIRST_CENTRE_ID, point_code=row.code, field_code=code)
        for row in reference.points.rows
        for code in row.fields
    ]


def _hours_of(reference: schema.Reference) -> list[OpeningHours]:
    return [
        OpeningHours(
            centre_id=FIRST_CENTRE_ID,
            weekday=weekday,
            opens=row.opens,
            closes=row.closes,
        )
        for row in reference.opening_hours.rows
        for weekday in row.weekdays
    ]


def _calendar_of(reference: schema.Reference) -> list[CalendarDay]:
    return [
        CalendarDay(centre_id=FIRST_CENTRE_ID, **row.model_dump())
        for row in reference.calendar_days
    ]


def only_centre(session: Session) -> Centre:
    """Return the centre of this installation; raise NotFoundError before `init`."""
    found = session.scalar(sa.select(Centre).order_by(Centre.id).limit(1))
    if found is None:
        raise NotFoundError(what="centre")
    return found


def points(
    session: Session, centre_id: int, *, with_retired: bool = False
) -> list[Point]:
    """Return the points in the order in which people list them."""
    query = sa.select(Point).where(Point.centre_id == centre_id)
    if not with_retired:
        query = query.where(Point.retired_on.is_(None))
    return list(session.scalars(query.order_by(Point.position, Point.code)))


def point(session: Session, centre_id: int, code: str) -> Point:
    """Return one point, retired or not; raise NotFoundError when there is none."""
    found = None
    # PostgreSQL refuses U+0000, which an address may hold.
    if rules.is_point_code(code):
        found = session.get(Point, (centre_id, code))
    if found is None:
        raise NotFoundError(point=code[:32])
    return found


def point_keys(session: Session) -> list[tuple[int, str]]:
    """Return the centre and code of every point, retired or not."""
    rows = session.execute(sa.select(Point.centre_id, Point.code))
    return [(centre_id, code) for centre_id, code in rows]


def fields(
    session: Session, centre_id: int, *, with_retired: bool = False
) -> list[ServiceField]:
    """Return the fields of service in the order in which people list them."""
    query = sa.select(ServiceField).where(ServiceField.centre_id == centre_id)
    if not with_retired:
        query = query.where(ServiceField.retired_on.is_(None))
    return list(session.scalars(query.order_by(ServiceField.position)))


def field(session: Session, centre_id: int, code: str) -> ServiceField:
    """Return one field, retired or not; raise NotFoundError when there is none."""
    found = None
    if rules.is_field_code(code):
        found = session.get(ServiceField, (centre_id, code))
    if found is None:
        raise NotFoundError(field=code[:32])
    return found


def fields_of_point(
    session: Session, centre_id: int, point_code: str
) -> list[ServiceField]:
    """Return the fields dealt with at a point, retired ones left out."""
    query = (
        sa.select(ServiceField)
        .join(
            PointField,
            sa.and_(
                PointField.centre_id == ServiceField.centre_id,
                PointField.field_code == ServiceField.code,
            ),
        )
        .where(
            PointField.centre_id == centre_id,
            PointField.point_code == point_code,
            ServiceField.retired_on.is_(None),
        )
        .order_by(ServiceField.position)
    )
    return list(session.scalars(query))


def opening_hours(session: Session, centre_id: int) -> list[OpeningHours]:
    """Return the sessions of the week, from Monday morning on."""
    query = sa.select(OpeningHours).where(OpeningHours.centre_id == centre_id)
    return list(
        session.scalars(query.order_by(OpeningHours.weekday, OpeningHours.opens))
    )


def calendar_days(session: Session, centre_id: int, year: int) -> list[CalendarDay]:
    """Return the days of a year that are not what their weekday says."""
    query = sa.select(CalendarDay).where(
        CalendarDay.centre_id == centre_id,
        CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return list(session.scalars(query.order_by(CalendarDay.day)))


def targets(session: Session, centre_id: int) -> list[Target]:
    """Return every target ever set, by measure, the newest first."""
    query = sa.select(Target).where(Target.centre_id == centre_id)
    newest_first = (Target.measure, Target.valid_from.desc())
    return list(session.scalars(query.order_by(*newest_first)))


def target_on(
    session: Session, centre_id: int, measure: str, day: date
) -> Target | None:
    """Return the target of a measure that holds on a day."""
    query = sa.select(Target).where(
        Target.centre_id == centre_id,
        Target.measure == measure,
        Target.valid_from <= day,
    )
    return session.scalar(query.order_by(Target.valid_from.desc()).limit(1))


def unknowns(session: Session, now: datetime, centre_id: int) -> list[str]:
    """Return codes of what a person must still tell or confirm.

    `target` (none for satisfaction today), `signatory`, `points`, `opening_hours`.
    """
    own = session.get_one(Centre, centre_id)
    missing = {
        "target": target_on(session, centre_id, "satisfaction", local_day(now)) is None,
        "signatory": not (own.signatory_name and own.signatory_title),
        "points": not own.points_confirmed,
        "opening_hours": not own.hours_confirmed,
    }
    return [code for code, is_missing in missing.items() if is_missing]
