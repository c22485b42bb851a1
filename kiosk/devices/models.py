"""Tables of where an answer may come from."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base, Json, UtcDateTime


def _at_a_point() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["centre_id", "point_code"], ["point.centre_id", "point.code"]
    )


class Device(Base):
    """A tablet; its key is known to the tablet alone, we keep the hash."""

    __tablename__ = "device"
    __table_args__ = (
        _at_a_point(),
        sa.CheckConstraint("kind IN ('tablet', 'canary')", name="kind"),
    )

    centre_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="tablet", server_default="tablet")
    name: Mapped[str]
    point_code: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the key")
    pin: Mapped[str | None] = mapped_column(
        comment="Opens the staff panel on the tablet; keeps hands off, not burglars"
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="Of its last heartbeat"
    )
    report: Mapped[dict[str, Any] | None] = mapped_column(
        Json, comment="What its last heartbeat said"
    )


class PairingRequest(Base):
    """A tablet that shows a code and waits for staff; it has made its key already."""

    __tablename__ = "pairing_request"

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the key")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PosterCode(Base):
    """One printed poster's code; a retired one gets a kind page."""

    __tablename__ = "poster_code"
    __table_args__ = (_at_a_point(),)

    centre_id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    point_code: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
