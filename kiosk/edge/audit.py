"""Views record what a person changed; the accounts room keeps it."""

from collections.abc import Mapping
from typing import Protocol

from flask import current_app
from flask_login import current_user
from sqlalchemy.orm import Session

from kiosk import clock


class Recorder(Protocol):
    """Appends one audit entry in the caller's transaction."""

    def __call__(
        self,
        session: Session,
        *,
        actor: object,
        action: str,
        subject: str,
        detail: Mapping[str, object],
        now: object,
    ) -> None: ...


def record(
    session: Session,
    *,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append what the signed-in account is doing, in the caller's transaction."""
    recorder: Recorder = current_app.extensions["audit"]
    recorder(
        session,
        actor=current_user,
        action=action,
        subject=subject,
        detail=detail or {},
        now=clock.now(),
    )
