"""The figures API: the numbers of the dashboard for other programs."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.centre.service import only_centre
from kiosk.core.periods import local_day
from kiosk.edge.description import description
from kiosk.edge.transaction import reading
from kiosk.extensions import db
from kiosk.insight import counts, service
from kiosk.insight.api_schema import MeasuresIn, MeasuresOut
from kiosk.insight.schema import read_measures

blueprint = Blueprint("figures_api", __name__, url_prefix="/api/v1")


@blueprint.get("/measures")
@description.describe(query=MeasuresIn, answers=MeasuresOut, refuses=(401, 403, 422))
def measures() -> ResponseReturnValue:
    """Return one measure month by month, or over a period, whole or in parts.

    Figures hold every answer stored so far. Small cells are protected: a suppressed
    row has no number of its own.
    """
    # Here and not above: the intake's processes never load pandas.
    from kiosk.insight import figures

    centre_id = only_centre(reading()).id
    places = counts.places(reading(), centre_id)
    query = read_measures(request.args, places)
    service.refresh(db.engine, centre_id)
    reading().rollback()
    today = local_day(clock.now())
    return jsonify(figures.measures(reading(), centre_id, query, places, today))
