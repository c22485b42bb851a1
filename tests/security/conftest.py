"""The application as citizens and staff reach it: behind HTTPS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask


@pytest.fixture
def secure(engine_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Yield the application as it stands behind HTTPS."""
    from kiosk.app import create_app
    from kiosk.extensions import db

    app = create_app(
        Settings(
            _env_file=None,
            database_url=engine_url,
            secret_key="k" * 40,
            base_url="https://hanam.example",
            data_dir=tmp_path,
        )
    )
    yield app
    with app.app_context():
        db.engine.dispose()
