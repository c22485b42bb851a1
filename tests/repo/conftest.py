"""For tests about the code: an application whose database is never opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from kiosk.config import Settings


@pytest.fixture
def bare_app(settings_for: Callable[[str], Settings], tmp_path: Path) -> Flask:
    """Return the application on a database file that does not exist."""
    from kiosk.app import create_app

    return create_app(settings_for(f"sqlite:///{tmp_path}/never-opened.db"))
