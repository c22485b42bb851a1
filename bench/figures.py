"""What a figure costs as answer sheets pile up: the cube and the dashboard."""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from bench.filling import DAYS, END, fill
from bench.intake import DISK
from bench.servers import database_url
from bench.table import Row
from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.core.database import is_sqlite, writing
from kiosk.extensions import db
from kiosk.insight import cube, service
from kiosk.insight.counting import inserts
from tests.staff import signed_in

SIZES = (10_000, 100_000, 1_000_000)
REPEATS = 5
FIRST = END.date() - timedelta(days=DAYS)
AFTER = END.date() + timedelta(days=1)
ONE_DAY = END.date() - timedelta(days=30)
DAY_SHEETS = 300


def rows() -> Iterator[Row]:
    """Measure both engines with ten thousand, a hundred thousand, a million sheets."""
    DISK.mkdir(exist_ok=True)
    for engine in ("sqlite", "postgresql"):
        with (
            tempfile.TemporaryDirectory(dir=DISK, prefix="bench-") as name,
            database_url(engine, _open(Path(name))) as url,
        ):
            yield from _engine_rows(engine, url, Path(name))


def _open(directory: Path) -> Path:
    directory.chmod(0o755)
    return directory


def _engine_rows(name: str, url: str, directory: Path) -> Iterator[Row]:
    settings = Settings(
        _env_file=None, database_url=url, secret_key="b" * 40, data_dir=directory
    )
    app = create_app(settings)
    app.test_cli_runner().invoke(args=["init"])
    with app.app_context():
        engine = db.engine
        head = signed_in(app, "head")
    yield from _dirty_day(name, app, engine)
    pages: dict[int, float] = {}
    filled = 0
    for size in SIZES:
        fill(engine, size - filled, seed=size)
        filled = size
        rebuilt, grouped = _rebuild(engine)
        yield Row(f"full rebuild, {size:,} sheets ({name})", rebuilt, "s")
        yield Row(
            f"full rebuild, {size:,} sheets ({name})",
            rebuilt / grouped,
            "ratio",
            "the engine's own GROUP BY",
            bar=2.0,
        )
        pages[size] = _page(head)
        yield Row(f"dashboard, {size:,} sheets ({name})", pages[size] * 1000, "ms")
    yield Row(
        f"dashboard, 1,000,000 sheets ({name})",
        pages[1_000_000] / pages[100_000],
        "ratio",
        "100,000 sheets",
        bar=1.2,
    )
    engine.dispose()


def _dirty_day(name: str, app: Flask, engine: Engine) -> Iterator[Row]:
    fill(engine, DAY_SHEETS * DAYS, seed=7)
    empty = _timed(lambda: app.test_client().get("/healthz"), 50)
    took = _timed(lambda: _rebuild_day(engine), 15)
    yield Row(
        f"one dirty day of {DAY_SHEETS} sheets ({name})",
        took / empty,
        "ratio",
        "an empty view in the process",
        bar=20,
    )
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM answer_sheet")


def _rebuild_day(engine: Engine) -> None:
    with writing(engine) as connection:
        cube.rebuild_days(connection, 1, [ONE_DAY])


def _rebuild(engine: Engine) -> tuple[float, float]:
    """Return the seconds of a full rebuild, and of its GROUP BYs alone."""
    days = [FIRST + timedelta(days=number) for number in range(DAYS + 1)]
    rebuilt = _timed(lambda: service.rebuild(engine, 1, FIRST, AFTER), 3)
    grouped = _timed(lambda: _group(engine, days), 3)
    return rebuilt, grouped


def _group(engine: Engine, days: list[date]) -> None:
    with engine.connect() as connection:
        for insert in inserts(sqlite=is_sqlite(engine)):
            counts = insert.select
            if not isinstance(counts, sa.Select):
                raise TypeError(insert)
            connection.execute(counts, {"centre": 1, "days": days}).fetchall()


def _page(head: FlaskClient) -> float:
    def ask() -> None:
        answer = head.get("/dashboard?month=2026-10")
        if answer.status_code != 200:
            raise RuntimeError(answer.status)

    ask()
    return _timed(ask, REPEATS)


def _timed(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return median(took)
