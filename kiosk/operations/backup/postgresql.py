"""PostgreSQL: a dump of one snapshot, a scratch database to prove it in."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from kiosk.core.database import is_sqlite
from kiosk.operations.backup.clients import Clients, Target

Found = TypeVar("Found")

SNAPSHOT = sa.text("SELECT pg_export_snapshot()")
MAY_CREATE = sa.text(
    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
)
SCRATCH = "_thu_"
NAME_LIMIT = 40  # of PostgreSQL's 63, so that the rest of a scratch name fits


def major_of(engine: Engine) -> int:
    """Return the server's major version."""
    with engine.connect() as connection:
        version = connection.scalar(sa.text("SHOW server_version_num"))
    return int(str(version)) // 10_000


def version_of(connection: Connection) -> str:
    """Return the server's version in full, as in 15.18."""
    return str(connection.scalar(sa.text("SHOW server_version"))).partition(" ")[0]


def target_of(engine: Engine, url: URL | None = None) -> Target:
    """Return how PostgreSQL's programs reach the engine's database, or another one."""
    return Target.of(url or engine.url, engine.dialect)


@contextmanager
def snapshot(engine: Engine) -> Iterator[tuple[Connection, str]]:
    """Yield a connection that reads one moment, and the name to share that moment by."""
    still = engine.execution_options(isolation_level="REPEATABLE READ")
    with still.connect() as connection:
        yield connection, str(connection.scalar(SNAPSHOT))


def read_still(engine: Engine, read: Callable[[Connection], Found]) -> Found:
    """Read one moment of a database that is in use; SQLite's transactions always do."""
    still = {"isolation_level": "REPEATABLE READ"} if not is_sqlite(engine) else {}
    with engine.execution_options(**still).connect() as connection:
        return read(connection)


def may_create_databases(engine: Engine) -> bool:
    """Tell whether this role may make the database to prove a copy in."""
    with engine.connect() as connection:
        return bool(connection.scalar(MAY_CREATE))


@contextmanager
def scratch(engine: Engine, clients: Clients, dump: Path) -> Iterator[URL]:
    """Yield the address of a database of its own with the dump in it; drop it after.

    One at a time: under the lock nobody works in those that a killed command left.
    """
    base = f"{(engine.url.database or '')[:NAME_LIMIT]}{SCRATCH}"
    name = f"{base}{secrets.token_hex(4)}"
    quote = engine.dialect.identifier_preparer.quote
    server = engine.execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        lock = {"key": _key(base)}
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), lock)
        try:
            _drop_left(connection, base)
            connection.exec_driver_sql(
                f"CREATE DATABASE {quote(name)} TEMPLATE template0 ENCODING 'UTF8'"
            )
            url = engine.url.set(database=name)
            clients.load(target_of(engine, url), dump)
            yield url
        finally:
            _drop_left(connection, base)
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), lock)


def _drop_left(connection: Connection, base: str) -> None:
    left = sa.text("SELECT datname FROM pg_database WHERE starts_with(datname, :base)")
    quote = connection.dialect.identifier_preparer.quote
    for name in connection.scalars(left, {"base": base}).all():
        connection.exec_driver_sql(f"DROP DATABASE {quote(name)} WITH (FORCE)")


def _key(base: str) -> int:
    digest = hashlib.sha256(f"scratch of {base}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
