"""API keys of programs: 256 random bits, of which only the SHA-256 is kept.

A fast hash is enough for a key that nobody chose, and a look-up by hash compares
nothing that an attacker could time.
"""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.accounts.models import ApiKey
from kiosk.core.ids import new_id
from kiosk.errors import BadFieldError, NotFoundError

KEY_BYTES = 32
SCOPES = ("figures", "slips")


def create(
    session: Session, centre_id: int, *, name: str, scope: str, now: datetime
) -> tuple[ApiKey, str]:
    """Make a key; return its row and the key itself, which cannot be shown again."""
    if scope not in SCOPES:
        raise BadFieldError(field="scope", reason="scope")
    key = secrets.token_urlsafe(KEY_BYTES)
    row = ApiKey(
        centre_id=centre_id,
        id=new_id(),
        name=name,
        scope=scope,
        key_hash=_hash(key),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row, key


def find(session: Session, key: str, *, scope: str) -> ApiKey | None:
    """Return the key's row when it exists, has the scope and is not revoked."""
    return session.scalar(
        sa.select(ApiKey).where(
            ApiKey.key_hash == _hash(key),
            ApiKey.scope == scope,
            ApiKey.revoked_at.is_(None),
        )
    )


def listing(session: Session, centre_id: int) -> Sequence[ApiKey]:
    """Return all keys, oldest first."""
    return session.scalars(
        sa.select(ApiKey)
        .where(ApiKey.centre_id == centre_id)
        .order_by(ApiKey.created_at, ApiKey.id)
    ).all()


def revoke(
    session: Session, centre_id: int, key_id: uuid.UUID, *, now: datetime
) -> ApiKey:
    """Make the key worthless from now on."""
    row = session.get(ApiKey, (centre_id, key_id))
    if row is None:
        raise NotFoundError(what="api key")
    row.revoked_at = row.revoked_at or now
    return row


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
