"""What every answer tells the browser to refuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.security.test_access import walk
from tests.staff import signed_in

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

HASH = re.compile(r"'sha256-[A-Za-z0-9+/]{43}='")


def faults(response: TestResponse) -> list[str]:
    """Name what is missing or too wide in the headers of an answer."""
    headers = response.headers
    policy = {
        words[0]: words[1:]
        for part in headers.get("Content-Security-Policy", "").split(";")
        if (words := part.split())
    }
    checks = {
        "default-src": policy.get("default-src") == ["'none'"],
        "script-src": policy.get("script-src") == ["'self'"],
        "style-src": all(
            source == "'self'" or HASH.fullmatch(source)
            for source in policy.get("style-src", ["missing"])
        ),
        "base-uri": policy.get("base-uri") == ["'none'"],
        "frame-ancestors": policy.get("frame-ancestors") == ["'none'"],
        "form-action": policy.get("form-action") == ["'self'"],
        "unsafe": "unsafe" not in str(policy),
        "other hosts": not re.search(r"https?:|\*", str(policy)),
        "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": headers.get("Referrer-Policy") == "same-origin",
        "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "camera": "camera=()" in headers.get("Permissions-Policy", ""),
    }
    return [name for name, holds in checks.items() if not holds]


def test_every_answer_carries_them(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    wrong = {}
    for client in (app.test_client(), signed_in(app, "head")):
        for endpoint, method, address in walk(app):
            if endpoint == "static":
                continue
            with client.open(address, method=method) as response:
                if found := faults(response):
                    wrong[f"{method} {address}"] = found
    assert not wrong


def test_errors_carry_them_too(app: Flask) -> None:
    client = app.test_client()
    for response in (
        client.get("/nothing"),
        client.put("/login"),
        client.post("/login"),
    ):
        assert response.status_code >= 400
        assert not faults(response)


def test_no_cache_keeps_what_staff_saw(app: Flask) -> None:
    client = signed_in(app, "head")
    kept = {
        address
        for endpoint, method, address in walk(app)
        if method == "GET" and address.startswith(("/settings", "/dashboard", "/login"))
        if client.get(address).headers["Cache-Control"] != "no-store"
    }
    assert not kept


def test_a_file_that_never_becomes_a_page_carries_what_concerns_it(app: Flask) -> None:
    client = app.test_client()
    for name, is_page in (
        ("css/tokens.css", False),
        ("js/kiosk/main.js", False),
        ("icon.svg", True),  # opened by itself it is a page, with scripts if it had any
    ):
        with client.get(f"{app.static_url_path}/{name}") as response:
            assert response.status_code == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert bool(faults(response)) is not is_page
