"""Files that an installation makes: nobody else on the machine may read them."""

from __future__ import annotations

import os
import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest

from kiosk.app import create_app
from kiosk.config import load_settings
from kiosk.extensions import db

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def careless() -> Iterator[None]:
    """Set the umask that most systems give a new account."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
def test_a_first_start_leaves_nothing_that_others_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "var"
    monkeypatch.setenv("DATA_DIR", str(home))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{home}/kiosk.db")
    app = create_app(load_settings())
    result = app.test_cli_runner().invoke(args=["init"])
    assert result.exit_code == 0, result.output
    with sqlite3.connect(home / "kiosk.db") as other:
        other.execute("UPDATE centre SET poster_key = poster_key")
        other.commit()
        made = {path.name: path.stat().st_mode for path in (home, *home.iterdir())}
    other.close()
    with app.app_context():
        db.engine.dispose()
    assert {"var", "secret_key", "kiosk.db", "kiosk.db-wal"} <= set(made)
    open_to_others = {
        name
        for name, mode in made.items()
        if mode & (stat.S_IRWXG | stat.S_IRWXO) and not name.endswith(".turn")
    }
    assert not open_to_others
