"""Pages that belong to no room: where to go from here, and what is stored."""

from flask import Blueprint, render_template

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Show the ways into the service."""
    return render_template("pages/home.html")


@blueprint.get("/quyen-rieng-tu")
def privacy() -> str:
    """Show what an answer leaves behind, and the rights over it."""
    return render_template("pages/privacy.html")
