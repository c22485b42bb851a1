"""Bringing a backup back in the place of what is there, which is kept beside it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from kiosk.accounts import audit
from kiosk.config import Settings
from kiosk.core.database import is_sqlite, write_turn, writing
from kiosk.core.periods import LOCAL_ZONE
from kiosk.operations.backup import (
    archive,
    census,
    clients,
    making,
    postgresql,
    proof,
    revisions,
    rules,
    service,
    sqlite,
)
from kiosk.operations.backup.census import Cube
from kiosk.operations.backup.exchange import exchange
from kiosk.operations.backup.faults import BackupError, told, told_database
from kiosk.operations.backup.manifest import Manifest
from kiosk.operations.backup.proof import Depth, Migrate
from kiosk.operations.backup.work import work_area
from kiosk.operations.models import Job

ACTOR = "flask backup restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and where the data lie that it replaced."""

    path: Path
    manifest: Manifest
    depth: Depth
    cube: Cube
    safety_copy: Path | None


@dataclass(frozen=True, slots=True)
class _Task:
    engine: Engine
    settings: Settings
    path: Path
    now: datetime
    migrate: Migrate
    work: Path
    manifest: Manifest
    safety_copy: Path | None

    @property
    def extracted(self) -> Path:
        return self.work / service.EXTRACTED

    def keep(self) -> None:
        """Make the safety copy, when there is something to keep."""
        if self.safety_copy is None:
            return
        with archive.part_of(self.safety_copy) as part:
            making.write(self.engine, self.settings, part, self.work, self.now,
                         with_cube=False)  # fmt: skip
            with told(self.safety_copy):
                archive.publish(part, self.safety_copy)


def restore(
    engine: Engine,
    settings: Settings,
    path: Path,
    now: datetime,
    migrate: Migrate,
    *,
    force: bool,
) -> Restored:
    """Replace the database by a backup that was proved first.

    Sheets that are there are only replaced by `force`, and after a safety copy: from
    its making to the replacement nobody can write, so that every sheet that was ever
    acknowledged is in the copy, or in the database afterwards.
    """
    with told_database(engine), work_area(settings.data_dir) as work:
        manifest = service.open_backup(path, work / service.EXTRACTED)
        if manifest.engine != engine.dialect.name:
            raise BackupError("other_engine", name=path.name, found=manifest.engine,
                              wanted=engine.dialect.name)  # fmt: skip
        held = _sheets_held(engine)
        if not force:
            _refuse_to_replace(engine, held)
        safety_copy = None if held == 0 else _safety_path(engine, settings, now)
        task = _Task(engine, settings, path, now, migrate, work, manifest, safety_copy)
        return _into_file(task) if is_sqlite(engine) else _into_server(task)


def _sheets_held(engine: Engine) -> int | None:
    """Return how many sheets stand in the way; None when they cannot be counted."""
    if is_sqlite(engine) and not sqlite.path_of(engine).exists():
        return 0
    try:
        with engine.connect() as connection:
            return census.sheets_in(connection)
    except DatabaseError:
        if is_sqlite(engine):
            return None
        raise


def _refuse_to_replace(engine: Engine, held: int | None) -> None:
    if held is None:
        raise BackupError("target_damaged", place=sqlite.path_of(engine))
    if held:
        raise BackupError("holds_sheets", sheets=held)


def _safety_path(engine: Engine, settings: Settings, now: datetime) -> Path:
    """Name the safety copy; a file's lies beside it, a server's with the backups."""
    stamp = f"before-restore-{now.astimezone(LOCAL_ZONE):{rules.STAMP}}.tar"
    if is_sqlite(engine):
        live = sqlite.path_of(engine)
        return live.with_name(f"{live.name}.{stamp}")
    with told(settings.backups):
        settings.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings.backups / stamp


def _into_file(task: _Task) -> Restored:
    """Prepare the file to the end, then let it replace the live one in one stroke."""
    live, prepared = sqlite.path_of(task.engine), task.extracted
    proved = proof.prove_file(task.manifest, prepared, task.migrate)
    with told(live):
        live.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        live.touch(mode=0o600)
    with write_turn(task.engine):
        kept = _keep_whatever_it_is(task)
        proof.change(sqlite.url_of(prepared), _mark(task, kept))
        sqlite.fold(prepared)
        wanted = proof.read_from(sqlite.url_of(prepared), census.take)
        sqlite.swap(prepared, live)
        found = proof.read_from(sqlite.url_of(live), census.take)
    difference = census.differing(wanted, found)
    if difference:
        raise BackupError("copy_differs", found=difference)
    return _restored(task, proved.depth, kept)


def _keep_whatever_it_is(task: _Task) -> Path | None:
    """Keep the data that are replaced, as a bare copy where they cannot be counted."""
    live = sqlite.path_of(task.engine)
    try:
        task.keep()
    except BackupError as error:
        if task.safety_copy is None or error.reason not in {"damaged", "not_started"}:
            raise
        bare, copy = task.safety_copy.with_suffix(".sqlite"), task.work / making.COPY
        if not copy.exists() or not copy.stat().st_size:
            raise BackupError("target_lost", place=live) from error
        with told(bare):
            copy.chmod(0o600)
            shutil.move(copy, bare)
        return bare
    return task.safety_copy


def _into_server(task: _Task) -> Restored:
    """Prove the dump where that is allowed, then exchange all tables at once."""
    engine = task.engine
    programs = clients.find(task.settings.pg_bin, postgresql.major_of(engine))
    proved = service.prove(
        engine, task.settings, task.manifest, task.extracted, task.migrate
    )
    tables = task.manifest.census.tables
    exchange(engine, programs, task.extracted, tables, task.keep)
    if task.manifest.census.revision != revisions.head():
        task.migrate(engine.url)
    with writing(engine) as connection:
        _mark(task, task.safety_copy)(connection)
    return _restored(task, proved.depth, task.safety_copy)


def _mark(task: _Task, kept: Path | None) -> Callable[[Connection], None]:
    """Leave in the record that a restore took place, from what, and what it replaced.

    The copy was made by somebody who held a lease at that moment, as the night's job
    does; nobody holds one here.
    """
    detail = {
        "created_at": task.manifest.created_at.isoformat(),
        "sheets": task.manifest.census.sheets,
        "safety_copy": kept.name if kept else None,
    }

    def mark(connection: Connection) -> None:
        with Session(bind=connection) as session:
            session.execute(sa.update(Job).values(started_at=None))
            audit.record(session, actor=ACTOR, action="backup.restore", subject=task.path.name,
                         detail=detail, now=task.now)  # fmt: skip
            session.flush()

    return mark


def _restored(task: _Task, depth: Depth, kept: Path | None) -> Restored:
    """Compare the cube with the sheets where they are now."""
    cube = postgresql.read_still(task.engine, census.compare_cube)
    return Restored(task.path, task.manifest, depth, cube, kept)
