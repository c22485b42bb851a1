"""Whether the service is ready: told truthfully, in time, and with what to do."""

from __future__ import annotations

import fcntl
import re
import resource
import threading
import time
from collections import namedtuple
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from kiosk.app import create_app
from kiosk.capture.models import DirtyMark
from kiosk.core.database import writing
from kiosk.core.ids import new_id
from kiosk.extensions import db
from kiosk.operations import condition
from kiosk.operations.messages import READINESS
from kiosk.operations.probe import PATIENCE, REMEMBERED_FOR, Probe
from kiosk.operations.rules import GIB
from kiosk.watch.models import Alarm
from tests.operations.conftest import CENTRE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.engine import Engine

    from kiosk.config import Settings
    from kiosk.operations.jobs import Ledger

VIETNAMESE = re.compile("[À-ỹ]")
Usage = namedtuple("Usage", "total used free")

on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _fresh_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each question be a look of its own; one test is about the memory."""
    monkeypatch.setattr("kiosk.operations.probe.REMEMBERED_FOR", 0.0)


@pytest.fixture
def looked(app: Flask) -> Iterator[None]:
    """Wait for a look that was left behind, before the database is put away."""
    yield
    thread = app.extensions["probe"]._thread
    thread.join(30)
    assert not thread.is_alive()


def codes(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer.json.get("reasons", [])]


def test_a_fresh_installation_is_ready(
    client: FlaskClient, after: Callable[..., datetime]
) -> None:
    after(minutes=1)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    told = dict(answer.json or {})
    assert told.pop("disk_free_bytes") > 0
    assert told == {
        "status": "ready",
        "dirty_days": 0,
        "silent_devices": 0,
        "tick_age_seconds": None,
        "backup_age_seconds": None,
        "canary_age_seconds": None,
    }


def test_it_writes_one_row_and_says_what_has_aged(
    client: FlaskClient,
    engine: Engine,
    ledger: Ledger,
    after: Callable[..., datetime],
) -> None:
    now = after(days=3)
    for name, age in (("tick", 4), ("backup", 1600), ("canary", 10)):
        ledger.stamp(name, now - timedelta(minutes=age))
    answer = client.get("/readyz")
    assert (answer.status_code, codes(answer)) == (503, ["backup"])
    assert answer.json["tick_age_seconds"] == 240
    assert answer.json["backup_age_seconds"] == 96_000
    assert ledger.read()["probe"].succeeded_at == now
    later = after(days=3, minutes=1)
    client.get("/readyz")
    assert ledger.read()["probe"].succeeded_at == later


def test_days_that_wait_and_tablets_that_are_silent(
    client: FlaskClient,
    engine: Engine,
    ledger: Ledger,
    after: Callable[..., datetime],
) -> None:
    now = after(days=3)
    for name in ("tick", "backup", "canary"):
        ledger.stamp(name, now)
    ledger.stamp("cube", now - timedelta(minutes=61))
    assert client.get("/readyz").status_code == 200
    alarm = {
        "centre_id": CENTRE,
        "subject": "0198c7f2-6a3e-7c41-9b1e-1f0d2f6c5a77",
        "detail": {},
        "raised_at": now,
    }
    with writing(engine) as connection:
        day = {"centre_id": CENTRE, "day": now.date(), "token": new_id()}
        connection.execute(sa.insert(DirtyMark), [day])
        other = {"subject": str(new_id())}
        found = (("silence", {}), ("away", {}), ("away", other), ("battery", other))
        rows = [{**alarm, "id": new_id(), "kind": k, **more} for k, more in found]
        connection.execute(sa.insert(Alarm), rows)
    answer = client.get("/readyz")
    assert (answer.status_code, codes(answer)) == (503, ["cube", "devices"])
    assert (answer.json["dirty_days"], answer.json["silent_devices"]) == (1, 2)
    assert alarm["subject"] not in answer.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_reason_is_a_sentence_with_what_to_do(
    app: Flask, client: FlaskClient, after: Callable[..., datetime], language: str
) -> None:
    after(days=30)
    answer = client.get(f"/readyz?lang={language}")
    assert codes(answer) == ["tick", "backup", "canary"]
    with app.test_request_context(f"/?lang={language}"):
        every = {code: str(sentence) for code, sentence in READINESS.items()}
    for reason in answer.json["reasons"]:
        assert reason["sentence"] == every[reason["code"]]
    for sentence in every.values():
        assert bool(VIETNAMESE.search(sentence)) == (language == "vi")
        assert sentence.endswith(".")


@pytest.mark.parametrize("is_full", [True, False])
def test_a_disk_that_fills(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, is_full: bool
) -> None:
    free = GIB // 2 if is_full else 2 * GIB

    def usage(_folder: Path) -> Usage:
        return Usage(16 * GIB, 16 * GIB - free, free)

    monkeypatch.setattr(condition.shutil, "disk_usage", usage)
    answer = client.get("/readyz")
    assert codes(answer) == (["disk"] if is_full else [])
    assert answer.json["disk_free_bytes"] == free


def test_a_disk_that_is_gone(client: FlaskClient, app: Flask, tmp_path: Path) -> None:
    gone = app.config["KIOSK"].model_copy(update={"data_dir": tmp_path / "unmounted"})
    app.config["KIOSK"] = gone
    answer = client.get("/readyz")
    assert (answer.status_code, codes(answer)) == (503, ["disk"])
    assert answer.json["disk_free_bytes"] is None


def timed(client: FlaskClient) -> tuple[list[str], float]:
    began = time.monotonic()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    return codes(answer), time.monotonic() - began


@on_sqlite
def test_a_locked_file_is_told_in_time(
    app: Flask, client: FlaskClient, engine: Engine, looked: None
) -> None:
    with engine.connect() as other:
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN IMMEDIATE")
        for _ in range(2):
            found, seconds = timed(client)
            assert found == ["database"]
            assert PATIENCE <= seconds < PATIENCE + 1
        assert threading.active_count() <= 3, "one look is left behind, not two"
    app.extensions["probe"]._thread.join(30)
    assert client.get("/readyz").status_code == 200


@on_sqlite
def test_a_turn_that_never_comes_is_told_in_time(
    app: Flask, client: FlaskClient, engine: Engine, looked: None
) -> None:
    """A process that stopped while it held the queue of writers."""
    with Path(f"{engine.url.database}.turn").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        found, seconds = timed(client)
    assert found == ["database"]
    assert seconds < PATIENCE + 1


@on_postgresql
def test_a_locked_table_is_told_in_time(
    client: FlaskClient, engine: Engine, looked: None
) -> None:
    with engine.connect() as other:
        other.execute(sa.text("LOCK TABLE job IN ACCESS EXCLUSIVE MODE"))
        found, seconds = timed(client)
    assert found == ["database"]
    assert seconds < PATIENCE + 1


@on_postgresql
def test_a_server_that_takes_no_writes_is_told(
    app: Flask, client: FlaskClient, engine: Engine
) -> None:
    """A standby, or one whose operator closed it for writing: reads still work."""
    with engine.connect() as connection:
        connection.execute(
            sa.text("ALTER DATABASE kiosk SET default_transaction_read_only = on")
        )
        connection.commit()
    engine.dispose()
    try:
        assert codes(client.get("/readyz")) == ["database"]
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text("SET TRANSACTION READ WRITE"))
            connection.execute(
                sa.text("ALTER DATABASE kiosk RESET default_transaction_read_only")
            )
            connection.commit()
        engine.dispose()
    assert client.get("/readyz").status_code == 200


@on_sqlite
def test_a_disk_that_takes_no_byte_is_told(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write itself fails, whatever the free space is said to be."""
    # The limit holds for this whole process, and so for the file that pytest logs to.
    monkeypatch.setattr("kiosk.operations.probe.logger", Mock())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    engine.dispose()  # the last connection puts the log away: the next write makes it
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        answer = client.get("/readyz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (answer.status_code, codes(answer)) == (503, ["database"])
    engine.dispose()
    assert client.get("/readyz").status_code == 200


def test_a_database_without_tables_is_told(
    settings_for: Callable[[str], Settings], tmp_path: Path
) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/empty.db"))
    assert codes(app.test_client().get("/readyz")) == ["database"]
    with app.app_context():
        db.engine.dispose()


def test_asking_without_pause_writes_once_a_second(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr("kiosk.operations.probe.REMEMBERED_FOR", REMEMBERED_FOR)
    probe, writes = Probe(), []
    real = condition.write_and_read

    def counted(*arguments: Any) -> Any:
        writes.append(1)
        return real(*arguments)

    monkeypatch.setattr("kiosk.operations.probe.write_and_read", counted)
    answers = {id(probe.ask(engine, now)) for _ in range(50)}
    assert (len(writes), len(answers)) == (1, 1)
    time.sleep(REMEMBERED_FOR)
    assert probe.ask(engine, now)
    assert len(writes) == 2


def test_asking_a_slow_database_without_pause_waits_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr("kiosk.operations.probe.REMEMBERED_FOR", REMEMBERED_FOR)
    monkeypatch.setattr(
        "kiosk.operations.probe.write_and_read", lambda *_: time.sleep(5)
    )
    probe, began = Probe(), time.monotonic()
    assert [probe.ask(engine, now) for _ in range(20)] == [None] * 20
    assert time.monotonic() - began < PATIENCE + REMEMBERED_FOR
