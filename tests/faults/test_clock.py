"""Faults of the tablet's clock: each sheet lands in the hour in which it was tapped."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk.capture.models import AnswerSheet
from tests.faults import wire as faults
from tests.faults.tablet import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.conftest import Field

# The test's own leaps in time move the tablet's clock by so much, and no more.
LEAPS = timedelta(minutes=12)


def happened(field: Field) -> Mapping[uuid.UUID, tuple[datetime, bool]]:
    """Return when each of the tablet's sheets happened, as the server sees it."""
    engine = sa.create_engine(field.server.database_url)
    columns = (AnswerSheet.id, AnswerSheet.occurred_at, AnswerSheet.clock_fault)
    origin = f"device:{field.pairing.id}"
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(*columns).where(AnswerSheet.origin == origin)
        ).all()
    engine.dispose()
    return {row[0]: (row[1], row[2]) for row in rows}


@pytest.mark.parametrize(
    "wrong", [timedelta(days=-1), timedelta(hours=3)], ids=["a day slow", "3 h fast"]
)
@pytest.mark.parametrize("sent", ["at once", "after the clock was set right"])
def test_the_clock_is_wrong(field: Field, wrong: timedelta, sent: str) -> None:
    tablet = field.start(clock_at=now() + wrong)
    field.wait_for_heartbeat()
    if sent != "at once":
        field.wire.fault = faults.bad_gateway
    tablet.tap(2)
    if sent != "at once":
        tablet.page.clock.set_system_time(now())
        field.wire.fault = None
    field.balance()
    ((moment, clock_fault),) = happened(field).values()
    assert abs(moment - now()) < LEAPS
    assert not clock_fault


def test_the_clock_jumps_about(field: Field) -> None:
    tablet = field.start()
    field.wait_for_heartbeat()
    field.wire.fault = faults.bad_gateway
    jumps = [timedelta(days=-1), timedelta(hours=3), timedelta(0), timedelta(days=400)]
    for jump in jumps:
        tablet.page.clock.set_system_time(now() + jump)
        tablet.tap(3)
    tablet.page.clock.set_system_time(now())
    field.wire.fault = None
    field.balance()
    found = happened(field)
    assert len(found) == len(jumps)
    # What nobody can know is flagged or placed by its age, and never refused; what was
    # tapped by a right clock is where it belongs.
    assert all(moment <= now() for moment, _ in found.values())
    assert any(abs(moment - now()) < LEAPS for moment, _ in found.values())
