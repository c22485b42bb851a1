"""`flask demo fill`: everything walks through the intake, once, and every page says so."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk import clock
from kiosk.accounts.models import Account
from kiosk.app import create_app
from kiosk.capture.models import AnswerSheet, SheetConflict
from kiosk.centre.models import Target
from kiosk.core.periods import LOCAL_ZONE
from kiosk.demo import service
from kiosk.demo.rules import TAPS, simulate
from kiosk.devices.models import Device
from kiosk.edge.access import ENDPOINTS, Public, Staff
from kiosk.extensions import db
from tests.demo.conftest import TODAY
from tests.staff import signed_in, submit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from click.testing import Result
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from kiosk.config import Settings
    from kiosk.demo.story import Story
    from kiosk.demo.timetable import Timetable
    from tests.engines import TestDatabase

NOW = datetime.combine(TODAY, datetime.min.time(), LOCAL_ZONE) + timedelta(hours=8)
# A cloned tablet, one without network, and the stuffed evening.
FIRST, END = date(2026, 10, 7), date(2026, 10, 21)
MARK = "DỮ LIỆU MINH HỌA"


def fill(app: Flask, first: date = FIRST, end: date = END, *more: str) -> Result:
    days = ["--from", first.isoformat(), "--to", end.isoformat(), *more]
    with clock.showing(NOW):
        return app.test_cli_runner().invoke(args=["demo", "fill", *days])


def demo_app(settings: Settings) -> Flask:
    app = create_app(settings.model_copy(update={"demo": True}))
    app.config["TESTING"] = True
    return app


@pytest.fixture(scope="module")
def filled(
    database: TestDatabase, settings_for: Callable[[str], Settings]
) -> Iterator[tuple[Flask, Result]]:
    """Yield a database with a simulated fortnight, and what the command printed."""
    database.restore()
    app = demo_app(settings_for(database.url))
    result = fill(app)
    assert result.exit_code == 0, result.output
    yield app, result
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def demo(filled: tuple[Flask, Result]) -> Flask:
    return filled[0]


@pytest.fixture
def stored(demo: Flask) -> Iterator[Session]:
    with demo.app_context():
        yield db.session()
        db.session.remove()


def sheets(
    session: Session, *conditions: sa.ColumnElement[bool]
) -> Sequence[AnswerSheet]:
    return session.scalars(sa.select(AnswerSheet).where(*conditions)).all()


def test_the_intake_takes_every_sheet(
    filled: tuple[Flask, Result], stored: Session, timetable: Timetable, story: Story
) -> None:
    days = simulate(timetable, story, FIRST, END)
    sent = [sheet for day in days for batch in day for sheet in batch.sheets]
    told = {fate: int(n) for n, fate in re.findall(r"(\d+) ([a-z]+)", filled[1].output)}

    assert sum(told[fate] for fate in told) == len(sent)
    assert told["stored"] == len({sheet["id"] for sheet in sent})
    assert told["conflict"] == 1 == stored.query(SheetConflict).count()
    assert told["stored"] + told["revised"] == stored.query(AnswerSheet).count()
    assert set(told) <= {"stored", "revised", "duplicate", "conflict"}


def test_answers_are_received_on_their_day(stored: Session, story: Story) -> None:
    held = next(span for span in story.offline if span.first >= FIRST)
    waits = Counter(
        (row.received_at.astimezone(LOCAL_ZONE).date() - row.local_day).days
        for row in sheets(stored)
        if not held.holds(row.point, row.local_day)
    )
    assert set(waits) == {0}
    offline = [row for row in sheets(stored) if held.holds(row.point, row.local_day)]
    assert offline
    assert {row.received_at.astimezone(LOCAL_ZONE).date() for row in offline} == {
        held.end
    }
    assert not sheets(stored, AnswerSheet.late | AnswerSheet.clock_fault)


def test_a_fast_clock_is_corrected(stored: Session) -> None:
    rows = sheets(stored, AnswerSheet.point == "Q5", AnswerSheet.channel == "kiosk")
    ahead = {row.captured_at - row.occurred_at for row in rows}
    assert rows
    assert all(abs(a - timedelta(minutes=7)) < timedelta(seconds=1) for a in ahead)


def test_the_stuffed_evening_is_there(stored: Session, story: Story) -> None:
    closes = datetime(2026, 10, 20, 17, tzinfo=LOCAL_ZONE).astimezone(UTC)
    rows = sheets(
        stored,
        AnswerSheet.point == story.stuffed.point,
        AnswerSheet.overall == 5,
        AnswerSheet.occurred_at > closes - timedelta(minutes=9),
        AnswerSheet.occurred_at < closes,
    )
    assert len({row.id for row in rows}) >= TAPS


def test_phones_come_from_posters(stored: Session) -> None:
    rows = sheets(stored, AnswerSheet.channel == "qr")
    assert rows
    assert {row.origin.partition(":")[0] for row in rows} == {"poster"}
    assert any(row.comment for row in rows)


def test_the_cube_is_counted_and_true(demo: Flask) -> None:
    result = demo.test_cli_runner().invoke(args=["cube", "verify", "--json"])
    found = json.loads(result.output)
    assert (found["pending"], found["differences"]) == ([], [])
    assert found["sheets"] > 200


def test_there_is_a_target_that_nobody_takes_for_real(stored: Session) -> None:
    (target,) = stored.query(Target).all()
    assert (target.measure, target.value) == ("satisfaction", 0.90)
    assert target.source == "Chỉ tiêu minh họa"


PAGES = sorted(
    endpoint
    for endpoint, access in ENDPOINTS.items()
    if isinstance(access, Public | Staff) and endpoint != "static"
)


@pytest.mark.parametrize("endpoint", PAGES)
def test_every_page_says_that_it_is_simulated(demo: Flask, endpoint: str) -> None:
    rules = [
        rule
        for rule in demo.url_map.iter_rules(endpoint)
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    client = demo.test_client()
    access = ENDPOINTS[endpoint]
    if isinstance(access, Staff):
        client = signed_in(demo, role_with(access.permission))
    for rule in rules:
        page = client.get(rule.rule)
        if page.mimetype == "text/html" and page.status_code < 300:
            assert MARK in page.text, rule.rule


def role_with(permission: str) -> str:
    from kiosk.accounts.permissions import Role, may

    return next(role.value for role in Role if may(role, permission))


def test_the_phone_form_says_so(demo: Flask, filled: tuple[Flask, Result]) -> None:
    (code,) = re.findall(r"/q/(\S+)", filled[1].output)
    assert MARK in demo.test_client().get(f"/q/{code}").text
    assert MARK in demo.test_client().get(f"/q/{code}/cam-on").text


def test_the_poster_says_so(demo: Flask, tmp_path: object) -> None:
    path = f"{tmp_path}/poster.svg"
    runner = demo.test_cli_runner()
    result = runner.invoke(args=["poster", "--point", "Q1", "--out", path])
    assert result.exit_code == 0, result.output
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - tmp_path is untyped here
        assert MARK in file.read()


# --- From here on each test has a database of its own -------------------------------


@pytest.fixture
def empty(engine_url: str, settings_for: Callable[[str], Settings]) -> Iterator[Flask]:
    app = demo_app(settings_for(engine_url))
    yield app
    with app.app_context():
        db.engine.dispose()


def count(app: Flask, table: type) -> int:
    with app.app_context():
        found = db.session.query(table).count()
        db.session.remove()
    return found


def password_in(result: Result) -> str:
    (password,) = re.findall(r"password:  (\S+)", result.output)
    return str(password)


def can_sign_in(client: FlaskClient, role: str, password: str) -> bool:
    email = f"{role}@{service.DOMAIN}"
    answer = submit(client, "/login", {"email": email, "password": password})
    return answer.status_code == 302 or answer.status_code == 303


def test_the_second_time_only_the_ways_in_are_new(empty: Flask) -> None:
    day = (date(2026, 11, 2), date(2026, 11, 3))
    first = fill(empty, *day)
    answered = count(empty, AnswerSheet)
    second = fill(empty, *day)

    assert (first.exit_code, second.exit_code) == (0, 0), second.output
    assert answered == count(empty, AnswerSheet) > 0
    assert count(empty, Account) == 5
    client = empty.test_client()
    assert not can_sign_in(client, "head", password_in(first))
    assert can_sign_in(client, "head", password_in(second))
    with empty.app_context():
        names = [
            device.name
            for device in db.session.query(Device).where(Device.revoked_at.is_(None))
        ]
        db.session.remove()
    assert names.count(service.PREVIEW) == 1


def test_a_program_reads_the_ways_in(empty: Flask) -> None:
    result = fill(empty, date(2026, 11, 2), date(2026, 11, 3), "--json")
    ways = json.loads(result.stdout)
    assert can_sign_in(empty.test_client(), "admin", ways["password"])
    assert empty.test_client().get(ways["form"]).status_code == 200
    key = ways["kiosk"].partition("#key=")[2]
    headers = {"Authorization": f"Bearer {key}"}
    assert empty.test_client().get("/api/v1/device", headers=headers).status_code == 200


def test_a_real_installation_is_refused(app: Flask) -> None:
    result = fill(app)
    assert result.exit_code == 1
    assert "DEMO" in result.output
    assert count(app, AnswerSheet) == count(app, Account) == 0


def test_a_database_with_people_or_answers_is_refused(empty: Flask) -> None:
    signed_in(empty, "head")
    result = fill(empty)
    assert result.exit_code == 1
    assert "DATABASE_URL" in result.output
    assert count(empty, AnswerSheet) == 0


def test_half_a_year_is_not_taken_for_a_whole_one(
    empty: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    day = (date(2026, 11, 2), date(2026, 11, 3))
    monkeypatch.setattr("kiosk.demo.cli.insight.refresh", interrupted)
    assert fill(empty, *day).exit_code == 1
    monkeypatch.undo()
    result = fill(empty, *day)
    assert result.exit_code == 1
    assert "half" in result.output


def test_simulated_answers_are_never_shown_unmarked(
    empty: Flask, engine_url: str, settings_for: Callable[[str], Settings]
) -> None:
    fill(empty, date(2026, 11, 2), date(2026, 11, 3))
    real = create_app(settings_for(engine_url))
    refused = real.test_cli_runner().invoke(args=["init"])
    assert refused.exit_code == 1
    assert "DEMO=1" in refused.output
    assert empty.test_cli_runner().invoke(args=["init"]).exit_code == 0
    with real.app_context():
        db.engine.dispose()


def test_days_the_wrong_way_round_are_wrong_usage(empty: Flask) -> None:
    assert fill(empty, END, FIRST).exit_code == 2
