"""Passwords and keys: nowhere but in their hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk import logs
from kiosk.accounts import passwords, rules, service
from kiosk.core.database import Base
from tests.staff import give_cookie, hire, submit

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

EMAIL = "binh@hanam.example"
PASSWORD = "con trâu đi trước, cái cày theo sau"
OTHER = "trên đồng cạn, dưới đồng sâu"
WORDS = ("trâu", "đồng")


def use(app: Flask) -> None:
    """Sign in rightly, change the password, sign in wrongly until it is too often."""
    kept = passwords.new_hash(PASSWORD, email="", name="")
    hire(app, "head", email=EMAIL, password_hash=kept)
    client, stranger = app.test_client(), app.test_client()
    submit(client, "/login", {"email": EMAIL, "password": PASSWORD})
    change = {"current": PASSWORD, "password": OTHER, "repeated": OTHER}
    assert submit(client, "/settings/account", change).status_code == 302
    submit(stranger, "/login", {"email": PASSWORD, "password": OTHER})
    for _ in range(rules.FAILURES + 1):
        submit(stranger, "/login", {"email": EMAIL, "password": PASSWORD})


def test_the_database_holds_no_password(app: Flask, session: Session) -> None:
    use(app)
    rows = [
        str(row)
        for table in ("account", "audit_entry", "sign_in_failure")
        for row in session.execute(sa.select(Base.metadata.tables[table]))
    ]
    assert len(rows) > 5
    assert not [row for row in rows if any(word in row for word in WORDS)]


def test_the_log_holds_no_password(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("INFO")
    use(app)
    written = "".join(capfd.readouterr())
    assert "sign-in refused" in written
    assert not [word for word in (*WORDS, EMAIL) if word in written]


def test_a_crash_while_signing_in_logs_no_password(
    capfd: pytest.CaptureFixture[str],
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("out of order")

    logs.set_up("INFO")
    monkeypatch.setattr(service, "find_by_email", crash)
    response = submit(client, "/login", {"email": EMAIL, "password": PASSWORD})
    written = "".join(capfd.readouterr())
    assert response.status_code == 500
    assert "in crash" in written
    assert not [w for w in (*WORDS, EMAIL) if w in written + response.text]


def test_a_refused_statement_logs_no_values(
    capfd: pytest.CaptureFixture[str], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    give_cookie(client, hire(app, "admin"))

    def clash(session: Session, centre_id: int, draft: object, **_: object) -> None:
        session.execute(
            sa.text("INSERT INTO account (centre_id, email) VALUES (:c, :p)"),
            {"c": centre_id, "p": PASSWORD},
        )

    logs.set_up("INFO")
    monkeypatch.setattr(service, "create", clash)
    sent = {"name": "Lê Văn Cường", "email": "cuong@hanam.vn", "role": "clerk"}
    response = submit(client, "/settings/accounts/new", sent)
    written = "".join(capfd.readouterr())
    assert response.status_code == 500
    assert "IntegrityError" in written
    assert not [word for word in WORDS if word in written + response.text]
