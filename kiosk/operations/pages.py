"""Pages that belong to no room, and what every page says of its surroundings."""

from functools import cache

from flask import Blueprint, current_app, render_template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.local import LocalProxy

from kiosk.centre import service
from kiosk.centre.models import Centre
from kiosk.edge.transaction import reading
from kiosk.errors import NotFoundError

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Show the ways into the service."""
    return render_template("pages/home.html")


@blueprint.get("/quyen-rieng-tu")
def privacy() -> str:
    """Show what an answer leaves behind, and the rights over it."""
    return render_template("pages/privacy.html")


@blueprint.app_context_processor
def _surroundings() -> dict[str, object]:
    # Looked up when a template asks, once a page: the kiosk's page asks nothing.
    return {
        "centre": LocalProxy(cache(_own_centre)),
        "demo": current_app.config["KIOSK"].demo,
    }


def _own_centre() -> Centre | None:
    """Return the centre, or None before `init` and while the database is away."""
    try:
        return service.only_centre(reading())
    except (NotFoundError, SQLAlchemyError):
        return None
