"""A paired tablet, and answer sheets as it would send them."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import clock
from kiosk.devices import service as devices
from kiosk.edge.transaction import writing_session

Raw = dict[str, Any]


def raw_sheet(**changes: Any) -> Raw:
    """Return a counter sheet with a fresh id."""
    return {
        "id": str(uuid.uuid4()),
        "revision": 1,
        "survey": "counter",
        "survey_version": 1,
        "point": "Q1",
        "channel": "kiosk",
        "captured_at": "2026-11-22T08:15:29.870+07:00",
        "language": "vi",
        "outcome": "completed",
        "assisted": False,
        "slip": None,
        "flipped": False,
        "answers": {"overall": 5, "reasons": ["staff"], "visits": 1},
    } | changes


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock of the service."""

    def set_clock(text: str) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(text))

    set_clock("2026-11-22T08:15:30+07:00")
    return set_clock


@pytest.fixture
def key(app: Flask, now: datetime) -> str:
    """Pair a tablet at counter 1."""
    with app.app_context(), writing_session() as session:
        return devices.pair(session, now, 1, "Q1", "Máy 1")[1]


@pytest.fixture
def send(
    client: FlaskClient, key: str, at: Callable[[str], None]
) -> Callable[..., Any]:
    """Send sheets in one batch; return the results."""

    def post(*sheets: object, sent_at: str = "2026-11-22T08:15:30+07:00") -> list[Raw]:
        answer = client.post(
            "/api/v1/responses",
            json={"sent_at": sent_at, "responses": sheets},
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 200, answer.json
        assert len(answer.json["results"]) == len(sheets)
        return answer.json["results"]

    return post
