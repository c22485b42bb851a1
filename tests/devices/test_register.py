"""What a process remembers of the tablets: new ones at once, revoked ones not for long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from kiosk.devices import service
from kiosk.devices.register import LOOK_AGAIN_AFTER, REMEMBERED_FOR, Register

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def test_a_new_tablet_is_known_at_once(session: Session, now: datetime) -> None:
    register = Register()
    assert register.sender(session, "a stranger's", now) is None
    device, key = service.pair(session, now, 1, "Q1", "Máy 1")
    later = now + timedelta(milliseconds=100)
    known = register.sender(session, key, later)
    assert known
    assert known.device_id == device.id


def test_a_revoked_tablet_is_refused_within_seconds(
    session: Session, now: datetime
) -> None:
    register = Register()
    device, key = service.pair(session, now, 1, "Q1", "Máy 1")
    assert register.sender(session, key, now)
    service.revoke(session, now, 1, device.id)
    assert register.sender(session, key, now + REMEMBERED_FOR) is None
    assert timedelta(seconds=10) > REMEMBERED_FOR


def test_guessed_keys_do_not_make_it_look_without_end(
    session: Session, now: datetime
) -> None:
    looks: list[object] = []
    sa.event.listen(
        session.connection(), "before_cursor_execute", lambda *_: looks.append(1)
    )
    register = Register()
    register.sender(session, "guess", now)
    first = len(looks)
    assert first
    for number in range(1_000):
        moment = now + number * timedelta(milliseconds=1)
        assert register.sender(session, f"guess {number}", moment) is None
    assert len(looks) <= first * (1 + timedelta(seconds=1) / LOOK_AGAIN_AFTER)
