"""Every address for every kind of visitor, against a list written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from kiosk.accounts import keys, service
from kiosk.accounts.permissions import PERMISSIONS, Role
from kiosk.edge.access import ENDPOINTS, ByKey, MachineOrKey, Public, Staff, StaffOrKey
from kiosk.edge.transaction import writing_session
from tests.security.expected import EXPECTED, KEY, MACHINE, OPEN
from tests.staff import give_cookie, hire, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule
    from werkzeug.test import TestResponse

    from kiosk.edge.access import Access

ROLES = frozenset(role.value for role in Role)
SAMPLES = {
    "UUIDConverter": UUID("0198c7f2-6a3e-7c41-9b1e-1f0d2f6c5a77"),
    "UnicodeConverter": "Q1",
    "PathConverter": "css/tokens.css",
    "IntegerConverter": 1,
}


def allowed(access: Access) -> frozenset[str]:
    """Work out from the tables who may use an endpoint."""
    if isinstance(access, Public):
        return OPEN
    if isinstance(access, ByKey):
        return KEY
    if isinstance(access, MachineOrKey):
        return MACHINE
    return frozenset(r.value for r in Role if access.permission in PERMISSIONS[r])


def test_the_tables_say_what_was_decided() -> None:
    assert {name: allowed(access) for name, access in ENDPOINTS.items()} == EXPECTED


def walk(app: Flask) -> list[tuple[str, str, str]]:
    """List (endpoint, method, address); leaving comes last, it ends the session."""
    adapter = app.url_map.bind("localhost")
    steps = []
    for rule in app.url_map.iter_rules():
        values = {name: sample(rule, name) for name in rule.arguments}
        address = adapter.build(rule.endpoint, values, force_external=False)
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        steps += [(rule.endpoint, method, address) for method in sorted(methods)]
    return sorted(steps, key=lambda step: step[0] == "accounts.sign_out")


def sample(rule: Rule, name: str) -> object:
    if name in (rule.defaults or {}):
        return (rule.defaults or {})[name]
    return SAMPLES[type(rule._converters[name]).__name__]


def outcome(response: TestResponse) -> str:
    if response.status_code in {401, 403}:
        return {401: "unknown", 403: "refused"}[response.status_code]
    location = response.headers.get("Location", "")
    if location.startswith("/login?next="):
        return "asked"
    if location == "/settings/account":
        return "own password first"
    return "open" if response.status_code < 500 else "broken"


def due(endpoint: str, method: str, address: str, who: str) -> str | None:
    """Work out from the list by hand what must happen; None where a key decides."""
    who_may = EXPECTED[endpoint]
    if who_may == KEY:
        return None
    if who == "newcomer" and (
        who_may not in {OPEN, MACHINE} or endpoint == "accounts.sign_in"
    ):
        return "open" if endpoint == "accounts.own" else "own password first"
    # These tests run on the server itself; others: tests/operations/test_metrics.py.
    if who_may in {OPEN, MACHINE} or who in who_may:
        return "open"
    if who in ROLES:
        return "refused"
    is_page = method == "GET" and not address.startswith("/api/")
    return "asked" if is_page else "unknown"


def disabled(app: Flask) -> FlaskClient:
    hire(app, "admin")
    person = hire(app, "admin")
    client = app.test_client()
    give_cookie(client, person)
    with app.app_context(), writing_session() as session:
        account = service.find(session, person.centre_id, person.id)
        assert account
        account.disabled_at = datetime.now(UTC)  # noqa: TID251 - its sessions stay
    return client


def dormant(app: Flask) -> FlaskClient:
    client = app.test_client()
    long_ago = datetime.now(UTC) - timedelta(minutes=31)  # noqa: TID251
    give_cookie(client, hire(app, "admin"), at=long_ago)
    return client


VISITORS: dict[str, Callable[[Flask], FlaskClient]] = {
    "anonymous": lambda app: app.test_client(),
    "disabled": disabled,
    "expired": dormant,
    "newcomer": lambda app: signed_in(app, "admin", must_change=True),
    **{role.value: lambda app, role=role: signed_in(app, role) for role in Role},
}


@pytest.mark.parametrize("who", VISITORS)
def test_every_address_for_every_visitor(app: Flask, who: str) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # its own tests: test_forgery.py
    client = VISITORS[who](app)
    wrong = []
    for endpoint, method, address in walk(app):
        # A form sent empty, not a request without one.
        sent = None if method == "GET" else {"nothing": ""}
        with client.open(address, method=method, data=sent) as response:
            got = outcome(response)
        wanted = due(endpoint, method, address, who)
        if wanted is not None and got != wanted:
            wrong.append(f"{method} {address} ({endpoint}): {got}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_being_signed_in_is_no_device_key(app: Flask) -> None:
    keyed = [step for step in walk(app) if EXPECTED[step[0]] == KEY]
    visitor, head = app.test_client(), signed_in(app, "head")
    assert keyed
    for _, method, address in keyed:
        without = visitor.open(address, method=method).status_code
        assert without >= 400
        assert head.open(address, method=method).status_code == without


@pytest.fixture
def figures(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Ask an address of the figures with headers; return the status."""
    access = StaffOrKey("figures.read", "figures")
    monkeypatch.setitem(ENDPOINTS, "for_programs", access)
    app.add_url_rule("/api/v1/for-programs", "for_programs", lambda: "figures")

    def ask(authorization: str, client: FlaskClient | None = None) -> int:
        return (
            (client or app.test_client())
            .get("/api/v1/for-programs", headers={"Authorization": authorization})
            .status_code
        )

    return ask


def key_of(app: Flask, scope: str) -> tuple[UUID, str]:
    with app.app_context(), writing_session() as session:
        home, moment = service.home(session), datetime(2026, 11, 22, tzinfo=UTC)
        row, key = keys.create(session, home, name="BI", scope=scope, now=moment)
        return row.id, key


def test_a_program_comes_in_with_the_key_of_its_scope(
    app: Flask, figures: Callable[..., int]
) -> None:
    assert figures(f"Bearer {key_of(app, 'figures')[1]}") == 200
    assert figures(f"Bearer {key_of(app, 'slips')[1]}") == 401


def test_a_revoked_key_is_out_at_once(
    app: Flask, figures: Callable[..., int], now: datetime
) -> None:
    key_id, key = key_of(app, "figures")
    assert figures(f"Bearer {key}") == 200
    with app.app_context(), writing_session() as session:
        keys.revoke(session, service.home(session), key_id, now=now)
    assert figures(f"Bearer {key}") == 401


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer \x80", "Digest a=b"],
)
def test_any_other_header_is_refused(figures: Callable[..., int], header: str) -> None:
    assert figures(header) == 401


def test_a_wrong_key_is_not_made_good_by_a_cookie(
    app: Flask, figures: Callable[..., int]
) -> None:
    assert figures("Bearer x", signed_in(app, "head")) == 401


def test_an_unlisted_address_is_closed_to_the_head_too(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    assert signed_in(app, "head").get("/forgotten").status_code == 403


def test_every_permission_asked_for_is_in_the_table() -> None:
    asked = {
        a.permission for a in ENDPOINTS.values() if isinstance(a, Staff | StaffOrKey)
    }
    assert asked <= set().union(*PERMISSIONS.values())
