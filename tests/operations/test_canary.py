"""The canary on the real server: it flies where all is well, and finds each fault."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from tests.operations.probing import readiness
from tests.server import Server, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engines import TestDatabase

POINTS = 7
FLIGHT = 5 * POINTS
FAULT = "fault"
ALL = "SELECT count(*) FROM answer_sheet"


@pytest.fixture(scope="module")
def served(
    database: TestDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve the application whose fault a file names."""
    directory = tmp_path_factory.mktemp("served")
    server = Server(
        directory,
        database_url=database.empty_url(),
        application="tests.operations.faulty:app",
        settings={"FAULT_FILE": str(directory / FAULT)},
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(served: Server) -> Iterator[Server]:
    """Return it without a fault."""
    yield served
    fault_of(served).unlink(missing_ok=True)


def fault_of(server: Server) -> Path:
    return server.directory / FAULT


def fly(server: Server, *options: str) -> tuple[int, dict[str, Any]]:
    """Run the canary; return its exit status and what it said."""
    done = server.run("canary", "run", "--json", *options)
    return done.returncode, json.loads(done.stdout)


def only(server: Server, query: str) -> Any:
    engine = sa.create_engine(server.database_url)
    with engine.connect() as connection:
        value = connection.exec_driver_sql(query).scalar_one()
    engine.dispose()
    return value


def count(server: Server, query: str) -> int:
    return int(only(server, query))


def test_every_score_at_every_point_is_stored_and_counted_apart(
    server: Server,
) -> None:
    before = count(server, ALL)
    status, outcome = fly(server)
    assert (status, outcome["result"]) == (0, "done")
    assert outcome["detail"]["sheets"] == FLIGHT
    assert count(server, ALL) - before == FLIGHT
    assert count(server, f"{ALL} WHERE channel <> 'canary'") == 0
    pairs = "(SELECT DISTINCT point, overall FROM answer_sheet) AS pair"
    assert count(server, f"SELECT count(*) FROM {pairs}") == FLIGHT
    assert server.flask_json("cube", "verify")["differences"] == []


def test_each_flight_has_a_key_of_its_own_and_is_no_tablet(server: Server) -> None:
    hashes = set()
    for _ in range(2):
        assert fly(server)[0] == 0
        hashes.add(only(server, "SELECT key_hash FROM device WHERE kind = 'canary'"))
    assert len(hashes) == 2
    assert server.flask_json("device", "list") == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            "refuse low",
            "Phiếu thử mức 1 tại Q1, Q2, Q3, Q4, Q5, Q6, RA không được nhận",
        ),
        ("forget low", f"chỉ có {FLIGHT - POINTS} phiếu đúng như đã gửi"),
        ("flatter", f"chỉ có {POINTS} phiếu đúng như đã gửi"),
        ("elsewhere", "Phiếu thử mức 1, 2, 3, 4, 5"),
        ("hide low", "sau mã QR thiếu mức 1."),
        ("no form", "không mở được: máy chủ đáp HTTP 500"),
    ],
)
def test_a_fault_is_found_and_said_in_one_sentence(
    server: Server, fault: str, said: str
) -> None:
    fault_of(server).write_text(fault)
    status, outcome = fly(server)
    assert (status, outcome["result"]) == (1, "failed")
    assert said in outcome["failure"]
    assert "\n" not in outcome["failure"]
    told = server.run("tick").stderr
    assert "canary" not in told, "tried again within the hour"


def test_a_server_that_is_away_is_told(server: Server) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    status, outcome = fly(server, "--url", nowhere)
    assert status == 1
    assert nowhere in outcome["failure"]
    assert "ConnectionRefusedError" in outcome["failure"]
    assert readiness(server.url) == (503, ["canary"])
    assert fly(server)[0] == 0
    time.sleep(1.1)  # the address remembers for a second
    assert readiness(server.url) == (200, [])


def test_a_foreign_server_and_a_foreign_certificate_do_not_pass_for_ours(
    server: Server, tmp_path: Path
) -> None:
    """A wrong CANARY_URL: whoever answers there does not know this flight's key."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    speak_tls = f"--keyfile={key} --certfile={certificate}"
    other = Server(tmp_path, settings={"GUNICORN_CMD_ARGS": speak_tls})
    other.start()
    url = f"https://127.0.0.1:{other.port}"
    try:
        assert "SSLCertVerificationError" in fly(server, "--url", url)[1]["failure"]
        trusting = {"SSL_CERT_FILE": str(certificate), "CANARY_URL": url}
        done = server.run("canary", "run", environment=trusting)
        assert done.returncode == 1
        assert "HTTP 401 device_unknown" in done.stderr
    finally:
        other.stop()


def test_a_wrong_address_is_wrong_usage(server: Server) -> None:
    assert server.run("canary", "run", "--url", "danhgia").returncode == 2
