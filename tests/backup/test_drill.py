"""The drill: a running server, tablets under load, the database destroyed, brought back.

Real processes throughout: gunicorn, PostgreSQL and the backup command.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from kiosk.operations.backup import archive
from tests.durability.tablet import (
    SIZE,
    Account,
    batches,
    send_all,
    send_until,
    sent,
)
from tests.durability.test_durability import plain, stored_ids
from tests.engines import TestDatabase
from tests.server import Server

TABLETS = 4
# Load, and not a flood that the rest of the test has to count.
PAUSE_SECONDS = 0.02
BEFORE = 5  # batches of each tablet that are acknowledged before the backup begins


@pytest.fixture
def first(database: TestDatabase, tmp_path: Path) -> Iterator[Server]:
    yield from served(tmp_path / "first", database)


@pytest.fixture
def fresh(database: TestDatabase, tmp_path: Path) -> Iterator[Server]:
    """Yield the new machine: installed, and not started yet."""
    (tmp_path / "fresh").mkdir()
    server = Server(tmp_path / "fresh", database_url=database.empty_url())
    yield server
    server.stop()


def served(directory: Path, database: TestDatabase) -> Iterator[Server]:
    directory.mkdir()
    server = Server(directory, database_url=database.empty_url(), workers=3)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def tablets() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(TABLETS) as pool:
        yield pool


def destroy(server: Server) -> None:
    """Lose the database as a dead disk loses it."""
    url = make_url(server.database_url)
    if url.database and url.drivername.startswith("sqlite"):
        for path in Path(url.database).parent.glob(f"{Path(url.database).name}*"):
            path.unlink()
        return
    dsn = f"host={url.query['host']} user={url.username} dbname=postgres"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {url.database} WITH (FORCE)")


def pair(server: Server) -> str:
    said = server.flask_json("device", "pair", "--point", "Q1", "--name", "Máy 1")
    return str(said["key"])


def test_the_drill(
    first: Server, fresh: Server, tablets: ThreadPoolExecutor, tmp_path: Path
) -> None:
    key = pair(first)
    early = [
        tablets.submit(send_all, first.port, key, batches(seed, BEFORE, SIZE))
        for seed in range(TABLETS)
    ]
    acknowledged = all_of(job.result() for job in early)
    # They send on while the backup is made, and a while after it.
    backup, over = tmp_path / "kiosk.tar", threading.Event()
    send = partial(send_until, least=BEFORE, pause_seconds=PAUSE_SECONDS)
    late = [
        tablets.submit(send, first.port, key, seed, over) for seed in range(TABLETS)
    ]
    said = first.flask_json("backup", "create", str(backup))
    time.sleep(0.3)
    over.set()
    accounts = [job.result() for job in late]
    everything = all_of(accounts)
    assert said["proved"] == "restored"
    assert len(acknowledged) <= said["sheets"] < len(everything)
    assert {status for account in accounts for status in account.http} == {200}

    first.stop()
    destroy(first)

    fresh.flask_json("backup", "restore", str(backup))
    fresh.start()
    ids = stored_ids(fresh)
    assert len(ids) == len(set(ids)) == said["sheets"]
    assert plain(acknowledged) <= set(ids) <= plain(everything)
    assert json.loads(fresh.flask("cube", "verify", "--json"))["differences"] == []

    send_again(fresh, key, tablets, accounts)


def send_again(
    fresh: Server,
    key: str,
    tablets: ThreadPoolExecutor,
    accounts: list[Account],
) -> None:
    """Let tablets that still hold what they sent send it to the new machine."""
    everything = all_of(accounts)
    ids = stored_ids(fresh)
    again = [
        tablets.submit(send_all, fresh.port, key, sent(seed, account))
        for seed, account in enumerate(accounts)
    ]
    accounts = [job.result() for job in again]
    assert plain(all_of(accounts)) == set(stored_ids(fresh)) == plain(everything)
    assert sum(account.statuses["duplicate"] for account in accounts) == len(ids)
    stored = len(everything) - len(ids)
    assert sum(account.statuses["stored"] for account in accounts) == stored
    fresh.flask("cube", "rebuild")
    verified = json.loads(fresh.flask("cube", "verify", "--json"))
    assert verified["differences"] == []
    assert verified["sheets"] == len(everything)
    # Each batch of ten holds every score twice.
    assert [count_of(fresh, score) for score in (1, 5)] == [len(everything) // 5] * 2


def count_of(server: Server, overall: int) -> int:
    engine = sa.create_engine(server.database_url)
    with engine.connect() as connection:
        total = connection.exec_driver_sql(
            "SELECT sum(n) FROM cube_answer WHERE question = 'overall' "
            f"AND value = {overall}"
        ).scalar()
    engine.dispose()
    return int(total or 0)


def all_of(accounts: Any) -> set[str]:
    return set().union(*(account.acknowledged for account in accounts))


def test_a_later_revision_survives_the_loss_of_the_one_before(
    first: Server, tmp_path: Path
) -> None:
    """Revision 1 was stored after the backup and is lost; the tablet holds revision 2."""
    key = pair(first)
    (batch,) = batches(seed=7, count=1, size=6)
    backup = tmp_path / "kiosk.tar"
    first.flask("backup", "create", str(backup))
    assert send_all(first.port, key, [batch]).statuses == {"stored": 6}
    first.flask("backup", "restore", "--force", str(backup))
    assert stored_ids(first) == []
    corrected = [
        sheet | {"revision": 2, "answers": {"overall": 1, "visits": 1}}
        for sheet in batch
    ]
    account = send_all(first.port, key, [corrected])
    assert account.statuses == {"stored": 6}
    assert account.acknowledged == {sheet["id"] for sheet in batch}
    first.flask("cube", "rebuild")
    assert count_of(first, 1) == 6
    assert json.loads(first.flask("cube", "verify", "--json"))["differences"] == []
    # Revision 1, found again on the tablet, adds a row and changes no count.
    assert send_all(first.port, key, [batch]).statuses == {"stored": 6}
    first.flask("cube", "rebuild")
    assert count_of(first, 1) == 6
    assert archive.read(backup).census.sheets == 0


def test_a_restore_under_a_running_server(first: Server, tmp_path: Path) -> None:
    """Open connections and remembered devices: taps go on, into the restored data."""
    key = pair(first)
    backup = tmp_path / "kiosk.tar"
    send_all(first.port, key, batches(seed=1, count=4, size=SIZE))
    before = set(stored_ids(first))
    first.flask("backup", "create", str(backup))
    accounts: list[Account] = []
    over = threading.Event()
    work = iter(batches(seed=2, count=5_000, size=2))

    def send_on() -> None:
        while not over.is_set():
            accounts.append(send_all(first.port, key, [next(work)]))
            time.sleep(PAUSE_SECONDS)

    sender = threading.Thread(target=send_on)
    sender.start()
    said = first.flask_json("backup", "restore", "--force", str(backup))
    time.sleep(0.3)
    over.set()
    sender.join(timeout=60)
    acknowledged = plain(all_of(accounts))
    ids = set(stored_ids(first))
    assert ids >= before
    # What was acknowledged meanwhile is in the safety copy or in the database.
    first.flask("backup", "restore", "--force", said["safety_copy"])
    replaced = set(stored_ids(first))
    assert acknowledged <= ids | replaced
    assert acknowledged & ids
    assert acknowledged & replaced
    assert not acknowledged & ids & replaced
    assert {status for account in accounts for status in account.http} <= {200, 503}
    assert "Traceback" not in first.log()
