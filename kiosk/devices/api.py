"""What a tablet asks about itself, and tells of itself."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.centre.models import Centre
from kiosk.centre.service import only_centre, point
from kiosk.devices import pairing, service
from kiosk.devices.rules import pin_sha256, show_pairing_code
from kiosk.devices.schema import (
    MAX_HEARTBEAT_BYTES,
    DeviceOut,
    Heartbeat,
    HeartbeatOut,
    PairingOut,
    read_heartbeat,
    stored_report,
)
from kiosk.edge.description import description
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import MediaTypeError, UnknownDeviceError
from kiosk.extensions import csrf

blueprint = Blueprint("devices_api", __name__, url_prefix="/api/v1")
# A tablet proves itself by its key; there is no session whose authority could be abused.
csrf.exempt(blueprint)

# The tablet asks the short questionnaire; phones behind a poster the full one.
SURVEY = "counter"


@blueprint.get("/device")
@description.describe(answers=DeviceOut, refuses=(401,))
def show() -> ResponseReturnValue:
    """Tell a tablet its name, its point and its centre."""
    session = reading()
    device = service.find_by_key(session, _key())
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
        pin_sha256=pin_sha256(device.id, device.pin) if device.pin else None,
    )


@blueprint.post("/pairing")
@description.describe(answers=PairingOut, refuses=(401, 409, 429))
def ask_to_pair() -> ResponseReturnValue:
    """Give a tablet that has made a key the code that staff type in.

    Asked again with the same key it answers the same code, until that expires.
    """
    now = clock.now()
    key = _key()
    with writing_session() as session:
        asked = pairing.ask(session, now, only_centre(session).id, key)
        answer = {
            "code": show_pairing_code(asked.code),
            "expires_at": asked.expires_at.isoformat(),
            "expires_in": int((asked.expires_at - now).total_seconds()),
        }
    return jsonify(answer)


@blueprint.post("/heartbeat")
@description.describe(
    body=Heartbeat, answers=HeartbeatOut, refuses=(400, 401, 413, 415, 422)
)
def hear() -> ResponseReturnValue:
    """Keep what a tablet says of itself, in place of what it said before."""
    now = clock.now()
    # Looked up before the turn to write is taken: strangers must not make tablets wait.
    centre_id, device_id = service.find_tablet(reading(), _key())
    if request.mimetype != "application/json":
        raise MediaTypeError
    request.max_content_length = MAX_HEARTBEAT_BYTES
    report = stored_report(read_heartbeat(request.get_data(cache=False)))
    with writing_session() as session:
        service.hear(session, now, centre_id, device_id, report)
    return jsonify(received_at=now.isoformat())


def _key() -> str:
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer":
        raise UnknownDeviceError
    return authorization.token or ""
