"""A session: how it begins, what its cookie is, and everything that ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from kiosk.accounts import service
from kiosk.accounts.rules import ABSOLUTE, IDLE
from kiosk.accounts.session import SEEN, STARTED
from kiosk.edge.transaction import writing_session
from tests.staff import give_cookie, hire, submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    SignIn = Callable[[str], FlaskClient]

PAGE = "/settings/account"
PASSWORD = "con trâu đi trước, cái cày theo sau"
MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # Monday, half past seven


def is_in(client: FlaskClient) -> bool:
    return client.get(PAGE).status_code == 200


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Return a browser signed in on Monday at half past seven."""
    client = app.test_client()
    with time_machine.travel(MORNING, tick=False):
        give_cookie(client, hire(app, "head"))
    return client


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), True),
        (IDLE - timedelta(seconds=1), True),
        (IDLE, False),
        (timedelta(days=400), False),
    ],
)
def test_silence_ends_it(desk: FlaskClient, after: timedelta, expected: bool) -> None:
    with time_machine.travel(MORNING + after, tick=False):
        assert is_in(desk) is expected


def test_work_keeps_it_open_until_the_working_day_is_over(desk: FlaskClient) -> None:
    moment = MORNING
    while moment < MORNING + ABSOLUTE:
        with time_machine.travel(moment, tick=False):
            assert is_in(desk), moment
        moment += IDLE - timedelta(minutes=1)
    with time_machine.travel(MORNING + ABSOLUTE, tick=False):
        assert not is_in(desk)


def test_the_cookie_is_not_written_with_every_page(desk: FlaskClient) -> None:
    with time_machine.travel(MORNING, tick=False):
        desk.get(PAGE)  # leaves its CSRF token in the session
    for seconds, written in {59: False, 60: True, 61: False}.items():
        with time_machine.travel(MORNING + timedelta(seconds=seconds), tick=False):
            assert ("Set-Cookie" in desk.get(PAGE).headers) is written


@pytest.mark.parametrize("name", [STARTED, SEEN, "_user_id"])
@pytest.mark.parametrize("value", [None, "", "x", [], 1e300, "1:2", "1:x:0", "x:y:z"])
def test_a_cookie_of_another_shape_is_nobody(
    desk: FlaskClient, name: str, value: object
) -> None:
    with desk.session_transaction() as cookie:
        cookie[name] = value
    with time_machine.travel(MORNING, tick=False):
        assert desk.get(PAGE).status_code == 302


def test_a_changed_cookie_is_nobody(desk: FlaskClient) -> None:
    kept = desk.get_cookie("session")
    assert kept
    desk.set_cookie("session", kept.value.swapcase())
    with time_machine.travel(MORNING, tick=False):
        assert not is_in(desk)


def test_signing_out_ends_it_for_a_copy_too(app: Flask, desk: FlaskClient) -> None:
    kept = desk.get_cookie("session")
    assert kept
    thief = app.test_client()
    thief.set_cookie("session", kept.value)
    with time_machine.travel(MORNING, tick=False):
        assert is_in(thief)
        assert submit(desk, "/logout", {}, page=PAGE).status_code == 302
        assert not is_in(desk)
        assert not is_in(thief)


def test_signing_out_twice_is_no_fault(client: FlaskClient) -> None:
    response = submit(client, "/logout", {}, page="/login")
    assert response.status_code == 302
    assert "Đã đăng xuất" in client.get("/login").text


def test_a_raised_epoch_ends_every_session(app: Flask) -> None:
    person = hire(app, "head")
    browsers = [app.test_client(), app.test_client()]
    for browser in browsers:
        give_cookie(browser, person)
    assert all(map(is_in, browsers))
    with app.app_context(), writing_session() as session:
        account = service.find(session, person.centre_id, person.id)
        assert account
        service.end_sessions(account)
    assert not any(map(is_in, browsers))


def test_a_new_role_counts_from_the_next_page(app: Flask, client: FlaskClient) -> None:
    person = hire(app, "admin")
    hire(app, "admin")
    give_cookie(client, person)
    assert client.get("/settings/accounts").status_code == 200
    with app.app_context(), writing_session() as session:
        account = service.find(session, person.centre_id, person.id)
        assert account
        account.role = "clerk"
    assert client.get("/settings/accounts").status_code == 403


@pytest.fixture
def binh(app: Flask) -> dict[str, str]:
    """Make an account with a password; return what is typed to sign in."""
    from kiosk.accounts import passwords

    kept = passwords.new_hash(PASSWORD, email="", name="")
    hire(app, "head", email="binh@hanam.example", password_hash=kept)
    return {"email": "binh@hanam.example", "password": PASSWORD}


def test_nothing_planted_before_the_sign_in_survives_it(
    client: FlaskClient, binh: dict[str, str]
) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by an attacker"
    planted = client.get_cookie("session")
    submit(client, "/login", binh)
    kept = client.get_cookie("session")
    assert planted
    assert kept
    assert kept.value != planted.value
    with client.session_transaction() as cookie:
        assert set(cookie) == {"_user_id", "_fresh", "_id", STARTED, SEEN}


def test_the_cookie_is_out_of_reach_and_ends_with_the_browser(
    client: FlaskClient, binh: dict[str, str]
) -> None:
    response = submit(client, "/login", binh)
    (cookie,) = response.headers.getlist("Set-Cookie")
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert attributes == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_behind_https_it_never_travels_in_the_clear(secure: Flask) -> None:
    response = secure.test_client().get("/login", base_url="https://localhost")
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {
        part.strip() for part in cookie.split(";")
    }
    assert response.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("address", ["/", "/quyen-rieng-tu", "/kiosk", "/healthz"])
def test_citizens_get_no_cookie(
    client: FlaskClient, desk: FlaskClient, address: str
) -> None:
    assert "Set-Cookie" not in client.get(address).headers
    assert "Cookie" not in desk.get(address).headers.get("Vary", "")
