"""What a demo database needs besides its answers: tablets, people, a target."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.accounts import audit
from kiosk.accounts import schema as account_schema
from kiosk.accounts import service as accounts
from kiosk.accounts.models import Account
from kiosk.accounts.permissions import Role
from kiosk.capture.models import AnswerSheet
from kiosk.centre import edits
from kiosk.centre import service as centres
from kiosk.centre.models import CalendarDay
from kiosk.centre.rules import Aim, Opening
from kiosk.demo.timetable import Timetable
from kiosk.devices import service as devices

# .example belongs to nobody, for ever (RFC 2606 §2).
DOMAIN = "demo.example"
# Offices, not people: an invented name could be somebody's.
PEOPLE = {
    Role.HEAD: "Giám đốc Trung tâm (minh họa)",
    Role.CLERK: "Công chức một cửa (minh họa)",
    Role.LEADER: "Lãnh đạo UBND xã (minh họa)",
    Role.SUPERVISOR: "Giám sát của Mặt trận (minh họa)",
    Role.ADMIN: "Quản trị kỹ thuật (minh họa)",
}
AIM = 0.90
AIM_SOURCE = "Chỉ tiêu minh họa"
PREVIEW = "Máy xem thử"


def is_empty(session: Session) -> bool:
    """Tell whether nobody has answered here yet, and nobody works here."""
    tables = (AnswerSheet, Account)
    return not any(
        session.scalar(sa.select(sa.exists().select_from(table))) for table in tables
    )


def timetable(session: Session, centre_id: int) -> Timetable:
    """Return when the centre is open, as its settings say."""
    hours = centres.opening_hours(session, centre_id)
    days = session.execute(
        sa.select(CalendarDay.day, CalendarDay.kind).where(
            CalendarDay.centre_id == centre_id
        )
    ).all()
    return Timetable(
        [Opening(row.weekday, row.opens, row.closes) for row in hours],
        off=[day for day, kind in days if kind == "off"],
        work=[day for day, kind in days if kind == "work"],
    )


def pair_tablets(session: Session, now: datetime, centre_id: int) -> dict[str, str]:
    """Pair a tablet at every point; return the keys by point."""
    return {
        point.code: devices.pair(
            session, now, centre_id, point.code, f"Máy {point.code} (mô phỏng)"
        )[1]
        for point in centres.points(session, centre_id)
    }


def poster_codes(session: Session, now: datetime, centre_id: int) -> dict[str, str]:
    """Return the code of every point's poster."""
    return {
        point.code: devices.issue_poster(session, now, centre_id, point.code).code
        for point in centres.points(session, centre_id)
    }


def pair_preview(session: Session, now: datetime, centre_id: int, point: str) -> str:
    """Pair the tablet on which the visitor of the demo taps; the one before it ends."""
    for device in devices.list_devices(session, centre_id):
        if device.name == PREVIEW:
            devices.revoke(session, now, centre_id, device.id)
    return devices.pair(session, now, centre_id, point, PREVIEW)[1]


def aim(session: Session, now: datetime, centre_id: int, since: date) -> None:
    """Set a target, so that the figures have a verdict to give."""
    target = Aim("satisfaction", since, AIM, AIM_SOURCE)
    edits.set_target(session, now, centre_id, target, set_by=audit.SIMULATED)


def addresses() -> Mapping[Role, str]:
    """Return the address with which each role signs in."""
    return {role: f"{role.value}@{DOMAIN}" for role in PEOPLE}


def open_accounts(
    session: Session, now: datetime, centre_id: int, password_hash: str
) -> None:
    """Give every role an account with that password, new or as it is today."""
    for role, address in addresses().items():
        account = accounts.find_by_email(session, address)
        if account is None:
            draft = account_schema.draft_of(address, PEOPLE[role], role)
            accounts.create(
                session,
                centre_id,
                draft,
                password_hash=password_hash,
                must_change=False,
                now=now,
            )
            continue
        accounts.enable(account)
        accounts.set_password(account, password_hash, must_change=False)
