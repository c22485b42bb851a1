"""The service with a clock that stands, and answers from the real intake."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from kiosk import clock
from kiosk.app import create_app
from kiosk.extensions import db
from tests.insight.sheets import NOW
from tests.staff import give_cookie, hire

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.engine import Engine

    from kiosk.config import Settings


@pytest.fixture
def engine(app: Flask) -> Engine:
    """Return the engine of the application.

    The context is left again: requests inside it would share one `g`, and so one user.
    """
    with app.app_context():
        return db.engine


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock of the service; it stands at NOW."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_clock(NOW)
    return set_clock


@pytest.fixture
def staff(app: Flask, at: Callable[[datetime], None]) -> Callable[[str], FlaskClient]:
    """Return a browser in which a person of a role is signed in at NOW."""

    def open_browser(role: str) -> FlaskClient:
        client = app.test_client()
        give_cookie(client, hire(app, role), at=NOW)
        return client

    return open_browser


@pytest.fixture
def head(staff: Callable[[str], FlaskClient]) -> FlaskClient:
    """Return the head's browser."""
    return staff("head")


@pytest.fixture(scope="module")
def bare_app(
    settings_for: Callable[[str], Settings], tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """Return the application on a database file that does not exist."""
    directory = tmp_path_factory.mktemp("bare")
    return create_app(settings_for(f"sqlite:///{directory}/never-opened.db"))
