"""GET /api/v1/measures: the contract's answer, and every question it refuses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.accounts import keys, permissions
from kiosk.accounts.permissions import Role
from kiosk.centre.models import Target
from tests.insight.sheets import CENTRE, NOW, month_of, send, sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.engine import Engine

ADDRESS = "/api/v1/measures"
OCTOBER = date(2026, 10, 1)
ASKED = {"measure": "satisfaction", "from": "2026-10-01", "to": "2026-11-01"}
SIXTY = {5: 37, 4: 20, 3: 2, 2: 1}


def ask(client: FlaskClient, **changes: str) -> Any:
    answer = client.get(ADDRESS, query_string=ASKED | changes)
    assert answer.status_code == 200, answer.json
    return answer.json


def rows_of(client: FlaskClient, **changes: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask(client, **changes)["rows"]
    return rows


@pytest.fixture
def target(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.insert(Target).values(
                centre_id=CENTRE,
                measure="satisfaction",
                valid_from=date(2026, 1, 1),
                value=0.9,
                source="Quyết định thử",
                set_by="Thử",
                set_at=NOW,
            )
        )


def test_the_contracts_example(head: FlaskClient, engine: Engine, target: None) -> None:
    send(engine, month_of(OCTOBER, SIXTY))

    answer = ask(head)

    assert answer["measure"] == "satisfaction"
    assert answer["formula_version"] == 1
    assert answer["rows"] == [
        {
            "month": "2026-10",
            "numerator": 57,
            "denominator": 60,
            "value": 0.95,
            "low": 0.863,
            "high": 0.9829,
            "confidence": 0.95,
            "mean": 4.55,
            "counts": {"1": 0, "2": 1, "3": 2, "4": 20, "5": 37},
            "population": None,
            "coverage": None,
            "target": 0.9,
            "verdict": "chua_du_can_cu",
            "change": None,
            "suppressed": False,
        }
    ]


def test_a_tap_of_this_minute_is_in_the_figure(
    head: FlaskClient, engine: Engine
) -> None:
    november = {"from": "2026-11-01", "to": "2026-12-01"}
    send(engine, month_of(date(2026, 11, 1), {5: 5}))
    assert rows_of(head, **november)[0]["denominator"] == 5

    send(engine, [sheet(NOW.date(), {"overall": 1}, hour=17)])

    assert rows_of(head, **november)[0]["denominator"] == 6


def test_a_signal_against_the_month_before(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(date(2026, 9, 1), {5: 50, 2: 50}))
    send(engine, month_of(OCTOBER, {5: 90, 2: 10}))

    september, october = rows_of(head, **{"from": "2026-09-01"})

    assert (september["change"], october["change"]) == (None, "up")


def test_parts_are_named_after_the_split(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(OCTOBER, {5: 30, 2: 4}, point="Q1"))
    send(engine, month_of(OCTOBER, {5: 20}, point="Q2"))

    by_point = {row["point"]: row for row in rows_of(head, split="point")}

    assert (by_point["Q1"]["numerator"], by_point["Q1"]["denominator"]) == (30, 34)
    assert by_point["Q3"]["denominator"] == 0


def test_a_period_is_one_row(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(date(2026, 9, 1), {5: 10}) + month_of(OCTOBER, {5: 20}))

    [row] = rows_of(head, by="period", **{"from": "2026-09-01"})

    assert (row["month"], row["end_month"]) == ("2026-09", "2026-11")
    assert row["denominator"] == 30


def test_a_class_is_counted_alone(head: FlaskClient, engine: Engine) -> None:
    slips = {"survey": "full", "channel": "slip", "origin": "poster:1"}
    send(engine, month_of(OCTOBER, {5: 12}, **slips) + month_of(OCTOBER, {1: 20}))

    [row] = rows_of(head, **{"class": "verified"})

    assert row["counts"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 12}


def test_the_canary_is_in_no_figure(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(OCTOBER, {5: 10}))
    send(engine, month_of(OCTOBER, dict.fromkeys(range(1, 6), 9), channel="canary"))

    assert rows_of(head)[0]["denominator"] == 10
    channels = {row["channel"] for row in rows_of(head, split="channel")}
    assert "canary" not in channels


def test_factors_and_index(head: FlaskClient, engine: Engine) -> None:
    answers = {"access": 5, "procedure": 4, "staff": 2}
    full = {"survey": "full", "channel": "qr", "origin": "poster:1"}
    days = [OCTOBER + timedelta(days=n % 20) for n in range(40)]
    send(engine, [sheet(day, answers, **full) for day in days])

    [index] = rows_of(head, measure="index")
    assert (index["numerator"], index["denominator"]) == (80, 120)
    [staff] = rows_of(head, measure="factor:staff")
    assert (staff["numerator"], staff["denominator"]) == (0, 40)
    parts = {
        r["factor"]: r["value"] for r in rows_of(head, measure="index", split="factor")
    }
    assert parts == {
        "access": 1.0,
        "procedure": 1.0,
        "staff": 0.0,
        "result": None,
        "feedback": None,
    }


@pytest.mark.parametrize("count", [1, 4])
def test_fewer_than_five_are_not_shown(
    head: FlaskClient, engine: Engine, count: int
) -> None:
    send(engine, month_of(OCTOBER, {1: count}))

    [row] = rows_of(head)

    assert row["suppressed"] is True
    shown = {key for key, value in row.items() if value is not None}
    assert shown == {"month", "confidence", "suppressed"}


def test_a_small_part_does_not_follow_from_the_others(
    head: FlaskClient, engine: Engine
) -> None:
    send(engine, month_of(OCTOBER, {5: 40}, point="Q1"))
    send(engine, month_of(OCTOBER, {5: 12}, point="Q2"))
    send(engine, month_of(OCTOBER, {1: 2}, point="Q3"))

    hidden = {row["point"] for row in rows_of(head, split="point") if row["suppressed"]}

    assert "Q3" in hidden
    assert len(hidden) >= 2


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"measure": ""}, "measure"),
        ({"measure": "happiness"}, "measure"),
        ({"measure": "factor:"}, "measure"),
        ({"measure": "factor:luck"}, "measure"),
        ({"from": ""}, "from"),
        ({"from": "2026-13-01"}, "from"),
        ({"from": "2026-10"}, "from"),
        ({"from": "20261001"}, "from"),
        ({"from": "2026-W40-4"}, "from"),
        ({"from": "2026-10-02"}, "from"),
        ({"from": "1999-12-01"}, "from"),
        ({"to": ""}, "to"),
        ({"to": "2026-10-01"}, "to"),
        ({"to": "2026-09-01"}, "to"),
        ({"to": "2036-11-01"}, "to"),
        ({"to": "9999-12-01"}, "to"),
        ({"by": "week"}, "by"),
        ({"split": "person"}, "split"),
        ({"split": "factor"}, "split"),
        ({"class": "synthetic"}, "class"),
        ({"class": "best"}, "class"),
        ({"channel": "canary"}, "channel"),
        ({"point": "Q99"}, "point"),
        ({"field": "dat-dai"}, "field"),
    ],
)
def test_a_bad_parameter_is_named(
    head: FlaskClient, changes: dict[str, str], path: str
) -> None:
    answer = head.get(ADDRESS, query_string=ASKED | changes)

    assert answer.status_code == 422
    assert answer.json is not None
    error = answer.json["error"]
    assert error["code"] == "filter"
    assert error["message"]
    assert error["details"]["path"] == path
    assert set(error["details"]) == {"path", "reason", "value"}


def test_ten_years_may_be_asked_for(head: FlaskClient) -> None:
    assert len(rows_of(head, to="2036-10-01")) == 120


def test_an_empty_filter_is_none(head: FlaskClient) -> None:
    assert len(rows_of(head, split="", point="", **{"class": ""})) == 1


def test_a_long_value_is_not_echoed_whole(head: FlaskClient) -> None:
    answer = head.get(ADDRESS, query_string=ASKED | {"point": "Q" * 5000})

    assert answer.json is not None
    assert len(answer.json["error"]["details"]["value"]) == 40


@pytest.fixture
def key(app: Flask, engine: Engine) -> Callable[[str], str]:
    def make(scope: str) -> str:
        with Session(engine) as session:
            _, secret = keys.create(
                session, CENTRE, name="Sở Nội vụ", scope=scope, now=NOW
            )
            session.commit()
        return secret

    return make


def test_a_program_reads_with_its_key(
    client: FlaskClient, key: Callable[[str], str], at: Callable[[datetime], None]
) -> None:
    headers = {"Authorization": f"Bearer {key('figures')}"}

    answer = client.get(ADDRESS, query_string=ASKED, headers=headers)

    assert answer.status_code == 200


def test_a_key_for_slips_opens_nothing_here(
    client: FlaskClient, key: Callable[[str], str]
) -> None:
    headers = {"Authorization": f"Bearer {key('slips')}"}

    assert client.get(ADDRESS, query_string=ASKED, headers=headers).status_code == 401


def test_who_may_ask(client: FlaskClient, staff: Callable[[str], FlaskClient]) -> None:
    assert client.get(ADDRESS, query_string=ASKED).status_code == 401
    statuses = {
        role: staff(role).get(ADDRESS, query_string=ASKED).status_code for role in Role
    }
    assert statuses == {
        role: 200 if permissions.may(role, "figures.read") else 403 for role in Role
    }
    assert statuses["clerk"] == 403


def test_it_is_described(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json
    assert described is not None
    get = described["paths"][ADDRESS]["get"]
    assert {"measure", "from", "to", "by", "split", "class"} <= {
        parameter["name"] for parameter in get["parameters"]
    }
    assert set(get["responses"]) >= {"200", "401", "403", "422", "503"}
