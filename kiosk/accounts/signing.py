"""Proving who one is: throttled, and never while a transaction is open.

A hash takes 130 to 230 ms; computed inside a writing transaction it would stop the
intake of answers for as long.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from structlog import get_logger

from kiosk.accounts import audit, passwords, service, throttle
from kiosk.accounts.schema import folded_email
from kiosk.accounts.session import Person
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import TooManyAttemptsError

# Whoever failed is not known; what was typed may be a password in the wrong box.
UNKNOWN = "?"
logger = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Attempt:
    centre_id: int
    subject: str
    id: UUID


def sign_in(email: str, password: str, *, now: datetime) -> Person | None:
    """Return whose e-mail and password these are, and note the visit.

    Raises TooManyAttemptsError when the attempt comes too early.
    """
    person = proven(email, password, failure="sign_in.failed", now=now)
    if person is None:
        return None
    with writing_session() as session:
        account = service.find(session, person.centre_id, person.id)
        if account is not None:
            account.signed_in_at = now
        audit.record(
            session,
            actor=person,
            action="sign_in",
            subject=person.email,
            detail={},
            now=now,
        )
    return person


def proven(email: str, password: str, *, failure: str, now: datetime) -> Person | None:
    """Return whose e-mail and password these are; a failure is audited by that name."""
    attempt = _allowed_attempt(email, now)
    account = service.find_by_email(reading(), email)
    kept_hash = account.password_hash if account else passwords.STAND_IN
    reading().rollback()
    fits = passwords.fits(kept_hash, password)
    stronger = passwords.stronger_hash(kept_hash, password) if fits else None
    with writing_session() as session:
        # It may have been disabled or reset while the hash was computed.
        account = service.find_by_email(session, email)
        if (
            fits
            and account
            and account.password_hash == kept_hash
            and account.disabled_at is None
        ):
            throttle.forgive(session, attempt.centre_id, attempt.subject)
            account.password_hash = stronger or kept_hash
            return Person.of(account)
        audit.record(
            session,
            actor=UNKNOWN,
            action=failure,
            subject=account.email if account else UNKNOWN,
            detail={},
            now=now,
        )
    return None


def _allowed_attempt(email: str, now: datetime) -> _Attempt:
    subject = _subject(email)
    with writing_session() as session:
        centre_id = service.home(session)
        noted = throttle.note(session, centre_id, subject, now=now)
        attempt = _Attempt(centre_id, subject, noted.id)
    wait = throttle.wait_seconds(
        reading(), centre_id, subject, attempt=attempt.id, now=now
    )
    if wait:
        with writing_session() as session:
            throttle.withdraw(session, centre_id, attempt.id)
        logger.warning("sign-in refused for a while", retry_after=wait)
        raise TooManyAttemptsError(retry_after=wait)
    return attempt


def _subject(email: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode("utf-8")
    typed = folded_email(email).encode("utf-8")
    return hmac.new(key, typed, hashlib.sha256).hexdigest()
