"""Tables of stored answer sheets, and of what asks the cube to be counted again."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base, Json, UtcDateTime

CHANNELS = ("kiosk", "qr", "slip", "assisted", "paper", "phone", "canary")
OUTCOMES = ("completed", "skipped", "timeout")


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


class AnswerSheet(Base):
    """One revision of one citizen's answers: appended, never changed (a trigger holds it).

    The highest revision of an id counts. No address, no browser, no device of a
    citizen is kept; `origin` names our tablet or our poster.
    """

    __tablename__ = "answer_sheet"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["centre_id", "survey", "survey_version"],
            [
                "survey_version.centre_id",
                "survey_version.code",
                "survey_version.version",
            ],
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "point"], ["point.centre_id", "point.code"]
        ),
        _one_of("channel", CHANNELS),
        _one_of("outcome", OUTCOMES),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("overall BETWEEN 1 AND 5", name="overall"),
        sa.CheckConstraint("local_hour BETWEEN 0 AND 23", name="local_hour"),
        sa.Index("ix_answer_sheet_local_day", "centre_id", "local_day"),
        sa.Index(
            "ix_answer_sheet_comment",
            "centre_id",
            "local_day",
            sqlite_where=sa.text("comment IS NOT NULL"),
            postgresql_where=sa.text("comment IS NOT NULL"),
        ),
    )

    centre_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, comment="Made by the device at the first tap"
    )
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    survey: Mapped[str]
    survey_version: Mapped[int]
    point: Mapped[str]
    channel: Mapped[str]
    origin: Mapped[str] = mapped_column(comment="device:<id> or poster:<serial>")
    captured_at: Mapped[datetime] = mapped_column(
        UtcDateTime, comment="As the device's clock said"
    )
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    occurred_at: Mapped[datetime] = mapped_column(
        UtcDateTime, comment="Capture time corrected by the device's clock offset"
    )
    clock_offset_ms: Mapped[int | None] = mapped_column(
        sa.BigInteger,
        comment="Our clock minus the device's: measured at capture, else at sending",
    )
    local_day: Mapped[date]
    local_hour: Mapped[int] = mapped_column(sa.SmallInteger)
    language: Mapped[str]
    outcome: Mapped[str]
    assisted: Mapped[bool]
    flipped: Mapped[bool]
    late: Mapped[bool] = mapped_column(comment="Received over 92 days after capture")
    clock_fault: Mapped[bool] = mapped_column(comment="Captured after it was sent")
    overall: Mapped[int | None] = mapped_column(sa.SmallInteger)
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    comment: Mapped[str | None] = mapped_column(
        comment="Free text; the only part that may be erased"
    )
    content_sha256: Mapped[str] = mapped_column(
        comment="Of the canonical content: tells a duplicate from a conflict"
    )


class SheetConflict(Base):
    """A sheet whose id was already used for other content; kept for a person to see."""

    __tablename__ = "sheet_conflict"
    __table_args__ = (
        sa.UniqueConstraint("centre_id", "sheet_id", "revision", "content_sha256"),
        sa.CheckConstraint("reason IN ('content', 'origin')", name="reason"),
        sa.Index("ix_sheet_conflict_received_at", "centre_id", "received_at"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[uuid.UUID]
    revision: Mapped[int]
    reason: Mapped[str]
    origin: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    content_sha256: Mapped[str]


class DirtyMark(Base):
    """A day whose cube must be counted again.

    Appended in the transaction that stores the sheets. The rebuild reads marks first
    and sheets second, and deletes only the marks it read: a mark it did not see
    belongs to sheets it may not have seen, and stays.
    """

    __tablename__ = "dirty_mark"

    centre_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    token: Mapped[uuid.UUID] = mapped_column(primary_key=True)
