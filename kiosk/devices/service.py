"""Pairing tablets, issuing posters, and telling where a key or a code belongs."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre.models import Point
from kiosk.centre.service import only_centre, point
from kiosk.core.ids import new_id
from kiosk.core.text import normalise
from kiosk.devices.models import Device, PosterCode
from kiosk.devices.rules import (
    PIN_DIGITS,
    PINS,
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

TABLET = "tablet"
KEY_BYTES = 32
MAX_NAME = 60


def pair(
    session: Session, now: datetime, centre_id: int, point_code: str, name: str
) -> tuple[Device, str]:
    """Admit a tablet at a point; return it with its key, which is not kept."""
    key = secrets.token_urlsafe(KEY_BYTES)
    device = admit(session, now, centre_id, Place(point_code, name), hash_key(key))
    return device, key


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tablet stands and what people call it."""

    point_code: str
    name: str


def admit(
    session: Session, now: datetime, centre_id: int, place: Place, key_hash: str
) -> Device:
    """Admit a tablet that has made its key itself."""
    name = _name(place.name)
    open_point(session, centre_id, place.point_code)
    device = Device(
        centre_id=centre_id,
        id=new_id(),
        name=name,
        point_code=place.point_code,
        key_hash=key_hash,
        pin=_new_pin(),
        created_at=now,
    )
    session.add(device)
    session.flush()
    return device


def describe(session: Session, device: Device, place: Place) -> None:
    """Rename a tablet, or move it; sheets captured before keep their point."""
    name = _name(place.name)
    if place.point_code != device.point_code:
        open_point(session, device.centre_id, place.point_code)
    device.name, device.point_code = name, place.point_code
    session.flush()


def renew_pin(session: Session, device: Device) -> None:
    """Draw a new PIN; the tablet learns it when it next asks who it is."""
    device.pin = _new_pin()
    session.flush()


def find_by_key(session: Session, key: str) -> Device:
    """Return the device with that key; raise UnknownDeviceError when there is none."""
    device = session.scalar(
        sa.select(Device).where(
            Device.key_hash == hash_key(key), Device.revoked_at.is_(None)
        )
    )
    if device is None:
        raise UnknownDeviceError
    return device


def find_tablet(session: Session, key: str) -> tuple[int, UUID]:
    """Return the centre and id of the tablet with that key.

    Raise UnknownDeviceError when there is none; a canary is none.
    """
    device = find_by_key(session, key)
    if device.kind != TABLET:
        raise UnknownDeviceError
    return device.centre_id, device.id


def hear(
    session: Session,
    now: datetime,
    centre_id: int,
    device_id: UUID,
    report: Mapping[str, Any],
) -> None:
    """Keep a tablet's heartbeat in place of the one before."""
    heard = (
        sa.update(Device)
        .where(Device.centre_id == centre_id, Device.id == device_id)
        .values(seen_at=now, report=report)
    )
    session.execute(heard, execution_options={"synchronize_session": False})


def list_devices(session: Session, centre_id: int) -> list[Device]:
    """Return the tablets, revoked ones too, the oldest first."""
    query = sa.select(Device).where(
        Device.centre_id == centre_id, Device.kind == TABLET
    )
    return list(session.scalars(query.order_by(Device.created_at, Device.id)))


def tablet(session: Session, centre_id: int, device_id: UUID) -> Device:
    """Return one tablet, revoked or not; raise NotFoundError when there is none."""
    device = session.get(Device, (centre_id, device_id))
    if device is None or device.kind != TABLET:
        raise NotFoundError(device=str(device_id))
    return device


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
    open_point(session, centre_id, point_code)
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


def open_point(session: Session, centre_id: int, point_code: str) -> None:
    """Raise NotFoundError unless answers are asked for at the point."""
    if point(session, centre_id, point_code).retired_on is not None:
        raise NotFoundError(point=point_code[:32])


def _name(text: str) -> str:
    name = " ".join(normalise(text).split())
    if not 0 < len(name) <= MAX_NAME:
        raise BadFieldError(field="name", reason=f"1 to {MAX_NAME} characters")
    return name


def _new_pin() -> str:
    return f"{secrets.randbelow(PINS):0{PIN_DIGITS}d}"
