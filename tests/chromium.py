"""How Debian's Chromium is started for a test."""

from __future__ import annotations

import shutil
from typing import Any

CHROMIUM_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def launch_options() -> dict[str, Any]:
    """Return what Playwright needs to start it."""
    executable = shutil.which("chromium")
    assert executable, "Chromium is missing: install the package chromium."
    return {"executable_path": executable, "args": CHROMIUM_ARGUMENTS}
