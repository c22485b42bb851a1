"""No tap is lost between an intake and a rebuild, nor between two rebuilds."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from kiosk.capture.models import DirtyMark
from kiosk.core.database import writing
from kiosk.insight import cube, service
from kiosk.insight.models import CubeAnswer
from kiosk.insight.verification import verify
from tests.insight.sheets import CENTRE, send, sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

DAY = date(2026, 11, 2)

# Two of these run while the test stores sheets: rebuild without pause until told to stop.
REBUILDER = """
import sys
from pathlib import Path
import sqlalchemy as sa
from kiosk.core.database import prepare_engine
from kiosk.insight import service
url, stop = sys.argv[1], Path(sys.argv[2])
engine = sa.create_engine(url)
prepare_engine(engine)
print("ready", flush=True)
days = 0
while not stop.exists():
    days += service.refresh(engine, 1)
print(days)
"""


# SQLite has one writer: between two of its statements nobody else can commit.
on_a_server = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


def counted(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.sum(CubeAnswer.n))) or 0


def marks(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(DirtyMark)) or 0


def once_before(engine: Engine, start: str, action: Callable[[], None]) -> None:
    """Do something right before the first statement that begins with `start`."""
    done = threading.Event()

    def hook(
        _connection: Connection, _cursor: object, statement: str, *_: object
    ) -> None:
        if statement.startswith(start) and not done.is_set():
            done.set()
            action()

    event.listen(engine, "before_cursor_execute", hook)


@on_a_server
def test_a_sheet_stored_between_marks_and_sheets_is_not_lost(engine: Engine) -> None:
    send(engine, [sheet(DAY, {"overall": 5})])
    once_before(
        engine,
        "DELETE FROM cube_answer",
        lambda: send(engine, [sheet(DAY, {"overall": 1})]) and None,
    )

    service.refresh(engine, CENTRE)

    assert marks(engine) == 1, "the mark that was not read stays"
    service.refresh(engine, CENTRE)
    assert (counted(engine), marks(engine)) == (2, 0)


@on_a_server
def test_a_sheet_committed_after_the_rebuild_keeps_its_mark(engine: Engine) -> None:
    send(engine, [sheet(DAY, {"overall": 5})])
    with engine.connect() as intake:
        intake.execute(
            sa.text(
                "INSERT INTO answer_sheet SELECT (jsonb_populate_record(s, "
                "jsonb_build_object('id', gen_random_uuid()))).* FROM answer_sheet s"
            )
        )
        intake.execute(
            sa.text("INSERT INTO dirty_mark VALUES (1, :day, gen_random_uuid())"),
            {"day": DAY},
        )
        service.refresh(engine, CENTRE)
        assert counted(engine) == 1
        intake.commit()

    assert marks(engine) == 1
    service.refresh(engine, CENTRE)
    assert (counted(engine), marks(engine)) == (2, 0)


@on_a_server
def test_a_second_rebuild_of_the_day_waits_for_the_first(engine: Engine) -> None:
    send(engine, [sheet(DAY, {"overall": 5})])

    def rebuild() -> None:
        with writing(engine) as connection:
            cube.rebuild_days(connection, CENTRE, [DAY])

    second = threading.Thread(target=rebuild)
    waited: list[bool] = []

    def start_second() -> None:
        second.start()
        second.join(timeout=0.5)
        waited.append(second.is_alive())

    once_before(engine, "DELETE FROM cube_answer", start_second)
    rebuild()
    second.join(timeout=10)

    assert waited == [True]
    assert not second.is_alive()
    assert (counted(engine), marks(engine)) == (1, 0)


def test_processes_rebuild_while_sheets_arrive(
    engine: Engine, tmp_path: Path, root: Path
) -> None:
    stop = tmp_path / "stop"
    url = engine.url.render_as_string(hide_password=False)
    rebuilders = [
        subprocess.Popen(
            [sys.executable, "-c", REBUILDER, url, str(stop)],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for rebuilder in rebuilders:
            assert rebuilder.stdout
            assert rebuilder.stdout.readline() == "ready\n"
        for number in range(150):
            first = sheet(DAY + timedelta(days=number % 3), {"overall": 1 + number % 5})
            moved = sheet(
                DAY + timedelta(days=3), {"overall": 5}, id=first.id, revision=2
            )
            send(engine, [first])
            if number % 4 == 0:
                send(engine, [moved])
    finally:
        stop.touch()
        results = [rebuilder.communicate(timeout=60) for rebuilder in rebuilders]

    assert [errors for _, errors in results] == ["", ""]
    assert all(int(days) > 0 for days, _ in results), results
    service.refresh(engine, CENTRE)
    with engine.connect() as connection:
        verification = verify(connection, CENTRE)
    assert (verification.sheets, verification.pending) == (150, ())
    assert verification.differences == ()
