"""Why a backup was not made or not brought back."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from kiosk.operations.backup.messages import FAULTS

FULL = {errno.ENOSPC, errno.EDQUOT}


class BackupError(Exception):
    """The data or the machine refuse; `sentence` says what it is and what to do."""

    def __init__(self, reason: str, **values: object) -> None:
        """Keep the reason, a key of FAULTS, and what its sentence names."""
        self.reason = reason
        self.sentence = FAULTS[reason].format(**values)
        super().__init__(self.sentence)


@contextmanager
def told(place: Path) -> Iterator[None]:
    """Turn what the disk or SQLite says about a place into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise BackupError("disk_full", place=place) from error
        said = error.strerror or type(error).__name__
        raise BackupError("no_access", place=place, said=said) from error
    except sqlite3.DatabaseError as error:
        raise BackupError(_of_sqlite(error), place=place) from error
    except DBAPIError as error:
        raise BackupError(_of_driver(error), place=place) from error


@contextmanager
def told_database(engine: Engine) -> Iterator[None]:
    """Turn what the installation's own database refuses into a sentence."""
    try:
        yield
    except DBAPIError as error:
        place = engine.url.database or engine.url.host
        raise BackupError(_of_driver(error), place=place) from error


def _of_driver(error: DBAPIError) -> str:
    original = error.orig
    if isinstance(original, sqlite3.DatabaseError):
        return _of_sqlite(original)
    return "database"


def _of_sqlite(error: sqlite3.DatabaseError) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    known = {
        sqlite3.SQLITE_FULL: "disk_full",
        sqlite3.SQLITE_BUSY: "busy",
        sqlite3.SQLITE_CORRUPT: "damaged",
        sqlite3.SQLITE_NOTADB: "damaged",
    }
    return known.get(code, "database")
