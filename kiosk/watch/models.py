"""The alarms: raised once, acknowledged by a person, closed when their cause ends."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base, Json, UtcDateTime

_OPEN = sa.text("closed_at IS NULL")


class Alarm(Base):
    """One cause, from when it was first seen until it was gone."""

    __tablename__ = "alarm"
    __table_args__ = (
        # Two timers at once raise a cause once.
        sa.Index(
            "uq_alarm_open",
            "centre_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_alarm_raised_at", "centre_id", "raised_at"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(comment="A device's id, or empty")
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    raising_mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closing_mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
