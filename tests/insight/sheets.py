"""Answer sheets for the tests of figures, stored by the real intake."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from kiosk.capture.rules import Sheet, Status
from kiosk.capture.storage import store
from kiosk.core.periods import LOCAL_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Engine

CENTRE = 1
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=LOCAL_ZONE)


def sheet(
    day: date,
    answers: Mapping[str, Any],
    *,
    hour: int = 9,
    **changes: Any,
) -> Sheet:
    """Make a sheet of that local day and hour; a tablet's unless said otherwise."""
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "revision": 1,
        "survey": "counter",
        "survey_version": 1,
        "point": "Q1",
        "channel": "kiosk",
        "origin": "device:test",
        "captured_at": datetime.combine(day, time(hour, 10), LOCAL_ZONE),
        "language": "vi",
        "outcome": "completed",
        "assisted": False,
        "flipped": False,
        "answers": answers,
    }
    return Sheet(**(values | changes))


def send(
    engine: Engine, sheets: Iterable[Sheet], *, now: datetime = NOW
) -> list[Status]:
    """Store the sheets in batches, as a device whose clock is right would."""
    waiting = list(sheets)
    results: list[Status] = []
    for start in range(0, len(waiting), 50):
        batch = waiting[start : start + 50]
        results += store(engine, CENTRE, batch, sent_at=now, now=now)
    return results


def month_of(first: date, scores: Mapping[int, int], **changes: Any) -> list[Sheet]:
    """Make so many sheets of each score, spread over the first twenty days of a month."""
    values = [score for score, count in scores.items() for _ in range(count)]
    return [
        sheet(first + timedelta(days=place % 20), {"overall": value}, **changes)
        for place, value in enumerate(values)
    ]
