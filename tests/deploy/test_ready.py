"""deploy/ready.py: what a release is blamed for when it starts, and what it is not."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from kiosk.operations import health
from tests.server import ROOT, free_port

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def ready(url: str, seconds: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "deploy/ready.py", url, seconds],
        capture_output=True,
        text=True,
    )


def asked_of(
    status: int, body: bytes, seconds: str = "0"
) -> subprocess.CompletedProcess[str]:
    """Ask a server that says only this."""

    class Saying(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Saying) as server:
        answering = threading.Thread(target=server.serve_forever)
        answering.start()
        try:
            return ready(f"http://127.0.0.1:{server.server_port}", seconds)
        finally:
            server.shutdown()
            answering.join()


def not_ready(*codes: str) -> bytes:
    reasons = [{"code": code, "sentence": f"Câu về {code}."} for code in codes]
    return json.dumps({"reasons": reasons}).encode()


@pytest.mark.parametrize(
    ("status", "body", "fatal", "said"),
    [
        (200, b"{}", False, ""),
        # No start of a program mends these: they are told.
        (503, not_ready("backup", "canary"), False, "Câu về backup."),
        (503, not_ready("canary", "database"), True, "Câu về database."),
        # Not the application's own answer.
        (502, b"<html>", True, "strange answer"),
        (503, b'{"reasons": ["database"]}', True, "strange answer"),
        (404, b"{}", True, "strange answer"),
    ],
)
def test_only_what_the_release_can_be_blamed_for_is_fatal(
    status: int, body: bytes, fatal: bool, said: str
) -> None:
    result = asked_of(status, body)
    assert result.returncode == int(fatal)
    assert said in result.stdout


def test_a_strange_answer_is_not_waited_for() -> None:
    began = time.monotonic()
    assert asked_of(404, b"{}", seconds="60").returncode == 1
    assert time.monotonic() - began < 30


def test_a_server_that_is_not_there_is_fatal() -> None:
    assert ready(f"http://127.0.0.1:{free_port()}").returncode == 1


def test_the_application_answers_in_the_shape_that_is_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "disk", lambda *_: None)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    result = asked_of(answer.status_code, answer.data)
    assert result.returncode == 0, result.stdout
    assert "/readyz: disk: " in result.stdout
