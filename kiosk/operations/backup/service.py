"""Making a backup of the installation's database, proving it, and doing so every night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from kiosk.config import Settings
from kiosk.operations.backup import archive, making, proof, revisions, rules
from kiosk.operations.backup.faults import BackupError, told, told_database
from kiosk.operations.backup.manifest import Manifest
from kiosk.operations.backup.proof import Migrate, Proof
from kiosk.operations.backup.work import work_area
from kiosk.operations.rules import JobFailedError

EXTRACTED = "extracted"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made or checked, and how far it was proved."""

    path: Path
    size: int
    manifest: Manifest
    proof: Proof


def create(
    engine: Engine,
    settings: Settings,
    final: Path,
    now: datetime,
    *,
    keep_failed: bool = False,
) -> Backup:
    """Make a backup, prove the file as it was written, only then give it its name.

    Nothing is left of one that failed, unless it is to be kept aside to be looked at.
    """
    if not final.parent.is_dir():
        raise BackupError("no_directory", place=final.parent)
    with (
        told_database(engine),
        work_area(settings.data_dir) as work,
        archive.part_of(final) as part,
    ):
        if final.exists():
            raise BackupError("exists", place=final)
        _clear_parts(final.parent)
        manifest = making.write(engine, settings, part, work, now)
        try:
            proved = _prove_written(engine, settings, part, work)
        except BackupError as error:
            if not keep_failed:
                raise
            aside = final.with_name(final.name + rules.FAILED)
            with told(aside):
                archive.publish(part, aside)
            raise BackupError(
                "set_aside", sentence=error.sentence, place=aside
            ) from error
        with told(final):
            size = part.stat().st_size
            archive.publish(part, final)
    return Backup(final, size, manifest, proved)


def verify(engine: Engine, settings: Settings, path: Path, migrate: Migrate) -> Backup:
    """Prove a backup; an older release's is brought to this one's tables on trial."""
    with told_database(engine), work_area(settings.data_dir) as work:
        manifest = open_backup(path, work / EXTRACTED)
        extracted = work / EXTRACTED
        proved = prove(engine, settings, manifest, extracted, migrate)
    return Backup(path, path.stat().st_size, manifest, proved)


def open_backup(path: Path, extracted: Path) -> Manifest:
    """Check every byte, extract the database, refuse what this release cannot read."""
    manifest = archive.read(path, extracted)
    revision = manifest.census.revision
    if revision not in revisions.known():
        raise BackupError("newer_release", name=path.name, revision=revision)
    return manifest


def prove(
    engine: Engine,
    settings: Settings,
    manifest: Manifest,
    extracted: Path,
    migrate: Migrate | None,
) -> Proof:
    """Prove an extracted database by opening it as what it is."""
    if manifest.engine == "sqlite":
        return proof.prove_file(manifest, extracted, migrate)
    return proof.prove_dump(manifest, extracted, engine, settings.pg_bin, migrate)


def run(
    engine: Engine,
    centre_id: int,  # noqa: ARG001 - every job has it; a backup holds all centres
    settings: Settings,
    now: datetime,
) -> Mapping[str, object]:
    """Make tonight's backup, then let go of those that are too old."""
    place = settings.backups
    try:
        if not settings.backup_dir:
            with told(place):
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
        final = place / rules.name_at(now)
        made = create(engine, settings, final, now, keep_failed=True)
        removed = _thin_out(place, now)
    except BackupError as error:
        raise JobFailedError(error.sentence) from error
    return {**described(made), "removed": removed}


def described(backup: Backup) -> dict[str, object]:
    """Say in short what a backup is, for a program."""
    held, cube = backup.manifest.census, backup.proof.cube or backup.manifest.cube
    newest = held.newest_received_at
    return {
        "file": backup.path.name,
        "bytes": backup.size,
        "created_at": backup.manifest.created_at.isoformat(),
        "sheets": held.sheets,
        "revisions": held.revisions,
        "newest_received_at": newest.isoformat() if newest else None,
        "proved": backup.proof.depth,
        "cube_differences": cube.differences if cube else None,
        "cube_pending": list(cube.pending) if cube else None,
    }


def _clear_parts(place: Path) -> None:
    """Remove what nightly backups that were killed had written so far."""
    with told(place):
        for part in place.glob(".*.part"):
            if rules.moment_of(part.name.removeprefix(".").removesuffix(".part")):
                part.unlink(missing_ok=True)


def _prove_written(engine: Engine, settings: Settings, part: Path, work: Path) -> Proof:
    extracted = work / EXTRACTED
    manifest = archive.read(part, extracted)
    return prove(engine, settings, manifest, extracted, None)


def _thin_out(place: Path, now: datetime) -> list[str]:
    with told(place):
        names = [path.name for path in place.iterdir() if path.is_file()]
        old = rules.removable(names, now)
        for name in old:
            (place / name).unlink()
    return old
