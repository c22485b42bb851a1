"""Tablets are known by a key we do not keep; posters by a code that proves itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk.centre.models import Centre, Point
from kiosk.core.ids import new_id
from kiosk.devices import service
from kiosk.devices.models import Device, PosterCode
from kiosk.devices.rules import SERIALS, poster_code
from kiosk.errors import BadFieldError, NotFoundError, UnknownDeviceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    """Collect the SQL that is run."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        seen.append(statement)

    sa.event.listen(session.get_bind(), "before_cursor_execute", note)
    yield seen
    sa.event.remove(session.get_bind(), "before_cursor_execute", note)


def test_a_tablet_is_found_by_its_key(session: Session, now: datetime) -> None:
    device, key = service.pair(session, now, 1, "Q1", " Máy  cửa\n")
    assert service.find_by_key(session, key) is device
    assert device.name == "Máy cửa"


def test_the_key_is_not_kept(session: Session, now: datetime) -> None:
    _, key = service.pair(session, now, 1, "Q1", "Máy 1")
    session.flush()
    row = session.execute(sa.select(sa.text("*")).select_from(Device)).one()
    assert key not in map(str, row)
    assert len(key) >= 43  # 256 bits


def test_two_tablets_have_two_keys(session: Session, now: datetime) -> None:
    keys = {service.pair(session, now, 1, "Q1", "Máy")[1] for _ in range(3)}
    assert len(keys) == 3


@pytest.mark.parametrize("key", ["", "x", "K" * 43, "\x00", "é"])
def test_an_unknown_key_is_refused(session: Session, key: str) -> None:
    with pytest.raises(UnknownDeviceError):
        service.find_by_key(session, key)


def test_a_revoked_tablet_is_refused(session: Session, now: datetime) -> None:
    device, key = service.pair(session, now, 1, "Q1", "Máy 1")
    service.revoke(session, now, 1, device.id)
    with pytest.raises(UnknownDeviceError):
        service.find_by_key(session, key)


def test_revoking_again_keeps_the_first_date(session: Session, now: datetime) -> None:
    device, _ = service.pair(session, now, 1, "Q1", "Máy 1")
    service.revoke(session, now, 1, device.id)
    service.revoke(session, now + timedelta(days=1), 1, device.id)
    assert device.revoked_at == now


def test_a_tablet_that_never_was_cannot_be_revoked(
    session: Session, now: datetime
) -> None:
    with pytest.raises(NotFoundError):
        service.revoke(session, now, 1, new_id())


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 61])
def test_a_tablet_needs_a_name(session: Session, now: datetime, name: str) -> None:
    with pytest.raises(BadFieldError):
        service.pair(session, now, 1, "Q1", name)


def test_a_tablet_stands_at_a_point_in_use(session: Session, now: datetime) -> None:
    session.get_one(Point, (1, "Q2")).retired_on = now.date()
    for code in ("Q2", "nowhere"):
        with pytest.raises(NotFoundError):
            service.pair(session, now, 1, code, "Máy")


def test_tablets_are_listed_oldest_first(session: Session, now: datetime) -> None:
    second, _ = service.pair(session, now + timedelta(hours=1), 1, "Q1", "B")
    first, _ = service.pair(session, now, 1, "Q1", "A")
    assert service.list_devices(session, 1) == [first, second]


def test_a_poster_is_issued_once(session: Session, now: datetime) -> None:
    first = service.issue_poster(session, now, 1, "Q1")
    again = service.issue_poster(session, now + timedelta(days=9), 1, "Q1")
    assert again == first


def test_a_code_leads_to_its_point(session: Session, now: datetime) -> None:
    poster = service.issue_poster(session, now, 1, "RA")
    target = service.resolve(session, poster.code.lower())
    assert (target.state, target.point_code) == ("ok", "RA")
    assert target.origin == f"poster:{poster.serial}"


def test_a_replaced_poster_is_known_and_refused(
    session: Session, now: datetime
) -> None:
    old = service.issue_poster(session, now, 1, "Q1")
    assert service.retire_poster(session, now, 1, "Q1")
    new = service.issue_poster(session, now, 1, "Q1")
    assert new.code != old.code
    assert service.resolve(session, old.code).state == "retired"
    assert service.resolve(session, old.code).point_code == "Q1"
    assert service.resolve(session, new.code).state == "ok"


def test_without_a_poster_nothing_is_retired(session: Session, now: datetime) -> None:
    service.retire_poster(session, now, 1, "Q1")
    assert not service.retire_poster(session, now, 1, "Q1")


def test_a_closed_point_closes_its_posters(session: Session, now: datetime) -> None:
    poster = service.issue_poster(session, now, 1, "Q1")
    session.get_one(Point, (1, "Q1")).retired_on = now.date()
    assert service.resolve(session, poster.code).state == "retired"


def test_a_genuine_code_of_no_poster_leads_nowhere(session: Session) -> None:
    centre = session.get_one(Centre, 1)
    used = set(session.scalars(sa.select(PosterCode.serial)))
    lost = next(serial for serial in range(SERIALS) if serial not in used)
    code = poster_code(centre.poster_key, 1, lost)
    assert service.resolve(session, code).state == "unknown"


def test_a_forged_code_is_told_before_any_poster_is_looked_up(
    session: Session, statements: list[str]
) -> None:
    assert service.resolve(session, "7K3M-P9XQ2-W4HTD").state == "unknown"
    assert statements
    assert not [sql for sql in statements if "poster_code" in sql.partition("FROM")[2]]


def test_serials_are_not_counted_up(session: Session, now: datetime) -> None:
    """A restored backup would count on from a number that hangs on a wall."""
    serials = []
    for _ in range(5):
        serials.append(service.issue_poster(session, now, 1, "Q3").serial)
        service.retire_poster(session, now, 1, "Q3")
    assert len(set(serials)) == 5
    assert max(serials) - min(serials) > 100
