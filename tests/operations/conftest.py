"""The installation's database, its ledger, and a clock to be moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk import clock
from kiosk.extensions import db
from kiosk.operations.jobs import Ledger
from kiosk.survey.models import SurveyVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.engine import Engine

CENTRE = 1


@pytest.fixture
def engine(app: Flask) -> Engine:
    """Return the engine of the application."""
    with app.app_context():
        return db.engine


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    """Return the ledger of the centre."""
    return Ledger(engine, CENTRE)


@pytest.fixture
def installed(engine: Engine) -> datetime:
    """Return when the first questionnaire was published."""
    with engine.connect() as connection:
        moment = connection.scalar(sa.select(sa.func.min(SurveyVersion.published_at)))
    assert moment
    return moment


@pytest.fixture
def after(
    installed: datetime, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., datetime]:
    """Set the service's clock to so long after the installation, and return it."""

    def set_clock(**length: float) -> datetime:
        moment = installed + timedelta(**length)
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    return set_clock
