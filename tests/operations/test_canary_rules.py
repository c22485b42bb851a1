"""What the canary sends, believes and reads, without a server."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from kiosk.capture.schema import BatchIn
from kiosk.operations.canary import messages
from kiosk.operations.canary.rules import (
    LEVELS,
    Probe,
    Refusal,
    batch,
    missing_levels,
    what_was_said,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.config import Settings

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
ID = "0198c7f2-6a3e-7c41-9b1e-1f0d2f6c5a77"
PROBE = Probe(UUID(ID), "Q1", 1)
WORDS = {1: "Rất không hài lòng", 2: "Không hài lòng", 3: "Bình thường",
         4: "Hài lòng", 5: "Rất hài lòng"}  # fmt: skip


def test_it_sends_what_the_intake_describes() -> None:
    sent = BatchIn.model_validate_json(json.dumps(batch(PROBE, ("counter", 1), NOW)))
    assert sent.responses[0].channel == "canary"
    assert sent.responses[0].answers == {"overall": 1}


def answered(*results: dict[str, Any]) -> bytes:
    return json.dumps({"received_at": NOW.isoformat(), "results": results}).encode()


STORED = {"id": ID, "status": "stored"}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        pytest.param(200, answered(STORED), "stored", id="as it must be"),
        pytest.param(
            200,
            answered({"id": ID, "status": "rejected", "code": "value_range"}),
            "rejected value_range",
            id="refused",
        ),
        pytest.param(200, b"<html>Wi-Fi</html>", "HTTP 200", id="captive portal"),
        pytest.param(200, b'"stored"', "HTTP 200", id="other JSON"),
        pytest.param(200, answered(), "HTTP 200", id="lists nothing"),
        pytest.param(
            200, answered({**STORED, "id": "x"}), "HTTP 200", id="another's fate"
        ),
        pytest.param(200, answered(STORED, STORED), "HTTP 200", id="lists two"),
        pytest.param(503, answered(STORED), "HTTP 503", id="wrong status"),
        pytest.param(
            503,
            b'{"error": {"code": "unavailable", "message": "x", "details": {}}}',
            "HTTP 503 unavailable",
            id="the house's own error",
        ),
        pytest.param(500, b'{"error": "x"}', "HTTP 500", id="another's error"),
        pytest.param(
            200, answered({"id": ID, "status": "s" * 99}), "s" * 40, id="long"
        ),
    ],
)
def test_it_believes_only_an_answer_that_lists_its_sheet(
    status: int, body: bytes, said: str
) -> None:
    assert what_was_said(status, body, PROBE) == said


def form(levels: dict[int, str]) -> str:
    rows = [
        f'<label><input type="radio" name="overall" value="{level}"><span>{words}\n'
        "</span></label>"
        for level, words in levels.items()
    ]
    return "<form>" + "".join(rows) + '<input name="visits" value="1"></form>'


def test_a_form_must_offer_each_score_in_words() -> None:
    assert missing_levels(form(WORDS), WORDS) == []
    assert missing_levels("", WORDS) == list(LEVELS)
    without_low = {level: words for level, words in WORDS.items() if level != 1}
    assert missing_levels(form(without_low), WORDS) == [1]
    assert missing_levels(form({**WORDS, 1: "Hài lòng"}), WORDS) == [1]


def test_a_refusal_names_scores_and_points_once() -> None:
    refusals = [
        Refusal(Probe(UUID(ID), point, level), "stored", "HTTP 500")
        for point in ("RA", "Q1")
        for level in (2, 1)
    ]
    said = messages.refused(refusals)
    assert "mức 1, 2 tại RA, Q1 không được nhận đúng" in said
    assert "“HTTP 500”, đáng lẽ là “stored”" in said


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 8080}, "http://127.0.0.1:8080"),
        ({"host": "::"}, "http://[::1]:8000"),
        ({"host": "10.0.0.5"}, "http://10.0.0.5:8000"),
        ({"canary_url": "https://danhgia.example"}, "https://danhgia.example"),
    ],
)
def test_where_it_sends_to(
    settings_for: Callable[[str], Settings], changes: dict[str, Any], address: str
) -> None:
    settings = settings_for("sqlite:///x.db").model_copy(update=changes)
    assert settings.canary_address == address
