"""Telling by mail what was raised and what is over.

The news is read, sent while no transaction is open, and only then noted as told: a mail
that fails is tried again at the next tick with whatever is new by then. Should power fail
between sending and noting, the same mail goes out once more, under the same Message-ID.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from kiosk.accounts.models import Account
from kiosk.accounts.permissions import Role
from kiosk.centre.models import Centre
from kiosk.config import Settings
from kiosk.core.database import writing
from kiosk.watch import service
from kiosk.watch.mail import Letterhead, MailError, MailServer, send
from kiosk.watch.mail_messages import write
from kiosk.watch.models import Alarm
from kiosk.watch.rules import Cause

TOLD = (Role.HEAD, Role.ADMIN)
# A bad day brings one mail in ten minutes, not one for every event.
PAUSE = timedelta(minutes=10)
# What came and went before mail was set up, or while the mail server was away for long,
# is read on the page.
NEWS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Post:
    """How this installation sends mail, and where its mail leads."""

    server: MailServer
    sender: str
    link: str


@dataclass(frozen=True, slots=True)
class News:
    """What nobody was told yet, to whom it goes, and the words that it needs."""

    raised: Sequence[Alarm]
    closed: Sequence[Alarm]
    recipients: Sequence[str]
    told_at: datetime | None
    names: Mapping[str, str]
    centre: Mapping[str, str]

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.raised or self.closed)


def post_of(settings: Settings) -> Post | None:
    """Return how to send mail, or None where no mail server is set."""
    if not settings.smtp_url:
        return None
    return Post(
        MailServer.of(settings.smtp_url),
        settings.mail_from,
        f"{settings.public_url}/alarms",
    )


def deliver(engine: Engine, now: datetime, centre_id: int, post: Post | None) -> str:
    """Send what is new: "off", "nothing", "waiting", "sent" or "failed"."""
    if post is None:
        _note_fault(engine, now, centre_id, None)
        return "off"
    with Session(engine, expire_on_commit=False) as session:
        news = _news(session, now, centre_id)
    if not news:
        return "nothing"
    if news.told_at and timedelta(0) <= now - news.told_at < PAUSE:
        return "waiting"
    is_taken, fault = _attempt(post, news, now)
    if is_taken:
        _note_told(engine, now, centre_id, news)
    _note_fault(engine, now, centre_id, fault)
    return "sent" if is_taken else "failed"


def _attempt(post: Post, news: News, now: datetime) -> tuple[bool, str | None]:
    """Tell whether the server took the mail, and what went wrong."""
    if not news.recipients:
        return False, "nobody"
    try:
        refused = send(post.server, _message(post, news, now))
    except MailError as error:
        return False, error.reason
    except ValueError:
        # The standard library refuses a header of two lines, and what is no address.
        return False, "address"
    return True, "recipients" if refused else None


def _news(session: Session, now: datetime, centre_id: int) -> News:
    own = (Alarm.centre_id == centre_id, Alarm.kind != service.MAIL)
    told = sa.func.coalesce(Alarm.closing_mailed_at, Alarm.raising_mailed_at)
    centre = session.get_one(Centre, centre_id)
    return News(
        _alarms(
            session,
            *own,
            Alarm.raising_mailed_at.is_(None),
            Alarm.closed_at.is_(None),
        ),
        _alarms(
            session,
            *own,
            Alarm.closing_mailed_at.is_(None),
            Alarm.closed_at > now - NEWS_FOR,
        ),
        _recipients(session, centre_id),
        session.scalar(sa.select(sa.func.max(told)).where(*own)),
        service.names(session, centre_id),
        {"vi": centre.name_vi, "en": centre.name_en},
    )


def _alarms(session: Session, *wanted: sa.ColumnElement[bool]) -> Sequence[Alarm]:
    query = sa.select(Alarm).where(*wanted).order_by(Alarm.raised_at, Alarm.id)
    return session.scalars(query).all()


def _recipients(session: Session, centre_id: int) -> Sequence[str]:
    query = sa.select(Account.email).where(
        Account.centre_id == centre_id,
        Account.role.in_(TOLD),
        Account.disabled_at.is_(None),
    )
    return session.scalars(query.order_by(Account.email)).all()


def _message(post: Post, news: News, now: datetime) -> EmailMessage:
    letter = write(
        news.raised, news.closed, news.names, centre=news.centre, link=post.link
    )
    message = EmailMessage(policy=Letterhead())
    message["From"] = post.sender
    message["To"] = ", ".join(news.recipients)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(post, news)
    # RFC 3834: nobody's absence note shall answer it.
    message["Auto-Submitted"] = "auto-generated"
    # Nothing in it depends on a server that passes eight bits.
    message.set_content(letter.text, cte="quoted-printable")
    return message


def _message_id(post: Post, news: News) -> str:
    told = [f"+{alarm.id}" for alarm in news.raised]
    told += [f"-{alarm.id}" for alarm in news.closed]
    digest = sha256(" ".join(told).encode()).hexdigest()[:32]
    return f"<{digest}@{post.sender.rpartition('@')[2].strip('> ')}>"


def _note_told(engine: Engine, now: datetime, centre_id: int, news: News) -> None:
    closed = [alarm.id for alarm in news.closed]
    told = [*closed, *(alarm.id for alarm in news.raised)]
    own = sa.update(Alarm).where(Alarm.centre_id == centre_id)
    with writing(engine) as connection:
        connection.execute(
            own.where(Alarm.id.in_(told), Alarm.raising_mailed_at.is_(None)).values(
                raising_mailed_at=now
            )
        )
        connection.execute(
            own.where(Alarm.id.in_(closed)).values(closing_mailed_at=now)
        )


def _note_fault(
    engine: Engine, now: datetime, centre_id: int, reason: str | None
) -> None:
    """Raise the alarm about mail, or close it."""
    found = [Cause(service.MAIL, detail={"reason": reason})] if reason else []
    with writing(engine) as connection, Session(connection) as session:
        service.settle(session, now, centre_id, found, judges=service.MAIL.__eq__)
