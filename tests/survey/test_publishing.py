"""Published questionnaires: once, for ever, and open to every device."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from kiosk.centre.service import only_centre
from kiosk.errors import SurveyChangedError
from kiosk.survey import service
from kiosk.survey.models import SurveyVersion
from kiosk.survey.rules import Survey
from kiosk.survey.schema import definition_of, read_survey, sha256_of

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

COUNTER = read_survey(service.REFERENCE_FOLDER / "counter-1.toml")


@pytest.fixture
def centre_id(session: Session) -> int:
    return only_centre(session).id


def second_version() -> Survey:
    return replace(COUNTER, version=2, title={"vi": "Mới", "en": "New"})


def test_the_reference_questionnaires_are_published(
    session: Session, centre_id: int
) -> None:
    assert service.current(session, centre_id, "counter") == COUNTER
    full = service.current(session, centre_id, "full")
    assert full is not None
    assert full.version == 1


def test_loading_the_reference_again_publishes_nothing(
    session: Session, centre_id: int, now: datetime
) -> None:
    assert service.load_reference(session, now, centre_id) == []


def test_the_same_definition_again_changes_nothing(
    session: Session, centre_id: int, now: datetime
) -> None:
    assert service.publish(session, now, centre_id, COUNTER) is False


def test_a_published_version_takes_no_other_definition(
    session: Session, centre_id: int, now: datetime
) -> None:
    other = replace(COUNTER, title={"vi": "Khác", "en": "Other"})
    with pytest.raises(SurveyChangedError):
        service.publish(session, now, centre_id, other)


def test_a_new_version_takes_over_and_the_old_stays_to_be_found(
    session: Session, centre_id: int, now: datetime
) -> None:
    assert service.publish(session, now, centre_id, second_version()) is True
    assert service.current(session, centre_id, "counter") == second_version()
    assert service.find(session, centre_id, "counter", 1) == COUNTER
    old = session.get_one(SurveyVersion, (centre_id, "counter", 1))
    assert old.retired_at == now


def test_a_retirement_keeps_its_first_date(
    session: Session, centre_id: int, now: datetime
) -> None:
    service.publish(session, now, centre_id, second_version())
    third = replace(second_version(), version=3)
    service.publish(session, now + timedelta(days=1), centre_id, third)
    first = session.get_one(SurveyVersion, (centre_id, "counter", 1))
    assert first.retired_at == now


@pytest.mark.parametrize(
    ("code", "version"),
    [("counter", 9), ("other", 1), ("\x00", 1), ("\ud800", 1), ("counter", 2**31)],
)
def test_what_was_never_published_is_not_found(
    session: Session, centre_id: int, code: str, version: int
) -> None:
    assert service.find(session, centre_id, code, version) is None


def test_a_code_without_versions_has_no_current_one(
    session: Session, centre_id: int
) -> None:
    assert service.current(session, centre_id, "other") is None


def test_the_intake_parses_a_version_once(session: Session, centre_id: int) -> None:
    first = service.find(session, centre_id, "counter", 1)
    assert service.find(session, centre_id, "counter", 1) is first


@pytest.mark.parametrize(
    "change",
    [
        {"definition": {"code": "counter"}},
        {"sha256": "0" * 64},
        {"version": 7},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_itself_refuses_a_change(
    session: Session, centre_id: int, change: dict[str, object]
) -> None:
    statement = (
        sa.update(SurveyVersion)
        .where(SurveyVersion.centre_id == centre_id, SurveyVersion.code == "counter")
        .values(change)
    )
    with pytest.raises(DBAPIError):
        session.execute(statement)
    session.rollback()
    kept = session.get_one(SurveyVersion, (centre_id, "counter", 1))
    assert kept.definition == definition_of(COUNTER)


def test_devices_read_the_newest_version(client: FlaskClient) -> None:
    response = client.get("/api/v1/surveys/counter")
    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert response.get_json() == definition_of(COUNTER)
    assert response.headers["Cache-Control"] == "public, no-cache"


def test_an_unchanged_questionnaire_costs_no_bytes(client: FlaskClient) -> None:
    etag = client.get("/api/v1/surveys/counter").headers["ETag"]
    assert etag.strip('"') == sha256_of(definition_of(COUNTER))
    again = client.get("/api/v1/surveys/counter", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_version_may_be_kept_for_ever(client: FlaskClient) -> None:
    response = client.get("/api/v1/surveys/full?version=1")
    assert response.get_json()["code"] == "full"
    assert "immutable" in response.headers["Cache-Control"]


def test_a_new_version_reaches_the_devices(
    client: FlaskClient, session: Session, centre_id: int, now: datetime
) -> None:
    service.publish(session, now, centre_id, second_version())
    session.commit()
    assert client.get("/api/v1/surveys/counter").get_json()["version"] == 2
    assert client.get("/api/v1/surveys/counter?version=1").get_json()["version"] == 1


@pytest.mark.parametrize("address", ["other", "counter?version=2", "%00"])
def test_an_unknown_questionnaire_is_not_found(
    client: FlaskClient, address: str
) -> None:
    response = client.get(f"/api/v1/surveys/{address}")
    assert response.status_code == 404
    assert response.get_json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("version", ["", "one", "-1", "1.0", "٣", "9" * 30])
def test_a_version_is_a_whole_number(client: FlaskClient, version: str) -> None:
    response = client.get("/api/v1/surveys/counter", query_string={"version": version})
    assert response.status_code == 422
    assert response.get_json()["error"]["details"]["field"] == "version"
