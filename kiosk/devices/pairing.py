"""Tablets that show a code, and the staff member who types it in.

The tablet makes its key; the server keeps the hash from the first moment on, and the key
never travels back.
"""

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre.models import Centre
from kiosk.devices import service
from kiosk.devices.models import Device, PairingRequest
from kiosk.devices.rules import (
    PAIRING_CODES,
    PAIRING_LASTS,
    hash_key,
    is_key,
    pairing_code,
    read_pairing_code,
)
from kiosk.errors import (
    AlreadyPairedError,
    NotFoundError,
    TooManyPairingsError,
    UnknownDeviceError,
)

# A centre has some ten tablets; what is more is somebody who plays, or worse.
MAX_OPEN = 20


def ask(session: Session, now: datetime, centre_id: int, key: str) -> PairingRequest:
    """Return the open request of a key, making one when there is none.

    Raise UnknownDeviceError for what is no key, AlreadyPairedError for one that opens,
    TooManyPairingsError when too many wait.
    """
    if not is_key(key):
        raise UnknownDeviceError
    hashed = hash_key(key)
    _take_turn(session, centre_id)
    session.execute(
        sa.delete(PairingRequest).where(
            PairingRequest.centre_id == centre_id, PairingRequest.expires_at <= now
        )
    )
    if session.scalar(sa.select(sa.exists().where(Device.key_hash == hashed))):
        raise AlreadyPairedError
    waiting = list_open(session, now, centre_id)
    for request in waiting:
        if request.key_hash == hashed:
            return request
    if len(waiting) >= MAX_OPEN:
        left = waiting[0].expires_at - now
        raise TooManyPairingsError(retry_after=int(left.total_seconds()) + 1)
    request = PairingRequest(
        centre_id=centre_id,
        code=_unused_code({one.code for one in waiting}),
        key_hash=hashed,
        created_at=now,
        expires_at=now + PAIRING_LASTS,
    )
    session.add(request)
    session.flush()
    return request


def list_open(session: Session, now: datetime, centre_id: int) -> list[PairingRequest]:
    """Return the requests that may be confirmed, the oldest first."""
    query = sa.select(PairingRequest).where(
        PairingRequest.centre_id == centre_id, PairingRequest.expires_at > now
    )
    oldest_first = (PairingRequest.expires_at, PairingRequest.code)
    return list(session.scalars(query.order_by(*oldest_first)))


def find(
    session: Session, now: datetime, centre_id: int, typed: str
) -> PairingRequest | None:
    """Return the open request of a code, however it was typed."""
    code = read_pairing_code(typed)
    request = code and session.get(PairingRequest, (centre_id, code))
    return request if request and request.expires_at > now else None


def admit(
    session: Session, now: datetime, centre_id: int, typed: str, place: service.Place
) -> Device:
    """Confirm a code for a tablet that is new here."""
    key_hash = _use(session, now, centre_id, typed)
    return service.admit(session, now, centre_id, place, key_hash)


def admit_again(
    session: Session, now: datetime, centre_id: int, typed: str, device_id: UUID
) -> Device:
    """Confirm a code for a tablet that lost its key; it stays the same to its sheets.

    Whoever holds its old key is refused from now on.
    """
    device = service.tablet(session, centre_id, device_id)
    device.key_hash = _use(session, now, centre_id, typed)
    device.revoked_at = None
    service.renew_pin(session, device)
    return device


def _use(session: Session, now: datetime, centre_id: int, typed: str) -> str:
    """Return the hash of the key that waits under a code, and close the request."""
    _take_turn(session, centre_id)
    request = find(session, now, centre_id, typed)
    if request is None:
        raise NotFoundError(what="pairing")
    key_hash = request.key_hash
    session.delete(request)
    session.flush()
    return key_hash


def _take_turn(session: Session, centre_id: int) -> None:
    # SQLite has one writer; elsewhere two at once would both see room for one more, or
    # both use the same code.
    session.execute(
        sa.select(Centre.id)
        .where(Centre.id == centre_id)
        .with_for_update(key_share=True)
    )


def _unused_code(used: set[str]) -> str:
    while True:
        code = pairing_code(secrets.randbelow(PAIRING_CODES))
        if code not in used:
            return code
