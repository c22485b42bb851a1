"""The one file: readable by any tar, and no changed, missing or added byte passes."""

from __future__ import annotations

import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.operations.backup import archive
from kiosk.operations.backup.census import Census
from kiosk.operations.backup.faults import BackupError
from kiosk.operations.backup.manifest import Content, Manifest

MOMENT = datetime(2026, 11, 22, 2, 15, 3, 250_000, tzinfo=UTC)
DATA = bytes(range(256)) * 5  # ends inside a block, so that there is padding


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    database = tmp_path / "database"
    database.write_bytes(DATA)
    size, sha256 = archive.measure(database)
    census = Census(
        revision="0001", tables={}, sheets=0, revisions=0, newest_received_at=None
    )
    manifest = Manifest(
        created_at=MOMENT,
        release="0123456789ab",
        engine="sqlite",
        engine_version="3.40.1",
        census=census,
        cube=None,
        database=Content(name="database.sqlite", size=size, sha256=sha256),
    )
    path = tmp_path / "backup.tar"
    archive.write(path, manifest, database)
    return path


def reason(path: Path) -> str:
    with pytest.raises(BackupError) as caught:
        archive.read(path)
    return caught.value.reason


def test_what_was_written_is_read(backup: Path, tmp_path: Path) -> None:
    manifest = archive.read(backup, tmp_path / "extracted")
    assert manifest.created_at == MOMENT
    assert (tmp_path / "extracted").read_bytes() == DATA
    assert (tmp_path / "extracted").stat().st_mode & 0o777 == 0o600
    assert backup.stat().st_mode & 0o777 == 0o600


def test_any_tar_and_sha256sum_understand_it(backup: Path, tmp_path: Path) -> None:
    with tarfile.open(backup) as tar:
        names = tar.getnames()
    assert names == ["manifest.json", "database.sqlite", "SHA256SUMS"]
    subprocess.run(["tar", "xf", backup, "-C", tmp_path], check=True)
    subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True
    )
    assert (tmp_path / "database.sqlite").read_bytes() == DATA


def test_every_single_changed_byte_is_refused(backup: Path) -> None:
    """All of them, not a sample: headers, manifest, data, hashes, padding, the end."""
    whole = backup.read_bytes()
    passed = []
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 0x01
        backup.write_bytes(changed)
        try:
            archive.read(backup)
        except BackupError:
            continue
        passed.append(place)
    assert not passed
    assert len(whole) == 10_240


@pytest.mark.parametrize("bit", [0x20, 0x80, 0xFF])
def test_other_bits_are_no_exception(backup: Path, bit: int) -> None:
    whole = backup.read_bytes()
    for place in range(0, len(whole), 37):
        changed = bytearray(whole)
        changed[place] ^= bit
        backup.write_bytes(changed)
        assert reason(backup)


@pytest.mark.parametrize("left", [*range(1, 10_240, 128), 10_239])
def test_a_file_cut_anywhere_is_refused(backup: Path, left: int) -> None:
    backup.write_bytes(backup.read_bytes()[:left])
    assert reason(backup) in {"cut", "not_backup"}


@pytest.mark.parametrize("added", [b"\0", b"x", bytes(512), bytes(10_240)])
def test_what_was_added_is_refused(backup: Path, added: bytes) -> None:
    backup.write_bytes(backup.read_bytes() + added)
    assert reason(backup) == "changed"


@pytest.mark.parametrize(
    "content", [b"", b"SQLite format 3\0" + bytes(4096), b"PGDMP" + bytes(600)]
)
def test_another_file_is_not_a_backup(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "something.tar"
    path.write_bytes(content)
    assert reason(path) == "not_backup"


def test_a_tar_of_something_else_is_not_a_backup(tmp_path: Path) -> None:
    inside = tmp_path / "photo.jpg"
    inside.write_bytes(b"picture")
    with tarfile.open(tmp_path / "photos.tar", "w") as tar:
        tar.add(inside, "photo.jpg")
    assert reason(tmp_path / "photos.tar") == "not_backup"


def test_one_of_a_later_form_asks_for_a_newer_program(
    backup: Path, tmp_path: Path
) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole.replace(b'"format": 1', b'"format": 2'))
    assert reason(backup) == "newer_format"


def test_a_name_in_the_tar_leads_nowhere(backup: Path, tmp_path: Path) -> None:
    """A member named ../x is no member of ours, however well its hashes fit."""
    manifest = archive.read(backup)
    content = manifest.database.model_copy(update={"name": "../evil"})
    evil = manifest.model_copy(update={"database": content})
    archive.write(backup, evil, tmp_path / "database")
    assert reason(backup) == "changed"
    assert not (tmp_path.parent / "evil").exists()
