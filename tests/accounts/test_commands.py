"""`flask user` and `flask apikey`: status 0, 1 or 2, and words that help."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk.accounts import keys, passwords
from kiosk.accounts.models import Account, AuditEntry
from kiosk.edge.transaction import reading
from tests.accounts.conftest import EMAIL, PASSWORD
from tests.staff import give_cookie, hire

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from kiosk.accounts.session import Person

    Run = Callable[..., Result]

CREATE = ("user", "create", "--email", EMAIL, "--role", "head", "--password-stdin")


@pytest.fixture
def run(app: Flask) -> Run:
    runner = app.test_cli_runner()
    return lambda *words, typed="": runner.invoke(args=list(words), input=typed)


def account(session: Session) -> Account:
    session.rollback()
    return session.scalars(sa.select(Account)).one()


def test_the_first_account_is_made_on_the_command_line(
    run: Run, session: Session
) -> None:
    result = run(*CREATE, "--name", "Nguyễn Thị Bình", typed=f"{PASSWORD}\r\n")
    assert result.exit_code == 0, result.output
    made = account(session)
    assert (made.email, made.name, made.role) == (EMAIL, "Nguyễn Thị Bình", "head")
    assert not made.must_change
    assert passwords.fits(made.password_hash, PASSWORD)
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.actor, entry.actor_id) == ("flask user create", None)


def test_it_asks_for_the_password_twice_and_shows_neither(
    run: Run, session: Session
) -> None:
    result = run(*CREATE[:-1], typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert account(session).name == "binh"


def test_a_program_reads_what_was_made(run: Run) -> None:
    result = run(*CREATE, "--json", typed=PASSWORD)
    made = json.loads(result.stdout)
    assert set(made) == {"id", "email", "name", "role", "disabled_at"}
    listed = json.loads(run("user", "list", "--json").stdout)
    assert listed == [made]


@pytest.mark.parametrize(
    ("words", "typed", "status", "said"),
    [
        (CREATE, "ngắn\n", 1, "ít nhất 12 ký tự"),
        (CREATE, "", 1, "ít nhất 12 ký tự"),
        (CREATE, "binh@hanam.example\n", 1, "tên hoặc địa chỉ thư"),
        ((*CREATE[:3], "binh", *CREATE[4:]), PASSWORD, 1, "thư điện tử đầy đủ"),
        ((*CREATE[:5], "boss", CREATE[6]), PASSWORD, 2, "boss"),
        (CREATE[:2], PASSWORD, 2, "--email"),
        (("user", "disable", "--email", "x@y.vn"), "", 1, "Không tìm thấy"),
        (("user", "reset", "--email", "x@y.vn"), "", 1, "Không tìm thấy"),
        (("apikey", "create", "--name", " ", "--scope", "slips"), "", 1, "Ghi tên"),
        (("apikey", "create", "--name", "BI", "--scope", "all"), "", 2, "all"),
        (("apikey", "revoke", "--id", "x"), "", 2, "UUID"),
        (
            ("apikey", "revoke", "--id", "0198c7f2-6a3e-7c41-9b1e-1f0d2f6c5a77"),
            "",
            1,
            "Không tìm thấy",
        ),
    ],
)
def test_what_is_refused_is_told(
    run: Run, words: tuple[str, ...], typed: str, status: int, said: str
) -> None:
    result = run(*words, typed=typed)
    assert (result.exit_code, said in result.stderr) == (status, True), result.output
    assert "Traceback" not in result.output


def test_an_address_is_taken_once(run: Run) -> None:
    assert run(*CREATE, typed=PASSWORD).exit_code == 0
    again = run(*CREATE, typed=PASSWORD)
    assert again.exit_code == 1
    assert "đã có" in again.stderr


def test_disabling_and_resetting_end_sessions(
    run: Run, client: FlaskClient, binh: Person, session: Session
) -> None:
    give_cookie(client, binh)
    assert run("user", "disable", "--email", EMAIL.upper()).exit_code == 0
    assert account(session).disabled_at is not None
    assert client.get("/settings/account").status_code == 302
    assert "đã khóa" in run("user", "list").stdout
    new = "trên đồng cạn, dưới đồng sâu"
    reset = ("user", "reset", "--email", EMAIL, "--password-stdin")
    assert run(*reset, typed=new).exit_code == 0
    kept = account(session)
    assert kept.disabled_at is None
    assert passwords.fits(kept.password_hash, new)
    assert client.get("/settings/account").status_code == 302


def test_the_last_admin_is_not_disabled(app: Flask, run: Run) -> None:
    hire(app, "admin", email=EMAIL)
    result = run("user", "disable", "--email", EMAIL)
    assert result.exit_code == 1
    assert "quản trị viên cuối cùng" in result.stderr


def test_a_key_is_shown_once_and_revoked(app: Flask, run: Run) -> None:
    create = ("apikey", "create", "--name", "Báo cáo của xã", "--scope", "figures")
    made = json.loads(run(*create, "--json").stdout)
    assert run(*create).stdout.strip() != made["key"]
    listed = run("apikey", "list", "--json").stdout
    assert made["key"] not in listed
    assert made["id"] in [row["id"] for row in json.loads(listed)]
    assert run("apikey", "revoke", "--id", made["id"]).exit_code == 0
    assert "đã thu hồi" in run("apikey", "list").stdout
    with app.app_context():
        assert keys.find(reading(), made["key"], scope="figures") is None
