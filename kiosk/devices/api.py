"""What a paired tablet may ask about itself."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from kiosk.centre.models import Centre
from kiosk.centre.service import point
from kiosk.devices import service
from kiosk.edge.transaction import reading
from kiosk.errors import UnknownDeviceError

blueprint = Blueprint("devices_api", __name__, url_prefix="/api/v1")

# The tablet asks the short questionnaire; phones behind a poster the full one.
SURVEY = "counter"


@blueprint.get("/device")
def show() -> ResponseReturnValue:
    """Tell a tablet its name, its point and its centre."""
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer":
        raise UnknownDeviceError
    session = reading()
    device = service.find_by_key(session, authorization.token or "")
    place = point(session, device.centre_id, device.point_code)
    centre = session.get_one(Centre, device.centre_id)
    return jsonify(
        device={"id": str(device.id), "name": device.name},
        point={
            "code": place.code,
            "name": {"vi": place.name_vi, "en": place.name_en},
        },
        centre={"name": {"vi": centre.name_vi, "en": centre.name_en}},
        survey=SURVEY,
    )
