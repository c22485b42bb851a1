"""The numbers for monitoring: what they say, and to whom."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from kiosk.accounts import keys
from kiosk.app import create_app
from kiosk.core.database import writing
from kiosk.core.ids import new_id
from kiosk.devices.models import Device
from kiosk.edge.transaction import writing_session
from kiosk.extensions import db
from kiosk.insight import service
from kiosk.watch.models import Alarm
from tests.insight.sheets import month_of, send, sheet
from tests.operations.conftest import CENTRE
from tests.operations.probing import ask
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.engine import Engine

    from kiosk.config import Settings
    from kiosk.operations.jobs import Ledger
    from tests.engines import TestDatabase

Samples = dict[tuple[str, str], float]
REPORT = {"queue": 3, "quarantine": 1}


def read(text: str) -> Samples:
    """Return every value by its name and its one label."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def samples(client: FlaskClient) -> Callable[[], Samples]:
    """Scrape from the server itself."""

    def scrape() -> Samples:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert answer.content_type.startswith("text/plain")
        return read(answer.text)

    return scrape


def tablet(**changes: Any) -> dict[str, Any]:
    identity = new_id()
    return {
        "centre_id": CENTRE,
        "id": identity,
        "name": "Máy",
        "kind": "tablet",
        "point_code": "Q1",
        "key_hash": identity.hex,
        "seen_at": None,
        "report": None,
        "revoked_at": None,
        **changes,
    }


def test_a_fresh_installation_has_its_numbers(
    samples: Callable[[], Samples], engine: Engine
) -> None:
    found = samples()
    assert found["kiosk_sheets_total", "kiosk"] == 0
    assert found["kiosk_tablets", "heard"] == 0
    assert found["kiosk_tablet_oldest_heartbeat_seconds", ""] == 0
    assert found["kiosk_disk_free_bytes", ""] > 0
    assert found["kiosk_database_bytes", ""] > 100_000
    assert found["kiosk_build_info", engine.dialect.name] == 1


def test_what_was_stored_and_counted(
    samples: Callable[[], Samples], engine: Engine
) -> None:
    first = sheet(date(2026, 11, 3), {"overall": 2})
    other = sheet(date(2026, 11, 3), {"overall": 5}, id=first.id)
    canary = sheet(date(2026, 11, 3), {"overall": 1}, channel="canary")
    send(engine, month_of(date(2026, 11, 1), {5: 7}, channel="qr", origin="device:t"))
    send(engine, [first, other, canary])
    assert samples()["kiosk_dirty_days", ""] == 7
    service.refresh(engine, CENTRE)
    found = samples()
    assert found["kiosk_dirty_days", ""] == 0
    counted = {
        channel: n
        for (name, channel), n in found.items()
        if name == "kiosk_sheets_total"
    }
    assert {channel: n for channel, n in counted.items() if n} == {
        "qr": 7,
        "kiosk": 1,
        "canary": 1,
    }
    assert found["kiosk_sheet_conflicts_total", ""] == 1


def test_tablets_by_what_they_said_last(
    samples: Callable[[], Samples], engine: Engine, after: Callable[..., datetime]
) -> None:
    now = after(days=2)
    seen = {"seen_at": now - timedelta(minutes=9), "report": REPORT}
    rows = [
        tablet(**seen),
        tablet(**{**seen, "seen_at": now, "report": {"queue": "many"}}),
        tablet(),
        tablet(**seen, revoked_at=now),
        tablet(**seen, kind="canary"),
    ]
    with writing(engine) as connection:
        for row in rows:
            connection.execute(sa.insert(Device).values(created_at=now, **row))
    found = samples()
    states = [found["kiosk_tablets", s] for s in ("heard", "never_heard", "revoked")]
    assert states == [2, 1, 1]
    assert found["kiosk_tablet_oldest_heartbeat_seconds", ""] == 540
    assert found["kiosk_tablet_queue_sheets", ""] == 3
    assert found["kiosk_tablet_quarantine_sheets", ""] == 1


def test_alarms_that_are_open_and_jobs_that_ran(
    samples: Callable[[], Samples],
    engine: Engine,
    ledger: Ledger,
    after: Callable[..., datetime],
) -> None:
    now = after(days=2)
    alarms = [
        {"kind": "away", "subject": "1", "closed_at": None},
        {"kind": "away", "subject": "2", "closed_at": None},
        {"kind": "disk", "subject": "", "closed_at": now},
    ]
    every = {"centre_id": CENTRE, "detail": {}, "raised_at": now}
    with writing(engine) as connection:
        for alarm in alarms:
            values = {**every, **alarm, "id": new_id()}
            connection.execute(sa.insert(Alarm).values(**values))
    ledger.stamp("backup", now)
    found = samples()
    assert found["kiosk_alarms_open", "away"] == 2
    assert ("kiosk_alarms_open", "disk") not in found
    last = found["kiosk_job_last_success_timestamp_seconds", "backup"]
    assert last == pytest.approx(now.timestamp())
    assert found["kiosk_job_failing", "backup"] == 0


