"""A tablet says once a minute how it is; nothing it may say breaks the server."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from kiosk import clock
from kiosk.devices import service
from kiosk.devices.models import Device
from kiosk.devices.schema import MAX_HEARTBEAT_BYTES, read_report
from tests.devices.beats import beat

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    Send = Callable[..., TestResponse]


@pytest.fixture
def send(
    client: FlaskClient, device: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Send:
    """Send a heartbeat with the key of the tablet at counter 1."""
    monkeypatch.setattr(clock, "now", lambda: now)

    def post(body: object, key: str = device, **options: Any) -> TestResponse:
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        options.setdefault("content_type", "application/json")
        headers = {"Authorization": f"Bearer {key}"}
        return client.post("/api/v1/heartbeat", headers=headers, **sent, **options)

    return post


def only_device(session: Session) -> Device:
    session.rollback()
    return session.scalars(sa.select(Device)).one()


def test_the_last_heartbeat_is_kept(
    send: Send, session: Session, now: datetime
) -> None:
    answer = send(beat(queue=3, tapped=5015))
    assert answer.status_code == 200
    assert answer.json == {"received_at": now.isoformat()}
    send(beat(queue=1, tapped=5015, acknowledged=5014))
    device = only_device(session)
    assert device.seen_at == now
    report = read_report(device.report)
    assert report is not None
    assert (report.queue, report.tapped, report.acknowledged) == (1, 5015, 5014)
    assert report.sent_at == datetime.fromisoformat("2026-11-22T08:15:00.120+07:00")
    assert report.battery is not None
    assert report.battery.level == 0.82


def test_what_a_tablet_cannot_tell_is_null(send: Send, session: Session) -> None:
    storage = {"kind": "memory", "persisted": None, "usage": None, "quota": None}
    unknown = dict.fromkeys(
        ["browser", "battery", "clock_offset_ms", "survey", "survey_version"]
    )
    assert send(beat(storage=storage, **unknown)).status_code == 200
    report = read_report(only_device(session).report)
    assert report is not None
    assert report.storage.kind == "memory"
    assert report.battery is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"queue": -1}, "queue"),
        ({"queue": 2**53}, "queue"),
        ({"queue": "3"}, "queue"),
        ({"queue": True}, "queue"),
        ({"queue": 1.5}, "queue"),
        ({"queue": None}, "queue"),
        ({"release": "x" * 41}, "release"),
        ({"browser": "x" * 301}, "browser"),
        ({"battery": {"level": 1.2, "charging": False}}, "battery.level"),
        ({"battery": {"level": 0.5}}, "battery.charging"),
        ({"storage": {"kind": "floppy"}}, "storage.kind"),
        ({"oldest_unsent": "yesterday"}, "oldest_unsent"),
        ({"sent_at": "2026-11-22T08:15:00"}, "sent_at"),
        ({"clock_offset_ms": 1e300}, "clock_offset_ms"),
        ({"survey": "s" * 41}, "survey"),
        ({"answers": [1, 2]}, "answers"),
        ({"\ud800": 1}, ""),
    ],
)
def test_odd_input_is_named_and_nothing_is_kept(
    send: Send, session: Session, change: dict[str, Any], path: str
) -> None:
    answer = send(json.dumps(beat(**change)).encode())
    assert answer.status_code == 422
    assert answer.json is not None
    assert path in [
        fault["path"] for fault in answer.json["error"]["details"]["faults"]
    ]
    assert only_device(session).seen_at is None


def test_every_member_must_be_there(send: Send) -> None:
    for name in beat():
        body = beat()
        del body[name]
        assert send(body).status_code == 422, name


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 5_000, 400),
        (b'{"queue": NaN}', 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"' + b"x" * MAX_HEARTBEAT_BYTES + b'"', 413),
    ],
)
def test_what_is_no_heartbeat_is_refused(send: Send, body: bytes, status: int) -> None:
    assert send(body).status_code == status


def test_text_that_a_database_refuses_is_cleaned(send: Send, session: Session) -> None:
    assert send(beat(browser="a\x00b\u202e", release="\x00")).status_code == 200
    report = read_report(only_device(session).report)
    assert report is not None
    assert (report.browser, report.release) == ("ab", "")


def test_only_json_is_taken(send: Send) -> None:
    assert (
        send(json.dumps(beat()).encode(), content_type="text/plain").status_code == 415
    )


@pytest.mark.parametrize("key", ["", "unknown", "K" * 43])
def test_a_stranger_is_refused_before_anything_is_read(send: Send, key: str) -> None:
    assert send(b"{", key=key).status_code == 401


def test_a_revoked_tablet_is_refused(
    send: Send, session: Session, now: datetime
) -> None:
    service.revoke(session, now, 1, only_device(session).id)
    session.commit()
    assert send(beat()).status_code == 401


def test_a_canary_is_no_tablet(send: Send, session: Session, now: datetime) -> None:
    canary, key = service.pair(session, now, 1, "Q1", "Chim báo")
    canary.kind = "canary"
    session.commit()
    assert send(beat(), key=key).status_code == 401
    assert [one.name for one in service.list_devices(session, 1)] == ["Máy 1"]


def test_a_tablet_that_was_revoked_in_between_keeps_its_last_report(
    send: Send, session: Session, now: datetime
) -> None:
    send(beat(queue=2))
    device = only_device(session)
    service.revoke(session, now + timedelta(minutes=1), 1, device.id)
    session.commit()
    kept = read_report(only_device(session).report)
    assert kept is not None
    assert kept.queue == 2


def test_what_another_release_kept_is_no_report() -> None:
    assert read_report(None) is None
    assert read_report({"queue": 1}) is None
