"""Who is signed in: a signed cookie that ends by idleness, by age and on request.

The cookie names the account and its epoch; raising the epoch ends every copy of it.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, UserMixin, current_user
from flask_login import login_user as write_cookie
from werkzeug.local import LocalProxy

from kiosk.accounts import audit, keys, permissions, rules, service
from kiosk.accounts.models import Account
from kiosk.accounts.navigation import main_links, settings_links
from kiosk.core.ids import parse_id
from kiosk.edge.access import ENDPOINTS, Staff, StaffOrKey
from kiosk.edge.transaction import reading
from kiosk.extensions import login_manager

STARTED = "started"
SEEN = "seen"
# The cookie is written again at most this often, not with every answer.
SEEN_STEP = timedelta(minutes=1)
OPEN_WHILE_CHANGING = frozenset({"accounts.own", "accounts.sign_out"})


@dataclass(frozen=True, slots=True, eq=False)
class Person(UserMixin):  # type: ignore[misc]
    """The account of this request, as it was when the request began."""

    centre_id: int
    id: uuid.UUID
    epoch: int
    email: str
    name: str
    role: str
    must_change: bool

    @classmethod
    def of(cls, account: Account) -> "Person":
        """Copy what a request needs of the account."""
        return cls(
            account.centre_id,
            account.id,
            account.session_epoch,
            account.email,
            account.name,
            account.role,
            account.must_change,
        )

    def get_id(self) -> str:
        """Return what the cookie says of this person."""
        return f"{self.centre_id}:{self.id}:{self.epoch}"

    def may(self, permission: str) -> bool:
        """Tell whether the role holds the permission."""
        return permissions.may(self.role, permission)


class Nobody(AnonymousUserMixin):  # type: ignore[misc]
    """A visitor who has not signed in."""

    def may(self, _permission: str) -> bool:
        """Tell that a visitor holds no permission."""
        return False


def bind(app: Flask, now: Callable[[], datetime]) -> None:
    """Make the app know its staff, its programs and its audit log."""
    # Its init_app would read the session after every request, to renew a cookie that
    # remembers people: there is none here, and citizens' answers would vary by cookie.
    app.login_manager = login_manager  # type: ignore[attr-defined]
    login_manager.anonymous_user = Nobody
    # The address of a tablet or a laptop changes within a working day; the epoch and
    # the two limits end a session instead.
    login_manager.session_protection = None
    login_manager.user_loader(lambda identity: _load(identity, now()))
    app.extensions["audit"] = audit.record
    app.extensions["api_keys"] = _opens
    app.before_request(_ask_for_own_password)
    app.context_processor(_staff_context)


def begin(person: Person, now: datetime) -> None:
    """Open a session; nothing of the visitor's earlier cookie survives."""
    session.clear()
    write_cookie(person)
    session[STARTED] = session[SEEN] = int(now.timestamp())


def end() -> None:
    """Forget who is signed in, in this browser."""
    session.clear()


def _load(identity: str, now: datetime) -> Person | None:
    if not _is_alive(now):
        return None
    try:
        centre_id, account_id, epoch = identity.split(":")
        key = (int(centre_id), parse_id(account_id))
    except ValueError:
        return None
    account = service.find(reading(), *key)
    if account is None or account.disabled_at is not None:
        return None
    return Person.of(account) if str(account.session_epoch) == epoch else None


def _is_alive(now: datetime) -> bool:
    try:
        started, seen = (
            datetime.fromtimestamp(session[name], UTC) for name in (STARTED, SEEN)
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return False
    if rules.is_over(started, seen, now):
        return False
    if now - seen >= SEEN_STEP:
        session[SEEN] = int(now.timestamp())
    return True


def _opens(key: str, scope: str) -> bool:
    return keys.find(reading(), key, scope=scope) is not None


def _ask_for_own_password() -> ResponseReturnValue | None:
    """Let a password that somebody else knows open nothing but its own change."""
    access = ENDPOINTS.get(request.endpoint or "")
    if (
        isinstance(access, Staff | StaffOrKey)
        and request.endpoint not in OPEN_WHILE_CHANGING
        and getattr(current_user, "must_change", False)
    ):
        return redirect(url_for("accounts.own"))
    return None


def _staff_context() -> dict[str, object]:
    # Looked up when a template asks: citizens' pages never read a staff cookie.
    return {
        "current_user": current_user,
        "navigation": LocalProxy(main_links),
        "settings_navigation": LocalProxy(settings_links),
    }
