"""A server on each engine, a wire to break, a tablet to kill."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from kiosk.devices.models import Device
from tests.faults.tablet import Pairing, Tablet, pair, stored
from tests.faults.wire import Wire
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Playwright

    from tests.engines import TestDatabase


@pytest.fixture(scope="session")
def server(
    database: TestDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve on a database of its own, for all tests of this process and engine."""
    server = Server(
        tmp_path_factory.mktemp("server"), database_url=database.empty_url()
    )
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log()


@pytest.fixture
def own_server(database: TestDatabase, tmp_path: Path) -> Iterator[Server]:
    """Serve on a database of its own, for one test that breaks it."""
    (tmp_path / "server").mkdir()
    server = Server(tmp_path / "server", database_url=database.empty_url())
    server.start()
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    """Connect to it by a wire that can fail."""
    wire = Wire(server.port)
    yield wire
    wire.close()


@dataclass
class Field:
    """A tablet in the field, its wire, its server, and the books of all three."""

    tablet: Tablet
    wire: Wire
    server: Server
    pairing: Pairing

    settled: bool = False

    def start(self, **how: Any) -> Tablet:
        """Switch the tablet on; the first time, pair it."""
        key = "" if self.settled else self.pairing.key
        self.tablet.start(self.wire.url, key, **how)
        return self.tablet

    def settle_in(self) -> None:
        """Let it have a first day: it is paired, and keeps the page."""
        self.start().keep_offline_copy()
        # The browser writes its key down when it is closed, or seconds later.
        self.tablet.stop()
        self.settled = True

    def balance(self, *, quarantined: int = 0) -> dict[str, Any]:
        """Let the tablet send everything; both sums must hold, each id once."""
        summary = self.tablet.drain()
        rows = stored(self.server.database_url, self.pairing)
        assert summary["quarantine"] == quarantined
        assert summary["acknowledged"] == len(rows)
        assert len(rows) == len(set(rows))
        assert len(rows) + quarantined == self.tablet.recorded
        return summary

    def wait_for_heartbeat(self) -> None:
        """Return when the tablet knows the server's time, and has said so."""
        engine = sa.create_engine(self.server.database_url)
        seen = sa.select(Device.seen_at).where(Device.id == self.pairing.id)
        with engine.connect() as connection:
            while connection.scalar(seen) is None:
                connection.rollback()
                self.tablet.wait(2)
        engine.dispose()

    def balance_without_memory(self, *, from_memory: int) -> None:
        """Do the same when some went from the page's memory, which no disk counts."""
        summary = self.tablet.drain()
        rows = stored(self.server.database_url, self.pairing)
        assert summary["quarantine"] == 0
        assert summary["acknowledged"] + from_memory == len(rows)
        assert len(rows) == len(set(rows)) == self.tablet.recorded


@pytest.fixture
def field(
    playwright: Playwright,
    launch_options: dict[str, Any],
    tmp_path: Path,
    wire: Wire,
    server: Server,
) -> Iterator[Field]:
    """Yield a paired tablet that is still switched off."""
    tablet = Tablet(playwright, launch_options, tmp_path / "profile")
    yield Field(tablet, wire, server, pair(server.database_url))
    tablet.stop()


@pytest.fixture
def own_field(
    playwright: Playwright,
    launch_options: dict[str, Any],
    tmp_path: Path,
    own_server: Server,
) -> Iterator[Field]:
    """Yield a paired tablet at a server that the test breaks."""
    tablet = Tablet(playwright, launch_options, tmp_path / "profile")
    wire = Wire(own_server.port)
    yield Field(tablet, wire, own_server, pair(own_server.database_url))
    tablet.stop()
    wire.close()
