"""The page of alarms and what the dashboard says of them, role by role."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.accounts.models import AuditEntry
from kiosk.watch import service
from kiosk.watch.models import Alarm
from kiosk.watch.rules import Cause
from tests.staff import TOKEN, give_cookie, hire
from tests.watch.conftest import CENTRE, MINUTE, NOW

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.engine import Engine

    from kiosk.watch.service import Changes

Look = Callable[..., "Changes"]
Staff = Callable[[str], "FlaskClient"]

DISK = Cause("disk", detail={"free": 0.04, "free_mb": 900})
BACKUP = Cause("backup", detail={"since": NOW.isoformat()})


@pytest.fixture
def staff(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """Return a browser in which a person of a role is signed in; it is half past ten."""
    now = NOW + 30 * MINUTE
    monkeypatch.setattr(clock, "now", lambda: now)

    def open_browser(role: str) -> FlaskClient:
        client = app.test_client()
        give_cookie(client, hire(app, role), at=now)
        return client

    return open_browser


def words(html: str) -> str:
    main = html.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def press(client: FlaskClient, address: str) -> int:
    """Send the form of the page that leads to the address."""
    token = TOKEN.search(client.get("/alarms").text)
    assert token
    return client.post(address, data={"csrf_token": token[1]}).status_code


def only(engine: Engine) -> Alarm:
    with Session(engine) as session:
        return session.scalars(sa.select(Alarm)).one()


@pytest.mark.parametrize("role", ["head", "leader", "admin"])
def test_what_is_open_with_what_to_do(
    staff: Staff, look: Look, pair: Callable[..., str], role: str
) -> None:
    pair("Máy 2")
    look(NOW + 20 * MINUTE, DISK)
    text = words(staff(role).get("/alarms").text)
    assert "Máy 2: không liên lạc được từ 10:00 19/11/2026" in text
    assert "Xem máy có bật, có điện và có Wi-Fi không." in text
    assert "Ổ đĩa máy chủ còn trống 4,0 % (900 MB)" in text
    assert "Báo lúc 10:20 19/11/2026, đã 10 phút." in text
    assert text.count("Tôi đã biết") == (0 if role == "leader" else 2)
    assert text.count("Chưa ai xác nhận") == (2 if role == "leader" else 0)


def test_in_english(staff: Staff, look: Look, pair: Callable[..., str]) -> None:
    pair("Tablet 2")
    look(NOW + 20 * MINUTE)
    text = words(staff("head").get("/alarms?lang=en").text)
    assert "Tablet 2: no contact since 10:00 19/11/2026" in text


def test_acknowledging_is_noted_once_and_leaves_it_open(
    staff: Staff, look: Look, engine: Engine
) -> None:
    look(NOW, DISK)
    client, address = staff("head"), f"/alarms/{only(engine).id}/acknowledge"
    assert press(client, address) == 302
    text = words(client.get("/alarms").text)
    assert "Nguyễn Thị Bình đã biết lúc 10:30 19/11/2026." in text
    assert "Tôi đã biết" not in text
    assert only(engine).closed_at is None
    with Session(engine) as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "alarm.acknowledge")
        ).one()
    assert (entry.actor, entry.subject) == ("Nguyễn Thị Bình", "disk")
    assert entry.detail["kind"] == "disk"


def test_who_may_not_acknowledge(staff: Staff, look: Look, engine: Engine) -> None:
    look(NOW, DISK)
    address = f"/alarms/{only(engine).id}/acknowledge"
    for role in ("leader", "clerk", "supervisor"):
        client = staff(role)
        token = TOKEN.search(client.get("/settings/account").text)
        assert token
        answer = client.post(address, data={"csrf_token": token[1]})
        assert answer.status_code == 403
    assert staff("head").post(address).status_code == 400, "without a token"
    assert only(engine).acknowledged_at is None


def test_an_alarm_that_is_not_there(staff: Staff, look: Look) -> None:
    look(NOW, DISK)
    assert press(staff("head"), f"/alarms/{uuid4()}/acknowledge") == 404


def test_what_is_over_and_how_long_it_lasted(staff: Staff, look: Look) -> None:
    past = NOW - timedelta(days=3)
    look(past, DISK, BACKUP)
    look(past + timedelta(minutes=12), BACKUP)
    look(past + timedelta(days=1, hours=2, minutes=5))
    text = words(staff("head").get("/alarms").text)
    assert "Không có cảnh báo nào đang mở." in text
    assert "12 phút" in text
    assert "1 ngày 2 giờ" in text
    assert text.count("tự hết") == 2


def test_nothing_at_all(staff: Staff) -> None:
    text = words(staff("head").get("/alarms").text)
    assert text.endswith("Đã hết trong 90 ngày qua Không có.")


@pytest.mark.parametrize(
    ("kind", "subject", "detail", "expected"),
    [
        ("silence", "t", {"open_hours": 3}, "Máy 2: 0 phiếu trong 3 giờ mở cửa"),
        ("clock", "t", {"minutes": 75}, "Máy 2: đồng hồ chạy chậm 75 phút"),
        ("clock", "t", {"minutes": -12}, "Máy 2: đồng hồ chạy nhanh 12 phút"),
        ("server_clock", "", {"minutes": 60}, "Đồng hồ máy chủ nhanh hơn mọi máy tính bảng 60 phút"),
        ("battery", "t", {"percent": 9}, "Máy 2: pin còn 9 %, không cắm sạc"),
        (
            "stuck",
            "t",
            {"sheets": 1200, "since": NOW.isoformat()},
            "Máy 2: 1.200 lượt chạm chờ gửi từ 10:00 19/11/2026, dù vẫn có liên lạc",
        ),
        ("quarantine", "t", {"sheets": 2}, "Máy 2: 2 lượt chạm máy chủ không nhận, còn giữ ở máy"),
        ("memory", "t", {}, "Máy 2: phiếu chờ gửi chỉ nằm trong trang đang mở"),
        ("mail", "", {"reason": "timeout"}, "Không gửi được thư báo: máy chủ thư không trả lời"),
        ("job", "backup", {"failure": "Đĩa đầy."}, "Việc định kỳ “sao lưu” không xong: Đĩa đầy."),
        ("canary", "", {"since": None}, "Phiếu thử không đi hết đường từ trước tới nay"),
        ("flood", "", {"water": 1}, "Có việc bất thường: flood"),
        ("silence", "t", {}, "Có việc bất thường: silence Máy 2"),
    ],
)  # fmt: skip
def test_every_kind_has_its_sentence(
    spoken: None, kind: str, subject: str, detail: dict[str, object], expected: str
) -> None:
    from kiosk.watch.messages import advice, sentence

    cause = Cause(kind, subject, detail)
    assert sentence(cause, {"t": "Máy 2"}) == expected.replace(" %", "\xa0%")
    assert str(advice(cause))


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (-3, "0 phút"),
        (0.5, "0 phút"),
        (59.9, "59 phút"),
        (60, "1 giờ"),
        (61, "1 giờ 1 phút"),
        (24 * 60 + 59, "1 ngày"),
        (50 * 60, "2 ngày 2 giờ"),
    ],
)
def test_how_long(spoken: None, minutes: float, expected: str) -> None:
    from kiosk.watch.messages import lasted

    assert lasted(timedelta(minutes=minutes)) == expected


# --- The dashboard ------------------------------------------------------------------------


def card(client: FlaskClient) -> str:
    html = client.get("/dashboard").text
    return html[html.index('id="card-today"') :]


@pytest.mark.parametrize("role", ["head", "leader", "admin"])
def test_the_dashboard_names_three_and_counts_the_rest(
    staff: Staff, look: Look, pair: Callable[..., str], role: str
) -> None:
    for number in range(1, 5):
        pair(f"Máy {number}", seen_at=NOW + number * timedelta(seconds=1))
    look(NOW + 25 * MINUTE, DISK)
    html = card(staff(role))
    assert html.count('href="/alarms"') == 4
    assert html.count("không liên lạc được") + html.count("Ổ đĩa") >= 3
    assert "Cảnh báo khác đang mở" in html


def test_what_nobody_knows_of_comes_first(
    staff: Staff, look: Look, engine: Engine
) -> None:
    look(NOW, DISK)
    with Session(engine) as session:
        (alarm,) = service.open_alarms(session, CENTRE)
        service.acknowledge(session, NOW, CENTRE, alarm.id, "An")
        session.commit()
    look(NOW + MINUTE, DISK, BACKUP)
    html = card(staff("head"))
    assert html.index("Chưa có bản sao lưu mới") < html.index("Ổ đĩa máy chủ")
    assert "đã biết" in html


@pytest.mark.parametrize("role", ["clerk", "supervisor"])
def test_a_clerk_never_learns_how_a_counter_is_doing_now(
    staff: Staff, look: Look, pair: Callable[..., str], role: str
) -> None:
    pair("Máy 2")
    look(NOW + 20 * MINUTE, DISK)
    client = staff(role)
    html = client.get("/dashboard").text
    assert "Máy 2" not in html
    assert "/alarms" not in html
    assert client.get("/alarms").status_code == 403


# --- The command --------------------------------------------------------------------------


def test_the_command(app: Flask, look: Look, pair: Callable[..., str]) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["alarms", "list"]).output == "Không có cảnh báo nào.\n"
    device_id = pair("Máy 2")
    look(NOW + 20 * MINUTE)
    line = "Máy 2: không liên lạc được từ 10:00 19/11/2026 (báo lúc 10:20 19/11/2026)\n"
    assert runner.invoke(args=["alarms", "list"]).output == line
    (row,) = json.loads(runner.invoke(args=["alarms", "list", "--json"]).output)
    assert (row["kind"], row["subject"]) == ("away", device_id)
    assert row["sentence"] == "Máy 2: không liên lạc được từ 10:00 19/11/2026"
    assert row["acknowledged_at"] is None
