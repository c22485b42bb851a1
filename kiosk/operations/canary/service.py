"""One flight of the canary: every score at every point, and where it was counted."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from kiosk.centre import service as centres
from kiosk.centre.models import Centre
from kiosk.core.database import writing
from kiosk.core.ids import new_id
from kiosk.devices.models import Device, PosterCode
from kiosk.devices.rules import hash_key, poster_code
from kiosk.devices.service import KEY_BYTES
from kiosk.operations.canary import messages
from kiosk.operations.canary.client import Answer, Client, UnreachableError
from kiosk.operations.canary.rules import (
    LEVELS,
    QUESTION,
    Probe,
    Refusal,
    batch,
    missing_levels,
    what_was_said,
)
from kiosk.operations.rules import JobFailedError
from kiosk.survey import service as surveys

INTAKE = "/api/v1/responses"
TABLET_SURVEY = "counter"
FORM_SURVEY = "full"
KIND = "canary"
NAME = "Tự kiểm tra"
PAUSE = 0.5
TRIES = 20
# Each process of the intake looks for an unknown key again after one second, and has to
# learn the new one; 503 says that nothing of the request was stored.
NOTHING_STORED = {401, 503}


@dataclass(frozen=True, slots=True)
class Plan:
    """What must be known before the first request."""

    key: str
    survey: tuple[str, int]
    points: tuple[str, ...]
    form_code: str | None
    words: Mapping[int, str]


def run(
    engine: Engine, centre_id: int, url: str, now: datetime
) -> Mapping[str, str | int | None]:
    """Fly once; return what was proved, or raise JobFailedError with one sentence."""
    # Here and not above: the commands and the intake's processes never load pandas.
    from kiosk.operations.canary import proof

    with writing(engine) as connection, Session(bind=connection) as session:
        plan = _prepare(session, centre_id, now)
        session.flush()
    client = Client(url)
    try:
        sent = _send(client, plan, now)
        _read_form(client, plan)
    except UnreachableError as error:
        raise JobFailedError(messages.unreachable(url, str(error))) from error
    proved = proof.prove(engine, centre_id, sent)
    return {"sheets": len(sent), "points": len(plan.points), **proved}


def _prepare(session: Session, centre_id: int, now: datetime) -> Plan:
    points = tuple(point.code for point in centres.points(session, centre_id))
    tablet = surveys.current(session, centre_id, TABLET_SURVEY)
    form = surveys.current(session, centre_id, FORM_SURVEY)
    if not points or tablet is None or form is None:
        raise JobFailedError(messages.NOTHING_OPEN)
    key = secrets.token_urlsafe(KEY_BYTES)
    _admit(session, centre_id, points[0], key, now)
    options = form.by_code[QUESTION].options
    return Plan(
        key=key,
        survey=(tablet.code, tablet.version),
        points=points,
        form_code=_poster(session, centre_id, points),
        words={int(option.value): option.text["vi"] for option in options},
    )


def _admit(
    session: Session, centre_id: int, point: str, key: str, now: datetime
) -> None:
    """Give the canary the key of this flight; those of earlier ones open nothing."""
    device = session.scalar(
        sa.select(Device).where(Device.centre_id == centre_id, Device.kind == KIND)
    )
    if device is None:
        device = Device(
            centre_id=centre_id, id=new_id(), kind=KIND, name=NAME, created_at=now
        )
        session.add(device)
    device.point_code = point
    device.key_hash = hash_key(key)
    device.revoked_at = None


def _poster(session: Session, centre_id: int, points: tuple[str, ...]) -> str | None:
    """Return the code of a poster that hangs at an open point, if one does."""
    serial = session.scalar(
        sa.select(PosterCode.serial)
        .where(
            PosterCode.centre_id == centre_id,
            PosterCode.retired_at.is_(None),
            PosterCode.point_code.in_(points),
        )
        .order_by(PosterCode.point_code)
        .limit(1)
    )
    if serial is None:
        return None
    return poster_code(session.get_one(Centre, centre_id).poster_key, centre_id, serial)


class _Patience:
    """What one flight may wait in all, for the intake to know its key or to come back.

    Ten seconds cover a restart; a tablet would go on for ever.
    """

    def __init__(self) -> None:
        self._left = TRIES

    def waits(self) -> bool:
        """Wait a little, if there is anything left; tell whether there was."""
        if self._left == 0:
            return False
        self._left -= 1
        time.sleep(PAUSE)
        return True


def _send(client: Client, plan: Plan, now: datetime) -> tuple[Probe, ...]:
    """Send every score at every point, one sheet a request as at a tap; one twice."""
    probes = tuple(
        Probe(new_id(), point, level) for point in plan.points for level in LEVELS
    )
    patience = _Patience()
    refusals = []
    for probe, expected in [
        *((one, "stored") for one in probes),
        (probes[-1], "duplicate"),
    ]:
        answer = _post(client, plan, batch(probe, plan.survey, now), patience)
        said = what_was_said(answer.status, answer.body, probe)
        if said != expected:
            refusals.append(Refusal(probe, expected, said))
    if refusals:
        raise JobFailedError(messages.refused(refusals))
    return probes


def _post(
    client: Client, plan: Plan, document: Mapping[str, Any], patience: _Patience
) -> Answer:
    """Send a sheet; again where it is certain that nothing of it was stored."""
    while True:
        try:
            answer = client.post(INTAKE, document, plan.key)
        except UnreachableError as error:
            if not (error.nothing_sent and patience.waits()):
                raise
        else:
            if answer.status not in NOTHING_STORED or not patience.waits():
                return answer


def _read_form(client: Client, plan: Plan) -> None:
    """Open the form behind a poster as a phone would."""
    if plan.form_code is None:
        return
    answer = client.get(f"/q/{plan.form_code}?lang=vi")
    if answer.status != 200:
        raise JobFailedError(messages.form_closed(answer.status))
    missing = missing_levels(answer.body.decode("utf-8", "replace"), plan.words)
    if missing:
        raise JobFailedError(messages.form_lacks(missing))
