"""What is reported stored is there, once, whatever happens to the processes.

A real gunicorn with several workers, and both engines.
"""

import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kiosk.extensions import db
from tests.durability.tablet import Account, batches, send_all, send_until
from tests.engines import TestDatabase
from tests.server import Server

TABLETS = 6
KILLED = 8


@pytest.fixture
def server(database: TestDatabase, tmp_path: Path) -> Iterator[Server]:
    """Serve with four workers, any of which may be told to die."""
    server = Server(
        tmp_path,
        database_url=database.empty_url(),
        workers=4,
        application="tests.durability.dying:app",
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def tablet_key(server: Server) -> str:
    return str(
        server.flask_json("device", "pair", "--point", "Q1", "--name", "Máy 1")["key"]
    )


@pytest.fixture
def tablets() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(TABLETS) as pool:
        yield pool


def stored_ids(server: Server) -> list[str]:
    """Return the id of every stored row, straight from the database."""
    engine = sa.create_engine(server.database_url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM answer_sheet").scalars()
        ids = [str(row).replace("-", "") for row in rows]
    engine.dispose()
    return ids


def plain(ids: set[str]) -> set[str]:
    return {text.replace("-", "") for text in ids}


def total(accounts: list[Account], status: str) -> int:
    return sum(account.statuses[status] for account in accounts)


def test_parallel_tablets_with_the_same_and_overlapping_batches_store_each_id_once(
    server: Server, tablet_key: str, tablets: ThreadPoolExecutor
) -> None:
    ours = batches(seed=1, count=12, size=10)
    # Half of each batch again in the next one, in another order.
    shifted = [
        (second[:5] + first[5:])[::-1] for first, second in itertools.pairwise(ours)
    ]
    jobs = [
        tablets.submit(send_all, server.port, tablet_key, work)
        for work in (ours, ours, ours[::-1], shifted, shifted[::-1], ours)
    ]
    accounts = [job.result() for job in jobs]
    ids = stored_ids(server)
    assert len(ids) == len(set(ids)) == 120
    assert total(accounts, "stored") == 120
    assert total(accounts, "conflict") == total(accounts, "rejected") == 0
    assert {status for account in accounts for status in account.http} == {200}
    assert "locked" not in server.log()
    assert "deadlock" not in server.log()


def test_killing_workers_loses_nothing_that_was_acknowledged(
    server: Server, tablet_key: str, tablets: ThreadPoolExecutor
) -> None:
    over = threading.Event()
    jobs = [
        tablets.submit(send_until, server.port, tablet_key, seed, over)
        for seed in range(TABLETS)
    ]
    killed = 0
    while killed < KILLED:
        time.sleep(0.25)
        for process in server.workers()[:1]:
            os.kill(process, signal.SIGKILL)
            killed += 1
    over.set()
    accounts = [job.result() for job in jobs]
    ids = stored_ids(server)
    assert len(ids) == len(set(ids))
    acknowledged = set().union(*(account.acknowledged for account in accounts))
    assert plain(acknowledged) == set(ids)
    # A cut answer is the tablet's to ask again; a refusal would be ours to explain.
    assert {status for account in accounts for status in account.http} == {200}
    assert sum(account.cut for account in accounts) > 0


def test_a_sheet_committed_before_the_worker_died_is_a_duplicate_afterwards(
    server: Server, tablet_key: str
) -> None:
    work = batches(seed=9, count=1, size=3)
    account = send_all(server.port, tablet_key, work, die_first=True)
    assert account.cut == 1
    assert account.statuses == {"duplicate": 3}
    assert len(stored_ids(server)) == 3


def test_commits_wait_for_the_disk(app: Flask) -> None:
    """A loss of power takes nothing that was acknowledged: both engines wait."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        else:
            setting = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
            assert setting == "on"


def test_a_busy_database_is_waited_for(server: Server, tablet_key: str) -> None:
    """A backup or a rebuild that holds the write lock for seconds costs no sheet."""
    if not server.database_url.startswith("sqlite"):
        statement = "LOCK TABLE answer_sheet IN ACCESS EXCLUSIVE MODE"
    else:
        statement = "BEGIN IMMEDIATE"
    engine = sa.create_engine(server.database_url)
    with engine.connect() as holder:
        holder.exec_driver_sql(statement)
        sender = threading.Thread(
            target=send_all, args=(server.port, tablet_key, batches(3, 1, 4))
        )
        sender.start()
        time.sleep(1.5)
        assert sender.is_alive()
        holder.rollback()
        sender.join(timeout=20)
    engine.dispose()
    assert len(stored_ids(server)) == 4
