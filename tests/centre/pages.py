"""Sending the forms of the settings pages, and reading what was recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from kiosk.accounts.models import AuditEntry

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def post(
    client: FlaskClient, address: str, page: str, data: dict[str, object]
) -> TestResponse:
    """Send a form of a page, with the token that the page carried."""
    token = TOKEN.search(client.get(f"/settings/{page}").text)
    assert token
    return client.post(f"/settings/{address}", data={"csrf_token": token[1], **data})


def last_entry(session: Session) -> AuditEntry:
    session.rollback()
    entry = session.scalars(
        sa.select(AuditEntry).order_by(AuditEntry.at.desc())
    ).first()
    assert entry is not None
    return entry
