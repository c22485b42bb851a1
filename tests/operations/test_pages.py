"""The first page, the privacy page and the error page, as a visitor gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib
import pytest
import sqlalchemy as sa
from flask import render_template

from kiosk.errors import NotFoundError
from kiosk.extensions import db
from kiosk.operations import pages

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

ADDRESSES = ("/", "/quyen-rieng-tu")
STATUSES = (400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503)


def never_asked(_session: object) -> None:
    pytest.fail("the database was asked for the centre")


def not_loaded(_session: object) -> None:
    raise NotFoundError(what="centre")


def away(_session: object) -> None:
    raise sa.exc.OperationalError("select", {}, Exception("gone"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_whole_in_both_languages(
    client: FlaskClient, address: str, language: str
) -> None:
    answer = client.get(address, query_string={"lang": language})
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_visitor_keeps_nothing(client: FlaskClient, address: str) -> None:
    answer = client.get(address, query_string={"lang": "en"})
    assert "Set-Cookie" not in answer.headers


def test_the_first_page_leads_to_every_door(client: FlaskClient) -> None:
    text = client.get("/").text
    for address in ("/kiosk", "/login", "/quyen-rieng-tu"):
        assert f'href="{address}"' in text


def test_the_language_goes_along(client: FlaskClient) -> None:
    assert 'href="/quyen-rieng-tu?lang=en"' in client.get("/?lang=en").text
    assert 'href="/?lang=en"' in client.get("/quyen-rieng-tu?lang=en").text


def test_the_other_language_keeps_the_rest_of_the_address(client: FlaskClient) -> None:
    text = client.get("/?a=1&lang=en&a=2").text
    assert 'href="?a=1&amp;a=2&amp;lang=vi"' in text


def test_the_privacy_page_says_who_answers_for_the_data(client: FlaskClient) -> None:
    text = client.get("/quyen-rieng-tu").text
    assert "Ủy ban nhân dân xã Hà Nam, thành phố Hải Phòng" in text


@pytest.mark.parametrize("fault", [not_loaded, away])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_answers_before_there_is_a_centre(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str, fault: object
) -> None:
    monkeypatch.setattr(pages.service, "only_centre", fault)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Trung tâm Phục vụ hành chính công" in answer.text


@pytest.mark.parametrize("simulated", [True, False])
@pytest.mark.parametrize("address", ADDRESSES)
def test_simulated_figures_are_marked_on_every_page(
    app: Flask, address: str, *, simulated: bool
) -> None:
    settings = app.config["KIOSK"].model_copy(update={"demo": simulated})
    app.config["KIOSK"] = settings
    text = app.test_client().get(address).text
    assert ("DỮ LIỆU MINH HỌA" in text) == simulated


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_says_what_to_do_without_the_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(pages.service, "only_centre", never_asked)
    with app.test_request_context("/x"):
        text = render_template("pages/error.html", status=status, message="Lời nhắn.")
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    said = [
        " ".join(p.itertext()).strip() for p in document.find("body/main").iter("p")
    ]
    assert said[0].endswith(".")
    assert said[-1] == "Về trang đầu"


def test_a_wrong_address_gets_the_error_page(client: FlaskClient) -> None:
    answer = client.get("/khong-co")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.text


def test_the_centre_is_read_once_a_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = pages.service.only_centre
    monkeypatch.setattr(
        pages.service, "only_centre", lambda session: asked.append(1) or real(session)
    )
    app.test_client().get("/quyen-rieng-tu")
    assert asked == [1]
    with app.app_context():
        db.session.remove()
