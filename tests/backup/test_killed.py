"""A restore killed in its middle leaves the old data or the new, whole; never a mix."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.operations.backup import sqlite
from tests.backup.conftest import FIRST_DAY, Installation
from tests.insight.sheets import send, sheet
from tests.server import ROOT

FILE_POINTS = {
    "before the safety copy": "old",
    "before the first page": "old",
    "first pages": "old",
    "half the pages": "old",
    "replaced, not told": "new",
}
SERVER_POINTS = {
    "before the safety copy": "old",
    "before the dump": "old",
    "half the dump": "old",
    "the whole dump, not counted": "old",
    "counted, not committed": "old",
    "replaced, not told": "new",
}


def start(installation: Installation, *arguments: str) -> subprocess.Popen[bytes]:
    settings = installation.settings
    environment = os.environ | {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
    }
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def whole(installation: Installation) -> set[str]:
    """Return the ids after the database's own examination; then it takes a tap."""
    if installation.is_sqlite:
        sqlite.check(installation.file)
    ids = installation.ids()
    verified = installation.command("cube", "verify")
    assert verified.exit_code == 0, verified.output
    new = sheet(FIRST_DAY, {"overall": 4})
    send(installation.engine, [new])
    assert installation.ids() == ids | {new.id.hex}
    return ids


def every_point() -> list[tuple[str, str, str]]:
    return [
        *(("sqlite", point, left) for point, left in FILE_POINTS.items()),
        *(("postgresql", point, left) for point, left in SERVER_POINTS.items()),
    ]


@pytest.mark.parametrize(
    ("engine_name", "point", "left"), every_point(), indirect=["engine_name"]
)
def test_killed_at_a_point(
    centre: Installation, second: Installation, shelf: Path, point: str, left: str
) -> None:
    centre.fill(150)
    centre.ok("create", shelf / "one.tar")
    second.fill(40)
    states = {"old": second.ids(), "new": centre.ids()}
    process = start(second, "-m", "tests.backup.dying", point, str(shelf / "one.tar"))
    said, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, said
    assert whole(second) == states[left]
    # What the dead one left is no obstacle, and is cleared away.
    second.ok("restore", shelf / "one.tar", "--force")
    assert second.ids() == centre.ids()


def test_killed_at_any_time(
    centre: Installation, second: Installation, shelf: Path
) -> None:
    centre.fill(300)
    centre.ok("create", shelf / "one.tar")
    new = centre.ids()
    command = ("-m", "flask", "--app", "wsgi", "backup", "restore", "--force")
    started = time.monotonic()
    process = start(second, *command, str(shelf / "one.tar"))
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    took = time.monotonic() - started
    ended = set()
    for part in range(4):
        send(second.engine, [sheet(FIRST_DAY, {"overall": 2})])
        second.command("cube", "rebuild")
        old = second.ids()
        process = start(second, *command, str(shelf / "one.tar"))
        # Python itself takes the first half to load.
        time.sleep(took * (0.55 + 0.1 * part))
        process.kill()
        process.communicate()
        found = whole(second)
        assert found in (old, new)
        ended.add(found == new)
    assert ended
