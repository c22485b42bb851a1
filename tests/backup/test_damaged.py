"""A restore on what is left of a database, and next to somebody who holds it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kiosk.operations.backup import exchange, sqlite
from tests.backup.conftest import FIRST_DAY, Installation, left_in
from tests.insight.sheets import send, sheet

on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
PAGE = 4096


@pytest.fixture
def backup(centre: Installation, shelf: Path) -> Path:
    centre.fill(80)
    centre.ok("create", shelf / "one.tar")
    centre.engine.dispose()
    return shelf / "one.tar"


def spoil(path: Path, first: int, last: int) -> None:
    """Overwrite pages as a dying disk does; nothing stands in the log any more."""
    with path.open("r+b") as file:
        file.seek(first)
        file.write(b"\xde\xad" * ((last - first) // 2))


@on_sqlite
def test_a_database_with_bad_pages_is_replaced_and_kept_as_it_is(
    centre: Installation, backup: Path
) -> None:
    ids = centre.ids()
    centre.engine.dispose()
    spoil(centre.file, 10 * PAGE, centre.file.stat().st_size)
    assert "--force" in centre.refused("restore", backup)
    said = centre.ok("restore", backup, "--force")
    assert centre.ids() == ids
    sqlite.check(centre.file)
    kept = Path(said["safety_copy"])
    assert kept.exists()
    assert kept.stat().st_mode & 0o777 == 0o600


@on_sqlite
def test_a_file_that_is_no_database_any_more_must_be_moved_away_by_a_person(
    centre: Installation, backup: Path
) -> None:
    """Only with the server stopped; deleting it ourselves could hit a running one."""
    ids = centre.ids()
    centre.engine.dispose()
    spoil(centre.file, 0, 4 * PAGE)
    raw = centre.file.read_bytes()
    assert "--force" in centre.refused("restore", backup)
    assert "chuyển tệp này" in centre.refused("restore", backup, "--force")
    assert centre.file.read_bytes() == raw
    for name in (
        n for n in left_in(centre.file.parent) if n.startswith(centre.file.name)
    ):
        centre.file.with_name(name).rename(backup.with_name(f"away-{name}"))
    centre.ok("restore", backup)
    assert centre.ids() == ids
    assert centre.file.stat().st_mode & 0o777 == 0o600


@on_sqlite
def test_a_backup_of_a_database_with_bad_pages_is_not_called_good(
    centre: Installation, backup: Path, shelf: Path
) -> None:
    spoil(centre.file, 10 * PAGE, centre.file.stat().st_size)
    assert "hỏng" in centre.refused("create", shelf / "two.tar")
    assert left_in(shelf) == {"one.tar"}


@on_sqlite
def test_an_orphan_is_found(centre: Installation, backup: Path, shelf: Path) -> None:
    with sqlite3.connect(centre.file) as connection:
        connection.execute("DELETE FROM point WHERE code = 'Q1'")
    connection.close()
    assert "answer_sheet → point" in centre.refused("create", shelf / "two.tar")


@on_sqlite
def test_somebody_who_holds_the_file_is_waited_for_and_then_told(
    centre: Installation, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 20)
    ids = centre.ids()
    holder = sqlite3.connect(centre.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert "đang bị chương trình khác giữ" in centre.refused(
        "restore", backup, "--force"
    )
    holder.execute("ROLLBACK")
    holder.close()
    assert centre.ids() == ids
    centre.ok("restore", backup, "--force")


@on_sqlite
def test_who_is_reading_goes_on_reading_what_he_began_with(
    centre: Installation, second: Installation, backup: Path
) -> None:
    second.fill(3)
    reader = sqlite3.connect(second.file, isolation_level=None)
    count = "SELECT count(*) FROM answer_sheet"
    reader.execute("BEGIN")
    assert reader.execute(count).fetchone() == (3,)
    second.ok("restore", backup, "--force")
    assert reader.execute(count).fetchone() == (3,)
    reader.execute("COMMIT")
    assert reader.execute(count).fetchone() == (80,)
    send(second.engine, [sheet(FIRST_DAY, {"overall": 5})])
    assert reader.execute(count).fetchone() == (81,)
    reader.close()


@on_postgresql
def test_somebody_who_holds_a_table_is_waited_for_and_then_told(
    centre: Installation, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "TRIES", 2)
    with centre.engine.connect() as holder:
        holder.exec_driver_sql("SELECT count(*) FROM answer_sheet")
        ids = set(holder.exec_driver_sql("SELECT id FROM answer_sheet"))
        assert "cơ sở dữ liệu đang bận" in centre.refused("restore", backup, "--force")
        send(centre.engine, [sheet(FIRST_DAY, {"overall": 5})])
        holder.rollback()
    assert len(centre.ids()) == len(ids) + 1
    centre.ok("restore", backup, "--force")
    assert len(centre.ids()) == len(ids)
