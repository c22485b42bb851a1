"""Errors have stable codes, words in both languages, and one shape for programs."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale

import kiosk
from kiosk.edge.access import ENDPOINTS, Public
from kiosk.edge.messages import MESSAGES
from kiosk.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


def subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def every_error() -> list[type[DomainError]]:
    for module in pkgutil.walk_packages(kiosk.__path__, "kiosk."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return [DomainError, *subclasses(DomainError)]


ERRORS = every_error()


def test_no_two_errors_share_a_code() -> None:
    repeated = [code for code, n in Counter(e.code for e in ERRORS).items() if n > 1]
    assert not repeated


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_an_error_has_a_status_and_a_message(error: type[DomainError]) -> None:
    assert 400 <= error.status < 600
    assert error.code in MESSAGES


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_message_is_in_both_languages(bare_app: Flask, code: str) -> None:
    with bare_app.test_request_context():
        vietnamese = str(MESSAGES[code])
        with force_locale("en"):
            english = str(MESSAGES[code])
    assert vietnamese
    assert english != vietnamese


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_the_api_answers_every_error_in_one_shape(
    app: Flask, error: type[DomainError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_it() -> str:
        raise error(retry_after=7)

    app.add_url_rule("/api/v1/raise-it", "raise_it", raise_it)
    monkeypatch.setitem(ENDPOINTS, "raise_it", Public("a test's own"))
    response = app.test_client().get("/api/v1/raise-it")
    assert response.status_code == error.status
    assert response.json is not None
    assert list(response.json) == ["error"]
    assert response.json["error"]["code"] == error.code
    assert response.json["error"]["message"]
    assert response.json["error"]["details"] == {"retry_after": 7}
    assert ("Retry-After" in response.headers) == (error.status in {429, 503})


def test_an_unknown_api_address_has_the_same_shape(app: Flask) -> None:
    response = app.test_client().get("/api/v1/nothing-here")
    assert response.status_code == 404
    assert response.json is not None
    assert set(response.json["error"]) == {"code", "message", "details"}


def test_a_crash_tells_nothing_of_itself(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash() -> str:
        raise ValueError("a secret inside")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/api/v1/crash", "crash", crash)
    monkeypatch.setitem(ENDPOINTS, "crash", Public("a test's own"))
    response = app.test_client().get("/api/v1/crash")
    assert response.status_code == 500
    assert response.json is not None
    assert response.json["error"]["code"] == "internal"
    assert "secret" not in response.text
