"""Accounts, keys and the record, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk.accounts import audit, keys, service
from kiosk.accounts.models import ApiKey, AuditEntry
from kiosk.accounts.permissions import Role
from kiosk.accounts.schema import Draft, draft_of
from kiosk.core.ids import new_id
from kiosk.errors import (
    BadFieldError,
    DuplicateError,
    NotAllowedError,
    NotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from kiosk.accounts.models import Account

    Hire = Callable[[str], Account]

DRAFT = Draft("binh@hanam.example", "Nguyễn Thị Bình", Role.CLERK)


@pytest.fixture
def hire(session: Session, now: datetime) -> Hire:
    def make(role: str, draft: Draft = DRAFT) -> Account:
        someone = replace(draft, email=f"{new_id()}@hanam.example", role=Role(role))
        return service.create(
            session,
            service.home(session),
            someone,
            password_hash="hash",
            must_change=False,
            now=now,
        )

    return make


@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("binh", "Bình", "head", "email"),
        ("binh@", "Bình", "head", "email"),
        ("bình@hanam.vn", "Bình", "head", "email"),
        ("binh@hanam.vn", "  \n ", "head", "name"),
        ("binh@hanam.vn", "B" * 101, "head", "name"),
        ("binh@hanam.vn", "Bình", "boss", "role"),
        ("binh@hanam.vn", "Bình", "", "role"),
    ],
)
def test_a_bad_draft_names_its_field(
    email: str, name: str, role: str, field: str
) -> None:
    with pytest.raises(BadFieldError) as caught:
        draft_of(email, name, role)
    assert caught.value.details["field"] == field


def test_a_draft_is_in_one_form() -> None:
    draft = draft_of(" Binh@HaNam.VN ", "  Nguyễn\tThị  Bình ", "head")
    assert draft == Draft("binh@hanam.vn", "Nguyễn Thị Bình", Role.HEAD)


def test_an_address_has_one_account_whatever_its_case(
    session: Session, now: datetime
) -> None:
    home = service.home(session)
    made = service.create(
        session, home, DRAFT, password_hash="hash", must_change=True, now=now
    )
    assert service.find_by_email(session, " BINH@hanam.example") is made
    with pytest.raises(DuplicateError):
        service.create(
            session, home, DRAFT, password_hash="hash", must_change=True, now=now
        )


def test_a_new_password_and_a_disabling_end_the_sessions(
    session: Session, hire: Hire, now: datetime
) -> None:
    account = hire("clerk")
    service.set_password(account, "other", must_change=False)
    assert account.session_epoch == 1
    service.disable(session, account, now=now)
    service.disable(session, account, now=now)
    assert (account.session_epoch, account.disabled_at) == (2, now)


def test_the_last_admin_stays(session: Session, hire: Hire, now: datetime) -> None:
    admin = hire("admin")
    hire("head")
    with pytest.raises(BadFieldError, match="field"):
        service.disable(session, admin, now=now)
    with pytest.raises(BadFieldError):
        service.describe(session, admin, name="Trần An", role=Role.CLERK)
    other = hire("admin")
    service.disable(session, admin, now=now)
    with pytest.raises(BadFieldError):
        service.disable(session, other, now=now)


def test_a_role_manages_only_its_own(hire: Hire) -> None:
    service.check_managed("head", hire("clerk"))
    with pytest.raises(NotAllowedError):
        service.check_managed("head", hire("leader"))


def test_a_key_opens_its_scope_until_it_is_revoked(
    session: Session, now: datetime
) -> None:
    home = service.home(session)
    row, key = keys.create(session, home, name="BI", scope="figures", now=now)
    assert keys.find(session, key, scope="figures") is row
    assert keys.find(session, key, scope="slips") is None
    assert keys.find(session, row.key_hash, scope="figures") is None
    keys.revoke(session, home, row.id, now=now)
    assert keys.find(session, key, scope="figures") is None


def test_the_database_never_holds_a_key(session: Session, now: datetime) -> None:
    _, key = keys.create(
        session, service.home(session), name="BI", scope="slips", now=now
    )
    row = session.execute(sa.select(ApiKey.__table__)).one()
    assert len(key) == 43  # 256 bits in base64
    assert not [value for value in row if key in str(value)]


def test_keys_are_refused_what_does_not_exist(session: Session, now: datetime) -> None:
    home = service.home(session)
    with pytest.raises(BadFieldError):
        keys.create(session, home, name="BI", scope="all", now=now)
    with pytest.raises(NotFoundError):
        keys.revoke(session, home, new_id(), now=now)


def test_the_record_is_paged_newest_first(session: Session, now: datetime) -> None:
    for number in range(audit.PAGE_SIZE + 2):
        audit.record(
            session,
            actor="flask test",
            action="test",
            subject=str(number),
            detail={"tên": "Bình"},
            now=now + timedelta(seconds=number),
        )
    home = service.home(session)
    first, second = audit.page(session, home, 1), audit.page(session, home, 2)
    assert (first.first, first.last, first.total) == (1, 50, 52)
    assert (second.first, second.last) == (51, 52)
    assert first.entries[0].subject == "51"
    assert second.entries[-1].detail == {"tên": "Bình"}
    for number in (0, -1, 3):
        with pytest.raises(NotFoundError):
            audit.page(session, home, number)


def test_nobody_rewrites_the_record(session: Session, now: datetime) -> None:
    audit.record(
        session, actor="flask test", action="test", subject="?", detail={}, now=now
    )
    session.commit()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.update(AuditEntry).values(actor="somebody else"))
    session.rollback()
