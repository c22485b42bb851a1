"""The page on the tablet at a counter; what it shows and sends is static/js/kiosk."""

from flask import Blueprint, render_template

blueprint = Blueprint("kiosk_page", __name__)

# Everything that static/js/kiosk/main.js imports, directly or not.
MODULES = (
    "device.js",
    "dom.js",
    "fit.js",
    "language.js",
    "listen.js",
    "machine.js",
    "moves.js",
    "screens.js",
    "sender.js",
    "server.js",
    "session.js",
    "setup.js",
    "sheet.js",
    "state.js",
    "touch.js",
    "view.js",
    "warning.js",
)


@blueprint.get("/kiosk")
def show() -> str:
    """Return the empty page: it knows no tablet, no counter and no citizen."""
    return render_template("kiosk/kiosk.html", modules=MODULES)
