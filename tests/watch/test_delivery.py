"""Mail about alarms: to whom, when, once, and what becomes of a mail that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.config import Settings
from kiosk.watch import delivery, mail, service
from kiosk.watch.delivery import Post, deliver
from kiosk.watch.models import Alarm
from kiosk.watch.rules import Cause
from tests.staff import hire
from tests.watch.conftest import CENTRE, MINUTE, NOW
from tests.watch.post_office import HOST, PostOffice, free_port, hanging, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from flask import Flask
    from sqlalchemy.engine import Engine

    from kiosk.watch.service import Changes

Look = Callable[..., "Changes"]
Tick = Callable[..., str]

HEAD, ADMIN = "head@hanam.example", "admin@hanam.example"
DISK = Cause("disk", detail={"free": 0.04, "free_mb": 900})
BACKUP = Cause("backup", detail={"since": None})


def post(port: int) -> Post:
    server = mail.MailServer(HOST, port, implicit_tls=False, user="", password="")
    return Post(server, "motcua@hanam.example", "https://danhgia.example/alarms")


@pytest.fixture
def staff(app: Flask) -> None:
    """Hire one of each, and a head who has left."""
    hire(app, "head", email=HEAD)
    hire(app, "admin", email=ADMIN)
    for role in ("clerk", "leader", "supervisor"):
        hire(app, role)
    left = hire(app, "head", email="left@hanam.example")
    with app.app_context():
        from kiosk.accounts.models import Account
        from kiosk.edge.transaction import writing_session

        with writing_session() as session:
            session.get_one(Account, (CENTRE, left.id)).disabled_at = NOW


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def tick(
    engine: Engine, office: PostOffice, staff: None, spoken: None
) -> Iterator[Tick]:
    """Return the sending part of a tick, towards a server that works."""
    with opened(office) as port:
        yield lambda now: deliver(engine, now, CENTRE, post(port))


def mail_alarms(engine: Engine) -> list[Alarm]:
    with Session(engine) as session:
        query = sa.select(Alarm).where(Alarm.kind == "mail").order_by(Alarm.raised_at)
        return list(session.scalars(query))


def only(office: PostOffice) -> EmailMessage:
    (message,) = office.taken
    office.taken.clear()
    return message


def test_what_was_raised_goes_to_head_and_admin_once(
    look: Look, tick: Tick, office: PostOffice
) -> None:
    assert tick(NOW) == "nothing"
    look(NOW, DISK)
    assert tick(NOW + MINUTE) == "sent"
    assert office.envelopes == [("motcua@hanam.example", [ADMIN, HEAD])]
    message = only(office)
    assert message["Subject"] == "Cảnh báo: Ổ đĩa máy chủ còn trống 4,0\xa0% (900 MB)"
    text = message.get_content()
    assert "- Ổ đĩa máy chủ còn trống 4,0\xa0% (900 MB)" in text
    assert "Xóa tệp cũ không cần" in text
    assert "https://danhgia.example/alarms" in text
    assert "4.0\xa0%" in text.split("— — —")[1]
    assert message["Auto-Submitted"] == "auto-generated"

    assert tick(NOW + timedelta(hours=1)) == "nothing"
    assert office.taken == []


def test_raised_and_closed_since_in_one_mail(
    look: Look, tick: Tick, office: PostOffice
) -> None:
    look(NOW, DISK)
    tick(NOW)
    office.taken.clear()
    look(NOW + 20 * MINUTE, BACKUP)
    look(NOW + 90 * MINUTE, BACKUP, Cause("job", "cube", {"failure": "Đầy đĩa."}))
    assert tick(NOW + 90 * MINUTE) == "sent"
    message = only(office)
    assert message["Subject"] == "Cảnh báo: 2 việc mới, 1 việc đã hết"
    text = message.get_content()
    assert "Chưa có bản sao lưu mới từ trước tới nay" in text
    assert "Việc định kỳ “đếm lại số liệu” không xong: Đầy đĩa." in text
    assert "từ 10:00 19/11/2026, kéo dài 20 phút" in text
    assert tick(NOW + timedelta(hours=3)) == "nothing"


def test_what_came_and_went_between_two_mails_is_told_once(
    look: Look, tick: Tick, office: PostOffice
) -> None:
    look(NOW, DISK)
    look(NOW + 5 * MINUTE)
    assert tick(NOW + 5 * MINUTE) == "sent"
    message = only(office)
    assert message["Subject"].startswith("Đã hết: Ổ đĩa")
    assert "Mới:" not in message.get_content()
    assert tick(NOW + timedelta(hours=1)) == "nothing"


def test_one_mail_in_ten_minutes(look: Look, tick: Tick, office: PostOffice) -> None:
    look(NOW, DISK)
    assert tick(NOW) == "sent"
    look(NOW + 5 * MINUTE, DISK, BACKUP)
    assert tick(NOW + 5 * MINUTE) == "waiting"
    assert tick(NOW + 10 * MINUTE) == "sent"
    assert len(office.taken) == 2


def test_a_clock_put_back_does_not_stop_the_mail(
    look: Look, tick: Tick, office: PostOffice
) -> None:
    look(NOW, DISK)
    tick(NOW)
    earlier = NOW - timedelta(days=30)
    look(earlier, DISK, BACKUP)
    assert tick(earlier) == "sent"


def test_old_stories_are_not_told_when_mail_is_set_up(
    engine: Engine, look: Look, tick: Tick, office: PostOffice
) -> None:
    look(NOW, DISK, BACKUP)
    look(NOW + MINUTE, BACKUP)
    later = NOW + timedelta(days=8)
    assert deliver(engine, NOW, CENTRE, None) == "off"
    assert tick(later) == "sent"
    text = only(office).get_content()
    assert "sao lưu" in text
    assert "Ổ đĩa" not in text


def test_a_failed_mail_is_tried_again_and_is_itself_an_alarm(
    engine: Engine, look: Look, tick: Tick, office: PostOffice
) -> None:
    look(NOW, DISK)
    office.answer = "451 later"
    assert tick(NOW) == "failed"
    assert tick(NOW + 5 * MINUTE) == "failed"
    (fault,) = mail_alarms(engine)
    assert (fault.raised_at, fault.detail) == (NOW, {"reason": "refused"})
    look(NOW + 5 * MINUTE, DISK)

    office.answer = "250 OK"
    assert tick(NOW + 10 * MINUTE) == "sent"
    (fault,) = mail_alarms(engine)
    assert fault.closed_at == NOW + 10 * MINUTE
    assert "thư" not in only(office)["Subject"]
    assert tick(NOW + timedelta(hours=1)) == "nothing"


def test_the_same_news_has_the_same_message_id(
    engine: Engine, look: Look, office: PostOffice, staff: None, spoken: None
) -> None:
    """A mail that was taken, and not noted for a power cut, is one mail in the end."""
    look(NOW, DISK)
    with opened(office) as port:
        deliver(engine, NOW, CENTRE, post(port))
        with Session(engine) as session:
            session.execute(sa.update(Alarm).values(raising_mailed_at=None))
            session.commit()
        deliver(engine, NOW + MINUTE, CENTRE, post(port))
        look(NOW + 20 * MINUTE, DISK, BACKUP)
        deliver(engine, NOW + 20 * MINUTE, CENTRE, post(port))
    first, second, third = (message["Message-ID"] for message in office.taken)
    assert first == second != third


def test_nobody_there_to_be_told(engine: Engine, look: Look, spoken: None) -> None:
    look(NOW, DISK)
    assert deliver(engine, NOW, CENTRE, post(free_port())) == "failed"
    assert mail_alarms(engine)[0].detail == {"reason": "nobody"}


def test_one_mailbox_that_is_gone_does_not_silence_the_other(
    engine: Engine, look: Look, tick: Tick, office: PostOffice
) -> None:
    office.refused = {ADMIN}
    look(NOW, DISK)
    assert tick(NOW) == "sent"
    assert office.envelopes[0][1] == [HEAD]
    assert mail_alarms(engine)[0].detail == {"reason": "recipients"}
    assert tick(NOW + MINUTE) == "nothing"


def test_without_a_mail_server_nothing_is_wrong(
    engine: Engine, look: Look, tick: Tick, office: PostOffice
) -> None:
    look(NOW, DISK)
    office.answer = "554 no"
    tick(NOW)
    assert deliver(engine, NOW + MINUTE, CENTRE, None) == "off"
    (fault,) = mail_alarms(engine)
    assert fault.closed_at == NOW + MINUTE
    with Session(engine) as session:
        assert [alarm.kind for alarm in service.open_alarms(session, CENTRE)] == [
            "disk"
        ]


def test_a_name_cannot_write_headers(
    look: Look, tick: Tick, office: PostOffice, pair: Callable[..., str]
) -> None:
    pair("Máy 2\r\nBcc: thief@example.com\r\n\r\nXin chào")
    look(NOW + 20 * MINUTE)
    assert tick(NOW + 20 * MINUTE) == "sent"
    assert office.envelopes[0][1] == [ADMIN, HEAD]
    message = only(office)
    assert message["Bcc"] is None
    assert message["Subject"].startswith(
        "Cảnh báo: Máy 2 Bcc: thief@example.com Xin chào"
    )


def test_a_sender_of_two_lines_is_refused_before_anything_is_sent(
    engine: Engine, look: Look, office: PostOffice, staff: None, spoken: None
) -> None:
    look(NOW, DISK)
    with opened(office) as port:
        bad = Post(post(port).server, "a@b.example\nBcc: thief@example.com", "http://x")
        assert deliver(engine, NOW, CENTRE, bad) == "failed"
    assert mail_alarms(engine)[0].detail == {"reason": "address"}
    assert office.taken == []


def test_no_transaction_is_open_while_mail_is_sent(
    engine: Engine,
    look: Look,
    staff: None,
    spoken: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that hangs holds up nobody: others write meanwhile."""
    look(NOW, DISK)
    open_connections = []

    def watched(server: mail.MailServer, message: EmailMessage) -> int:
        open_connections.append(engine.pool.checkedout())  # type: ignore[attr-defined]
        look(NOW + MINUTE, DISK, BACKUP)
        return mail.send(server, message, timeout=1)

    monkeypatch.setattr(delivery, "send", watched)
    with hanging() as port:
        assert deliver(engine, NOW, CENTRE, post(port)) == "failed"
    assert open_connections == [0]
    assert mail_alarms(engine)[0].detail == {"reason": "timeout"}


