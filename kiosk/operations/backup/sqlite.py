"""SQLite: a copy in one step, its checks, and writing a copy into the live database.

The copy is made by the online backup API in one step: one read transaction, so it is
one moment, and under WAL a reader keeps no writer waiting. Copying the file itself
would miss what still stands in the write-ahead log.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import URL, Engine

from kiosk.core.database import BUSY_TIMEOUT_MS
from kiosk.operations.backup.faults import BackupError, told

SHOWN_FAULTS = 3
# Writing back goes in stretches, so that a lock that never comes free can be given up.
PAGES_A_STRETCH = 2_000
# Each meeting with a lock has waited for it BUSY_TIMEOUT_MS already.
MEETINGS_WITH_A_LOCK = 6


def path_of(engine: Engine) -> Path:
    """Return the file of the engine's database."""
    name = engine.url.database
    if not name or name == ":memory:":
        raise BackupError("memory")
    return Path(name)


def url_of(path: Path) -> URL:
    """Return how SQLAlchemy opens a file."""
    return URL.create("sqlite", database=str(path))


def copy(source: Path, target: Path) -> None:
    """Copy a live database, as of one moment, into a new file that stands alone."""
    if not source.exists():
        raise BackupError("no_database", place=source)
    with told(target), closing(_open(source)) as live, closing(_open(target)) as new:
        live.backup(new, pages=-1, progress=_patience(source))
        _fold(new)


def fold(path: Path) -> None:
    """Let a file stand alone again: nothing of it in a write-ahead log."""
    with told(path), closing(_open(path)) as connection:
        _fold(connection)


def check(path: Path) -> None:
    """Let SQLite examine a copy: every page, every index, every foreign key."""
    with told(path), closing(_open(path)) as connection:
        try:
            integrity = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as error:
            name = error.sqlite_errorname
            raise BackupError("copy_damaged", found=name) from error
        if integrity != ["ok"]:
            found = "; ".join(integrity[:SHOWN_FAULTS])
            raise BackupError("copy_damaged", found=found)
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        tables = ", ".join(sorted({f"{row[0]} → {row[2]}" for row in orphans}))
        raise BackupError("copy_damaged", found=tables)


def swap(prepared: Path, live: Path) -> None:
    """Make the live database equal to a prepared file, in one transaction of its own.

    Open connections see the old data until it commits and the new afterwards; a
    killed process leaves the old. Deleting or replacing the files would leave a
    running server with the deleted ones, to which it would go on writing.
    """
    with told(live), closing(_open(prepared)) as source, closing(_open(live)) as target:
        # A database whose tables cannot be read can still be written over.
        with suppress(sqlite3.DatabaseError):
            target.execute("PRAGMA synchronous=FULL")
            target.execute("PRAGMA journal_mode=WAL")
        try:
            source.backup(target, pages=PAGES_A_STRETCH, progress=_patience(live))
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
                raise BackupError("target_lost", place=live) from error
            raise
        target.execute("PRAGMA journal_mode=WAL")
        # The log has grown by the whole database; readers may keep it a while longer.
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return connection


def _fold(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=DELETE")


def _patience(place: Path) -> Callable[[int, int, int], None]:
    """Give up on a lock that is not released; Python alone would try for ever."""
    met = 0

    def look(status: int, _remaining: int, _total: int) -> None:
        nonlocal met
        met += status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        if met > MEETINGS_WITH_A_LOCK:
            raise BackupError("busy", place=place)

    return look
