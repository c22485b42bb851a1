"""The record of what was changed and by whom; appended, never edited."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.accounts import service
from kiosk.accounts.models import AuditEntry
from kiosk.core.ids import new_id
from kiosk.errors import NotFoundError

PAGE_SIZE = 50
# What the filling of a database with simulated answers leaves in its record.
SIMULATED = "demo.fill"


class Actor(Protocol):
    """A signed-in person."""

    @property
    def centre_id(self) -> int: ...
    @property
    def id(self) -> uuid.UUID: ...
    @property
    def name(self) -> str: ...


def record(
    session: Session,
    *,
    actor: Actor | str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
    now: datetime,
) -> None:
    """Append an entry; the actor is a person or the name of a command."""
    person = None if isinstance(actor, str) else actor
    session.add(
        AuditEntry(
            centre_id=person.centre_id if person else service.home(session),
            id=new_id(),
            at=now,
            actor_id=person.id if person else None,
            actor=person.name if person else actor,
            action=action,
            subject=subject,
            detail=dict(detail),
        )
    )


def is_simulated(session: Session) -> bool:
    """Tell whether the answers of this database are simulated."""
    found = sa.exists().where(AuditEntry.action == SIMULATED)
    return bool(session.scalar(sa.select(found)))


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the record, newest first."""

    entries: Sequence[AuditEntry]
    number: int
    total: int

    @property
    def first(self) -> int:
        """Return the position of the first entry, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Return the position of the last entry."""
        return self.first + len(self.entries) - 1


def page(session: Session, centre_id: int, number: int) -> Page:
    """Return a page of entries; pages count from 1, and the first may be empty."""
    mine = AuditEntry.centre_id == centre_id
    total = session.scalar(sa.select(sa.func.count()).where(mine)) or 0
    if not 1 <= number <= max(1, ceil(total / PAGE_SIZE)):
        raise NotFoundError
    entries = session.scalars(
        sa.select(AuditEntry)
        .where(mine)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Page(entries, number, total)
