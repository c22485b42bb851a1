"""A tablet that was away while the questionnaire was replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from kiosk.capture.models import AnswerSheet
from kiosk.edge.transaction import writing_session
from kiosk.survey import service as surveys
from tests.capture.conftest import raw_sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session


@pytest.fixture
def replaced(app: Flask, now: datetime) -> None:
    """Publish version 2 of the counter's questionnaire; version 1 is retired."""
    with app.app_context(), writing_session() as session:
        first = surveys.current(session, 1, "counter")
        assert first is not None
        assert first.version == 1
        assert surveys.publish(session, now, 1, replace(first, version=2))
        newest = surveys.current(session, 1, "counter")
        assert newest is not None
        assert newest.version == 2


@pytest.mark.usefixtures("replaced")
def test_answers_to_the_replaced_version_are_stored_as_such(
    send: Callable[..., Any], session: Session
) -> None:
    late = [raw_sheet(survey_version=1), raw_sheet(survey_version=1)]
    present = raw_sheet(survey_version=2)
    statuses = [result["status"] for result in send(*late, present)]
    assert statuses == ["stored", "stored", "stored"]
    counts = sa.select(AnswerSheet.survey_version, sa.func.count())
    rows = session.execute(counts.group_by(AnswerSheet.survey_version)).all()
    assert dict(map(tuple, rows)) == {1: 2, 2: 1}


@pytest.mark.usefixtures("replaced")
def test_the_same_citizen_may_end_in_the_newer_version(
    send: Callable[..., Any],
) -> None:
    """The tablet changes wording between two citizens, and still this loses nothing."""
    first = raw_sheet(survey_version=1, answers={"overall": 2})
    second = first | {"revision": 2, "survey_version": 2, "answers": {"overall": 3}}
    assert [result["status"] for result in send(first, second)] == ["stored", "revised"]
    assert [result["status"] for result in send(first, second)] == ["duplicate"] * 2


@pytest.mark.usefixtures("replaced")
def test_new_tablets_are_given_the_newer_version(client: FlaskClient) -> None:
    assert client.get("/api/v1/surveys/counter").json["version"] == 2
