"""The database is away: nothing was stored, and the tablet is told to come back."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.devices import service as devices
from kiosk.edge.transaction import writing_session
from kiosk.extensions import db
from tests.capture.conftest import raw_sheet
from tests.engines import PostgresServer

SENT_AT = "2026-11-22T08:15:30+07:00"


def test_a_stopped_server_is_told_as_503(tmp_path: Path, now: Any) -> None:
    server = PostgresServer()
    server.start()
    settings = Settings(
        _env_file=None,
        database_url=server.url_of("kiosk"),
        secret_key="only-for-tests-" + "x" * 32,
        data_dir=tmp_path,
    )
    app = create_app(settings)
    assert app.test_cli_runner().invoke(args=["init"]).exit_code == 0
    with app.app_context(), writing_session() as session:
        key = devices.pair(session, now, 1, "Q1", "Máy 1")[1]
    client = app.test_client()

    def post() -> Any:
        body = {"sent_at": SENT_AT, "responses": [raw_sheet()]}
        headers = {"Authorization": f"Bearer {key}"}
        return client.post("/api/v1/responses", json=body, headers=headers)

    assert post().status_code == 200
    server.stop()
    answer = post()
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_full_disk_is_told_as_503(
    app: Any, client: Any, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        raw = db.engine.raw_connection()
        pages = raw.cursor().execute("PRAGMA page_count").fetchone()[0]
        # The file may not grow: what a full disk does, on this one connection.
        raw.cursor().execute(f"PRAGMA max_page_count={pages}")
        raw.close()
    headers = {"Authorization": f"Bearer {key}"}
    told = set()
    for _ in range(400):
        body = {"sent_at": SENT_AT, "responses": [raw_sheet() for _ in range(50)]}
        answer = client.post("/api/v1/responses", json=body, headers=headers)
        told.add(answer.status_code)
        if answer.status_code != 200:
            break
    assert told <= {200, 503}
    assert 503 in told
