"""Copying the database as of one moment, and writing it to a file with what it holds."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection, Engine

from kiosk.config import Settings
from kiosk.core.database import is_sqlite
from kiosk.edge.assets import release
from kiosk.operations.backup import (
    archive,
    census,
    clients,
    postgresql,
    proof,
    revisions,
    sqlite,
)
from kiosk.operations.backup.census import Census, Cube
from kiosk.operations.backup.faults import told
from kiosk.operations.backup.manifest import MEMBERS, Content, Kind, Manifest

COPY = "copy"


@dataclass(frozen=True, slots=True)
class _Copied:
    kind: Kind
    version: str
    held: Census
    cube: Cube | None


def write(
    engine: Engine,
    settings: Settings,
    part: Path,
    work: Path,
    now: datetime,
    *,
    with_cube: bool = True,
) -> Manifest:
    """Copy the database into the work area, and that into a file of its own."""
    copy = work / COPY
    if is_sqlite(engine):
        copied = _copy_file(engine, copy, with_cube=with_cube)
    else:
        copied = _dump(engine, settings.pg_bin, copy, with_cube=with_cube)
    with told(copy):
        size, sha256 = archive.measure(copy)
    manifest = Manifest(
        created_at=now,
        release=release(),
        engine=copied.kind,
        engine_version=copied.version,
        census=copied.held,
        cube=copied.cube,
        database=Content(name=MEMBERS[copied.kind], size=size, sha256=sha256),
    )
    with told(part):
        archive.write(part, manifest, copy)
    copy.unlink()
    return manifest


def _copy_file(engine: Engine, copy: Path, *, with_cube: bool) -> _Copied:
    sqlite.copy(sqlite.path_of(engine), copy)
    with told(copy):
        held, cube = proof.read_from(
            sqlite.url_of(copy), lambda c: _look(c, with_cube=with_cube)
        )
    return _Copied("sqlite", sqlite3.sqlite_version, held, cube)


def _dump(engine: Engine, pg_bin: str, copy: Path, *, with_cube: bool) -> _Copied:
    programs = clients.find(pg_bin, postgresql.major_of(engine))
    with postgresql.snapshot(engine) as (connection, name):
        version = postgresql.version_of(connection)
        held, cube = _look(connection, with_cube=with_cube)
        programs.dump(postgresql.target_of(engine), name, copy)
    return _Copied("postgresql", version, held, cube)


def _look(connection: Connection, *, with_cube: bool) -> tuple[Census, Cube | None]:
    held = census.take(connection)
    if not with_cube or held.revision != revisions.head():
        return held, None
    return held, census.compare_cube(connection)
