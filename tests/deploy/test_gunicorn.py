"""The server as it is deployed: what it says, what it keeps to itself, what it survives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.server import ROOT, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HINT = "create the first account"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("gunicorn"))
    server.start()
    get(server, "/healthz")
    yield server
    server.stop()


def get(server: Server, path: str) -> bytes:
    with urllib.request.urlopen(server.url + path) as answer:
        body: bytes = answer.read()
    return body


def test_it_says_where_to_go_and_how_to_begin(server: Server) -> None:
    assert f"{server.url}/ " in server.log()
    assert f"{server.url}/kiosk " in server.log()
    assert HINT in server.log()


def test_it_writes_down_no_visit(server: Server) -> None:
    """An address and a time are enough to name a person at a counter."""
    before = server.log()
    get(server, "/quyen-rieng-tu")
    assert server.log() == before


def test_it_survives_broken_figures_and_stops_explaining_once_there_is_an_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "pandas.py").write_text("raise RuntimeError('half an upgrade')\n")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    server = Server(tmp_path)
    server.flask(
        "user", "create", "--email", "a@example.com", "--role", "admin",
        "--password-stdin", stdin="correct horse battery staple 9\n",
    )  # fmt: skip
    server.start()
    try:
        assert json.loads(get(server, "/api/v1/ping"))["service"] == "kiosk"
        assert "figures are not available: half an upgrade" in server.log()
        assert HINT not in server.log()
    finally:
        server.stop()


def test_unusable_settings_stop_it_with_every_fault(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"],
        cwd=ROOT,
        env={**os.environ, "PORT": "http", "LOG_LEVEL": "LOUD"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert result.returncode != 0
    assert "PORT: " in result.stderr
    assert "LOG_LEVEL: " in result.stderr
    assert "Traceback" not in result.stderr
