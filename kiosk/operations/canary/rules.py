"""What the canary sends, and what it makes of the answers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

LEVELS = (1, 2, 3, 4, 5)
CHANNEL = "canary"
QUESTION = "overall"
ECHOED = 40


@dataclass(frozen=True, slots=True)
class Probe:
    """One made-up sheet: a score at a point."""

    id: UUID
    point: str
    level: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A sheet that was not taken in as it should be, and what was said instead."""

    probe: Probe
    expected: str
    said: str


def batch(probe: Probe, survey: tuple[str, int], now: datetime) -> dict[str, Any]:
    """Return what a tablet sends at a first tap, of the channel that counts nowhere."""
    code, version = survey
    moment = now.isoformat()
    return {
        "sent_at": moment,
        "responses": [
            {
                "id": str(probe.id),
                "revision": 1,
                "survey": code,
                "survey_version": version,
                "point": probe.point,
                "channel": CHANNEL,
                "captured_at": moment,
                "clock_offset_ms": 0,
                "language": "vi",
                "outcome": "completed",
                "assisted": False,
                "slip": None,
                "flipped": False,
                "answers": {QUESTION: probe.level},
            }
        ],
    }


def what_was_said(status: int, body: bytes, probe: Probe) -> str:
    """Return the fate of the one sheet that was sent, or what came instead of one.

    A tablet believes an answer that lists its sheet by its id, and nothing else.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        return f"HTTP {status}"
    if status != 200:
        return f"HTTP {status} {_text(answer, 'error', 'code')}".strip()
    results = answer.get("results") if isinstance(answer, Mapping) else None
    match results:
        case [{"id": identity, "status": fate}] if identity == str(probe.id):
            code = _text(results[0], "code")
            return f"{str(fate)[:ECHOED]} {code}".strip()
    return "HTTP 200"


def _text(document: object, *path: str) -> str:
    for name in path:
        document = document.get(name) if isinstance(document, Mapping) else None
    return document[:ECHOED] if isinstance(document, str) else ""


def levels_of(refusals: Iterable[Refusal]) -> list[int]:
    """Return the scores among the refusals."""
    return sorted({refusal.probe.level for refusal in refusals})


def points_of(refusals: Sequence[Refusal]) -> list[str]:
    """Return the points among the refusals, in the order of the sending."""
    return list(dict.fromkeys(refusal.probe.point for refusal in refusals))


class _Form(HTMLParser):
    """Collects the values of one question's radio buttons, and the page's text."""

    def __init__(self) -> None:
        super().__init__()
        self.values: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the value of a button."""
        found = dict(attrs)
        if tag == "input" and found.get("name") == QUESTION:
            self.values.add(found.get("value") or "")

    def handle_data(self, data: str) -> None:
        """Note what a person reads."""
        self.texts.append(data.strip())


def missing_levels(page: str, words: Mapping[int, str]) -> list[int]:
    """Return the scores that a citizen cannot choose on the form, or cannot read."""
    form = _Form()
    form.feed(page)
    form.close()
    return [
        level
        for level in LEVELS
        if str(level) not in form.values or words[level] not in form.texts
    ]
