"""The application with static files and templates of a folder: `RELEASE_FOLDER`.

A test changes the folder between two starts of a server, and so publishes a release.
What the files `away`, `missing` and `strange` there say goes for its answers at once.
"""

import os
from pathlib import Path

from flask import abort, request
from jinja2 import FileSystemLoader

from kiosk import app as roof
from kiosk.edge import assets

FOLDER = Path(os.environ["RELEASE_FOLDER"])

assets.STATIC_FOLDER = FOLDER / "static"
assets.TEMPLATE_FOLDER = FOLDER / "templates"
app = roof.create_app()
app.jinja_loader = FileSystemLoader(assets.TEMPLATE_FOLDER)  # type: ignore[method-assign]


@app.before_request
def misbehave() -> str | None:
    """Refuse every sheet, or answer for one file as a broken server or Wi-Fi does."""
    if request.endpoint == "intake.receive" and (FOLDER / "away").exists():
        abort(503)
    if _is_named("missing"):
        abort(404)
    return "<title>Wi-Fi</title>" if _is_named("strange") else None


def _is_named(how: str) -> bool:
    named = FOLDER / how
    return named.exists() and request.path.endswith(named.read_text(encoding="utf-8"))
