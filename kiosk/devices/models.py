"""Tables of where an answer may come from."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base, UtcDateTime


def _at_a_point() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["centre_id", "point_code"], ["point.centre_id", "point.code"]
    )


class Device(Base):
    """A tablet; its key is known to the tablet alone, we keep the hash."""

    __tablename__ = "device"
    __table_args__ = (_at_a_point(),)

    centre_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    point_code: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the key")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PosterCode(Base):
    """One printed poster's code; a retired one gets a kind page."""

    __tablename__ = "poster_code"
    __table_args__ = (_at_a_point(),)

    centre_id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    point_code: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
