"""`flask cube`: what it answers, and that verify sees every kind of difference."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from kiosk.insight import service
from kiosk.insight.models import CubeAnswer, CubeHour, CubeIndex, CubeReason, CubeSheet
from tests.insight.sheets import CENTRE, send, sheet

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask
    from sqlalchemy.engine import Engine

DAY = date(2026, 11, 2)
EVERYTHING = {"overall": 5, "reasons": ["staff"], "visits": 1, "access": 4}


@pytest.fixture(autouse=True)
def _two_sheets(engine: Engine) -> None:
    send(engine, [sheet(DAY + timedelta(days=n), EVERYTHING) for n in range(2)])


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["cube", *arguments])


def test_rebuild_counts_all_days(app: Flask, engine: Engine) -> None:
    result = run(app, "rebuild", "--json")

    assert (result.exit_code, json.loads(result.output)) == (0, {"days": 2})


def test_rebuild_counts_a_half_open_range(app: Flask, engine: Engine) -> None:
    result = run(app, "rebuild", "--from", "2026-11-02", "--to", "2026-11-03")

    assert (result.exit_code, result.output) == (0, "Đã đếm lại 1 ngày.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-11-31"),
        ("--from", "02/11/2026"),
        ("--from", "2026-11-03", "--to", "2026-11-03"),
    ],
)
def test_rebuild_refuses_days_that_are_none(
    app: Flask, engine: Engine, arguments: tuple[str, ...]
) -> None:
    assert run(app, "rebuild", *arguments).exit_code == 2


def test_verify_finds_no_difference_after_a_rebuild(app: Flask, engine: Engine) -> None:
    service.refresh(engine, CENTRE)

    result = run(app, "verify", "--json")

    assert result.exit_code == 0
    assert json.loads(result.output) == {"sheets": 2, "pending": [], "differences": []}


def test_verify_lists_marked_days_apart(app: Flask, engine: Engine) -> None:
    result = run(app, "verify", "--json")

    assert result.exit_code == 0
    assert json.loads(result.output)["pending"] == ["2026-11-02", "2026-11-03"]


@pytest.mark.parametrize(
    "cube", [CubeAnswer, CubeIndex, CubeHour, CubeReason, CubeSheet]
)
@pytest.mark.parametrize("fault", ["missing", "more"])
def test_verify_reports_each_table(
    app: Flask, engine: Engine, cube: Any, fault: str
) -> None:
    service.refresh(engine, CENTRE)
    column = {CubeIndex: "sheets", CubeSheet: "sheets"}.get(cube, "n")
    with engine.begin() as connection:
        if fault == "missing":
            connection.execute(sa.delete(cube).where(cube.day == DAY))
        else:
            connection.execute(
                sa.update(cube).where(cube.day == DAY).values({column: 9})
            )

    result = run(app, "verify", "--json")

    assert result.exit_code == 1
    found = json.loads(result.output)["differences"]
    difference = next(item for item in found if item["column"] == column)
    assert difference["table"] == cube.__tablename__
    assert difference["key"]["day"] == "2026-11-02"
    assert difference["key"]["point"] == "Q1"
    assert (difference["cube"], difference["sheets"]) == (
        9 if fault == "more" else 0,
        1,
    )


def test_verify_says_in_words_what_to_do(app: Flask, engine: Engine) -> None:
    service.refresh(engine, CENTRE)
    with engine.begin() as connection:
        connection.execute(sa.delete(CubeHour))

    result = run(app, "verify")

    assert result.exit_code == 1
    assert "Lệch: cube_hour.n (day 2026-11-02" in result.output
    assert "cube rebuild" in result.output
