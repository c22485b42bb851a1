"""`flask backup create`: one file that is true, or nothing at all."""

from __future__ import annotations

import errno
import itertools
import os
import sqlite3
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.insight import service as insight
from kiosk.operations.backup import (
    archive,
    census,
    clients,
    making,
    postgresql,
    proof,
    service,
    sqlite,
)
from kiosk.operations.backup.faults import BackupError
from tests.backup.conftest import FIRST_DAY, NOW, Installation, left_in
from tests.insight.sheets import send, sheet


def test_the_manifest_says_what_the_database_holds(
    centre: Installation, shelf: Path
) -> None:
    centre.fill(30)
    first = sheet(FIRST_DAY, {"overall": 4})
    send(centre.engine, [first])
    send(centre.engine, [replace(first, revision=2, answers={"overall": 2})])
    said = centre.ok("create", shelf / "one.tar")
    manifest = archive.read(shelf / "one.tar")
    assert manifest.census == postgresql.read_still(centre.engine, census.take)
    assert manifest.census.sheets == said["sheets"] == 31
    assert manifest.census.revisions == said["revisions"] == 32
    assert manifest.census.tables["point"] == 7
    assert manifest.engine == centre.engine.dialect.name
    assert said["proved"] == "restored"
    # The day of the last two was not counted again: it is told, not called wrong.
    assert said["cube_pending"] == [FIRST_DAY.isoformat()]
    assert said["cube_differences"] == 0
    assert said["bytes"] == (shelf / "one.tar").stat().st_size


def test_only_its_owner_may_read_it_and_nothing_else_is_left(
    centre: Installation, shelf: Path
) -> None:
    old = os.umask(0)
    try:
        centre.ok("create", shelf / "one.tar")
    finally:
        os.umask(old)
    assert stat.S_IMODE((shelf / "one.tar").stat().st_mode) == 0o600
    assert left_in(shelf) == {"one.tar"}
    work = centre.settings.data_dir / "backup-work"
    assert left_in(work) == {"lock"}
    assert stat.S_IMODE(work.stat().st_mode) == 0o700


def test_it_tells_a_person_what_was_done(centre: Installation, shelf: Path) -> None:
    centre.fill(5)
    result = centre.command("backup", "create", shelf / "one.tar")
    assert result.exit_code == 0
    assert "Có 5 phiếu (5 lượt ghi)." in result.stdout
    assert "Đã khôi phục thử" in result.stdout
    assert "Bảng đếm khớp với 5 phiếu" in result.stdout


def test_an_old_backup_is_not_written_over(centre: Installation, shelf: Path) -> None:
    (shelf / "one.tar").write_bytes(b"precious")
    assert "Đã có tệp" in centre.refused("create", shelf / "one.tar")
    assert (shelf / "one.tar").read_bytes() == b"precious"


def test_a_directory_that_is_not_there_is_named(
    centre: Installation, shelf: Path
) -> None:
    assert "Không có thư mục" in centre.refused("create", shelf / "share" / "one.tar")


def test_before_init_there_is_nothing_to_copy(bare: Installation, shelf: Path) -> None:
    assert "init" in bare.refused("create", shelf / "one.tar")
    assert left_in(shelf) == set()


def test_a_cube_that_differs_is_told_and_copied_all_the_same(
    centre: Installation, shelf: Path
) -> None:
    centre.fill(20)
    centre.execute("UPDATE cube_answer SET n = n + 1 WHERE value = 5")
    said = centre.ok("create", shelf / "one.tar")
    assert said["cube_differences"] > 0
    shown = centre.command("backup", "verify", shelf / "one.tar").stdout
    assert "cube rebuild" in shown


# --- Nothing, rather than half -------------------------------------------------------


def full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("kiosk.operations.backup.archive", "_padding"),
        ("kiosk.operations.backup.archive", "measure"),
        ("kiosk.operations.backup.archive.os", "fsync"),
        ("kiosk.operations.backup.archive", "publish"),
        ("kiosk.operations.backup.archive", "_sink"),
    ],
)
def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(
    centre: Installation,
    shelf: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
) -> None:
    monkeypatch.setattr(f"{module}.{name}", full)
    assert "Hết chỗ trên đĩa" in centre.refused("create", shelf / "one.tar")
    assert left_in(shelf) == set()
    assert left_in(centre.settings.data_dir / "backup-work") == {"lock"}


