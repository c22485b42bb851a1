"""Pairing tablets, issuing posters, and telling where a key or a code belongs."""

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre.models import Point
from kiosk.centre.service import only_centre, point
from kiosk.core.ids import new_id
from kiosk.core.text import normalise
from kiosk.devices.models import Device, PosterCode
from kiosk.devices.rules import (
    SERIALS,
    UNKNOWN,
    Poster,
    PosterTarget,
    State,
    hash_key,
    poster_code,
    read_poster_code,
)
from kiosk.errors import BadFieldError, NotFoundError, UnknownDeviceError

KEY_BYTES = 32
MAX_NAME = 60


def pair(
    session: Session, now: datetime, centre_id: int, point_code: str, name: str
) -> tuple[Device, str]:
    """Admit a tablet at a point; return it with its key, which is not kept."""
    device_name = " ".join(normalise(name).split())
    if not 0 < len(device_name) <= MAX_NAME:
        raise BadFieldError(field="name", reason=f"1 to {MAX_NAME} characters")
    _open_point(session, centre_id, point_code)
    key = secrets.token_urlsafe(KEY_BYTES)
    device = Device(
        centre_id=centre_id,
        id=new_id(),
        name=device_name,
        point_code=point_code,
        key_hash=hash_key(key),
        created_at=now,
    )
    session.add(device)
    session.flush()
    return device, key


def find_by_key(session: Session, key: str) -> Device:
    """Return the tablet with that key; raise UnknownDeviceError when there is none."""
    device = session.scalar(
        sa.select(Device).where(
            Device.key_hash == hash_key(key), Device.revoked_at.is_(None)
        )
    )
    if device is None:
        raise UnknownDeviceError
    return device


def list_devices(session: Session, centre_id: int) -> list[Device]:
    """Return the tablets, revoked ones too, the oldest first."""
    query = sa.select(Device).where(Device.centre_id == centre_id)
    return list(session.scalars(query.order_by(Device.created_at, Device.id)))


def revoke(session: Session, now: datetime, centre_id: int, device_id: UUID) -> Device:
    """Refuse a tablet from now on; one already revoked keeps its first date."""
    device = session.get(Device, (centre_id, device_id))
    if device is None:
        raise NotFoundError(device=str(device_id))
    device.revoked_at = device.revoked_at or now
    session.flush()
    return device


def issue_poster(
    session: Session, now: datetime, centre_id: int, point_code: str
) -> Poster:
    """Return the poster that holds at a point, issuing the first one when needed.

    Serials are drawn, not counted: after a restored backup a counter would give the
    number of a poster that hangs on a wall to another point, and answers with it.
    """
    _open_point(session, centre_id, point_code)
    row = session.scalar(_current(centre_id, point_code).limit(1))
    if row is None:
        row = PosterCode(
            centre_id=centre_id,
            serial=_unused_serial(session, centre_id),
            point_code=point_code,
            issued_at=now,
        )
        session.add(row)
        session.flush()
    key = only_centre(session).poster_key
    code = poster_code(key, centre_id, row.serial)
    return Poster(row.serial, code, row.point_code, row.issued_at)


def retire_poster(
    session: Session, now: datetime, centre_id: int, point_code: str
) -> bool:
    """End the poster that holds at a point; tell whether there was one."""
    rows = list(session.scalars(_current(centre_id, point_code)))
    for row in rows:
        row.retired_at = now
    session.flush()
    return bool(rows)


def resolve(session: Session, code: str) -> PosterTarget:
    """Tell where a code leads; a forged one is told by its check, before any look-up."""
    centre = only_centre(session)
    serial = read_poster_code(centre.poster_key, centre.id, code)
    if serial is None:
        return UNKNOWN
    found = session.execute(
        sa.select(PosterCode.point_code, PosterCode.retired_at, Point.retired_on)
        .join(
            Point,
            sa.and_(
                Point.centre_id == PosterCode.centre_id,
                Point.code == PosterCode.point_code,
            ),
        )
        .where(PosterCode.centre_id == centre.id, PosterCode.serial == serial)
    ).one_or_none()
    if found is None:
        return UNKNOWN
    closed = found.retired_at is not None or found.retired_on is not None
    state: State = "retired" if closed else "ok"
    return PosterTarget(state, centre.id, serial, found.point_code)


def _current(centre_id: int, point_code: str) -> sa.Select[PosterCode]:
    return (
        sa.select(PosterCode)
        .where(
            PosterCode.centre_id == centre_id,
            PosterCode.point_code == point_code,
            PosterCode.retired_at.is_(None),
        )
        .order_by(PosterCode.issued_at, PosterCode.serial)
    )


def _unused_serial(session: Session, centre_id: int) -> int:
    while True:
        serial = secrets.randbelow(SERIALS)
        if session.get(PosterCode, (centre_id, serial)) is None:
            return serial


def _open_point(session: Session, centre_id: int, point_code: str) -> None:
    if point(session, centre_id, point_code).retired_on is not None:
        raise NotFoundError(point=point_code[:32])
