"""Styles, scripts, fonts and pictures, sent from memory.

Their addresses name the release, so nothing is ever asked again and no header is needed
that helps to ask. The scripts go without their comments: 36 KiB of the kiosk's become
20 (brotli), which is what keeps its cold start within 60.
"""

import mimetypes
from functools import cache

from flask import Flask, Response, abort
from rjsmin import jsmin

from kiosk.edge import assets

OWN_SCRIPTS = "js/"


@cache
def content(name: str) -> bytes:
    """Return a file as it is sent; raise FileNotFoundError when there is none.

    A file goes by one name: each detour (`css/../css/a.css`) would be kept once more,
    and anybody can think of a million.
    """
    if name not in _names():
        raise FileNotFoundError(name)
    path = assets.STATIC_FOLDER / name
    if name.startswith(OWN_SCRIPTS):
        script: str = jsmin(path.read_text(encoding="utf-8"))
        return script.encode("utf-8")
    return path.read_bytes()


@cache
def _names() -> frozenset[str]:
    """List what there is, as the release id does: neither changes while we run."""
    folder = assets.STATIC_FOLDER
    return frozenset(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


def send_from_memory(app: Flask) -> None:
    """Let the app's static address answer from memory."""
    app.view_functions["static"] = _send


def _send(filename: str) -> Response:
    try:
        body = content(filename)
    except FileNotFoundError:
        abort(404)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return Response(body, mimetype=kind)
