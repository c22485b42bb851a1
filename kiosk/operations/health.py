"""What monitoring asks: is the process alive, is the service ready, and the numbers."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from kiosk import clock
from kiosk.centre import service as centres
from kiosk.config import Settings
from kiosk.edge.transaction import reading
from kiosk.extensions import db
from kiosk.operations.condition import disk
from kiosk.operations.messages import READINESS
from kiosk.operations.metrics import Metrics
from kiosk.operations.probe import Probe
from kiosk.operations.rules import Condition, Disk, reasons

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer while the process lives; nothing else is touched."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 when all is as it should be, else 503 with a sentence for each reason.

    The address is public: it names no tablet and no path.
    """
    now = clock.now()
    probe: Probe = current_app.extensions.setdefault("probe", Probe())
    condition = probe.ask(db.engine, now)
    room = disk(db.engine, _settings())
    codes = ["database"] if condition is None else reasons(condition, now)
    if room is None or room.is_low:
        codes.append("disk")
    told = [{"code": code, "sentence": str(READINESS[code])} for code in codes]
    numbers = _numbers(condition, room, now)
    if told:
        return jsonify(status="not ready", reasons=told, **numbers), 503
    return jsonify(status="ready", **numbers)


def _numbers(
    condition: Condition | None, room: Disk | None, now: datetime
) -> dict[str, int | None]:
    """Return what monitoring may draw; null where it is not known or never was."""
    numbers: dict[str, int | None] = {
        "disk_free_bytes": None if room is None else room.free
    }
    if condition is not None:
        numbers["dirty_days"] = condition.dirty_days
        numbers["silent_devices"] = condition.silent_devices
        for name in ("tick", "backup", "canary"):
            numbers[f"{name}_age_seconds"] = _seconds(condition.age(name, now))
    return numbers


def _seconds(age: timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds())


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Answer with the numbers of this moment, in Prometheus's text format.

    They are read from the database at each scrape into a registry of their own, so it
    does not matter which worker answers, and no files are shared between workers.
    """
    session = reading()
    centre_id = centres.only_centre(session).id
    registry = CollectorRegistry()
    registry.register(
        Metrics(session.connection(), centre_id, _settings(), clock.now())
    )
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _settings() -> Settings:
    settings: Settings = current_app.config["KIOSK"]
    return settings
