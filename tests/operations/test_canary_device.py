"""The canary's device opens the intake for a flight and is nobody's tablet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk.core.periods import LOCAL_ZONE
from kiosk.devices.models import Device
from kiosk.devices.rules import hash_key
from kiosk.edge.transaction import writing_session
from kiosk.operations.canary.service import KIND, NAME, _admit
from kiosk.watch.service import causes
from tests.operations.conftest import CENTRE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=LOCAL_ZONE)
KEY = "the key of one flight"


@pytest.fixture
def _admitted(app: Flask, now: datetime) -> None:
    with app.app_context(), writing_session() as session:
        _admit(session, CENTRE, "Q1", KEY, now)


@pytest.mark.usefixtures("_admitted")
def test_staff_see_no_tablet(app: Flask, sign_in: Callable[[str], FlaskClient]) -> None:
    page = sign_in("admin").get("/settings/devices")
    assert page.status_code == 200
    assert NAME not in page.text
    listed = app.test_cli_runner().invoke(args=["device", "list", "--json"])
    assert listed.output.strip() == "[]"


@pytest.mark.usefixtures("_admitted", "device")
def test_it_is_never_missed(session: Session) -> None:
    """Both were heard on Friday; on Monday only the tablet is looked for."""
    session.execute(sa.update(Device).values(seen_at=MONDAY - timedelta(days=3)))
    tablet = session.scalar(sa.select(Device.id).where(Device.kind == "tablet"))
    found = causes(session, MONDAY, CENTRE, looked_at=MONDAY)
    assert [(cause.kind, cause.subject) for cause in found] == [("away", str(tablet))]


@pytest.mark.usefixtures("_admitted")
def test_a_new_flight_shuts_out_the_key_of_the_last(
    app: Flask, session: Session, now: datetime
) -> None:
    with app.app_context(), writing_session() as writer:
        _admit(writer, CENTRE, "Q2", "another", now)
    rows = session.scalars(sa.select(Device).where(Device.kind == KIND)).all()
    assert [(row.key_hash, row.point_code) for row in rows] == [
        (hash_key("another"), "Q2")
    ]
