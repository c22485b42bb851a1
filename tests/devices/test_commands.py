"""The commands about tablets, points and posters, as people and programs call them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from kiosk.accounts.models import AuditEntry
from kiosk.devices.service import find_by_key, resolve
from kiosk.errors import UnknownDeviceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from flask import Flask
    from sqlalchemy.orm import Session

    Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command of the application."""

    def invoke(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(args=list(arguments))

    return invoke


def paired(run: Run) -> dict[str, str]:
    result = run("device", "pair", "--point", "Q1", "--name", "Máy 1", "--json")
    assert result.exit_code == 0, result.output
    row: dict[str, str] = json.loads(result.stdout)
    return row


def test_pairing_prints_a_key_that_opens(run: Run, session: Session) -> None:
    row = paired(run)
    assert str(find_by_key(session, row["key"]).id) == row["id"]
    assert row["address"] == f"http://localhost/kiosk#key={row['key']}"


def test_pairing_prints_the_pin_of_the_staff_panel(run: Run, session: Session) -> None:
    row = paired(run)
    assert find_by_key(session, row["key"]).pin == row["pin"]
    text = run("device", "pair", "--point", "Q1", "--name", "Máy 2").stdout
    assert re.search(r"^pin +[0-9]{6}$", text, re.MULTILINE)


def test_pairing_tells_a_person_what_to_do(run: Run) -> None:
    result = run("device", "pair", "--point", "Q1", "--name", "Máy 1")
    assert "/kiosk#key=" in result.stdout
    assert "not shown again" in result.stdout


def test_the_key_is_not_listed(run: Run) -> None:
    row = paired(run)
    listed = run("device", "list", "--json")
    (only,) = json.loads(listed.stdout)
    assert (only["id"], only["point"], only["name"]) == (row["id"], "Q1", "Máy 1")
    assert only["revoked_at"] is None
    assert row["key"] not in listed.stdout + run("device", "list").stdout


def test_revoking_closes_and_is_listed(run: Run, session: Session) -> None:
    row = paired(run)
    assert run("device", "revoke", row["id"]).exit_code == 0
    with pytest.raises(UnknownDeviceError):
        find_by_key(session, row["key"])
    assert "revoked" in run("device", "list").stdout


def test_what_was_done_is_recorded(run: Run, session: Session) -> None:
    row = paired(run)
    run("device", "revoke", row["id"])
    entries: Any = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.at)).all()
    mine = [
        (entry.action, entry.actor_id)
        for entry in entries
        if entry.subject == row["id"]
    ]
    assert mine == [("device.pair", None), ("device.revoke", None)]
    assert row["key"] not in str([entry.detail for entry in entries])


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["device", "pair", "--point", "Q9", "--name", "Máy"], 1),
        (["device", "pair", "--point", "Q1", "--name", " "], 1),
        (["device", "pair", "--point", "Q1"], 2),
        (["device", "revoke", "01a202b2-de52-7f1c-8db6-239293bd0b1d"], 1),
        (["device", "revoke", "no-id"], 2),
        (["device", "revoke"], 2),
        (["poster", "--point", "Q9", "--out", "/tmp/poster.pdf"], 1),
        (["poster", "--point", "Q1", "--out", "/no/such/place/poster.pdf"], 1),
        (["poster", "--point", "Q1", "--out", "poster.docx"], 2),
        (["poster", "--point", "Q1", "--out", "poster.pdf", "--size", "A3"], 2),
        (["poster", "--point", "Q1", "--out", "poster.pdf", "--language", "fr"], 2),
    ],
)
def test_a_refusal_has_its_status_and_no_traceback(
    run: Run, arguments: list[str], status: int
) -> None:
    result = run(*arguments)
    assert result.exit_code == status
    assert "Error: " in result.stderr
    assert "Traceback" not in result.output


def test_every_point_has_an_address_that_leads_there(
    run: Run, session: Session
) -> None:
    points = json.loads(run("point", "list", "--json").stdout)
    assert [point["code"] for point in points] == [
        "Q1",
        "Q2",
        "Q3",
        "Q4",
        "Q5",
        "Q6",
        "RA",
    ]
    for point in points:
        base, _, code = point["qr_url"].rpartition("/q/")
        assert base == "http://localhost"
        assert resolve(session, code).point_code == point["code"]


def test_listing_again_changes_no_address(run: Run) -> None:
    assert run("point", "list").stdout == run("point", "list").stdout


@pytest.mark.parametrize(
    ("ending", "begins"), [("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("SVG", b"<svg ")]
)
def test_a_poster_is_written(
    run: Run, tmp_path: Path, ending: str, begins: bytes
) -> None:
    out = tmp_path / f"poster.{ending}"
    result = run("poster", "--point", "Q1", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(begins)
    points = json.loads(run("point", "list", "--json").stdout)
    assert points[0]["qr_url"] in result.stdout


def test_the_same_poster_is_the_same_file(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    for out in (first, second):
        run("poster", "--point", "Q1", "--out", str(out), "--size", "A4")
    assert first.read_bytes() == second.read_bytes()


def test_a_new_poster_ends_the_old_one(
    run: Run, tmp_path: Path, session: Session
) -> None:
    old = json.loads(run("point", "list", "--json").stdout)[0]["qr_url"]
    out = tmp_path / "poster.svg"
    assert run("poster", "--point", "Q1", "--out", str(out), "--new").exit_code == 0
    new = json.loads(run("point", "list", "--json").stdout)[0]["qr_url"]
    states = [resolve(session, url.rpartition("/")[2]).state for url in (old, new)]
    assert states == ["retired", "ok"]
    actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert "poster.retire" in actions
