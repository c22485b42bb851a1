"""The reference file of xã Hà Nam: true to its sources, loaded once, never guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk.centre import service
from kiosk.centre.models import CalendarDay, Target
from kiosk.centre.schema import read_reference
from kiosk.core.database import Base
from kiosk.errors import NotFoundError, ReferenceDataError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

REFERENCE = read_reference(service.REFERENCE_FILE)
TEXT = service.REFERENCE_FILE.read_text(encoding="utf-8")


def days(year: int, kind: str) -> list[date]:
    rows = [row.day for row in REFERENCE.calendar_days if row.kind == kind]
    return [day for day in rows if day.year == year]


def test_the_days_off_of_2026_are_those_announced() -> None:
    assert [f"{day:%d/%m}" for day in days(2026, "off")] == [
        "01/01", "02/01",  # 2/1 swapped: 12729/VPCP-KGVX
        "16/02", "17/02", "18/02", "19/02", "20/02",
        "26/04", "27/04",  # Giỗ Tổ on a Sunday, the Monday off instead
        "30/04", "01/05",
        "31/08", "01/09", "02/09",  # 31/8 swapped: 9441/TB-BNV
        "24/11",  # NQ 28/2026/QH16
    ]  # fmt: skip


def test_the_saturdays_worked_instead_are_those_announced() -> None:
    assert days(2026, "work") == [date(2026, 1, 10), date(2026, 8, 22)]
    assert all(day.weekday() == 5 for day in days(2026, "work"))


def test_the_next_year_is_marked_as_reckoned() -> None:
    rows = [row for row in REFERENCE.calendar_days if row.day.year == 2027]
    assert len(rows) == 15
    assert all(row.provisional for row in rows)


def test_what_is_not_known_is_marked_so() -> None:
    assert not REFERENCE.points.confirmed
    assert not REFERENCE.fields.confirmed
    assert not REFERENCE.opening_hours.confirmed


def test_every_field_has_one_counter() -> None:
    served = [code for row in REFERENCE.points.rows for code in row.fields]
    assert sorted(served) == sorted(row.code for row in REFERENCE.fields.rows)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('code = "Q2"', 'code = "q 2"', "points.rows.1.code"),
        ('"dat-dai", "xay-dung"', '"dat-dai", "khac"', "unknown fields khac"),
        ("weekdays = [5]", "weekdays = [7]", "opening_hours.rows.2.weekdays.0"),
        ('kind = "exit"', 'kind = "door"', "points.rows.6.kind"),
        ("day = 2026-11-24", 'day = "24/11"', "calendar_days.16.day"),
        ("[centre]", "[centre", "ha_nam.toml: "),
        ('code = "ha-nam"', 'code = "ha-nam"\nmayor = "?"', "centre.mayor"),
    ],
)
def test_a_wrong_file_is_refused_by_file_and_key(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    assert TEXT.count(old) >= 1
    path = tmp_path / "ha_nam.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReferenceDataError) as refused:
        read_reference(path)
    faults = str(refused.value.details["faults"])
    assert named in faults
    assert "ha_nam.toml" in faults


def test_an_empty_database_gets_it_all(session: Session) -> None:
    centre = service.only_centre(session)
    assert centre.name_vi == "Trung tâm Phục vụ hành chính công xã Hà Nam"
    assert [point.code for point in service.points(session, centre.id)] == [
        "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "RA",
    ]  # fmt: skip
    assert len(service.fields(session, centre.id)) == 13
    assert len(service.opening_hours(session, centre.id)) == 11
    assert session.scalar(sa.select(sa.func.count()).select_from(CalendarDay)) == 32


def test_targets_and_signatory_are_nobodys_guess(
    session: Session, now: datetime
) -> None:
    centre = service.only_centre(session)
    assert session.scalars(sa.select(Target)).all() == []
    assert (centre.signatory_name, centre.signatory_title) == (None, None)
    assert service.unknowns(session, now, centre.id) == [
        "target",
        "signatory",
        "points",
        "opening_hours",
    ]


def test_loading_again_keeps_what_people_changed(session: Session) -> None:
    point = service.point(session, service.only_centre(session).id, "Q1")
    point.name_vi = "Quầy Tư pháp"
    session.flush()
    assert service.load_reference(session) is False
    assert point.name_vi == "Quầy Tư pháp"


def test_posters_are_signed_with_a_key_of_their_own(session: Session) -> None:
    key = service.only_centre(session).poster_key
    assert len(key) == 32
    assert len(set(key)) > 8


def test_without_a_centre_the_lack_is_said(session: Session) -> None:
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(table.delete())
    with pytest.raises(NotFoundError):
        service.only_centre(session)
    assert service.load_reference(session) is True
    assert service.only_centre(session).code == "ha-nam"
