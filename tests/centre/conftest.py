"""Staff of the centre, signed in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from kiosk.accounts import service as accounts
from kiosk.accounts.permissions import Role
from kiosk.accounts.schema import Draft
from kiosk.accounts.session import SEEN, STARTED, Person
from kiosk.centre.service import only_centre

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def sign_in(app: Flask, session: Session, now: datetime) -> SignIn:
    """Return a browser in which a person of the role is signed in."""

    def as_role(role: Role) -> FlaskClient:
        account = accounts.create(
            session,
            only_centre(session).id,
            Draft(email=f"{role}@hanam.test", name="Nguyễn Thị Bình", role=role),
            password_hash="no password opens this",
            must_change=False,
            now=now,
        )
        session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = Person.of(account).get_id()
            cookie[STARTED] = cookie[SEEN] = int(time.time())
        return client

    return as_role


@pytest.fixture
def head(sign_in: SignIn) -> FlaskClient:
    """Return the browser of the centre's head."""
    return sign_in(Role.HEAD)
