"""A poster at counter 1, and a phone that scanned it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk.capture.models import AnswerSheet
from kiosk.devices.service import issue_poster

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

TICKET = re.compile(r'name="ticket" value="([^"]+)"')


@dataclass
class Phone:
    """A browser that knows nothing but the address of the poster."""

    client: FlaskClient
    address: str

    def open(self, query: str = "") -> TestResponse:
        return self.client.get(self.address + query)

    def ticket(self) -> str:
        return ticket_in(self.open())

    def send(self, *, query: str = "", **fields: object) -> TestResponse:
        """Press the button; without a ticket the page is opened first."""
        data = {"ticket": fields.pop("ticket", None) or self.ticket(), **fields}
        return self.client.post(self.address + query, data=data)


def ticket_in(page: TestResponse) -> str:
    found = TICKET.search(page.text)
    assert found, page.text
    return found[1]


@pytest.fixture
def code(session: Session, now: datetime) -> str:
    poster = issue_poster(session, now, 1, "Q1")
    session.commit()
    return poster.code


@pytest.fixture
def phone(client: FlaskClient, code: str) -> Phone:
    return Phone(client, f"/q/{code}")


@pytest.fixture
def sheets(session: Session) -> Callable[[], list[AnswerSheet]]:
    """Return what is stored now."""

    def read() -> list[AnswerSheet]:
        session.rollback()
        session.expire_all()
        return list(session.scalars(sa.select(AnswerSheet)))

    return read
