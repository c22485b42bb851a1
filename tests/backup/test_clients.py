"""PostgreSQL's programs: found, new enough, never shown the password, and told apart."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from kiosk.operations.backup import archive, clients, postgresql
from kiosk.operations.backup.faults import BackupError
from tests.backup.conftest import (
    Installation,
    census_of,
    forged,
    left_in,
    opened,
    tables_of,
)
from tests.engines import TestDatabase, find_postgres

on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


def program(directory: Path, name: str, script: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def says_version(directory: Path, version: str) -> None:
    program(directory, "pg_dump", f"echo 'pg_dump (PostgreSQL) {version}'")


# --- Which are used -------------------------------------------------------------------------


def test_the_oldest_that_is_new_enough_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for major in (13, 15, 16, 18):
        says_version(tmp_path / "debian" / str(major) / "bin", f"{major}.2")
    says_version(tmp_path / "path", "17.0 (Debian 17.0-1)")
    monkeypatch.setattr(clients, "DEBIAN", tmp_path / "debian")
    monkeypatch.setenv("PATH", str(tmp_path / "path"), prepend=os.pathsep)
    assert clients.find("", 15).major == 15
    assert clients.find("", 14).major == 15
    assert clients.find("", 17).directory == tmp_path / "path"
    with pytest.raises(BackupError) as caught:
        clients.find("", 19)
    assert "18" in caught.value.sentence
    assert "19" in caught.value.sentence


def test_the_setting_wins_over_what_is_found(tmp_path: Path) -> None:
    says_version(tmp_path, "21.1")
    assert clients.find(str(tmp_path), 15).directory == tmp_path


@pytest.mark.parametrize("script", ["exit 1", "echo nonsense"])
def test_a_program_that_is_none_is_not_taken(tmp_path: Path, script: str) -> None:
    program(tmp_path, "pg_dump", script)
    with pytest.raises(BackupError) as caught:
        clients.find(str(tmp_path), 15)
    assert "PG_BIN" in caught.value.sentence


@on_postgresql
def test_a_client_older_than_the_server_is_told_apart(
    database: TestDatabase, tmp_path: Path, shelf: Path
) -> None:
    says_version(tmp_path / "old", "9.6.24")
    changes = {"pg_bin": str(tmp_path / "old")}
    with opened(Installation(tmp_path, database.empty_url(), changes)) as one:
        one.command("init")
        told = one.refused("create", shelf / "one.tar")
    assert "bản 9, cũ hơn máy chủ PostgreSQL" in told
    assert left_in(shelf) == set()


# --- Secrets -----------------------------------------------------------------------------------


@on_postgresql
def test_the_password_is_on_no_command_line(
    database: TestDatabase, tmp_path: Path, shelf: Path
) -> None:
    """Every command line can be read by every user of the machine."""
    password = "bí mật's \\ hidden"
    seen, bin_ = tmp_path / "seen", tmp_path / "bin"
    for name in ("pg_dump", "pg_restore", "psql"):
        real = find_postgres() / name
        script = (
            f'echo "{name} $*" >> {seen}.arguments\n'
            f'printf "%s\\n" "{name} $PGPASSWORD" >> {seen}.passwords\nexec {real} "$@"'
        )
        program(bin_, name, script)
    url = database.empty_url().replace(
        "kiosk@", "kiosk:b%C3%AD%20m%E1%BA%ADt's%20%5C%20hidden@"
    )
    with opened(Installation(tmp_path, url, {"pg_bin": str(bin_)})) as one:
        one.command("init")
        one.fill(3)
        one.ok("create", shelf / "one.tar")
        one.ok("restore", shelf / "one.tar", "--force")
    lines = Path(f"{seen}.arguments").read_text(encoding="utf-8").splitlines()
    assert {"pg_dump", "pg_restore", "psql"} <= {line.split()[0] for line in lines}
    assert not [line for line in lines if "hidden" in line]
    given = Path(f"{seen}.passwords").read_text(encoding="utf-8").splitlines()
    assert {f"{name} {password}" for name in ("pg_dump", "psql")} <= set(given)


def test_a_failure_is_told_by_its_first_complaint_without_a_row() -> None:
    said = (
        b"pg_restore: connecting to database\n"
        b"pg_restore: error: could not execute query: ERROR:  23505\n"
        b"DETAIL: Key (comment)=(a citizen's words) exists\n"
    )
    sentence = clients.failed("pg_restore", said).sentence
    assert "23505" in sentence
    assert "citizen" not in sentence


# --- What a role may do -----------------------------------------------------------------------


@pytest.fixture
def poor(database: TestDatabase, tmp_path: Path) -> Installation:
    """Return an installation whose role owns its database and may do nothing else."""
    url = database.empty_url()
    parts = make_url(url)
    name, host = parts.database, parts.query["host"]
    with psycopg.connect(f"host={host} user=kiosk dbname={name}", autocommit=True) as c:
        role = c.execute("SELECT 1 FROM pg_roles WHERE rolname = 'poor'").fetchone()
        if role is None:
            c.execute("CREATE ROLE poor LOGIN NOSUPERUSER NOCREATEDB")
        c.execute(f"ALTER DATABASE {name} OWNER TO poor")
    return Installation(tmp_path / "poor", url.replace("kiosk@", "poor@"))


@on_postgresql
def test_a_role_that_may_not_make_databases_is_told_what_was_not_proved(
    poor: Installation, shelf: Path
) -> None:
    with opened(poor):
        poor.command("init")
        poor.fill(6)
        shown = poor.command("backup", "create", shelf / "one.tar")
        assert shown.exit_code == 0
        assert "CHƯA khôi phục thử" in shown.stdout
        assert poor.ok("verify", shelf / "one.tar")["proved"] == "read"
        # The restore counts in its own transaction all the same.
        ids = poor.ids()
        poor.fill(2)
        assert poor.ok("restore", shelf / "one.tar", "--force")["proved"] == "read"
        assert poor.ids() == ids


@on_postgresql
def test_without_a_trial_the_restore_itself_counts_before_it_commits(
    poor: Installation, shelf: Path, tmp_path: Path
) -> None:
    with opened(poor):
        poor.command("init")
        poor.fill(6)
        poor.ok("create", shelf / "one.tar")
        tables = archive.read(shelf / "one.tar").census.tables
        more = census_of(shelf / "one.tar", tables={**tables, "answer_sheet": 7})
        lying = forged(shelf / "one.tar", tmp_path, census=more)
        poor.fill(2)
        before = tables_of(poor.engine)
        assert "answer_sheet: 6 / 7" in poor.refused("restore", lying, "--force")
        assert tables_of(poor.engine) == before


@on_postgresql
def test_without_any_client_only_hashes_are_compared(
    centre: Installation, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.ok("create", shelf / "one.tar")
    monkeypatch.setattr(clients, "_directories", lambda _: [])
    shown = centre.command("backup", "verify", shelf / "one.tar")
    assert shown.exit_code == 0
    assert "không có pg_restore" in shown.stdout
    assert "postgresql-client" in centre.refused("restore", shelf / "one.tar")


@on_postgresql
def test_no_scratch_database_is_left_behind(
    centre: Installation, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by a proof, nor by one that was killed: it holds what citizens wrote."""
    base = f"{centre.engine.url.database}{postgresql.SCRATCH}"
    with centre.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as c:
        c.exec_driver_sql(f"CREATE DATABASE {base}dead")
    centre.ok("create", shelf / "one.tar")
    names = f"SELECT count(*) FROM pg_database WHERE starts_with(datname, '{base}')"
    assert centre.scalar(names) == 0


@on_postgresql
def test_a_view_somebody_else_made_is_not_dropped_in_silence(
    centre: Installation, shelf: Path
) -> None:
    centre.fill(4)
    centre.ok("create", shelf / "one.tar")
    centre.execute(
        "CREATE SCHEMA theirs",
        "CREATE VIEW theirs.sheets AS SELECT count(*) AS n FROM public.answer_sheet",
    )
    ids = centre.ids()
    told = centre.refused("restore", shelf / "one.tar", "--force")
    assert "2BP01" in told  # dependent_objects_still_exist
    assert centre.ids() == ids
    assert centre.scalar("SELECT n FROM theirs.sheets") == 4
