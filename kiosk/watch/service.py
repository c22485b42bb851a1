"""The alarms: raised once, acknowledged, closed by themselves when the cause ends."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from kiosk.core.database import writing
from kiosk.core.ids import new_id
from kiosk.devices.models import Device
from kiosk.errors import NotFoundError
from kiosk.watch.models import Alarm
from kiosk.watch.rules import Cause, causes_of, is_blind, server_clock
from kiosk.watch.tablets import opening, tablets

# Raised and closed by whoever sends the mail, and by nobody else.
MAIL = "mail"
KEPT_IN_VIEW = timedelta(days=90)
MOST_IN_VIEW = 200


@dataclass(frozen=True, slots=True)
class Changes:
    """How many alarms a look raised and closed."""

    raised: int
    closed: int


@dataclass(frozen=True, slots=True)
class Board:
    """The open alarms and those of the last 90 days, with the names of the tablets."""

    open: Sequence[Alarm]
    past: Sequence[Alarm]
    names: Mapping[str, str]

    @property
    def is_cut(self) -> bool:
        """Tell whether older ones are left out."""
        return len(self.past) == MOST_IN_VIEW


def look(
    engine: Engine,
    now: datetime,
    centre_id: int,
    *,
    looked_at: datetime | None,
    found: Iterable[Cause] = (),
    unjudged: Collection[str] = (),
) -> Changes:
    """Judge the tablets, add what others found, and raise or close alarms.

    `looked_at` is when this was last done. The tablets are judged before the turn to
    write is taken: a tap never waits for it.
    """
    with Session(engine) as session:
        judged = [*causes(session, now, centre_id, looked_at=looked_at), *found]
    with writing(engine) as connection, Session(connection) as session:
        return reconcile(session, now, centre_id, judged, unjudged=unjudged)


def causes(
    session: Session, now: datetime, centre_id: int, *, looked_at: datetime | None
) -> list[Cause]:
    """Return everything that is wrong with the tablets now."""
    hours = opening(session, now, centre_id)
    blind = is_blind(looked_at, now)
    judged = tablets(session, now, centre_id, open_alarms(session, centre_id))
    found = [
        cause
        for tablet in judged
        for cause in causes_of(tablet, hours, now, blind=blind)
    ]
    own = server_clock(judged)
    if own is None:
        return found
    return [own, *(cause for cause in found if cause.kind != "clock")]


def reconcile(
    session: Session,
    now: datetime,
    centre_id: int,
    found: Iterable[Cause],
    *,
    unjudged: Collection[str] = (),
) -> Changes:
    """Raise what is new, renew what goes on, close what is gone.

    The kinds in `unjudged` were not looked at: what is open of them stays.
    """
    left_alone = {*unjudged, MAIL}
    return settle(
        session, now, centre_id, found, judges=lambda kind: kind not in left_alone
    )


def settle(
    session: Session,
    now: datetime,
    centre_id: int,
    found: Iterable[Cause],
    *,
    judges: Callable[[str], bool],
) -> Changes:
    """Make the open alarms of the kinds that are judged equal to the causes found."""
    causes = {(each.kind, each.subject): each for each in found if judges(each.kind)}
    closed = 0
    for alarm in _open(session, centre_id):
        if not judges(alarm.kind):
            continue
        cause = causes.pop((alarm.kind, alarm.subject), None)
        if cause is None:
            alarm.closed_at = now
            closed += 1
        elif alarm.detail != cause.detail:
            alarm.detail = dict(cause.detail)
    session.flush()
    raised = sum(_raise(session, now, centre_id, each) for each in causes.values())
    return Changes(raised, closed)


def _raise(session: Session, now: datetime, centre_id: int, cause: Cause) -> int:
    """Insert an alarm; return 0 when another process has just raised it."""
    dialect = session.get_bind().dialect.name
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(Alarm)
    row = {
        "centre_id": centre_id,
        "id": new_id(),
        "kind": cause.kind,
        "subject": cause.subject,
        "detail": dict(cause.detail),
        "raised_at": now,
    }
    added = session.execute(
        insert.values(row).on_conflict_do_nothing().returning(Alarm.id)
    )
    return len(added.all())


def _open(session: Session, centre_id: int) -> Sequence[Alarm]:
    return session.scalars(
        sa.select(Alarm)
        .where(Alarm.centre_id == centre_id, Alarm.closed_at.is_(None))
        .order_by(
            Alarm.acknowledged_at.is_not(None), Alarm.raised_at, Alarm.kind, Alarm.id
        )
    ).all()


def open_alarms(session: Session, centre_id: int) -> list[Alarm]:
    """Return what is open: first what nobody has acknowledged, then the oldest."""
    return list(_open(session, centre_id))


def acknowledge(
    session: Session, now: datetime, centre_id: int, alarm_id: uuid.UUID, by: str
) -> Alarm:
    """Note who knows of an alarm; whoever was first stays noted."""
    alarm = session.get(Alarm, (centre_id, alarm_id), with_for_update=True)
    if alarm is None:
        raise NotFoundError(alarm=str(alarm_id))
    if alarm.acknowledged_at is None and alarm.closed_at is None:
        alarm.acknowledged_at, alarm.acknowledged_by = now, by
    return alarm


def board(session: Session, now: datetime, centre_id: int) -> Board:
    """Return what the page of alarms shows."""
    past = session.scalars(
        sa.select(Alarm)
        .where(
            Alarm.centre_id == centre_id,
            Alarm.closed_at > now - KEPT_IN_VIEW,
        )
        .order_by(Alarm.raised_at.desc(), Alarm.id)
        .limit(MOST_IN_VIEW)
    ).all()
    return Board(open_alarms(session, centre_id), past, names(session, centre_id))


def names(session: Session, centre_id: int) -> dict[str, str]:
    """Return the tablets' names by their ids, revoked ones too."""
    rows = session.execute(
        sa.select(Device.id, Device.name).where(Device.centre_id == centre_id)
    )
    return {str(device_id): name for device_id, name in rows}


def silent_devices(session: Session, centre_id: int) -> int:
    """Return how many tablets are away or take in nothing."""
    kinds = Alarm.kind.in_(("away", "silence"))
    query = sa.select(sa.func.count(sa.distinct(Alarm.subject))).where(
        Alarm.centre_id == centre_id, Alarm.closed_at.is_(None), kinds
    )
    return session.scalar(query) or 0
