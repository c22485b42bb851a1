"""The address of the API's description."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from kiosk.edge.description import description

blueprint = Blueprint("api_description", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
def show() -> ResponseReturnValue:
    """Serve the OpenAPI 3.1 description of everything under /api/v1."""
    return jsonify(description.spec)
