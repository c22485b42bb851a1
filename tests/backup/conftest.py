"""An installation of its own: a database that may be backed up, broken and restored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.core.periods import LOCAL_ZONE
from kiosk.extensions import db
from kiosk.insight import service as insight
from kiosk.operations.backup import archive
from kiosk.operations.backup.census import Census
from kiosk.operations.backup.manifest import Manifest
from tests.engines import TestDatabase
from tests.insight.sheets import send, sheet

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

NOW = datetime(2026, 11, 22, 2, 15, tzinfo=LOCAL_ZONE)
FIRST_DAY = date(2026, 11, 2)


@dataclass
class Installation:
    """The application on a database of its own."""

    directory: Path
    database_url: str
    changes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = Settings(
            _env_file=None,
            database_url=self.database_url,
            secret_key="only-for-tests-" + "x" * 32,
            data_dir=self.directory / "data",
            **self.changes,
        )
        self.app: Flask = create_app(self.settings)
        with self.app.app_context():
            self.engine: Engine = db.engine

    def command(self, *arguments: str | Path) -> Result:
        """Run a command of the application."""
        words = [str(argument) for argument in arguments]
        result = self.app.test_cli_runner().invoke(args=words)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def ok(self, *arguments: str | Path) -> Any:
        """Run a backup command that must succeed; return what it said to a program."""
        result = self.command("backup", *arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def refused(self, *arguments: str | Path) -> str:
        """Run a backup command that must be refused; return the sentence."""
        result = self.command("backup", *arguments)
        assert result.exit_code == 1, result.output
        assert len(result.stderr.splitlines()) == 1
        return result.stderr

    def fill(self, count: int, *, day: date = FIRST_DAY, comment: str = "") -> None:
        """Store sheets, spread over three weeks, and count them."""
        send(
            self.engine,
            [
                sheet(
                    day + timedelta(days=number % 20),
                    {"overall": 1 + number % 5, "reasons": ["staff"]},
                    comment=comment or None,
                )
                for number in range(count)
            ],
        )
        insight.refresh(self.engine, 1)

    def ids(self) -> set[str]:
        """Return the ids of all stored sheets."""
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT id FROM answer_sheet").scalars()
            return {str(row).replace("-", "") for row in rows}

    def scalar(self, statement: str) -> Any:
        with self.engine.connect() as connection:
            return connection.exec_driver_sql(statement).scalar()

    def execute(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    @property
    def file(self) -> Path:
        """Return the file of a SQLite database."""
        return Path(str(self.engine.url.database))

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"


def left_in(directory: Path) -> set[str]:
    """Name what lies in a directory, hidden or not."""
    return {path.name for path in directory.iterdir()}


@contextmanager
def opened(installation: Installation) -> Iterator[Installation]:
    try:
        yield installation
    finally:
        installation.engine.dispose()


@pytest.fixture
def bare(database: TestDatabase, tmp_path: Path) -> Iterator[Installation]:
    """Yield an installation without tables."""
    with opened(Installation(tmp_path / "bare", database.empty_url())) as installation:
        yield installation


@pytest.fixture
def centre(database: TestDatabase, tmp_path: Path) -> Iterator[Installation]:
    """Yield an installation with its reference data."""
    with opened(Installation(tmp_path / "centre", database.empty_url())) as one:
        assert one.command("init").exit_code == 0
        yield one


@pytest.fixture
def second(database: TestDatabase, tmp_path: Path) -> Iterator[Installation]:
    """Yield another one, on another machine."""
    with opened(Installation(tmp_path / "second", database.empty_url())) as one:
        assert one.command("init").exit_code == 0
        yield one


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Return a directory for backups."""
    path = tmp_path / "shelf"
    path.mkdir()
    return path


def tables_of(engine: Engine) -> dict[str, list[Any]]:
    """Return every row of every table, to compare two databases."""
    with engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return {
            name: sorted(
                map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))
            )
            for name in names
        }


def forged(path: Path, work: Path, **changes: object) -> Path:
    """Write a backup anew with another manifest: every hash fits."""
    manifest = archive.read(path, work / "database")
    told = Manifest.model_validate(manifest.model_dump() | changes)
    target = path.with_name("forged.tar")
    archive.write(target, told, work / "database")
    return target


def census_of(path: Path, **changes: object) -> Census:
    return archive.read(path).census.model_copy(update=changes)
