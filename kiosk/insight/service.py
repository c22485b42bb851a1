"""Keeping the cube true to the answer sheets."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.engine import Engine

from kiosk.core.database import writing
from kiosk.insight import cube

# A turn to write is kept short: a week of 300 sheets a day takes some 30 ms, after which
# a tap that waits is served.
DAYS_A_TURN = 7


def refresh(engine: Engine, centre_id: int) -> int:
    """Count every marked day again; return how many days that were.

    Each turn is a short transaction of its own. Days marked meanwhile wait for the
    next call, so that a steady stream of taps cannot keep a reader waiting.
    """
    with engine.connect() as connection:
        days = cube.dirty_days(connection, centre_id)
    return _rebuild(engine, centre_id, days)


def rebuild(engine: Engine, centre_id: int, first: date, end: date) -> int:
    """Count the days from `first` to before `end` again, marked or not; return how many."""
    with engine.connect() as connection:
        days = cube.days_with_rows(connection, centre_id, first, end)
    return _rebuild(engine, centre_id, days)


def _rebuild(engine: Engine, centre_id: int, days: Sequence[date]) -> int:
    for start in range(0, len(days), DAYS_A_TURN):
        with writing(engine) as connection:
            cube.rebuild_days(connection, centre_id, days[start : start + DAYS_A_TURN])
    return len(days)
