"""Bodies that were cut, too long, or torn: refused whole, and nothing of them is kept."""

from __future__ import annotations

import json
import socket
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from kiosk.capture.models import AnswerSheet
from kiosk.capture.schema import MAX_BODY_BYTES
from tests.capture.conftest import raw_sheet
from tests.form.conftest import Phone
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

FORM = "application/x-www-form-urlencoded"
BY_GUNICORN = {"wsgi.input_terminated": True}


def stored(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(AnswerSheet)) or 0


@pytest.fixture
def phone(client: FlaskClient, session: Session, now: datetime) -> Phone:
    from kiosk.devices.service import issue_poster

    code = issue_poster(session, now, 1, "Q1").code
    session.commit()
    return Phone(client, f"/q/{code}")


def test_a_form_cut_on_its_way_is_not_taken_for_what_the_citizen_answered(
    phone: Phone, session: Session
) -> None:
    answers = {"ticket": phone.ticket(), "overall": "1", "comment": "chờ lâu " * 50}
    body = urlencode(answers).encode()
    for sent in (body[: len(body) // 2], body):
        response = phone.client.post(
            phone.address,
            input_stream=BytesIO(sent),
            content_type=FORM,
            environ_overrides={**BY_GUNICORN, "CONTENT_LENGTH": str(len(body))},
        )
    assert response.status_code == 303
    assert "changed" not in response.headers["Location"]
    [sheet] = session.scalars(sa.select(AnswerSheet))
    assert sheet.comment == ("chờ lâu " * 50).strip()


def test_a_chunked_form_beyond_the_limit_is_refused(
    phone: Phone, session: Session
) -> None:
    answers = {
        "ticket": phone.ticket(),
        "overall": "1",
        "comment": "a" * MAX_BODY_BYTES,
    }
    response = phone.client.post(
        phone.address,
        input_stream=BytesIO(urlencode(answers).encode()),
        content_type=FORM,
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides=BY_GUNICORN,
    )
    assert response.status_code == 413
    assert not stored(session)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("bodies"), workers=1)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    made = server.flask_json("device", "pair", "--point", "Q1", "--name", "Máy 1")
    return str(made["key"])


def batch() -> bytes:
    sheet = raw_sheet()
    return json.dumps({"sent_at": sheet["captured_at"], "responses": [sheet]}).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@pytest.mark.parametrize(
    ("framing", "body", "status"),
    [
        ("Transfer-Encoding: chunked", chunk(batch()) + chunk(b""), 200),
        (
            "Transfer-Encoding: chunked",
            chunk(batch()) + chunk(b" " * MAX_BODY_BYTES) + chunk(b""),
            413,
        ),
        ("Transfer-Encoding: chunked", b"zz\r\nabc\r\n", 400),
        ("Transfer-Encoding: chunked", chunk(batch()), 400),
        ("Content-Length: 9999", batch(), 400),
        (f"Content-Length: {MAX_BODY_BYTES + 1}", b"", 413),
    ],
    ids=["chunked", "chunked-long", "torn", "unended", "cut", "long"],
)
def test_the_intake_reads_a_body_whole_or_refuses_it(
    server: Server, key: str, framing: str, body: bytes, status: int
) -> None:
    head = (
        "POST /api/v1/responses HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nAuthorization: Bearer {key}\r\n{framing}"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as phone:
        phone.sendall(head.encode() + b"\r\n\r\n" + body)
        phone.shutdown(socket.SHUT_WR)
        with phone.makefile("rb") as answer:
            first_line = answer.readline()
    assert first_line.split()[1] == str(status).encode()
