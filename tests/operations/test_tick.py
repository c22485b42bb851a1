"""A tick on a real server does everything that is due, and says how it went."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.operations import schedule
from kiosk.operations.jobs import Job, Ledger, attempt
from kiosk.operations.rules import (
    GIB,
    Condition,
    Disk,
    JobFailedError,
    JobState,
    Rhythm,
)
from tests.operations.conftest import CENTRE
from tests.operations.probing import readiness
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.engine import Engine

    from tests.engines import TestDatabase

ALL = ["cube", "canary", "watch", "mail", "backup"]


@pytest.fixture
def server(database: TestDatabase, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, database_url=database.empty_url())
    server.start()
    yield server
    server.stop()


def test_the_first_tick_does_everything_and_the_second_what_is_due(
    server: Server,
) -> None:
    # As the timer starts it: a process of its own.
    first = server.run("tick", "--json", environment={})
    assert first.returncode == 0, first.stderr
    done = json.loads(first.stdout)["jobs"]
    assert [(job["name"], job["result"]) for job in done] == [
        (name, "done") for name in ALL
    ]
    assert done[1]["detail"]["sheets"] == 35
    assert list(server.directory.glob("backups/*"))
    again = {job["name"]: job["result"] for job in server.flask_json("tick")["jobs"]}
    assert again == dict.fromkeys(("cube", "watch", "mail"), "done") | {
        "canary": "not_due",
        "backup": "not_due",
    }
    assert "backup: chưa đến hạn" in server.flask("tick")
    assert readiness(server.url) == (200, [])


def test_one_failure_stops_nothing_else_and_is_the_exit_status(server: Server) -> None:
    (server.directory / "backups").write_text("a file where the directory should be")
    result = server.run("tick", "--json")
    assert result.returncode == 1
    jobs: list[dict[str, Any]] = json.loads(result.stdout)["jobs"]
    assert {job["name"]: job["result"] for job in jobs} == dict.fromkeys(
        ALL, "done"
    ) | {"backup": "failed"}
    told = server.run("tick")
    assert told.returncode == 1
    assert told.stderr.count("backup: ") == 1, "failed work is tried at the next tick"
    alarms = server.flask_json("alarms", "list")
    assert [(one["kind"], one["subject"]) for one in alarms] == [("job", "backup")]
    (server.directory / "backups").unlink()
    server.flask("tick")  # backs up, after the watch has looked
    server.flask("tick")
    assert server.flask_json("alarms", "list") == []


@pytest.fixture
def causes(
    app: Flask, engine: Engine, after: Callable[..., datetime]
) -> Callable[[Condition, Disk | None], list[tuple[str, str]]]:
    """Tell which alarms a condition calls for, ten days after the installation."""
    now = after(days=10)

    def of(condition: Condition, disk: Disk | None) -> list[tuple[str, str]]:
        found = schedule._causes(condition, disk, now)
        return sorted((cause.kind, cause.subject) for cause in found)

    return of


def test_what_is_wrong_is_one_alarm_each(
    causes: Callable[..., list[tuple[str, str]]], after: Callable[..., datetime]
) -> None:
    now = after(days=10)
    well = JobState(succeeded_at=now)
    old = JobState(succeeded_at=now - timedelta(days=2))
    failed = JobState(old.succeeded_at, old.succeeded_at, now, "Vì sao.")
    room, full = Disk(50 * GIB, 100 * GIB), Disk(GIB // 2, 100 * GIB)
    jobs = dict.fromkeys(("tick", "cube", "canary", "backup"), well)
    began = now - timedelta(days=10)
    assert causes(Condition(began, jobs), room) == []
    assert causes(Condition(began, jobs), full) == [("disk", "")]
    assert causes(Condition(began, jobs | {"backup": old}), room) == [("backup", "")]
    assert causes(Condition(began, jobs | {"canary": failed}), room) == [
        ("job", "canary")
    ]
    assert causes(Condition(began, jobs | {"mail": failed}), room) == []
    assert causes(Condition(began, jobs | {"cube": old}, dirty_days=2), room) == [
        ("cube", "")
    ]


def test_an_installation_without_data_is_told_what_to_do(
    database: TestDatabase, server: Server, tmp_path: Path
) -> None:
    from_nothing = {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}
    result = server.run("tick", environment=from_nothing)
    assert result.returncode == 1
    assert "flask --app wsgi init" in result.stderr


def test_the_jobs_come_in_their_order(
    app: Flask, engine: Engine, now: datetime
) -> None:
    """Backup last, for it is long; the alarms after what they are about."""
    jobs = schedule.jobs(engine, CENTRE, app.config["KIOSK"])
    assert [job.name for job in jobs] == ALL
    ledger = Ledger(engine, CENTRE)

    def refuse(_now: datetime) -> dict[str, object]:
        raise JobFailedError("Không được.")

    work = [Job("a", Rhythm(), refuse), Job("b", Rhythm(), lambda _now: {})]
    results = [attempt(ledger, job, lambda: now).result for job in work]
    assert results == ["failed", "done"]
