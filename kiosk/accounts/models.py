"""Tables of people who sign in, programs that read, and the record of what was done."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base, Json, UtcDateTime


class Account(Base):
    """A person who signs in."""

    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("email"),
        sa.CheckConstraint("email = lower(email)", name="email"),
        sa.CheckConstraint(
            "role IN ('head', 'clerk', 'leader', 'supervisor', 'admin')", name="role"
        ),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    session_epoch: Mapped[int] = mapped_column(
        default=0, comment="Raised to end every open session"
    )
    must_change: Mapped[bool] = mapped_column(
        default=False, comment="The password was set by somebody else"
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """A failed attempt, kept for the throttle only."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        sa.Index("ix_sign_in_failure_subject", "centre_id", "subject", "at"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(comment="Keyed hash of what was typed")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """What a person or a command changed; appended, never edited."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_at", "centre_id", "at"),)

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[uuid.UUID | None]
    actor: Mapped[str] = mapped_column(comment="Name as it was, or the command")
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class ApiKey(Base):
    """A key with which a program reads figures or makes slips."""

    __tablename__ = "api_key"
    __table_args__ = (
        sa.CheckConstraint("scope IN ('figures', 'slips')", name="scope"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    scope: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
