"""A private place to work in, for one backup command at a time."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.operations.backup.faults import told

LOCK = "lock"


@contextmanager
def work_area(data_dir: Path) -> Iterator[Path]:
    """Wait for our turn; yield an empty directory; leave nothing in it.

    What a killed command left, a copy of everything, goes before anything else: while
    we hold the lock nobody works here.
    """
    area = data_dir.resolve() / "backup-work"
    with told(area):
        area.mkdir(mode=0o700, parents=True, exist_ok=True)
        turn = (area / LOCK).open("a")
    with turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _clear(area)
        try:
            yield area
        finally:
            _clear(area)


def _clear(area: Path) -> None:
    for path in area.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != LOCK:
            path.unlink(missing_ok=True)
