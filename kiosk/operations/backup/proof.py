"""Proving a copy: it is opened, counted and examined as the database that it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import NullPool

from kiosk.operations.backup import census, clients, postgresql, revisions, sqlite
from kiosk.operations.backup.census import Cube
from kiosk.operations.backup.faults import BackupError
from kiosk.operations.backup.manifest import Manifest

# Brings the database at an address to this release's tables.
Migrate = Callable[[URL], None]
Depth = Literal["restored", "read", "hashed"]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Proof:
    """How much was proved, and what the comparison of cube and sheets said then."""

    depth: Depth
    cube: Cube | None = None


def prove_file(manifest: Manifest, path: Path, migrate: Migrate | None) -> Proof:
    """Prove an extracted SQLite file; `migrate` also brings it to this release."""
    sqlite.check(path)
    cube = _prove(manifest, sqlite.url_of(path), migrate)
    if migrate and manifest.census.revision != revisions.head():
        sqlite.fold(path)
        sqlite.check(path)
    return Proof("restored", cube)


def prove_dump(
    manifest: Manifest,
    dump: Path,
    engine: Engine,
    pg_bin: str,
    migrate: Migrate | None,
) -> Proof:
    """Prove an extracted dump as far as this machine and this role can."""
    here = engine.dialect.name == "postgresql"
    needed = postgresql.major_of(engine) if here else manifest.server_major
    try:
        programs = clients.find(pg_bin, needed)
    except BackupError:
        return Proof("hashed")
    if not here or not postgresql.may_create_databases(engine):
        programs.read_through(dump)
        return Proof("read")
    with postgresql.scratch(engine, programs, dump) as url:
        return Proof("restored", _prove(manifest, url, migrate))


def read_from(url: URL, read: Callable[[Connection], Found]) -> Found:
    """Read from a database that nobody else is at."""
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        return read(connection)


def change(url: URL, change: Callable[[Connection], None]) -> None:
    """Change a database that nobody else is at."""
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        change(connection)


def _prove(manifest: Manifest, url: URL, migrate: Migrate | None) -> Cube | None:
    found = read_from(url, census.take)
    difference = census.differing(manifest.census, found)
    if difference:
        raise BackupError("copy_differs", found=difference)
    if found.revision != revisions.head():
        if migrate is None:
            return None
        migrate(url)
        return read_from(url, census.compare_cube)
    cube = read_from(url, census.compare_cube)
    if manifest.cube is not None and cube != manifest.cube:
        raise BackupError("copy_differs", found="cube")
    return cube
