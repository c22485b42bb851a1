"""The page on the tablet at a counter; what it shows and sends is static/js/kiosk."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache

from flask import Blueprint, Response, render_template, url_for
from flask_babel import force_locale, gettext

from kiosk.edge import assets, static_files

blueprint = Blueprint("kiosk_page", __name__)

# Everything that the entries import, directly or not.
MODULES = (
    "clock.js",
    "condition.js",
    "delay.js",
    "device.js",
    "disk.js",
    "dom.js",
    "envelope.js",
    "fit.js",
    "heartbeat.js",
    "hold.js",
    "language.js",
    "listen.js",
    "machine.js",
    "moves.js",
    "outbox.js",
    "panel.js",
    "pin.js",
    "release.js",
    "rescue.js",
    "screens.js",
    "sender.js",
    "server.js",
    "session.js",
    "setup.js",
    "sheet.js",
    "state.js",
    "station.js",
    "touch.js",
    "turns.js",
    "view.js",
    "warning.js",
)
# Each starts by itself: what breaks one does not stop the other.
ENTRIES = ("main.js", "revive.js")
STYLES = ("frame", "cards", "moments", "modes", "low", "panel", "small")
ICONS = ("icon-192", "icon-512", "maskable-192", "maskable-512", "apple-touch-180")

# --ground and --accent of static/css/tokens.css.
GROUND = "#faf8f4"
ACCENT = "#0b6067"
# A worker in /kiosk/ may serve no more than /kiosk/… unless the server says so
# (W3C Service Workers, "Service-Worker-Allowed").
SCOPE = "/kiosk"


@blueprint.get("/kiosk")
def show() -> str:
    """Return the empty page: it knows no tablet, no counter and no citizen.

    Always the same bytes in one release, whatever the cookies: tablets keep the page
    and check it against the digest in their worker.
    """
    with force_locale("vi"):
        return render_template(
            "kiosk/kiosk.html",
            release=assets.release(),
            styles=STYLES,
            modules=MODULES,
            entries=ENTRIES,
        )


@blueprint.get("/kiosk/manifest.webmanifest")
def manifest() -> Response:
    """Describe the page to a tablet that installs it."""
    response = Response(_manifest(), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _manifest() -> str:
    with force_locale("vi"):
        name = gettext("Ý kiến tại quầy")
    described = {
        "id": SCOPE,
        "start_url": SCOPE,
        "scope": SCOPE,
        "name": name,
        "short_name": name,
        "lang": "vi",
        "dir": "ltr",
        "display": "fullscreen",
        "orientation": "any",
        "background_color": GROUND,
        "theme_color": ACCENT,
        "icons": [
            _icon(purpose, side)
            for purpose in ("any", "maskable")
            for side in (192, 512)
        ],
    }
    return json.dumps(described, ensure_ascii=False)


def _icon(purpose: str, side: int) -> dict[str, str]:
    drawing = "icon" if purpose == "any" else purpose
    return {
        "src": url_for("static", filename=f"icons/{drawing}-{side}.png"),
        "sizes": f"{side}x{side}",
        "type": "image/png",
        "purpose": purpose,
    }


@blueprint.get("/kiosk/worker.js")
def worker() -> Response:
    """Return the worker of this release: what to keep, then what to do with it.

    A browser takes a worker for new when one byte differs, so the list is part of it.
    """
    files = _files()
    # Two lists never share a cache: one may be half filled while the other serves.
    digest = hashlib.sha256(json.dumps(files).encode("utf-8")).hexdigest()[:12]
    kept = json.dumps({"release": assets.release(), "list": digest, "files": files})
    code = static_files.content("js/kiosk-worker.js").decode("utf-8")
    response = Response(f"self.KIOSK = {kept};\n{code}", mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = SCOPE
    response.headers["Cache-Control"] = "no-cache"
    return response


def _files() -> list[dict[str, str]]:
    """List what a tablet needs to start without the network; it keeps no other bytes."""
    pages = {SCOPE: show(), url_for("kiosk_page.manifest"): _manifest()}
    digests = {
        address: assets.integrity(content.encode("utf-8"))
        for address, content in pages.items()
    } | {
        url_for("static", filename=name): digest
        for name, digest in _integrities().items()
    }
    return [
        {"address": address, "integrity": digest} for address, digest in digests.items()
    ]


@cache
def _integrities() -> dict[str, str]:
    return {name: assets.integrity(static_files.content(name)) for name in _names()}


def _names() -> Iterator[str]:
    yield from ("icon.svg", "css/tokens.css", "css/fonts.css")
    yield from (f"css/kiosk/{name}.css" for name in STYLES)
    yield from (f"js/kiosk/{name}" for name in (*MODULES, *ENTRIES))
    yield from (f"icons/{name}.png" for name in ICONS)
    fonts = (assets.STATIC_FOLDER / "vendor/fonts").glob("*.woff2")
    yield from sorted(f"vendor/fonts/{path.name}" for path in fonts)
