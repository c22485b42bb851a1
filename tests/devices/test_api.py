"""A tablet learns its place from its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.devices import service
from kiosk.devices.rules import pin_sha256

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session


def test_a_tablet_learns_its_place(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    device, key = service.pair(session, now, 1, "Q1", "Máy 1")
    session.commit()
    answer = client.get("/api/v1/device", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    assert answer.json == {
        "device": {"id": str(device.id), "name": "Máy 1"},
        "point": {
            "code": "Q1",
            "name": {
                "vi": "Quầy 1 · Hộ tịch – Chứng thực",
                "en": "Counter 1 · Civil status and certification",
            },
        },
        "centre": {
            "name": {
                "vi": "Trung tâm Phục vụ hành chính công xã Hà Nam",
                "en": "Hà Nam Commune Public Administrative Services Centre",
            }
        },
        "survey": "counter",
        "pin_sha256": pin_sha256(device.id, device.pin or ""),
    }
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer unknown", "Basic a2V5Og==", "key"]
)
def test_without_a_key_nothing_is_told(client: FlaskClient, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = client.get("/api/v1/device", headers=headers)
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"]["code"] == "device_unknown"


def test_a_revoked_tablet_is_told_nothing(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    device, key = service.pair(session, now, 1, "Q1", "Máy 1")
    service.revoke(session, now, 1, device.id)
    session.commit()
    answer = client.get("/api/v1/device", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401


def test_a_tablet_without_a_pin_is_told_so(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    device, key = service.pair(session, now, 1, "Q1", "Máy 1")
    device.pin = None
    session.commit()
    answer = client.get("/api/v1/device", headers={"Authorization": f"Bearer {key}"})
    assert answer.json is not None
    assert answer.json["pin_sha256"] is None
