"""A tablet shows a code; staff type it in; the tablet's own key opens from then on."""

from __future__ import annotations

import base64
import secrets
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk import clock, logs
from kiosk.devices import pairing, service
from kiosk.devices.models import Device, PairingRequest
from kiosk.devices.rules import (
    ALPHABET,
    PAIRING_LASTS,
    hash_key,
    read_pairing_code,
    show_pairing_code,
)
from kiosk.errors import NotFoundError, UnknownDeviceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    Ask = Callable[..., TestResponse]

PLACE = service.Place("Q1", "Máy 1")


def new_key() -> str:
    """Make a key as the tablet makes it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    """Return the clock of the service, in a list to be moved."""
    shown = [now]
    monkeypatch.setattr(clock, "now", lambda: shown[0])
    return shown


@pytest.fixture
def ask(client: FlaskClient, moment: list[datetime]) -> Ask:
    """Ask for a code."""

    def post(key: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {key}"}
        return client.post("/api/v1/pairing", headers=headers)

    return post


def code_of(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return str(answer.json["code"])


def test_a_tablet_is_paired_without_its_key_travelling_back(
    ask: Ask, client: FlaskClient, session: Session, now: datetime
) -> None:
    key = new_key()
    asked = ask(key)
    assert asked.json == {
        "code": code_of(asked),
        "expires_at": (now + PAIRING_LASTS).astimezone(now.tzinfo).isoformat(),
        "expires_in": 600,
    }
    assert key not in asked.text
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/device", headers=headers).status_code == 401
    device = pairing.admit(session, now, 1, code_of(asked), PLACE)
    session.commit()
    answer = client.get("/api/v1/device", headers=headers)
    assert answer.json is not None
    assert answer.json["device"] == {"id": str(device.id), "name": "Máy 1"}
    assert device.pin is not None
    assert len(device.pin) == 6
    assert device.pin.isdigit()


def test_only_the_hash_of_the_key_is_kept(ask: Ask, session: Session) -> None:
    key = new_key()
    ask(key)
    row = session.execute(sa.select(sa.text("*")).select_from(PairingRequest)).one()
    assert key not in map(str, row)
    assert hash_key(key) in map(str, row)


def test_a_code_is_two_groups_of_letters_that_cannot_be_mistaken(ask: Ask) -> None:
    first, last = code_of(ask(new_key())).split("-")
    assert len(first) == len(last) == 3
    assert set(first + last) <= set(ALPHABET)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("K7M-3Q9", "K7M3Q9"),
        (" k7m 3q9 ", "K7M3Q9"),
        ("kOM-Il9", "K0M119"),
        ("K7M-3Q", None),
        ("K7M-3Q9X", None),
        ("K7M-3QU", None),
        ("", None),
        ("K7M\x003Q9", None),
        ("ĐĐĐ-ĐĐĐ", None),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, read: str | None) -> None:
    assert read_pairing_code(typed) == read


def test_asking_again_shows_the_same_code_until_it_expires(
    ask: Ask, moment: list[datetime]
) -> None:
    key = new_key()
    first = code_of(ask(key))
    moment[0] += timedelta(minutes=4)
    again = ask(key)
    assert code_of(again) == first
    assert again.json is not None
    assert again.json["expires_in"] == 360
    moment[0] += timedelta(minutes=6)
    assert code_of(ask(key)) != first


def test_an_expired_code_opens_nothing(
    ask: Ask, session: Session, now: datetime
) -> None:
    code = code_of(ask(new_key()))
    for moment in (now + PAIRING_LASTS, now + timedelta(days=1)):
        assert pairing.find(session, moment, 1, code) is None
        with pytest.raises(NotFoundError):
            pairing.admit(session, moment, 1, code, PLACE)
    assert pairing.find(session, now + timedelta(minutes=9), 1, code) is not None


def test_a_code_works_once(ask: Ask, session: Session, now: datetime) -> None:
    code = code_of(ask(new_key()))
    pairing.admit(session, now, 1, code, PLACE)
    with pytest.raises(NotFoundError):
        pairing.admit(session, now, 1, code, PLACE)


def test_a_paired_tablet_is_told_so(ask: Ask, device: str) -> None:
    answer = ask(device)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["error"]["code"] == "already_paired"


@pytest.mark.parametrize(
    "key", ["", "short", "K" * 42, "K" * 44, "K" * 42 + "=", "é" * 43]
)
def test_what_is_no_key_gets_no_code(ask: Ask, session: Session, key: str) -> None:
    assert ask(key).status_code == 401
    assert not pairing.list_open(session, clock.now(), 1)


def test_without_a_key_there_is_no_code(client: FlaskClient) -> None:
    assert client.post("/api/v1/pairing").status_code == 401


def test_a_flood_is_told_when_to_come_back(
    ask: Ask, moment: list[datetime], session: Session
) -> None:
    waiting = new_key()
    first = code_of(ask(waiting))
    moment[0] += timedelta(minutes=1)
    for _ in range(pairing.MAX_OPEN - 1):
        code_of(ask(new_key()))
    refused = ask(new_key())
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "541"
    assert code_of(ask(waiting)) == first
    moment[0] += timedelta(minutes=9, seconds=1)
    code_of(ask(new_key()))
    session.rollback()
    kept = session.scalar(sa.select(sa.func.count()).select_from(PairingRequest))
    assert kept == pairing.MAX_OPEN


def test_a_tablet_that_lost_its_key_stays_the_same_tablet(
    ask: Ask, session: Session, now: datetime
) -> None:
    device, old_key = service.pair(session, now, 1, "Q2", "Máy 2")
    old_pin = device.pin
    service.revoke(session, now, 1, device.id)
    session.commit()
    key = new_key()
    code = code_of(ask(key))
    again = pairing.admit_again(session, now, 1, code, device.id)
    session.commit()
    assert (again.id, again.name, again.point_code) == (device.id, "Máy 2", "Q2")
    assert again.revoked_at is None
    assert again.pin is not None
    assert again.pin != old_pin
    assert service.find_by_key(session, key).id == device.id
    with pytest.raises(UnknownDeviceError):
        service.find_by_key(session, old_key)


def test_a_canary_cannot_be_paired_again(
    ask: Ask, session: Session, now: datetime
) -> None:
    canary, _ = service.pair(session, now, 1, "Q1", "Chim báo")
    canary.kind = "canary"
    session.commit()
    code = code_of(ask(new_key()))
    with pytest.raises(NotFoundError):
        pairing.admit_again(session, now, 1, code, canary.id)


def test_many_at_once_get_a_code_each_and_no_more_than_the_limit(
    app: Flask, session: Session
) -> None:
    keys = [new_key() for _ in range(pairing.MAX_OPEN + 4)]
    seen: list[int] = []

    def post(key: str) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        answer = app.test_client().post("/api/v1/pairing", headers=headers)
        seen.append(answer.status_code)

    # Each key twice: a lost answer is asked for again while the first is under way.
    threads = [threading.Thread(target=post, args=(key,)) for key in keys + keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {200, 429}
    open_now = pairing.list_open(session, clock.now(), 1)
    assert len(open_now) == pairing.MAX_OPEN
    assert len({one.key_hash for one in open_now}) == pairing.MAX_OPEN


def test_two_who_confirm_at_once_pair_one_tablet(
    app: Flask, ask: Ask, session: Session, now: datetime
) -> None:
    from kiosk.edge.transaction import writing_session

    code = code_of(ask(new_key()))
    outcomes: list[str] = []

    def confirm(name: str) -> None:
        with app.app_context():
            try:
                with writing_session() as mine:
                    place = service.Place("Q1", name)
                    pairing.admit(mine, now, 1, code, place)
                outcomes.append("paired")
            except NotFoundError:
                outcomes.append("too late")

    threads = [threading.Thread(target=confirm, args=(f"Máy {n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["paired", "too late"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Device)) == 1


def test_a_code_is_shown_in_two_groups() -> None:
    assert show_pairing_code("K7M3Q9") == "K7M-3Q9"


def test_a_key_is_never_written_to_the_log(
    ask: Ask,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("out of order")

    logs.set_up("DEBUG")
    key = new_key()
    headers = {"Authorization": f"Bearer {key}"}
    ask(key)
    client.get("/api/v1/device", headers=headers)
    client.post("/api/v1/heartbeat", headers=headers, data=b"{")
    monkeypatch.setattr(pairing, "ask", crash)
    assert ask(key).status_code == 500
    written = "".join(capfd.readouterr())
    assert "in crash" in written
    assert key not in written
