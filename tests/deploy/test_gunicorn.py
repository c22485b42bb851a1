"""The server as it is deployed: what it says, what it keeps to itself, what it survives."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest

from tests.server import ROOT, Server, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HINT = "create the first account"
STARTED = "Dừng / stop: Ctrl-C\n"


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


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /q/7K3M x",
        "GET /q/7K3M HTTP/1.1\r\nTrần Thị: x".encode(),
        b"\x16\x03\x01 7K3M",
    ],
)
def test_it_writes_down_nothing_of_a_request_it_could_not_read(
    server: Server, request_line: bytes
) -> None:
    before = server.log()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as phone:
        phone.sendall(request_line + b"\r\n\r\n")
        assert b" 400 " in phone.recv(200)
    written = server.log().removeprefix(before)
    assert "Invalid request" in written
    assert "127.0.0.1" not in written
    assert "7K3M" not in written
    assert "Trần" not in written


def test_it_believes_no_proxy_that_was_not_named(server: Server) -> None:
    request = urllib.request.Request(
        f"{server.url}//evil.example/login",
        headers={"SCRIPT_NAME": "//evil.example", "X-Forwarded-Proto": "https"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    with refused.value as answer:
        assert answer.code == 404
        assert "Strict-Transport-Security" not in answer.headers


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


def test_one_command_serves_an_empty_machine_and_stops_at_ctrl_c(
    tmp_path: Path,
) -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/new/kiosk.db",
        "DATA_DIR": str(tmp_path / "new"),
        "PORT": str(port),
    }
    with subprocess.Popen(
        [ROOT / "deploy/serve.sh"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = list(takewhile(lambda line: line != STARTED, process.stdout))
        try:
            with urllib.request.urlopen(f"{url}/api/v1/surveys/counter") as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert any(line.startswith("Reference data of") for line in said)
    assert any(line.startswith(f"{url}/") for line in said)
