"""Health: the process is alive; the database takes a write."""

import sqlalchemy as sa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from kiosk.capture.models import DirtyMark
from kiosk.core.database import writing
from kiosk.extensions import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer while the process lives; nothing else is touched."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 when the database takes a write, 503 with the reason when not.

    The write deletes nothing, for no centre has that number; it takes the same lock
    and the same way as an answer sheet's.
    """
    nothing = sa.delete(DirtyMark).where(DirtyMark.centre_id == -1)
    try:
        with writing(db.engine) as connection:
            connection.execute(nothing)
            waiting = connection.scalar(
                sa.select(sa.func.count(sa.distinct(DirtyMark.day)))
            )
    except sa.exc.DBAPIError as error:
        reason = f"database: {type(error.orig).__name__}"
        return jsonify(status="not ready", reasons=[reason]), 503
    return jsonify(status="ready", dirty_days=waiting)
