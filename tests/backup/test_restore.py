"""`flask backup verify` and `restore`, on both engines: what comes back, what is refused."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade

from kiosk.accounts.messages import ACTIONS
from kiosk.operations.backup import archive, revisions
from tests.backup.conftest import (
    FIRST_DAY,
    Installation,
    census_of,
    forged,
    left_in,
    tables_of,
)
from tests.insight.sheets import send, sheet

ACTION = "backup.restore"

# --- What comes back ---------------------------------------------------------------------


def test_everything_comes_back_on_another_machine(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    centre.fill(60, comment="Cán bộ hướng dẫn rất rõ")
    centre.command("user", "create", "--email", "a@hanam.gov.vn", "--role", "admin",
                   "--password-stdin")  # fmt: skip
    before = tables_of(centre.engine)
    centre.ok("create", shelf / "one.tar")
    said = second.ok("restore", shelf / "one.tar")
    after = tables_of(second.engine)
    marks = set(after.pop("audit_entry")) - set(before.pop("audit_entry"))
    assert after == before
    assert len(marks) == 1
    assert said["sheets"] == 60
    assert said["safety_copy"] is None
    assert said["cube_differences"] == 0
    assert second.command("cube", "verify").exit_code == 0


def test_the_restored_database_refuses_changes_as_before(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    """Triggers, keys and checks are part of what comes back."""
    centre.fill(5)
    centre.ok("create", shelf / "one.tar")
    second.ok("restore", shelf / "one.tar")
    for change in (
        "UPDATE answer_sheet SET overall = 5",
        "INSERT INTO answer_sheet SELECT * FROM answer_sheet",
        "UPDATE survey_version SET sha256 = 'x'",
        "DELETE FROM point",
    ):
        with pytest.raises(sa.exc.IntegrityError):
            second.execute(change)
    assert len(second.ids()) == 5


def test_into_a_database_without_tables(
    centre: Installation, bare: Installation, shelf: Path
) -> None:
    centre.fill(7)
    centre.ok("create", shelf / "one.tar")
    bare.ok("restore", shelf / "one.tar")
    assert bare.ids() == centre.ids()


def test_the_record_says_that_and_from_what(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    centre.fill(3)
    centre.ok("create", shelf / "one.tar")
    second.fill(2)
    said = second.ok("restore", shelf / "one.tar", "--force")
    detail = str(
        second.scalar(f"SELECT detail FROM audit_entry WHERE action = '{ACTION}'")
    )
    assert archive.read(shelf / "one.tar").created_at.isoformat() in detail
    assert Path(said["safety_copy"]).name in detail
    assert ACTION in ACTIONS


def test_the_lease_under_which_the_copy_was_made_ends(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    """Else the next night would wait for a job that runs on the old machine."""
    centre.execute(
        "INSERT INTO job (centre_id, name, started_at) "
        "VALUES (1, 'backup', '2026-11-22 00:00:00')"
    )
    centre.ok("create", shelf / "one.tar")
    second.ok("restore", shelf / "one.tar")
    assert second.scalar("SELECT count(*) FROM job WHERE started_at IS NOT NULL") == 0


def test_a_person_is_told_what_is_missing_and_what_to_do(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    centre.fill(3)
    centre.ok("create", shelf / "one.tar")
    told = second.command("backup", "restore", shelf / "one.tar").stdout
    assert "Đã khôi phục 3 phiếu" in told
    assert "Phiếu nhận sau " in told
    assert "không có trong bản sao" in told
    assert "khởi động lại máy chủ" in told


# --- What stood there ----------------------------------------------------------------------


def test_sheets_are_not_replaced_unless_told_to(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    centre.fill(3)
    centre.ok("create", shelf / "one.tar")
    second.fill(4)
    before = tables_of(second.engine)
    refusal = second.refused("restore", shelf / "one.tar")
    assert "4 phiếu" in refusal
    assert "--force" in refusal
    assert tables_of(second.engine) == before


def test_what_was_replaced_can_be_brought_back(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    centre.fill(3)
    centre.ok("create", shelf / "one.tar")
    second.fill(40)
    mine = second.ids()
    said = second.ok("restore", shelf / "one.tar", "--force")
    assert second.ids() == centre.ids()
    kept = Path(said["safety_copy"])
    assert kept.stat().st_mode & 0o777 == 0o600
    assert second.ok("verify", kept)["sheets"] == 40
    second.ok("restore", kept, "--force")
    assert second.ids() == mine


def test_no_sheet_falls_between_the_safety_copy_and_the_restore(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    """People tap all the while: what was acknowledged is in one or in the other."""
    centre.fill(50)
    centre.ok("create", shelf / "one.tar")
    second.fill(300)
    acknowledged: set[str] = set()
    over = threading.Event()
    refused: list[str] = []

    def tap_on() -> None:
        while not over.is_set():
            batch = [sheet(FIRST_DAY, {"overall": 3}) for _ in range(3)]
            try:
                send(second.engine, batch)
            except sa.exc.DBAPIError as error:  # the tablet keeps them and tries again
                refused.append(type(error).__name__)
            else:
                acknowledged.update(item.id.hex for item in batch)

    tappers = [threading.Thread(target=tap_on) for _ in range(3)]
    for tapper in tappers:
        tapper.start()
    try:
        said = second.ok("restore", shelf / "one.tar", "--force")
    finally:
        over.set()
        for tapper in tappers:
            tapper.join()
    restored = second.ids()
    assert restored >= centre.ids()
    # Later taps are in the database, earlier ones in the copy; none is nowhere.
    second.ok("restore", said["safety_copy"], "--force")
    replaced = second.ids()
    assert acknowledged <= restored | replaced
    assert acknowledged & restored
    assert acknowledged & replaced
    assert not restored & replaced


# --- Older and newer releases ----------------------------------------------------------------


def test_a_backup_of_an_older_release_is_brought_to_this_one(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    centre.fill(25)
    ids = centre.ids()
    with centre.app.app_context():
        downgrade(directory=str(revisions.MIGRATIONS), revision="0001")
    centre.engine.dispose()
    said = centre.ok("create", shelf / "old.tar")
    assert said["cube_differences"] is None  # its tables are not this release's
    assert centre.ok("verify", shelf / "old.tar")["cube_differences"] == 0
    second.fill(2)
    said = second.ok("restore", shelf / "old.tar", "--force")
    assert said["migrated_from"] == "0001"
    assert said["cube_differences"] == 0
    assert second.ids() == ids
    head = second.scalar("SELECT version_num FROM alembic_version")
    assert head == revisions.head()
    assert second.command("init").exit_code == 0
    second.fill(1)  # the newer columns are there


@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_backup_of_a_newer_release_is_refused(
    centre: Installation, shelf: Path, tmp_path: Path, command: str
) -> None:
    centre.ok("create", shelf / "one.tar")
    newer = census_of(shelf / "one.tar", revision="9999")
    future = forged(shelf / "one.tar", tmp_path, census=newer)
    before = tables_of(centre.engine)
    assert "mới hơn" in centre.refused(command, future)
    assert tables_of(centre.engine) == before


# --- Refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_changed_byte_in_the_data_is_refused_and_nothing_happens(
    centre: Installation, shelf: Path, command: str
) -> None:
    centre.ok("create", shelf / "one.tar")
    raw = bytearray((shelf / "one.tar").read_bytes())
    raw[len(raw) // 2] ^= 1
    (shelf / "one.tar").write_bytes(raw)
    before = tables_of(centre.engine)
    assert "đã bị sửa hoặc hỏng" in centre.refused(command, shelf / "one.tar")
    assert tables_of(centre.engine) == before
    assert left_in(centre.settings.data_dir / "backup-work") == {"lock"}


@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_cut_file_is_refused(centre: Installation, shelf: Path, command: str) -> None:
    centre.ok("create", shelf / "one.tar")
    raw = (shelf / "one.tar").read_bytes()
    (shelf / "one.tar").write_bytes(raw[: len(raw) // 2])
    assert "cắt cụt" in centre.refused(command, shelf / "one.tar")


@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_manifest_that_lies_is_refused(
    centre: Installation, shelf: Path, tmp_path: Path, command: str
) -> None:
    """Hashes fit; only counting what is inside shows that a sheet is missing."""
    centre.fill(9)
    centre.ok("create", shelf / "one.tar")
    tables = archive.read(shelf / "one.tar").census.tables
    more = census_of(shelf / "one.tar", tables={**tables, "answer_sheet": 10})
    lying = forged(shelf / "one.tar", tmp_path, census=more)
    before = tables_of(centre.engine)
    arguments = (command, lying, *(["--force"] if command == "restore" else []))
    assert "answer_sheet: 9 / 10" in centre.refused(*arguments)
    assert tables_of(centre.engine) == before


def test_a_cube_that_does_not_fit_the_manifest_is_refused(
    centre: Installation, shelf: Path, tmp_path: Path
) -> None:
    centre.fill(9)
    centre.ok("create", shelf / "one.tar")
    cube = archive.read(shelf / "one.tar").cube
    assert cube is not None
    lying = forged(
        shelf / "one.tar", tmp_path, cube=cube.model_copy(update={"sheets": 8})
    )
    assert "cube" in centre.refused("verify", lying)


def test_the_other_engine_is_refused(
    centre: Installation, shelf: Path, tmp_path: Path
) -> None:
    centre.ok("create", shelf / "one.tar")
    elsewhere = "postgresql" if centre.is_sqlite else "sqlite"
    manifest = archive.read(shelf / "one.tar", tmp_path / "database")
    from kiosk.operations.backup.manifest import MEMBERS, Content

    content = manifest.database.model_dump() | {"name": MEMBERS[elsewhere]}
    other = manifest.model_copy(
        update={"engine": elsewhere, "database": Content(**content)}
    )
    archive.write(shelf / "other.tar", other, tmp_path / "database")
    told = centre.refused("restore", shelf / "other.tar")
    assert elsewhere in told
    assert "Không chuyển được" in told


@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_file_that_is_not_there_is_wrong_usage(
    centre: Installation, shelf: Path, command: str
) -> None:
    assert centre.command("backup", command, shelf / "none.tar").exit_code == 2


def test_no_room_for_the_safety_copy_leaves_everything_as_it_was(
    centre: Installation, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.fill(5)
    centre.ok("create", shelf / "one.tar")
    centre.fill(4, day=FIRST_DAY)
    before = tables_of(centre.engine)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "measure", full)
    refusal = centre.refused("restore", shelf / "one.tar", "--force")
    assert "Hết chỗ trên đĩa" in refusal
    assert tables_of(centre.engine) == before
    assert not list(centre.settings.backups.parent.rglob("*before-restore*"))
    send(centre.engine, [sheet(FIRST_DAY, {"overall": 1})])  # no lock stayed


def test_verify_changes_nothing(centre: Installation, shelf: Path) -> None:
    centre.fill(12)
    centre.ok("create", shelf / "one.tar")
    before = tables_of(centre.engine)
    raw = (shelf / "one.tar").read_bytes()
    said = centre.ok("verify", shelf / "one.tar")
    assert said["proved"] == "restored"
    assert tables_of(centre.engine) == before
    assert (shelf / "one.tar").read_bytes() == raw
    assert left_in(shelf) == {"one.tar"}
