"""Every address: who may use it, how it is spelt, and what guards its unsafe methods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kiosk.edge.access import ENDPOINTS, ByKey, Public, StaffOrKey
from kiosk.extensions import csrf

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import Rule

UNSAFE = {"DELETE", "PATCH", "POST", "PUT"}
STATIC_PART = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")
TYPED_PARAMETER = re.compile(r"<[a-z_]+(\(.*?\))?:[a-z_]+>")
PARAMETER = re.compile(r"<[^>]*>")


@pytest.fixture
def rules(bare_app: Flask) -> list[Rule]:
    return list(bare_app.url_map.iter_rules())


def test_every_endpoint_says_who_may_use_it(rules: list[Rule]) -> None:
    assert {rule.endpoint for rule in rules} - set(ENDPOINTS) == set()


def test_the_table_lists_no_endpoint_that_is_gone(rules: list[Rule]) -> None:
    assert set(ENDPOINTS) - {rule.endpoint for rule in rules} == set()


def test_what_is_open_to_all_says_why() -> None:
    silent = [
        endpoint
        for endpoint, access in ENDPOINTS.items()
        if isinstance(access, Public | ByKey) and len(access.reason) < 10
    ]
    assert not silent


def test_only_keyed_endpoints_do_without_a_csrf_token(
    bare_app: Flask, rules: list[Rule]
) -> None:
    unguarded = {
        rule.endpoint
        for rule in rules
        if rule.methods and rule.methods & UNSAFE and is_exempt(bare_app, rule.endpoint)
    }
    assert {
        endpoint
        for endpoint in unguarded
        if not isinstance(ENDPOINTS[endpoint], ByKey | StaffOrKey)
    } == set()


def is_exempt(app: Flask, endpoint: str) -> bool:
    view = app.view_functions[endpoint]
    blueprint = app.blueprints.get(endpoint.rpartition(".")[0])
    return (
        f"{view.__module__}.{view.__name__}" in csrf._exempt_views
        or blueprint in csrf._exempt_blueprints
        or (blueprint is not None and blueprint.name in csrf._exempt_blueprints)
    )


def test_reading_changes_nothing_that_a_link_could_trigger(rules: list[Rule]) -> None:
    both = [
        rule.rule
        for rule in rules
        if rule.methods and "GET" in rule.methods and rule.methods & (UNSAFE - {"POST"})
    ]
    assert not both


def test_every_parameter_has_a_type(rules: list[Rule]) -> None:
    untyped = [
        rule.rule
        for rule in rules
        if len(PARAMETER.findall(rule.rule)) != len(TYPED_PARAMETER.findall(rule.rule))
    ]
    assert not untyped


def test_addresses_are_short_lower_case_words(rules: list[Rule]) -> None:
    odd = [
        rule.rule
        for rule in rules
        for part in PARAMETER.sub("", rule.rule).split("/")
        if part and not STATIC_PART.fullmatch(part)
    ]
    assert not odd


@pytest.mark.parametrize(
    "address", ["/kiosk", "/q/<", "/login", "/dashboard", "/healthz", "/readyz",
                "/api/v1/responses", "/api/v1/ping", "/api/v1/surveys/<",
                "/api/v1/heartbeat", "/api/v1/pairing", "/api/v1/measures",
                "/api/v1/openapi.json"],
)  # fmt: skip
def test_published_addresses_stay(rules: list[Rule], address: str) -> None:
    assert [rule for rule in rules if rule.rule.startswith(address)]


def test_an_endpoint_that_is_not_listed_is_refused(bare_app: Flask) -> None:
    bare_app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    assert bare_app.test_client().get("/forgotten").status_code == 403
