"""Reading and changing the centre's settings, with what each change reports."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.centre import edits, service
from kiosk.centre.rules import Aim, Names, Opening, Signatory
from kiosk.errors import BadFieldError, DuplicateError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

NAMES = Names("Quầy 7 · Thuế", "Counter 7 · Tax")
AIM = Aim("satisfaction", date(2026, 1, 1), 0.9, "Quyết định 12/QĐ-UBND")


@pytest.fixture
def centre_id(session: Session) -> int:
    return service.only_centre(session).id


def codes(rows: list[object]) -> list[str]:
    return [row.code for row in rows]  # type: ignore[attr-defined]


def test_a_point_knows_its_fields_in_their_order(
    session: Session, centre_id: int
) -> None:
    served = service.fields_of_point(session, centre_id, "Q1")
    assert codes(list(served)) == ["chung-thuc", "ho-tich"]


def test_all_points_are_known_by_key_even_retired_ones(
    session: Session, centre_id: int, now: datetime
) -> None:
    edits.retire_point(session, now, centre_id, "Q6")
    assert (centre_id, "Q6") in service.point_keys(session)


def test_the_signatory_is_no_longer_unknown_once_told(
    session: Session, centre_id: int, now: datetime
) -> None:
    signatory = Signatory("Nguyễn Thị Bình", "GIÁM ĐỐC")
    change = edits.set_signatory(session, centre_id, signatory)
    assert change == {"before": "", "after": "GIÁM ĐỐC Nguyễn Thị Bình"}
    assert "signatory" not in service.unknowns(session, now, centre_id)


def test_written_hours_replace_the_week_and_confirm_it(
    session: Session, centre_id: int, now: datetime
) -> None:
    openings = [
        Opening(0, time(7, 30), time(11, 30)),
        Opening(0, time(13), time(16, 30)),
    ]
    change = edits.set_opening_hours(session, centre_id, openings)
    assert change["after"] == {"0": "07:30–11:30, 13:00–16:30"}
    assert change["before"] != change["after"]
    kept = service.opening_hours(session, centre_id)
    assert [(row.weekday, row.opens) for row in kept] == [
        (0, time(7, 30)),
        (0, time(13)),
    ]
    assert "opening_hours" not in service.unknowns(session, now, centre_id)


def test_a_centre_may_be_closed_all_week(session: Session, centre_id: int) -> None:
    assert edits.set_opening_hours(session, centre_id, [])["after"] == {}
    assert service.opening_hours(session, centre_id) == []


def test_points_are_confirmed_by_a_person(
    session: Session, centre_id: int, now: datetime
) -> None:
    edits.confirm_points(session, centre_id)
    assert "points" not in service.unknowns(session, now, centre_id)


def test_a_new_point_stands_last(session: Session, centre_id: int) -> None:
    edits.add_point(session, centre_id, "Q7", "counter", NAMES)
    assert codes(list(service.points(session, centre_id)))[-1] == "Q7"
    assert service.fields_of_point(session, centre_id, "Q7") == []


def test_a_point_code_is_given_once_for_ever(
    session: Session, centre_id: int, now: datetime
) -> None:
    edits.retire_point(session, now, centre_id, "Q6")
    with pytest.raises(DuplicateError):
        edits.add_point(session, centre_id, "Q6", "counter", NAMES)


def test_a_changed_point_reports_before_and_after(
    session: Session, centre_id: int
) -> None:
    change = edits.change_point(session, centre_id, "Q5", NAMES, ["dat-dai", "cu-tru"])
    assert change == {
        "before": {"name": "Quầy 5 · Công an", "fields": ["cu-tru"]},
        "after": {"name": "Quầy 7 · Thuế", "fields": ["dat-dai", "cu-tru"]},
    }
    point = service.point(session, centre_id, "Q5")
    assert (point.name_vi, point.name_en) == (NAMES.vi, NAMES.en)


def test_a_point_takes_no_field_that_is_not_there(
    session: Session, centre_id: int
) -> None:
    with pytest.raises(BadFieldError):
        edits.change_point(session, centre_id, "Q5", NAMES, ["cu-tru", "thue"])


def test_a_retired_point_is_out_of_the_list_but_not_lost(
    session: Session, centre_id: int, now: datetime
) -> None:
    assert edits.retire_point(session, now, centre_id, "Q6") == {
        "retired_on": "2026-11-22"
    }
    assert "Q6" not in codes(list(service.points(session, centre_id)))
    everything = service.points(session, centre_id, with_retired=True)
    assert "Q6" in codes(list(everything))


def test_a_retirement_keeps_its_first_day(
    session: Session, centre_id: int, now: datetime
) -> None:
    edits.retire_point(session, now, centre_id, "Q6")
    again = edits.retire_point(session, now + timedelta(days=9), centre_id, "Q6")
    assert again == {"retired_on": "2026-11-22"}


def test_a_retired_point_can_be_reopened(
    session: Session, centre_id: int, now: datetime
) -> None:
    edits.retire_point(session, now, centre_id, "Q6")
    edits.reopen_point(session, centre_id, "Q6")
    assert "Q6" in codes(list(service.points(session, centre_id)))


def test_a_field_is_added_renamed_retired_and_reopened(
    session: Session, centre_id: int, now: datetime
) -> None:
    edits.add_field(session, centre_id, "thue", Names("Thuế", "Tax"))
    assert codes(list(service.fields(session, centre_id)))[-1] == "thue"
    change = edits.rename_field(session, centre_id, "thue", Names("Thuế, phí", "Taxes"))
    assert change == {"before": "Thuế", "after": "Thuế, phí"}
    edits.retire_field(session, now, centre_id, "thue")
    assert "thue" not in codes(list(service.fields(session, centre_id)))
    edits.reopen_field(session, centre_id, "thue")
    assert "thue" in codes(list(service.fields(session, centre_id)))


def test_a_retired_field_leaves_its_counter(
    session: Session, centre_id: int, now: datetime
) -> None:
    edits.retire_field(session, now, centre_id, "cu-tru")
    assert service.fields_of_point(session, centre_id, "Q5") == []


def test_a_field_code_is_given_once(session: Session, centre_id: int) -> None:
    with pytest.raises(DuplicateError):
        edits.add_field(session, centre_id, "ho-tich", NAMES)


def set_aim(session: Session, now: datetime, centre_id: int, aim: Aim) -> None:
    edits.set_target(session, now, centre_id, aim, "Nguyễn Thị Bình")


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), 0.9),
        (date(2026, 6, 30), 0.9),
        (date(2026, 7, 1), 0.95),
        (date(2027, 3, 1), 0.95),
    ],
)
def test_the_target_of_a_day_is_the_last_one_begun(
    session: Session, now: datetime, centre_id: int, day: date, value: float | None
) -> None:
    set_aim(session, now, centre_id, AIM)
    later = Aim("satisfaction", date(2026, 7, 1), 0.95, "Quyết định 40/QĐ-UBND")
    set_aim(session, now, centre_id, later)
    target = service.target_on(session, centre_id, "satisfaction", day)
    assert (target.value if target else None) == value


def test_a_target_of_another_measure_does_not_count(
    session: Session, now: datetime, centre_id: int
) -> None:
    set_aim(session, now, centre_id, Aim("one_visit", AIM.valid_from, 0.8, "QĐ 1"))
    assert "target" in service.unknowns(session, now, centre_id)
    set_aim(session, now, centre_id, AIM)
    assert "target" not in service.unknowns(session, now, centre_id)


def test_the_same_day_again_corrects_a_target(
    session: Session, now: datetime, centre_id: int
) -> None:
    set_aim(session, now, centre_id, AIM)
    better = Aim(AIM.measure, AIM.valid_from, 0.92, "Quyết định 13/QĐ-UBND")
    change = edits.set_target(session, now, centre_id, better, "Trần Văn An")
    assert (change["before"], change["after"]) == (0.9, 0.92)
    (kept,) = service.targets(session, centre_id)
    assert (kept.value, kept.set_by, kept.set_at) == (0.92, "Trần Văn An", now)


def test_a_target_can_be_taken_back(
    session: Session, now: datetime, centre_id: int
) -> None:
    set_aim(session, now, centre_id, AIM)
    edits.remove_target(session, centre_id, AIM.measure, AIM.valid_from)
    assert service.targets(session, centre_id) == []


UNKNOWN: list[Callable[[Session, int], object]] = [
    lambda session, centre: service.point(session, centre, "Q99"),
    lambda session, centre: service.point(session, centre, "\x00"),
    lambda session, centre: service.field(session, centre, "thue"),
    lambda session, centre: service.field(session, centre, "\ud800"),
    lambda session, centre: edits.reopen_point(session, centre, "Q99"),
    lambda session, centre: edits.reopen_field(session, centre, "thue"),
    lambda session, centre: edits.remove_target(
        session, centre, "satisfaction", date(2026, 1, 1)
    ),
]


@pytest.mark.parametrize("ask", UNKNOWN)
def test_what_is_not_there_is_said_so(
    session: Session, centre_id: int, ask: Callable[[Session, int], object]
) -> None:
    with pytest.raises(NotFoundError):
        ask(session, centre_id)
