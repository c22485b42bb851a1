"""Faults of the network: the citizen notices nothing, and nothing is lost or twice."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from kiosk.capture.models import AnswerSheet
from tests.faults import wire as faults
from tests.faults.tablet import now, sheets_until

if TYPE_CHECKING:
    from tests.faults.conftest import Field


def test_wifi_is_off_for_a_week_with_5000_sheets(field: Field) -> None:
    tablet = field.start()
    tablet.context.set_offline(True)
    week = sheets_until(now(), 5_000, over=timedelta(days=7))
    tablet.fill(week)
    tablet.tap(2)
    assert tablet.sums()["queue"] == 5_001
    tablet.context.set_offline(False)
    field.balance()
    engine = sa.create_engine(field.server.database_url)
    origin = f"device:{field.pairing.id}"
    with engine.connect() as connection:
        times = dict(
            connection.execute(
                sa.select(AnswerSheet.id, AnswerSheet.occurred_at).where(
                    AnswerSheet.origin == origin
                )
            ).all()
        )
    engine.dispose()
    by_id = {str(key): moment for key, moment in times.items()}
    for sheet in week:
        happened = datetime.fromisoformat(sheet["captured_at"])
        # The test's leaps in time are no time at the server.
        assert abs(by_id[sheet["id"]] - happened) < timedelta(minutes=15)


def test_the_network_comes_and_goes(field: Field) -> None:
    tablet = field.start()
    field.wire.fault = faults.flapping(0.2)
    tablet.fill(sheets_until(now(), 600))
    for score in (1, 5, 3):
        tablet.tap(score)
    tablet.drain()
    field.wire.fault = None
    field.balance()


@pytest.mark.parametrize(
    "fault",
    [
        faults.portal,
        faults.bad_gateway,
        faults.broken,
        faults.too_many,
        faults.cut_after_commit,
        faults.half_an_answer,
    ],
    ids=lambda fault: fault.__name__,
)
def test_what_answers_in_the_servers_place(field: Field, fault: Any) -> None:
    tablet = field.start()
    field.wire.fault = fault
    tablet.tap(1)
    tablet.tap(5)
    field.wire.seen = 0
    tablet.wait(80)
    assert field.wire.seen > 0, "it never tried again"
    assert tablet.sums()["queue"] == 2
    field.wire.fault = None
    field.balance()


def test_a_captive_portal_takes_every_address(field: Field) -> None:
    """Also the page's own: what the worker keeps is not replaced by a sign-in page."""
    tablet = field.start()
    tablet.keep_offline_copy()
    field.wire.fault = faults.portal
    field.wire.everything = True
    tablet.tap(2)
    tablet.page.reload()
    tablet.kiosk.on("faces")
    tablet.tap(4)
    field.wire.fault = None
    field.balance()


def test_an_answer_that_comes_a_letter_a_second(field: Field) -> None:
    tablet = field.start()
    field.wire.fault = faults.slow_loris
    begun = time.monotonic()
    tablet.kiosk.score(3)
    tablet.recorded += 1
    assert time.monotonic() - begun < 10
    # The tablet gives up after 15 s of real time; the server has stored it long since.
    tablet.page.wait_for_timeout(16_000)
    assert tablet.sums()["queue"] == 1
    field.wire.fault = None
    tablet.kiosk.pass_ms(51_000)
    field.balance()


def test_the_server_is_away_when_the_tablet_is_switched_on(field: Field) -> None:
    field.settle_in()
    field.wire.fault = faults.bad_gateway
    field.wire.everything = True
    tablet = field.start()
    tablet.tap(1)
    tablet.kill()
    field.wire.fault = None
    field.start()
    field.balance()
