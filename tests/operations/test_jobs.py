"""The ledger: work is done once, its end is told, and nobody holds it for ever."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from kiosk.operations import messages
from kiosk.operations.jobs import Job, Ledger, attempt
from kiosk.operations.models import Job as Row
from kiosk.operations.rules import JobFailedError, Outcome, Rhythm
from tests.operations.conftest import CENTRE

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Engine

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
HOURLY = Rhythm(every=timedelta(hours=1))
LEASE = Rhythm().lease
ROUNDS = 5

# A tick as a process of its own: at each cue it does the job if it may.
TICK = """
import os, sys, time
from datetime import UTC, datetime
from pathlib import Path
import sqlalchemy as sa
from kiosk.core.database import prepare_engine
from kiosk.operations.jobs import Job, Ledger, attempt
from kiosk.operations.rules import Rhythm
url, done, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
def run(now):
    with done.open("a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(seconds)
    return {}
engine = sa.create_engine(url)
prepare_engine(engine)
ledger = Ledger(engine, 1)
ledger.read()
job = Job("race", Rhythm(), run)
print("ready", flush=True)
for cue in sys.stdin:
    print(attempt(ledger, job, lambda: datetime.now(UTC)).result, flush=True)
"""


def job(run: Any = lambda _now: {"days": 2}, rhythm: Rhythm = HOURLY) -> Job:
    return Job("work", rhythm, run)


def do(ledger: Ledger, work: Job, now: datetime = NOW) -> Outcome:
    return attempt(ledger, work, lambda: now)


def refuse(_now: datetime) -> dict[str, object]:
    raise JobFailedError("Ổ đĩa đầy.")


def break_down(_now: datetime) -> dict[str, object]:
    raise ZeroDivisionError("what a citizen wrote")


def test_work_is_done_when_due_and_noted(ledger: Ledger) -> None:
    assert do(ledger, job()) == Outcome("work", "done", {"days": 2})
    state = ledger.read()["work"]
    assert (state.succeeded_at, state.started_at) == (NOW, None)
    assert state.detail == {"days": 2}
    assert do(ledger, job(), NOW + timedelta(minutes=50)).result == "not_due"
    assert do(ledger, job(), NOW + timedelta(minutes=56)).result == "done"


def test_a_failure_is_one_sentence_and_tried_again_at_the_next_tick(
    ledger: Ledger,
) -> None:
    do(ledger, job(), NOW - timedelta(hours=2))
    assert do(ledger, job(refuse)).failure == "Ổ đĩa đầy."
    state = ledger.read()["work"]
    assert (state.failed_at, state.failure) == (NOW, "Ổ đĩa đầy.")
    assert state.succeeded_at == NOW - timedelta(hours=2)
    later = NOW + timedelta(minutes=5)
    assert do(ledger, job(), later).result == "done"
    assert ledger.read()["work"].failure is None


def test_what_nobody_thought_of_is_told_without_its_text(ledger: Ledger) -> None:
    failure = do(ledger, job(break_down)).failure
    assert failure
    assert "ZeroDivisionError" in failure
    assert "citizen" not in failure
    assert ledger.read()["work"].failure == failure


def test_somebody_at_it_is_left_alone_until_the_lease_ends(ledger: Ledger) -> None:
    assert ledger.take(job(), NOW) == "taken"
    almost = NOW + LEASE - timedelta(seconds=1)
    assert do(ledger, job(), almost).result == "under_way"
    assert attempt(ledger, job(), lambda: almost, when_due=False).result == "under_way"
    told = []
    after = NOW + LEASE

    def look(_now: datetime) -> dict[str, object]:
        told.append(ledger.read()["work"].failure)
        return {}

    assert do(ledger, job(look), after).result == "done"
    assert told == [messages.DIED]
    assert ledger.read()["work"].failure is None


def test_who_was_overtaken_writes_no_end(ledger: Ledger) -> None:
    ledger.take(job(), NOW)
    second = NOW + LEASE
    ledger.take(job(), second)
    ledger.succeed("work", NOW, second, {"days": 1})
    ledger.fail("work", NOW, second, "no")
    state = ledger.read()["work"]
    assert (state.started_at, state.succeeded_at) == (second, None)
    ledger.succeed("work", second, second, {})
    assert ledger.read()["work"].succeeded_at == second


def test_a_ledger_that_is_away_is_a_failure_and_no_exception(
    ledger: Ledger, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE job RENAME TO elsewhere"))
    try:
        ran: list[datetime] = []
        outcome = do(ledger, job(ran.append))
        assert (outcome.result, outcome.failure) == ("failed", messages.LEDGER_AWAY)
        assert not ran, "work that cannot be noted would be done at every tick"
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO job"))


def start(engine: Engine, done: Path, seconds: float) -> subprocess.Popen[str]:
    url = engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", TICK, url, str(done), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def cue(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_two_ticks_at_once_do_the_work_once(engine: Engine, tmp_path: Path) -> None:
    done = tmp_path / "done"
    ticks = [start(engine, done, 0.5) for _ in range(3)]
    for number in range(1, ROUNDS + 1):
        for tick in ticks:
            cue(tick)
        results = sorted(answer(tick) for tick in ticks)
        assert results == ["done", "under_way", "under_way"]
        assert len(done.read_text().split()) == number
    for tick in ticks:
        tick.communicate(timeout=30)


def test_a_killed_tick_does_not_hold_the_work_for_ever(
    engine: Engine, ledger: Ledger, tmp_path: Path
) -> None:
    done = tmp_path / "done"
    killed = start(engine, done, 60)
    cue(killed)
    deadline = time.monotonic() + 30
    while not done.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    killed.kill()
    killed.communicate()
    started = ledger.read()["race"].started_at
    assert started
    work = Job("race", Rhythm(), lambda _now: {})
    assert do(ledger, work, started + timedelta(minutes=29)).result == "under_way"
    assert do(ledger, work, started + timedelta(minutes=30)).result == "done"


def test_init_leaves_the_ledger_empty(engine: Engine) -> None:
    """What never ran has no row: ages then count from the installation."""
    with engine.connect() as connection:
        rows = sa.select(sa.func.count()).select_from(Row)
        assert connection.scalar(rows.where(Row.centre_id == CENTRE)) == 0
