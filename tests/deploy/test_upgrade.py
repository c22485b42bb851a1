"""deploy/upgrade.sh: to a new release and back, with every answer kept.

Real scripts, a real server, real backups; see machine.py for what is played.
"""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.deploy.machine import Machine, unpack
from tests.repo.test_migrations import REVISIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.durability.tablet import Account
    from tests.engines import TestDatabase

NEXT = f"""
import time
import sqlalchemy as sa
from alembic import op
revision = "next"
down_revision = "{REVISIONS[-1]}"
branch_labels = None
depends_on = None

def upgrade():
    op.create_table("novelty", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("novelty")
"""


def migrate(source: Path, replaced: str = "", by: str = "") -> None:
    """Give a release one more migration."""
    text = NEXT.replace(replaced, by) if replaced else NEXT
    (source / "migrations/versions/next.py").write_text(text)


def change(source: Path, name: str, old: str, new: str) -> None:
    path = source / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def old_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(tmp_path_factory.mktemp("old"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Unpack the next release."""
    source = unpack(tmp_path / "unpacked")
    migrate(source)
    return source


@pytest.fixture(scope="module")
def installed(
    tmp_path_factory: pytest.TempPathFactory, old_source: Path
) -> Iterator[Machine]:
    """Install the release before, on a file."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    machine.install(old_source)
    yield machine
    machine.switch_off()


@pytest.fixture
def machine(installed: Machine) -> Machine:
    """Return a machine with sheets; an upgrade that fails leaves it as it was."""
    installed.tap()
    return installed


@pytest.fixture
def machine_on_each_engine(
    tmp_path: Path, old_source: Path, database: TestDatabase
) -> Iterator[Machine]:
    machine = Machine(tmp_path, database.empty_url())
    machine.install(old_source)
    machine.tap()
    machine.tap()
    yield machine
    machine.switch_off()


def test_tablets_tap_through_an_upgrade_and_through_the_way_back(
    machine_on_each_engine: Machine, source: Path
) -> None:
    machine = machine_on_each_engine
    before = machine.serves()
    over = threading.Event()
    accounts: list[Account] = []

    def keep_tapping() -> None:
        while not over.wait(0.2):
            accounts.append(machine.tap())

    tablet = threading.Thread(target=keep_tapping)
    tablet.start()
    try:
        up, said_up = machine.run(source, "upgrade.sh")
        after = machine.serves()
        upgraded = machine.revision(), machine.has_table("novelty")
        time.sleep(1)
        back, said_back = machine.run(source, "upgrade.sh", "--back")
    finally:
        over.set()
        tablet.join()
    assert up == 0, said_up
    assert after != before
    assert upgraded == ("next", True)
    assert back == 0, said_back
    assert machine.serves() == before
    again, said_again = machine.run(source, "upgrade.sh", "--back")
    assert again == 1
    assert "this is the release before already" in said_again
    assert machine.serves() == before
    assert machine.revision() == REVISIONS[-1]
    assert not machine.has_table("novelty")
    # While the service was stopped the tablet asked again until it was answered.
    assert sum(account.cut for account in accounts) > 0
    acknowledged = sum(len(account.acknowledged) for account in accounts)
    assert machine.sheets() == 8 + acknowledged
    assert acknowledged == 4 * len(accounts)


def test_a_migration_that_fails_leaves_the_release_before_and_its_data(
    machine_on_each_engine: Machine, source: Path
) -> None:
    machine = machine_on_each_engine
    before = machine.serves()
    migrate(source, "def downgrade", "    raise SystemExit(3)\n\ndef downgrade")
    status, said = machine.run(source, "upgrade.sh")
    assert status == 1
    assert "old release serves again" in said
    assert machine.serves() == before
    assert machine.revision() == REVISIONS[-1]
    assert not machine.has_table("novelty")
    assert machine.sheets() == 8
    assert machine.tap().statuses == {"stored": 4}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # It starts no more.
        ("kiosk/capture/api.py", '"""', "raise RuntimeError\n" + '"""'),
        # It starts, and cannot tell that it is ready.
        ("kiosk/operations/health.py", "def ready(", "def unready("),
        # It starts, is ready, and does not take a sheet.
        ("kiosk/capture/storage.py", "def store(", "def stored("),
    ],
    ids=["import", "ready", "intake"],
)
def test_code_that_does_not_work_is_never_opened(
    machine: Machine, source: Path, name: str, old: str, new: str
) -> None:
    before, sheets = machine.serves(), machine.sheets()
    text = (source / name).read_text(encoding="utf-8")
    (source / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    status, said = machine.run(source, "upgrade.sh")
    assert status == 1, said
    assert "restoring the copy made before" in said
    assert machine.serves() == before
    assert machine.revision() == REVISIONS[-1]
    assert machine.sheets() == sheets
    assert machine.tap().statuses == {"stored": 4}


def test_a_release_that_fails_when_it_is_opened_goes_back_without_the_copy(
    machine: Machine, source: Path
) -> None:
    """It may have taken sheets that the copy made before does not hold."""
    before, sheets = machine.serves(), machine.sheets()
    change(source, "deploy/systemd/kiosk.service", "wsgi:app", "wsgi:nothing")
    status, said = machine.run(source, "upgrade.sh")
    assert status == 1
    assert "keeping every answer" in said
    assert "restoring" not in said
    assert machine.serves() == before
    assert machine.revision() == REVISIONS[-1]
    assert machine.sheets() == sheets
    unit = machine.root / "etc/systemd/system/kiosk.service"
    assert "wsgi:nothing" not in unit.read_text()


def test_a_disk_too_full_for_a_copy_changes_nothing(
    machine: Machine, source: Path
) -> None:
    before = machine.serves()
    copies = machine.root / "var/lib/kiosk/upgrade"
    shutil.rmtree(copies, ignore_errors=True)
    # A file where the copies should lie stops them as a full disk does.
    copies.write_text("")
    status, said = machine.run(source, "upgrade.sh")
    copies.unlink()
    assert status == 1
    assert "nothing was changed" in said
    assert machine.serves() == before
    assert machine.revision() == REVISIONS[-1]


def test_after_a_power_cut_the_same_command_finishes_it(
    machine: Machine, source: Path, tmp_path: Path
) -> None:
    stuck = unpack(tmp_path / "stuck")
    migrate(stuck, "def downgrade", "    time.sleep(600)\n\ndef downgrade")
    sheets = machine.sheets()
    process = machine.script(stuck, "upgrade.sh")
    unfinished = machine.root / "opt/kiosk/upgrade-unfinished"
    deadline = time.monotonic() + 60
    while not unfinished.exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(3)
    machine.kill(process)
    status, said = machine.run(source, "upgrade.sh")
    assert status == 0, said
    assert "the last run was cut off" in said
    assert machine.revision() == "next"
    assert machine.sheets() == sheets
    assert machine.tap().statuses == {"stored": 4}


def test_what_is_not_installed_cannot_be_upgraded(tmp_path: Path, source: Path) -> None:
    status, said = Machine(tmp_path).run(source, "upgrade.sh")
    assert status == 1
    assert "not installed" in said


def test_what_the_service_left_among_the_copies_takes_nothing_along(
    tmp_path: Path, old_source: Path, source: Path
) -> None:
    """Root clears up where the service may write, under any name it likes."""
    root_s = tmp_path / "a file of root"
    root_s.write_text("kept")
    machine = Machine(tmp_path)
    machine.install(old_source)
    try:
        copies = machine.root / "var/lib/kiosk/upgrade"
        (copies / f"before-a\n{root_s}\n" / "before-z").mkdir(parents=True)
        for moment in ("20250101-000000", "20250102-000000"):
            (copies / f"before-{moment}.tar").write_text("old")
        status, said = machine.run(source, "upgrade.sh")
    finally:
        machine.switch_off()
    assert status == 0, said
    assert root_s.read_text() == "kept"
    kept = [path.name for path in copies.iterdir() if path.is_file()]
    assert len(kept) == 2
    assert "before-20250102-000000.tar" in kept
