"""Tablets that report, and a way to look after them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.orm import Session

from kiosk.core.ids import new_id
from kiosk.core.periods import LOCAL_ZONE
from kiosk.devices.models import Device
from kiosk.extensions import db
from kiosk.watch import service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Flask
    from sqlalchemy.engine import Engine

    from kiosk.watch.rules import Cause

CENTRE = 1
# A Thursday, ten in the morning: the centre is open.
NOW = datetime(2026, 11, 19, 10, 0, tzinfo=LOCAL_ZONE)
MINUTE = timedelta(minutes=1)


def heartbeat(**changes: Any) -> dict[str, Any]:
    """Return a heartbeat with nothing wrong, as the tablet sends it."""
    return {
        "sent_at": NOW.isoformat(),
        "release": "1",
        "browser": None,
        "battery": {"level": 0.8, "charging": True},
        "storage": {"kind": "indexeddb", "persisted": True, "usage": 1, "quota": 9},
        "queue": 0,
        "oldest_unsent": None,
        "quarantine": 0,
        "tapped": 4,
        "acknowledged": 4,
        "clock_offset_ms": 30,
        "survey": "counter",
        "survey_version": 1,
    } | changes


@pytest.fixture
def engine(app: Flask) -> Engine:
    """Return the engine of the application, outside any context."""
    with app.app_context():
        return db.engine


@pytest.fixture
def spoken(app: Flask) -> Iterator[None]:
    """Stay in the application's context, as a command does: words need it."""
    with app.app_context():
        yield


@pytest.fixture
def pair(engine: Engine) -> Callable[..., str]:
    """Return a maker of tablets that were heard at NOW; it returns the id."""

    def make(name: str = "Máy 2", **changes: Any) -> str:
        values: dict[str, Any] = {
            "centre_id": CENTRE,
            "id": new_id(),
            "name": name,
            "point_code": "Q1",
            "key_hash": uuid.uuid4().hex,
            "created_at": NOW - timedelta(days=90),
            "seen_at": NOW,
            "report": heartbeat(),
        }
        with Session(engine) as session:
            device = Device(**(values | changes))
            session.add(device)
            session.commit()
            return str(device.id)

    return make


@pytest.fixture
def hear(engine: Engine) -> Callable[..., None]:
    """Return a way for a tablet to report at a moment."""

    def report(device_id: str, at: datetime, **changes: Any) -> None:
        with Session(engine) as session:
            device = session.get_one(Device, (CENTRE, uuid.UUID(device_id)))
            device.seen_at, device.report = at, heartbeat(**changes)
            session.commit()

    return report


@pytest.fixture
def look(engine: Engine) -> Callable[..., service.Changes]:
    """Return a look at a moment, five minutes after the one before."""

    def at(
        now: datetime = NOW, *found: Cause, unjudged: Iterable[str] = ()
    ) -> service.Changes:
        return service.look(
            engine,
            now,
            CENTRE,
            looked_at=now - 5 * MINUTE,
            found=found,
            unjudged=set(unjudged),
        )

    return at
