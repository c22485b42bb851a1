"""The calendar that the office keeps: days off, and days worked instead."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import time_machine

from kiosk.centre import edits, service
from kiosk.centre.rules import Names, SpecialDay
from kiosk.errors import NotFoundError
from tests.centre.pages import last_entry, post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

SWAP = SpecialDay(
    date(2027, 2, 13),
    "work",
    Names("Làm bù cho ngày 05/02", "Worked in place of 5 February"),
    "Thông báo 1/TB-BNV",
)
DAY = {
    "day": "2027-09-01",
    "kind": "off",
    "note_vi": "Quốc khánh",
    "note_en": "National Day",
    "source": "Thông báo 1/TB-BNV",
}


@pytest.fixture(autouse=True)
def _in_november_2026() -> Iterator[None]:
    with time_machine.travel("2026-11-22T01:15:00Z"):
        yield


@pytest.fixture
def centre_id(session: Session) -> int:
    return service.only_centre(session).id


def test_a_year_holds_its_own_days_in_order(session: Session, centre_id: int) -> None:
    days = [row.day for row in service.calendar_days(session, centre_id, 2026)]
    assert days == sorted(days)
    assert {day.year for day in days} == {2026}


def test_an_announced_day_is_added(session: Session, centre_id: int) -> None:
    change = edits.set_calendar_day(session, centre_id, SWAP)
    assert change == {"before": None, "after": "work: Thông báo 1/TB-BNV"}


def test_an_announcement_replaces_what_was_reckoned(
    session: Session, centre_id: int
) -> None:
    tet = SpecialDay(date(2027, 2, 5), "off", Names("Tết", "Tết"), "Thông báo 1/TB-BNV")
    change = edits.set_calendar_day(session, centre_id, tet)
    assert str(change["before"]).startswith("off: Tạm tính")
    kept = {row.day: row for row in service.calendar_days(session, centre_id, 2027)}
    assert not kept[tet.day].provisional
    assert kept[date(2027, 2, 4)].provisional


def test_a_day_is_left_to_its_weekday_again(session: Session, centre_id: int) -> None:
    edits.set_calendar_day(session, centre_id, SWAP)
    edits.remove_calendar_day(session, centre_id, SWAP.day)
    days = [row.day for row in service.calendar_days(session, centre_id, 2027)]
    assert SWAP.day not in days
    with pytest.raises(NotFoundError):
        edits.remove_calendar_day(session, centre_id, SWAP.day)


def test_the_page_shows_this_year_and_marks_the_next_as_reckoned(
    head: FlaskClient,
) -> None:
    this_year = head.get("/settings/calendar").text
    assert "24/11/2026" in this_year
    assert ">Tạm tính<" not in this_year
    assert head.get("/settings/calendar?year=2027").text.count(">Tạm tính<") == 15
    assert "Chưa có ngày nào" in head.get("/settings/calendar?year=2025").text


@pytest.mark.parametrize("year", ["2040", "0", "-1", "x", "99999999999999"])
def test_another_year_is_this_year(head: FlaskClient, year: str) -> None:
    response = head.get(f"/settings/calendar?year={year}")
    assert response.status_code == 200
    assert "năm 2026" in response.text


def test_a_day_is_entered_and_removed(head: FlaskClient, session: Session) -> None:
    response = post(head, "calendar", "calendar", dict(DAY))
    assert response.headers["Location"] == "/settings/calendar?year=2027"
    assert last_entry(session).action == "calendar.set"
    assert "01/09/2027" in head.get("/settings/calendar?year=2027").text
    post(head, "calendar/remove", "calendar", {"day": DAY["day"]})
    assert last_entry(session).action == "calendar.remove"
    assert "01/09/2027" not in head.get("/settings/calendar?year=2027").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": ""}, "Chọn một ngày."),
        ({"day": "0226-09-01"}, "Chọn một ngày của năm trước, năm nay hoặc năm sau."),
        ({"kind": "half"}, "Chọn nghỉ hoặc làm bù."),
        ({"note_vi": " "}, "Ghi lý do bằng tiếng Việt."),
        ({"source": ""}, "Ghi văn bản thông báo ngày này"),
    ],
)
def test_an_incomplete_day_stays_in_the_page(
    head: FlaskClient, change: dict[str, object], said: str
) -> None:
    response = post(head, "calendar", "calendar", {**DAY, **change})
    assert response.status_code == 422
    assert said in response.text
    assert 'value="National Day"' in response.text


@pytest.mark.parametrize("key", [{}, {"day": ""}, {"day": "1/9"}])
def test_nothing_is_removed_without_a_day(
    head: FlaskClient, key: dict[str, object]
) -> None:
    assert post(head, "calendar/remove", "calendar", key).status_code == 302
    assert "24/11/2026" in head.get("/settings/calendar").text
