"""Requests that somebody else's page makes a browser send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.staff import give_cookie, hire, submit, token_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    SignIn = Callable[[str], FlaskClient]

NEW = {"name": "Lê Văn Cường", "email": "cuong@hanam.vn", "role": "clerk"}
ADDRESS = "/settings/accounts/new"


@pytest.mark.parametrize("token", [None, "", "x", "IjAwIg.aaaa.bbbb"])
def test_without_its_token_a_form_does_nothing(
    sign_in: SignIn, token: str | None
) -> None:
    admin = sign_in("admin")
    sent = NEW if token is None else {**NEW, "csrf_token": token}
    response = admin.post(ADDRESS, data=sent)
    assert response.status_code == 400
    assert "Trang đã hết hạn" in response.text
    assert "cuong@hanam.vn" not in admin.get("/settings/accounts").text


def test_the_refusal_speaks_english(sign_in: SignIn) -> None:
    response = sign_in("admin").post(f"{ADDRESS}?lang=en")
    assert response.status_code == 400
    assert '<html lang="en">' in response.text


def test_another_persons_token_is_foreign(sign_in: SignIn) -> None:
    foreign = token_in(sign_in("admin").get(ADDRESS))
    response = sign_in("admin").post(ADDRESS, data={**NEW, "csrf_token": foreign})
    assert response.status_code == 400


def test_a_token_from_before_the_sign_in_is_worthless_after(
    app: Flask, client: FlaskClient
) -> None:
    from kiosk.accounts import passwords

    password = "con trâu đi trước, cái cày theo sau"
    kept = passwords.new_hash(password, email="", name="")
    hire(app, "admin", email="an@hanam.vn", password_hash=kept)
    before = token_in(client.get("/login"))
    sent = {"email": "an@hanam.vn", "password": password, "csrf_token": before}
    assert client.post("/login", data=sent).status_code == 302
    assert client.post(ADDRESS, data={**NEW, "csrf_token": before}).status_code == 400


def test_a_stranger_cannot_sign_somebody_out(sign_in: SignIn) -> None:
    head = sign_in("head")
    assert head.post("/logout").status_code == 400
    assert head.get("/settings/account").status_code == 200


def test_a_stranger_cannot_sign_a_browser_in(client: FlaskClient) -> None:
    sent = {"email": "an@hanam.vn", "password": "x"}
    assert client.post("/login", data=sent).status_code == 400


@pytest.mark.parametrize(
    "target", ["//evil.vn", "/\\evil.vn", "https://evil.vn", "/\t/evil.vn", "evil.vn"]
)
def test_a_sign_in_leads_nowhere_else(sign_in: SignIn, target: str) -> None:
    response = sign_in("head").get("/login", query_string={"next": target})
    assert response.headers["Location"] == "/dashboard"


def test_a_sign_in_leads_back_to_the_page_that_was_asked_for(
    client: FlaskClient, sign_in: SignIn
) -> None:
    asked = client.get("/settings/audit?page=1").headers["Location"]
    assert asked == "/login?next=/settings/audit?page%3D1"
    response = sign_in("head").get(asked)
    assert response.headers["Location"] == "/settings/audit?page=1"


@pytest.mark.parametrize(
    ("referrer", "status"),
    [
        ("https://evil.vn/", 400),
        ("http://localhost/settings/accounts/new", 400),
        ("", 400),
        ("https://localhost/settings/accounts/new", 201),
    ],
)
def test_behind_https_the_form_must_come_from_here(
    secure: Flask, referrer: str, status: int
) -> None:
    client, https = secure.test_client(), {"base_url": "https://localhost"}
    give_cookie(client, hire(secure, "admin"), **https)
    sent = {**NEW, "csrf_token": token_in(client.get(ADDRESS, **https))}
    headers = {"Referer": referrer} if referrer else {}
    response = client.post(ADDRESS, data=sent, headers=headers, **https)
    assert response.status_code == status


def test_submitting_a_page_as_a_browser_does_works(sign_in: SignIn) -> None:
    assert submit(sign_in("admin"), ADDRESS, NEW).status_code == 201
