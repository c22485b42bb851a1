"""The intake API of contract §4: answer sheets from tablets, each with its fate."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.capture import messages, reading
from kiosk.capture.limits import check_posters
from kiosk.capture.reading import Desk, Fault, Rejected
from kiosk.capture.rules import Sheet, Status, believed
from kiosk.capture.schema import MAX_BODY_BYTES, BatchIn, BatchOut, PingOut, SheetIn
from kiosk.capture.storage import store
from kiosk.centre.service import only_centre
from kiosk.devices import service as devices
from kiosk.devices.register import Register, Sender
from kiosk.edge.description import description
from kiosk.edge.transaction import reading_when_needed
from kiosk.errors import BodyTooLargeError, MediaTypeError, UnknownDeviceError
from kiosk.extensions import csrf, db
from kiosk.survey import service as surveys
from kiosk.survey.rules import Survey

blueprint = Blueprint("intake", __name__, url_prefix="/api/v1")
# A device proves itself by its key; there is no session whose authority could be abused.
csrf.exempt(blueprint)

# What a device may say about where an answer came from; people's and citizens' own
# channels come through their own doors. A tablet that called itself a canary would
# drop out of every figure, and the canary's key must not answer for a citizen.
CHANNELS_OF_KIND = {
    "tablet": frozenset({"kiosk", "assisted"}),
    "canary": frozenset({"canary"}),
}


@blueprint.get("/ping")
@description.describe(answers=PingOut, open_to_all=True)
def ping() -> ResponseReturnValue:
    """Answer who we are and what time it is."""
    return jsonify(service="kiosk", now=clock.now().isoformat())


@blueprint.post("/responses")
@description.describe(
    body=BatchIn, answers=BatchOut, refuses=(400, 401, 413, 415, 422, 429)
)
def receive() -> ResponseReturnValue:
    """Store a batch of answer sheets and tell the fate of each."""
    now = clock.now()
    sender = _sender(now)
    batch = reading.read_batch(_body())
    if sender is None and not any(map(reading.carries_code, batch.responses)):
        raise UnknownDeviceError
    session = reading_when_needed()
    centre_id = sender.centre_id if sender else only_centre(session).id
    desk = Desk(
        origin=partial(_origin, sender),
        survey=partial(_survey, session, centre_id),
        has_point=partial(register().has_point, session, centre_id, now=now),
    )
    read = [reading.read_sheet(raw, desk) for raw in batch.responses]
    sheets = [believed(item, batch.sent_at) for item in read if isinstance(item, Sheet)]
    check_posters(session, centre_id, sheets, now)
    # The look-ups above must not hold a read transaction while we wait to write.
    db.session.remove()
    statuses = store(db.engine, centre_id, sheets, sent_at=batch.sent_at, now=now)
    return _answer(batch.responses, read, iter(statuses), now)


def register() -> Register:
    """Return this process's memory of devices and points."""
    remembered: Register = current_app.extensions.setdefault("register", Register())
    return remembered


def _survey(session: Session, centre_id: int, code: str, version: int) -> Survey | None:
    """Find a published version; it never changes, so this process asks for it once."""
    remembered = current_app.extensions.setdefault("surveys", {})
    key = (centre_id, code, version)
    survey: Survey | None = remembered.get(key)
    if survey is None:
        survey = surveys.find(session, centre_id, code, version)
        if survey is not None:
            remembered[key] = survey
    return survey


def _sender(now: datetime) -> Sender | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, key = header.partition(" ")
    sender = None
    if scheme.lower() == "bearer":
        sender = register().sender(reading_when_needed(), key.strip(), now)
    if sender is None:
        raise UnknownDeviceError
    return sender


def _body() -> bytes:
    if request.mimetype != "application/json":
        raise MediaTypeError
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise BodyTooLargeError(limit=MAX_BODY_BYTES)
    return request.get_data(cache=False)


def _origin(sender: Sender | None, sheet: SheetIn) -> str | Fault:
    if sender is None:
        return _origin_of_code(sheet)
    if sheet.channel not in CHANNELS_OF_KIND[sender.kind]:
        return Fault("channel_not_allowed", "channel")
    return sender.origin


def _origin_of_code(sheet: SheetIn) -> str | Fault:
    if sheet.channel != "qr":
        return Fault("channel_not_allowed", "channel")
    target = devices.resolve(reading_when_needed(), sheet.qr or "")
    if target.state != "ok":
        return Fault("code_unknown", "qr")
    if target.point_code != sheet.point:
        return Fault("point_foreign", "point")
    return f"poster:{target.serial}"


def _answer(
    sent: Iterable[object],
    read: Iterable[Sheet | Rejected],
    statuses: Iterator[Status],
    now: datetime,
) -> Response:
    results = [
        _rejection(item)
        if isinstance(item, Rejected)
        else {"id": reading.identity_of(raw), "status": next(statuses).value}
        for raw, item in zip(sent, read, strict=True)
    ]
    return jsonify(received_at=now.isoformat(), results=results)


def _rejection(rejected: Rejected) -> dict[str, str | None]:
    return {
        "id": rejected.id,
        "status": "rejected",
        "code": rejected.code,
        "path": rejected.path,
        "message": str(messages.MESSAGES[rejected.code]),
    }