def test_no_number_moves_with_the_citizen_at_a_counter(
    client: FlaskClient, engine: Engine
) -> None:
    """Nothing by point, score or hour; the counts move with the tick, not the tap."""
    send(engine, month_of(date(2026, 11, 1), {1: 3, 5: 7}))
    service.refresh(engine, CENTRE)
    before = read(client.get("/metrics").text)
    send(engine, [sheet(date(2026, 11, 1), {"overall": 1})])
    after = read(client.get("/metrics").text)
    changed = {name for name, n in after.items() if before[name] != n}
    assert changed <= {
        ("kiosk_dirty_days", ""),
        ("kiosk_disk_free_bytes", ""),
        ("kiosk_database_bytes", ""),
    }
    labels = set(re.findall(r"[{,](\w+)=", client.get("/metrics").text))
    known = {"release", "python", "database", "channel", "state", "kind", "job"}
    assert labels <= known


ELSEWHERE = "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        pytest.param("127.0.0.1", {}, 200, id="on the server"),
        pytest.param("::1", {}, 200, id="on the server, IPv6"),
        pytest.param("::ffff:127.0.0.1", {}, 200, id="on the server, mapped"),
        pytest.param(ELSEWHERE, {}, 403, id="from elsewhere"),
        pytest.param("", {}, 403, id="nobody knows from where"),
        pytest.param("127.0.0.1", {"X-Forwarded-For": ELSEWHERE}, 403, id="by a proxy"),
        pytest.param(
            "127.0.0.1", {"X-Forwarded-Proto": "https"}, 403, id="by a taciturn proxy"
        ),
        pytest.param("127.0.0.1", {"Via": "1.1 Caddy"}, 403, id="by another proxy"),
        pytest.param(
            ELSEWHERE, {"X-Forwarded-For": "127.0.0.1"}, 403, id="who says so himself"
        ),
        pytest.param(
            "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403, id="a proxy repeats it"
        ),
        pytest.param("127.0.0.1", {"Authorization": "Bearer x"}, 401, id="wrong key"),
    ],
)
@pytest.mark.parametrize("proxies", [0, 1])
def test_who_may_read_them(
    engine_url: str,
    settings_for: Callable[[str], Settings],
    proxies: int,
    peer: str,
    headers: dict[str, str],
    status: int,
) -> None:
    settings = settings_for(engine_url).model_copy(update={"trusted_proxies": proxies})
    app = create_app(settings)
    answer = app.test_client().get(
        "/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer}
    )
    with app.app_context():
        db.engine.dispose()
    assert answer.status_code == status
    assert ("kiosk_sheets_total" in answer.text) == (status == 200)


def test_a_program_elsewhere_needs_a_key(app: Flask, now: datetime) -> None:
    with app.app_context(), writing_session() as session:
        _, key = keys.create(
            session, CENTRE, name="Prometheus", scope="figures", now=now
        )
    client = app.test_client()

    def status(authorization: str) -> int:
        return client.get(
            "/metrics",
            headers={"Authorization": authorization, "X-Forwarded-For": ELSEWHERE},
            environ_base={"REMOTE_ADDR": ELSEWHERE},
        ).status_code

    assert status(f"Bearer {key}") == 200
    assert status("Bearer x") == 401


@pytest.fixture
def server(database: TestDatabase, tmp_path: Path) -> Iterator[Server]:
    server = Server(
        tmp_path,
        database_url=database.empty_url(),
        settings={"TRUSTED_PROXIES": "1"},
    )
    server.start()
    yield server
    server.stop()


def test_the_real_server_tells_itself_and_not_who_comes_by_its_proxy(
    server: Server,
) -> None:
    url = f"{server.url}/metrics"
    status, text = ask(url)
    assert status == 200
    assert read(text)["kiosk_sheets_total", "kiosk"] == 0
    assert ask(url, X_Forwarded_For=ELSEWHERE)[0] == 403
    assert ask(url, X_Forwarded_For="127.0.0.1")[0] == 403
    key = server.flask_json("apikey", "create", "--name", "P", "--scope", "figures")
    bearer = {"Authorization": f"Bearer {key['key']}"}
    assert ask(url, X_Forwarded_For=ELSEWHERE, **bearer)[0] == 200
