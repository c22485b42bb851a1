"""The application with static files and templates of a folder: `RELEASE_FOLDER`.

A test changes the folder between two starts of a server, and so publishes a release.
What the files `away` and `missing` there say goes for the answers of the running one.
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
def misbehave() -> None:
    """Refuse every sheet, or say of one file that it is not there."""
    if request.endpoint == "intake.receive" and (FOLDER / "away").exists():
        abort(503)
    missing = FOLDER / "missing"
    if missing.exists() and request.path.endswith(missing.read_text(encoding="utf-8")):
        abort(404)
