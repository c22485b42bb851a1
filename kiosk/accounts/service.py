"""Accounts: made, given a password, changed, disabled; never deleted, the audit log
names them.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.accounts import permissions
from kiosk.accounts.models import Account
from kiosk.accounts.permissions import Role
from kiosk.accounts.schema import Draft, folded_email, name_of
from kiosk.core.ids import new_id
from kiosk.errors import (
    BadFieldError,
    DuplicateError,
    NotAllowedError,
    NotFoundError,
)

# The room of the centre stands beside this one; all that is needed of it is the key.
CENTRE = sa.table("centre", sa.column("id", sa.Integer))


def home(session: Session) -> int:
    """Return the key of the installation's centre."""
    centre_id = session.scalar(sa.select(sa.func.min(CENTRE.c.id)))
    if centre_id is None:
        raise NotFoundError(what="centre")
    return int(centre_id)


def listing(session: Session, centre_id: int) -> Sequence[Account]:
    """Return all accounts, those in use first, by name."""
    return session.scalars(
        sa.select(Account)
        .where(Account.centre_id == centre_id)
        .order_by(Account.disabled_at.is_not(None), Account.name, Account.email)
    ).all()


def find(session: Session, centre_id: int, account_id: uuid.UUID) -> Account | None:
    """Return the account with this key, if there is one."""
    return session.get(Account, (centre_id, account_id))


def find_by_email(session: Session, email: str) -> Account | None:
    """Return the account with this address, whatever the case it was typed in."""
    return session.scalar(
        sa.select(Account).where(Account.email == folded_email(email))
    )


def create(
    session: Session,
    centre_id: int,
    draft: Draft,
    *,
    password_hash: str,
    must_change: bool,
    now: datetime,
) -> Account:
    """Make an account; raise DuplicateError when the address has one."""
    if find_by_email(session, draft.email) is not None:
        raise DuplicateError(field="email")
    account = Account(
        centre_id=centre_id,
        id=new_id(),
        email=draft.email,
        name=draft.name,
        role=draft.role,
        password_hash=password_hash,
        session_epoch=0,
        must_change=must_change,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def set_password(account: Account, password_hash: str, *, must_change: bool) -> None:
    """Replace the password and end every session that the old one opened."""
    account.password_hash = password_hash
    account.must_change = must_change
    end_sessions(account)


def end_sessions(account: Account) -> None:
    """Make every cookie that this account holds worthless."""
    account.session_epoch += 1


def disable(session: Session, account: Account, *, now: datetime) -> None:
    """Keep the account out from now on."""
    if account.disabled_at is not None:
        return
    _keep_an_admin(session, account)
    account.disabled_at = now
    end_sessions(account)


def enable(account: Account) -> None:
    """Let a disabled account in again; the caller gives it a new password."""
    account.disabled_at = None


def describe(session: Session, account: Account, *, name: str, role: Role) -> None:
    """Give the account another name or role; the role counts from the next request."""
    if role != Role.ADMIN:
        _keep_an_admin(session, account)
    account.name = name_of(name)
    account.role = role


def check_managed(manager_role: str, account: Account) -> None:
    """Raise NotAllowedError when the account is not this role's to manage."""
    if not permissions.manages(manager_role, account.role):
        raise NotAllowedError


def _keep_an_admin(session: Session, account: Account) -> None:
    """Refuse what would leave nobody who can make accounts of every role."""
    if account.role != Role.ADMIN or account.disabled_at is not None:
        return
    admins = session.scalars(
        sa.select(Account.id)
        .where(
            Account.centre_id == account.centre_id,
            Account.role == Role.ADMIN,
            Account.disabled_at.is_(None),
        )
        .with_for_update()
    ).all()
    if len(admins) == 1:
        raise BadFieldError(field="role", reason="last_admin")
