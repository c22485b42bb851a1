"""Faults of the server: the tablet keeps, the server never says what is not so."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from tests.durability.tablet import send_until
from tests.durability.test_durability import plain, stored_ids
from tests.engines import PostgresServer
from tests.faults.conftest import Field
from tests.faults.tablet import Tablet, now, pair, sheets_until
from tests.faults.wire import Wire
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Playwright

WRITERS = 8
LOCKED_SECONDS = 30


def power_cut(server: Server) -> None:
    """Kill the server and all its workers at once."""
    workers = server.workers()
    server.stop(signal.SIGKILL)
    for process in workers:
        os.kill(process, signal.SIGKILL)


def test_the_server_is_killed_under_eight_writers(own_field: Field) -> None:
    server = own_field.server
    tablet = own_field.start()
    tablet.context.set_offline(True)
    tablet.fill(sheets_until(now(), 400))
    keys = [pair(server.database_url).key for _ in range(WRITERS)]
    over = threading.Event()
    with ThreadPoolExecutor(WRITERS) as writers:
        jobs = [
            writers.submit(send_until, server.port, key, seed, over)
            for seed, key in enumerate(keys)
        ]
        tablet.context.set_offline(False)
        for _ in range(2):
            tablet.wait(4)
            power_cut(server)
            server.start()
        over.set()
        accounts = [job.result() for job in jobs]
    own_field.balance()
    acknowledged = set().union(*(account.acknowledged for account in accounts))
    assert all(account.cut for account in accounts)
    stored = stored_ids(server)
    assert len(stored) == len(set(stored)) == len(acknowledged) + 400
    assert plain(acknowledged) <= set(stored)


@contextmanager
def full_disk(server: Server) -> Iterator[None]:
    """Let no file of the server grow, its log neither; or PostgreSQL have no room."""
    if server.database_url.startswith("sqlite"):
        processes = server.workers()
        for process in processes:
            resource.prlimit(
                process, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)
            )
        yield
        for process in processes:
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(process, resource.RLIMIT_FSIZE, unlimited)
        return
    engine = sa.create_engine(server.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON answer_sheet "
            "FOR EACH STATEMENT EXECUTE FUNCTION full_disk()"
        )
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION full_disk() CASCADE")
    engine.dispose()


def test_the_servers_disk_is_full(own_field: Field) -> None:
    tablet = own_field.start()
    answers: list[int] = []
    tablet.page.on(
        "response",
        lambda answer: (
            answers.append(answer.status) if answer.url.endswith("/responses") else None
        ),
    )
    with full_disk(own_field.server):
        for score in (1, 3, 5):
            tablet.tap(score)
        tablet.wait(20)
        assert tablet.sums()["queue"] == 3
        assert set(answers) == {503}
    own_field.balance()


def test_the_database_is_locked_for_30_seconds(own_field: Field) -> None:
    tablet = own_field.start()
    sqlite = own_field.server.database_url.startswith("sqlite")
    statement = (
        "BEGIN IMMEDIATE"
        if sqlite
        else "LOCK TABLE answer_sheet IN ACCESS EXCLUSIVE MODE"
    )
    engine = sa.create_engine(own_field.server.database_url)
    with engine.connect() as holder:
        holder.exec_driver_sql(statement)
        until = time.monotonic() + LOCKED_SECONDS
        tablet.kiosk.score(2)
        tablet.recorded += 1
        while time.monotonic() < until:
            tablet.page.wait_for_timeout(500)
        assert tablet.sums()["queue"] == 1
        holder.rollback()
    engine.dispose()
    tablet.kiosk.pass_ms(51_000)
    own_field.balance()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_postgresql_is_restarted_under_load(
    playwright: Playwright,
    launch_options: dict[str, Any],
    tmp_path: Path,
    engine_name: str,
) -> None:
    postgres = PostgresServer(durable=True)
    postgres.start()
    server = Server(tmp_path, database_url=postgres.url_of("kiosk"))
    server.start()
    wire = Wire(server.port)
    tablet = Tablet(playwright, launch_options, tmp_path / "profile")
    field = Field(tablet, wire, server, pair(server.database_url))
    try:
        field.start()
        tablet.context.set_offline(True)
        tablet.fill(sheets_until(now(), 1_000))
        away = threading.Timer(0.3, postgres.restart, kwargs={"away_seconds": 1.5})
        tablet.context.set_offline(False)
        away.start()
        tablet.tap(4)
        tablet.wait(6)
        away.join()
        field.balance()
    finally:
        tablet.stop()
        wire.close()
        server.stop(signal.SIGKILL)
        postgres.stop()


def test_the_database_is_migrated_while_a_tablet_sends(own_field: Field) -> None:
    server = own_field.server
    tablet = own_field.start()
    tablet.tap(2)
    tablet.drain()
    tablet.context.set_offline(True)
    tablet.fill(sheets_until(now(), 300))
    server.flask("db", "downgrade", "-d", "migrations", "0001")
    tablet.context.set_offline(False)
    tablet.wait(6)
    server.flask("init")
    own_field.balance()


def test_the_restored_backup_is_older_than_the_tablets_queue(
    own_field: Field, tmp_path: Path
) -> None:
    server = own_field.server
    tablet = own_field.start()
    tablet.tap(1)
    own_field.balance()
    copy = str(tmp_path / "copy.tar")
    server.flask("backup", "create", copy)
    # The score is on the server, in no copy, and not on the tablet any more …
    tablet.kiosk.score(2)
    tablet.wait(4)
    assert tablet.sums()["queue"] == 0
    # … what the same citizen adds is still on the tablet when the copy comes back.
    tablet.context.set_offline(True)
    tablet.kiosk.press("next", then="visits")
    tablet.kiosk.press("visits", then="thanks")
    tablet.kiosk.pass_ms(5_000)
    tablet.tap(5)
    server.stop()
    server.flask("backup", "restore", copy, "--force")
    server.start()
    tablet.context.set_offline(False)
    summary = tablet.drain()
    assert summary["tapped"] == summary["acknowledged"] == 4
    stored = stored_ids(server)
    # The later revision carries the whole answer: nothing of that citizen is missing.
    assert len(stored) == len(set(stored)) == 3
