"""What every test may use; each test that asks for a database runs on both engines."""

from __future__ import annotations

import os
import socket
import subprocess
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest

from kiosk.config import Settings
from tests import chromium
from tests.engines import ENGINES, TestDatabase, create_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Playwright
    from sqlalchemy.orm import Session

# A busy machine is no fault of a property; what CI tries must be tried again alike.
hypothesis.settings.register_profile(
    "house", deadline=None, derandomize="CI" in os.environ, print_blob=True
)
hypothesis.settings.load_profile("house")

LOOPBACK = ("127.", "::1", "localhost")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the wording once, before the test processes start."""
    if not hasattr(config, "workerinput"):
        script = Path(__file__).parents[1] / "deploy/translations.sh"
        subprocess.run([script], check=True)


class NetworkBlockedError(RuntimeError):
    """A test tried to leave this machine."""


@pytest.fixture(scope="session", autouse=True)
def _own_environment() -> None:
    """Keep the settings of the person who runs the tests out of them."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow Unix sockets and loopback only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise NetworkBlockedError(str(address[0]))
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def now() -> datetime:
    """Return a Sunday's quarter past eight in Hải Phòng."""
    return datetime(2026, 11, 22, 8, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(scope="session")
def settings_for(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Settings]:
    """Make settings around a database, with nothing read from `.env`."""
    data_dir = tmp_path_factory.mktemp("data")

    def make(database_url: str) -> Settings:
        return Settings(
            _env_file=None,
            database_url=database_url,
            secret_key="only-for-tests-" + "x" * 32,
            base_url="http://localhost",
            data_dir=data_dir,
        )

    return make


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Name the engine that this test runs on: `sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture(scope="session")
def database(
    engine_name: str,
    settings_for: Callable[[str], Settings],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TestDatabase]:
    """Yield the migrated database of this test process."""
    directory = tmp_path_factory.mktemp(engine_name)
    database = create_database(engine_name, directory, settings_for)
    yield database
    database.close()


@pytest.fixture
def engine_url(database: TestDatabase) -> str:
    """Return the address of a database with reference data only."""
    database.restore()
    return database.url


@pytest.fixture
def app(engine_url: str, settings_for: Callable[[str], Settings]) -> Iterator[Flask]:
    """Yield the application on that database."""
    from kiosk.app import create_app
    from kiosk.extensions import db

    app = create_app(settings_for(engine_url))
    app.config["TESTING"] = True
    yield app
    with app.app_context():
        left_open = db.engine.pool.checkedout()
        db.engine.dispose()
    assert left_open == 0, f"{left_open} connections were not given back"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a visitor nobody knows, with cookies of his own."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a maker of browsers in which a new person of a role is signed in.

    No password is hashed: that would take longer than most tests.
    """
    from tests.staff import signed_in

    return lambda role: signed_in(app, role)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Yield a database session; commit before a request is to see what it wrote.

    No application context stays open: requests would share its `g`, and with it who
    is signed in.
    """
    from sqlalchemy.orm import Session

    from kiosk.extensions import db

    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        yield session


@pytest.fixture
def device(app: Flask, now: datetime) -> str:
    """Pair a tablet at counter 1; return its key."""
    from kiosk.devices import service as devices
    from kiosk.edge.transaction import writing_session

    with app.app_context(), writing_session() as session:
        return devices.pair(session, now, 1, "Q1", "Máy 1")[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the directory of the checkout."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Yield the driver of browsers; a process can have one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def launch_options() -> dict[str, Any]:
    """Return how Chromium is started, for tests that start one of their own."""
    return chromium.launch_options()
