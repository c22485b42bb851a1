"""Migrated databases for the tests: a SQLite file and a real PostgreSQL server.

Each test process owns its databases, so that `pytest -n 2` needs no locks.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.config import Settings

ENGINES = ("sqlite", "postgresql")
START_SECONDS = 30


class TestDatabase(ABC):
    """A database that holds the reference data of the centre and nothing else."""

    __test__ = False
    url: str

    @abstractmethod
    def restore(self) -> None:
        """Bring back the state that the migrations and `init` left."""

    @abstractmethod
    def empty_url(self) -> str:
        """Return the address of another database, without tables."""

    @abstractmethod
    def close(self) -> None:
        """Remove it, and what `empty_url` gave."""


class SqliteDatabase(TestDatabase):
    """A file with the application's own settings (WAL, FULL), copied from a template."""

    def __init__(self, directory: Path, migrate: Callable[[str], None]) -> None:
        self._directory = directory
        template = self._directory / "migrated.db"
        migrate(f"sqlite:///{template}")
        self._template = self._directory / "template.db"
        _copy_sqlite(template, self._template)
        self._path = self._directory / "kiosk.db"
        self.url = f"sqlite:///{self._path}"
        self.restore()

    def restore(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self._template, self._path)

    def empty_url(self) -> str:
        handle, path = tempfile.mkstemp(suffix=".db", dir=self._directory)
        os.close(handle)
        return f"sqlite:///{path}"

    def close(self) -> None:
        """Leave it: pytest keeps the directories of the last three runs."""


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy with what still stands in the write-ahead log."""
    import sqlite3

    connection = sqlite3.connect(source)
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()


class PostgresDatabase(TestDatabase):
    """A database on a server of its own, reached by a socket in its own directory."""

    def __init__(self, migrate: Callable[[str], None]) -> None:
        self._server = PostgresServer()
        self.url = self._server.url_of("kiosk")
        with ExitStack() as undo:
            undo.callback(self._server.stop)
            self._server.start()
            migrate(self.url)
            self._connection = psycopg.connect(
                self._server.dsn_of("kiosk"), autocommit=True
            )
            self._restore_sql = self._keep_baseline()
            undo.pop_all()

    def _keep_baseline(self) -> str:
        """Copy every table aside; return the statements that bring them back.

        Foreign keys and triggers rest meanwhile (`replica`), so that the order of
        the tables and the triggers on append-only tables do not matter.
        DELETE takes 0.6 ms where TRUNCATE takes 28 to 250.
        """
        rows = self._connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        tables = [name for (name,) in rows]
        self._connection.execute("CREATE SCHEMA baseline")
        statements = ["BEGIN", "SET LOCAL session_replication_role = replica"]
        for table in tables:
            self._connection.execute(
                f'CREATE TABLE baseline."{table}" AS TABLE public."{table}"'
            )
            statements += [
                f'DELETE FROM public."{table}"',
                f'INSERT INTO public."{table}" SELECT * FROM baseline."{table}"',
            ]
        return ";".join([*statements, "COMMIT"])

    def restore(self) -> None:
        # A test that left a transaction open fails here, instead of hanging the next.
        self._connection.execute("SET lock_timeout = '5s'")
        self._connection.execute(self._restore_sql)

    def empty_url(self) -> str:
        name = f"kiosk_{secrets.token_hex(6)}"
        self._connection.execute(f"CREATE DATABASE {name}")
        return self._server.url_of(name)

    def close(self) -> None:
        self._connection.close()
        self._server.stop()


class PostgresServer:
    """PostgreSQL of this machine in a directory of its own, stopped with the tests.

    `durable` waits for the disk as an installation does; tests need not.
    """

    def __init__(self, *, durable: bool = False, parent: Path | None = None) -> None:
        self._binaries = find_postgres()
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._directory = Path(tempfile.mkdtemp(prefix="kiosk-pg-", dir=parent))
        self._owner = _unprivileged_owner(self._directory)

    def start(self) -> None:
        """Make the data directory, start, and wait until there is a database `kiosk`."""
        data = self._directory / "data"
        self._run("initdb", "-D", str(data), "-U", "kiosk", "-A", "trust", "--no-sync",
                  "-E", "UTF8", "--no-locale")  # fmt: skip
        self._launch()
        with psycopg.connect(self.dsn_of("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE kiosk")

    def _launch(self) -> None:
        # Durability is the product's business, speed is the tests'.
        fast = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        if self._durable:
            fast = ()
        options = ["listen_addresses=", f"unix_socket_directories={self._directory}"]
        with (self._directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._directory / "data",
                 *(f"--{option}" for option in (*fast, *options))],
                stdout=log, stderr=log, cwd="/", **self._owner,
            )  # fmt: skip
        self._wait_until_ready(self._process)

    def restart(self, *, away_seconds: float) -> None:
        """Cut every connection, stay away, and come back with the same data."""
        self._halt()
        time.sleep(away_seconds)
        self._launch()

    def dsn_of(self, name: str) -> str:
        """Return how psycopg reaches a database of this server."""
        return f"host={self._directory} user=kiosk dbname={name}"

    def url_of(self, name: str) -> str:
        """Return how SQLAlchemy reaches a database of this server."""
        return f"postgresql+psycopg://kiosk@/{name}?host={self._directory}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self._owner)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.dsn_of("postgres")).close()
            except psycopg.OperationalError:
                if process.poll() is not None or time.monotonic() > deadline:
                    log = (self._directory / "server.log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it and remove what it kept."""
        self._halt()
        shutil.rmtree(self._directory)

    def _halt(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast: connections are cut
            self._process.wait(timeout=START_SECONDS)
            self._process = None


def find_postgres() -> Path:
    """Return the directory with initdb and postgres; without one every test fails."""
    candidates = (
        [Path(os.environ["TEST_PG_BIN"])] if "TEST_PG_BIN" in os.environ else []
    )
    newest_first = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: float(path.parent.name),
        reverse=True,
    )
    for directory in (*candidates, *newest_first):
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            return directory
    raise RuntimeError("No PostgreSQL: install it or set TEST_PG_BIN (make test does).")


def _unprivileged_owner(directory: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: give the directory to somebody else."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(directory, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def create_database(
    engine: str, directory: Path, settings_for: Callable[[str], Settings]
) -> TestDatabase:
    """Make a database and migrate it the way `flask --app wsgi init` does."""

    def migrate(url: str) -> None:
        from kiosk.app import create_app
        from kiosk.extensions import db

        app = create_app(settings_for(url))
        result = app.test_cli_runner().invoke(args=["init"])
        if result.exit_code != 0:
            raise RuntimeError(result.output) from result.exception
        with app.app_context():
            db.engine.dispose()

    if engine == "sqlite":
        return SqliteDatabase(directory, migrate)
    return PostgresDatabase(migrate)
