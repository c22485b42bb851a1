"""The log is the last thing that may fail a request."""

from __future__ import annotations

import os
import subprocess
import sys

FULL = "/dev/full"  # every write to it fails as a full disk does
TELL = """
from kiosk import logs
import structlog
logs.set_up("INFO")
structlog.get_logger("x").error("disk is full")
print("went on")
"""


def test_a_log_on_a_full_disk_stops_nobody() -> None:
    with open(FULL, "w") as full:  # noqa: PTH123 - a device, not a file
        told = subprocess.run(
            [sys.executable, "-c", TELL],
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            check=True,
        )
    assert told.stdout == "went on\n"
