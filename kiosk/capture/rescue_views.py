"""Settings: bring in the file of sheets that staff saved on a tablet."""

from functools import cache, partial
from uuid import UUID

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk import clock
from kiosk.capture import rescue, rescue_messages
from kiosk.capture.api import CHANNELS_OF_KIND
from kiosk.capture.reading import Desk, Fault
from kiosk.capture.schema import SheetIn
from kiosk.centre.service import only_centre, point_keys
from kiosk.devices import service as devices
from kiosk.devices.models import Device
from kiosk.devices.register import Sender
from kiosk.edge import audit
from kiosk.edge.messages import MESSAGES
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import RescueFileError
from kiosk.extensions import db
from kiosk.survey import service as surveys

blueprint = Blueprint("rescue", __name__, url_prefix="/settings/devices")

PERMISSION = "devices.manage"
# A file may hold thousands of faults of one kind; the page shows where to begin.
MAX_SHOWN = 100


@blueprint.url_value_preprocessor
def _make_room(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Take a larger body here, before anything reads it; from nobody else, though."""
    if current_user.is_authenticated and current_user.may(PERMISSION):
        request.max_content_length = rescue.MAX_BODY_BYTES


@blueprint.get("/<uuid:device_id>/rescue")
def ask(device_id: UUID) -> ResponseReturnValue:
    """Ask for the file."""
    return _page(_tablet(reading(), device_id))


def _tablet(session: Session, device_id: UUID) -> Device:
    return devices.tablet(session, only_centre(session).id, device_id)


def _page(device: Device, fault: str | None = None) -> str:
    said = fault and rescue_messages.FAULTS[fault]
    return render_template("devices/rescue.html", device=device, fault=said)


@blueprint.post("/<uuid:device_id>/rescue")
def bring_in(device_id: UUID) -> ResponseReturnValue:
    """Store the sheets of the file, each once, and tell what became of them."""
    now, session = clock.now(), reading()
    device = _tablet(session, device_id)
    sent = request.files.get("file")
    data = sent.read(rescue.MAX_BYTES + 1) if sent else b""
    if not data or len(data) > rescue.MAX_BYTES:
        fault = "too_large" if data else "missing"
        return _page(device, fault), 413 if data else 422
    try:
        opened = rescue.open_file(data, device.id, device.key_hash)
    except RescueFileError as error:
        return _page(device, str(error.details["reason"])), error.status
    centre_id = device.centre_id
    read = rescue.read_entries(opened.entries, _desk(session, device))
    # The look-ups above must not hold a read transaction while we wait to write.
    session.rollback()
    outcome = rescue.bring_in(db.engine, centre_id, now, read)
    with writing_session() as writing:
        detail = {"exported_at": opened.exported_at, **outcome.counts}
        subject = str(device_id)
        audit.record(writing, action="device.rescue", subject=subject, detail=detail)
    return render_template(
        "devices/rescued.html",
        device=_tablet(reading(), device_id),
        outcome=outcome,
        shown=outcome.refused[:MAX_SHOWN],
        say=rescue_messages,
    )


def _desk(session: Session, device: Device) -> Desk:
    """Look things up once a file, not once a sheet."""
    points = frozenset(point_keys(session))
    origin = Sender(device.centre_id, device.id, device.kind).origin
    return Desk(
        origin=partial(_origin, origin),
        survey=cache(partial(surveys.find, session, device.centre_id)),
        has_point=lambda code: (device.centre_id, code) in points,
    )


def _origin(origin: str, sheet: SheetIn) -> str | Fault:
    if sheet.channel not in CHANNELS_OF_KIND["tablet"]:
        return Fault("channel_not_allowed", "channel")
    return origin


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    # The body is read before it is known who sends it.
    if current_user.is_authenticated and current_user.may(PERMISSION):
        device_id = (request.view_args or {})["device_id"]
        return _page(_tablet(reading(), device_id), "too_large"), 413
    code = "too_large"
    page = render_template(
        "pages/error.html", status=413, code=code, message=MESSAGES[code]
    )
    return make_response(page, 413)
