"""The ledger of periodic work."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base, Json, UtcDateTime


class Job(Base):
    """A kind of periodic work: who is at it, and how it ended last.

    `started_at` is a lease: set while the work is under way, empty when it is done.
    """

    __tablename__ = "job"

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None]
    detail: Mapped[dict[str, Any] | None] = mapped_column(Json)