def test_the_engine_running_out_of_room_is_told_the_same_way(
    centre: Installation, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = sqlite._open

    def narrow(path: Path) -> sqlite3.Connection:
        connection = usual(path)
        if path.name == making.COPY:
            connection.execute("PRAGMA max_page_count = 10")
        return connection

    def refuse(*_: object) -> None:
        said = b'pg_dump: error: could not write to file "x": No space left on device'
        raise clients.failed("pg_dump", said)

    monkeypatch.setattr(sqlite, "_open", narrow)
    monkeypatch.setattr(clients.Clients, "dump", refuse)
    assert "Hết chỗ trên đĩa" in centre.refused("create", shelf / "one.tar")
    assert left_in(shelf) == set()


def test_a_directory_one_may_not_write_in_is_named(
    centre: Installation, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(archive, "write", refused)
    assert str(shelf) in centre.refused("create", shelf / "one.tar")


def test_a_copy_that_does_not_stand_the_proof_gets_no_name(
    centre: Installation, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise BackupError("copy_differs", found="answer_sheet: 9 / 10")

    monkeypatch.setattr(proof, "_prove", fail)
    assert "answer_sheet: 9 / 10" in centre.refused("create", shelf / "one.tar")
    assert left_in(shelf) == set()


def test_what_a_killed_command_left_is_cleared_away(
    centre: Installation, shelf: Path
) -> None:
    work = centre.settings.data_dir / "backup-work"
    work.mkdir(parents=True)
    (work / "copy").write_text("comments of citizens")
    (work / "extracted").write_text("comments of citizens")
    (shelf / ".one.tar.part").write_text("half")
    centre.ok("create", shelf / "one.tar")
    assert left_in(work) == {"lock"}
    assert left_in(shelf) == {"one.tar"}


# --- While people tap -------------------------------------------------------------------


def test_taps_are_stored_while_a_backup_is_made(
    centre: Installation, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a matter of luck: the tap comes between the copy's beginning and its end."""
    centre.fill(400)
    waited: list[float] = []

    def tap(*_: object) -> None:
        started = time.monotonic()
        tapper = threading.Thread(
            target=send, args=(centre.engine, [sheet(FIRST_DAY, {"overall": 5})])
        )
        tapper.start()
        tapper.join(timeout=20)
        waited.append(time.monotonic() - started)

    if centre.is_sqlite:
        monkeypatch.setattr(sqlite, "copy", copying_slowly(tap))
    else:
        dump = postgresql.Clients.dump

        def dumping(*arguments: Any) -> None:
            tap()
            dump(*arguments)
            tap()

        monkeypatch.setattr(postgresql.Clients, "dump", dumping)
    said = centre.ok("create", shelf / "one.tar")
    assert waited
    assert max(waited) < 2
    assert len(centre.ids()) == 400 + len(waited)
    assert said["sheets"] == 400  # the moment at which it began


def copying_slowly(tap: Any) -> Any:
    """Copy as the product does, but a few pages at a time inside one read transaction."""

    def copy(source: Path, target: Path) -> None:
        with sqlite3.connect(source, isolation_level=None) as live:
            live.execute("BEGIN")
            live.execute("SELECT count(*) FROM answer_sheet").fetchone()
            with sqlite3.connect(target, isolation_level=None) as new:
                live.backup(new, pages=40, progress=tap)
                new.execute("PRAGMA journal_mode=DELETE")
            new.close()
        live.close()

    return copy


def test_counts_and_data_are_of_one_moment_however_many_write(
    centre: Installation, shelf: Path
) -> None:
    """The proof counts the copy again: were they of two moments, it would be refused."""
    centre.fill(200)
    over = threading.Event()
    stored: list[int] = []

    def write_on() -> None:
        while not over.is_set():
            send(centre.engine, [sheet(FIRST_DAY, {"overall": 3}) for _ in range(5)])
            stored.append(5)
            if len(stored) % 7 == 0:
                insight.refresh(centre.engine, 1)

    writers = [threading.Thread(target=write_on) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        backups = [
            service.create(centre.engine, centre.settings, shelf / f"{n}.tar", NOW)
            for n in range(3)
        ]
    finally:
        over.set()
        for writer in writers:
            writer.join()
    held = [backup.manifest.census.sheets for backup in backups]
    assert held == sorted(held)
    assert held[-1] > held[0] >= 200
    assert all(backup.proof.depth == "restored" for backup in backups)
    assert len(centre.ids()) == 200 + sum(stored)


def test_two_commands_at_once_take_turns(centre: Installation, shelf: Path) -> None:
    faults: list[BaseException] = []

    def create(number: int) -> None:
        path = shelf / f"{number}.tar"
        try:
            service.create(centre.engine, centre.settings, path, NOW)
        except BaseException as fault:  # noqa: BLE001 - whatever it was, the test fails
            faults.append(fault)

    commands = [threading.Thread(target=create, args=(n,)) for n in range(3)]
    for command in commands:
        command.start()
    for command in commands:
        command.join()
    assert not faults
    assert left_in(shelf) == {"0.tar", "1.tar", "2.tar"}
    for one, other in itertools.pairwise(sorted(shelf.iterdir())):
        assert archive.read(one).census == archive.read(other).census