def test_what_closes_while_a_mail_is_under_way_is_told_by_the_next(
    engine: Engine,
    look: Look,
    tick: Tick,
    office: PostOffice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look(NOW, DISK)

    def slow(server: mail.MailServer, message: EmailMessage) -> int:
        look(NOW + MINUTE)
        return mail.send(server, message)

    monkeypatch.setattr(delivery, "send", slow)
    assert tick(NOW) == "sent"
    assert only(office)["Subject"].startswith("Cảnh báo:")
    monkeypatch.undo()
    assert tick(NOW + 15 * MINUTE) == "sent"
    assert only(office)["Subject"].startswith("Đã hết:")


def test_the_mail_holds_no_personal_data(
    engine: Engine, look: Look, tick: Tick, office: PostOffice
) -> None:
    look(NOW, DISK)
    with Session(engine) as session:
        (alarm,) = service.open_alarms(session, CENTRE)
        service.acknowledge(session, NOW, CENTRE, alarm.id, "Nguyễn Thị Bình")
        session.commit()
    tick(NOW)
    assert "Nguyễn" not in only(office).get_content()


def test_post_of_the_settings() -> None:
    def settings(**changes: str) -> Settings:
        return Settings(_env_file=None, base_url="https://danhgia.example/", **changes)

    assert delivery.post_of(settings()) is None
    found = delivery.post_of(
        settings(smtp_url="smtp://u:p@mail.example", mail_from="a@hanam.example")
    )
    assert found == Post(
        mail.MailServer("mail.example", 587, False, "u", "p"),
        "a@hanam.example",
        "https://danhgia.example/alarms",
    )
