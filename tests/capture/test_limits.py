"""A poster sends so much and no more; a tablet is not held up by it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.capture.limits import POSTER_SHEETS
from kiosk.devices import service as devices
from kiosk.edge.transaction import writing_session
from tests.capture.conftest import raw_sheet

At = Callable[[str], None]


@pytest.fixture
def code(app: Flask, now: datetime) -> str:
    with app.app_context(), writing_session() as session:
        return devices.issue_poster(session, now, 1, "Q1").code


def flood(client: FlaskClient, code: str, count: int, sent_at: str) -> Any:
    sheets = [
        raw_sheet(channel="qr", qr=code, captured_at=sent_at) for _ in range(count)
    ]
    return client.post(
        "/api/v1/responses", json={"sent_at": sent_at, "responses": sheets}
    )


def test_a_poster_that_sends_without_end_is_told_to_wait(
    client: FlaskClient, code: str, at: At
) -> None:
    first = "2026-11-22T08:15:30+07:00"
    assert flood(client, code, POSTER_SHEETS - 10, first).status_code == 200
    assert flood(client, code, 10, first).status_code == 200
    refused = flood(client, code, 1, first)
    assert (refused.status_code, refused.json["error"]["code"]) == (
        429,
        "too_many_sheets",
    )
    assert refused.headers["Retry-After"] == "600"
    at("2026-11-22T08:25:31+07:00")
    assert flood(client, code, 1, "2026-11-22T08:25:31+07:00").status_code == 200


def test_sheets_kept_apart_count_too(client: FlaskClient, code: str, at: At) -> None:
    sent_at = "2026-11-22T08:15:30+07:00"
    sheet = raw_sheet(channel="qr", qr=code)
    variants = [
        sheet
        | {"answers": {"overall": overall, "visits": visits}, "language": language}
        for overall in range(1, 6)
        for visits in (1, 2, 3)
        for language in ("vi", "en")
    ]
    body = {"sent_at": sent_at, "responses": variants}
    answer = client.post("/api/v1/responses", json=body)
    kept_apart = [r["status"] for r in answer.json["results"]].count("conflict")
    assert kept_apart == len(variants) - 1
    assert flood(client, code, POSTER_SHEETS - kept_apart, sent_at).status_code == 429


def test_a_tablet_is_not_held_up(
    client: FlaskClient, code: str, send: Callable[..., Any]
) -> None:
    flood(client, code, 50, "2026-11-22T08:15:30+07:00")
    results = [
        result for _ in range(3) for result in send(*[raw_sheet() for _ in range(50)])
    ]
    assert {result["status"] for result in results} == {"stored"}


def test_a_form_that_must_wait_keeps_the_answers(
    client: FlaskClient, code: str, at: At
) -> None:
    flood(client, code, 50, "2026-11-22T08:15:30+07:00")
    flood(client, code, 10, "2026-11-22T08:15:30+07:00")
    page = client.get(f"/q/{code}").get_data(as_text=True)
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    answer = client.post(f"/q/{code}", data={"ticket": ticket, "overall": "4"})
    assert answer.status_code == 429
    assert 'name="overall" value="4"' in answer.get_data(as_text=True)
