"""The page on a tablet that waits for staff to admit it."""

from flask import Blueprint, render_template

blueprint = Blueprint("pairing_page", __name__)

# Everything that static/js/kiosk/pair.js imports, directly or not.
MODULES = ("device.js", "dom.js", "language.js", "pairing.js")


@blueprint.get("/kiosk/pair")
def show() -> str:
    """Return the page; the code on it is asked for by the tablet itself."""
    return render_template("devices/pair.html", modules=MODULES)
