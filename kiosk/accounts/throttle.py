"""How many wrong passwords are looked at: counted in the database, so that workers and
restarts count together.

An attempt is noted, and committed, before it is counted and before the password is
looked at. So of many at once each sees all that were noted before it, and no more than
the limit pass, without a lock.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.accounts import rules
from kiosk.accounts.models import SignInFailure
from kiosk.core.ids import new_id


def note(
    session: Session, centre_id: int, subject: str, *, now: datetime
) -> SignInFailure:
    """Note an attempt as failed until it is forgiven; forget those past counting."""
    session.execute(
        sa.delete(SignInFailure).where(
            SignInFailure.centre_id == centre_id,
            SignInFailure.at <= now - max(rules.FAILURE_WINDOW, rules.CENTRE_WINDOW),
        )
    )
    attempt = SignInFailure(centre_id=centre_id, id=new_id(), subject=subject, at=now)
    session.add(attempt)
    return attempt


def wait_seconds(
    session: Session, centre_id: int, subject: str, *, attempt: uuid.UUID, now: datetime
) -> int:
    """Return how long this noted attempt has to wait for the others, 0 for not at all."""
    others = session.execute(
        sa.select(SignInFailure.subject, SignInFailure.at).where(
            SignInFailure.centre_id == centre_id, SignInFailure.id != attempt
        )
    ).all()
    own = [row.at for row in others if row.subject == subject]
    return max(
        rules.wait_seconds(
            own, limit=rules.FAILURES, window=rules.FAILURE_WINDOW, now=now
        ),
        rules.wait_seconds(
            [row.at for row in others],
            limit=rules.CENTRE_FAILURES,
            window=rules.CENTRE_WINDOW,
            now=now,
        ),
    )


def withdraw(session: Session, centre_id: int, attempt: uuid.UUID) -> None:
    """Forget an attempt whose password was not looked at: asking prolongs no wait."""
    session.execute(
        sa.delete(SignInFailure).where(
            SignInFailure.centre_id == centre_id, SignInFailure.id == attempt
        )
    )


def forgive(session: Session, centre_id: int, subject: str) -> None:
    """Forget the failures of somebody who has proved who they are."""
    session.execute(
        sa.delete(SignInFailure).where(
            SignInFailure.centre_id == centre_id, SignInFailure.subject == subject
        )
    )
