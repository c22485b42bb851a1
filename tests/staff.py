"""Staff and their browsers."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from kiosk.accounts import service
from kiosk.accounts.schema import Draft, role_of
from kiosk.accounts.session import SEEN, STARTED, Person
from kiosk.core.ids import new_id
from kiosk.edge.transaction import writing_session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

NO_PASSWORD = "no password opens this"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def hire(
    app: Flask,
    role: str,
    *,
    email: str = "",
    password_hash: str = NO_PASSWORD,
    must_change: bool = False,
) -> Person:
    """Make an account; its address is new unless one is given."""
    from kiosk import clock

    with app.app_context(), writing_session() as session:
        account = service.create(
            session,
            service.home(session),
            Draft(
                email or f"{new_id()}@hanam.example", "Nguyễn Thị Bình", role_of(role)
            ),
            password_hash=password_hash,
            must_change=must_change,
            now=clock.now(),
        )
        return Person.of(account)


def signed_in(app: Flask, role: str, *, must_change: bool = False) -> FlaskClient:
    """Return a browser in which a new person of the role is signed in."""
    client = app.test_client()
    give_cookie(client, hire(app, role, must_change=must_change))
    return client


def give_cookie(
    client: FlaskClient,
    person: Person,
    *,
    at: datetime | None = None,
    base_url: str = "http://localhost",
) -> None:
    """Write the cookie that a sign-in at that moment leaves; now when none is given."""
    seconds = int(at.timestamp()) if at else int(time.time())
    with client.session_transaction(base_url=base_url) as cookie:
        cookie["_user_id"] = person.get_id()
        cookie[STARTED] = cookie[SEEN] = seconds


def token_in(page: TestResponse) -> str:
    """Return the CSRF token of a form in the page."""
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[1]


def submit(
    client: FlaskClient, address: str, data: Mapping[str, str], *, page: str = ""
) -> TestResponse:
    """Send a form with the token that its page carries, as a browser does."""
    token = token_in(client.get(page or address))
    return client.post(address, data={"csrf_token": token, **data})
