"""The settings of the tablets: what they show, what they change, what is recorded."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from kiosk.accounts.models import AuditEntry
from kiosk.accounts.permissions import Role
from kiosk.capture.models import AnswerSheet
from kiosk.centre.models import Point
from kiosk.core.ids import new_id
from kiosk.devices import pairing, service
from kiosk.devices.models import Device
from kiosk.edge.assets import release
from tests.capture.conftest import raw_sheet
from tests.devices.beats import beat
from tests.staff import submit, token_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

LIST = "/settings/devices"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("kiosk.clock.now", lambda: now)


@pytest.fixture
def tablet(session: Session, now: datetime) -> UUID:
    """Pair a tablet at counter 1."""
    made, _ = service.pair(session, now - timedelta(days=30), 1, "Q1", "Máy 1")
    session.commit()
    return made.id


def read(session: Session, device_id: UUID) -> Device:
    session.rollback()
    return session.get_one(Device, (1, device_id))


def said(page: TestResponse) -> str:
    """Return what a page says, without its markup."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


def report(session: Session, device_id: UUID, at: datetime, **changes: Any) -> None:
    service.hear(session, at, 1, device_id, beat(**changes))
    session.commit()


def entries(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    rows = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id))
    return [
        (row.action, str(row.detail))
        for row in rows
        if row.action.startswith("device.")
    ]


def waiting_code(session: Session, now: datetime, letter: str = "k") -> str:
    session.rollback()
    code = pairing.ask(session, now, 1, letter * 43).code
    session.commit()
    return code


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER, Role.SUPERVISOR])
def test_others_see_no_tablets(
    sign_in: Callable[[str], FlaskClient], role: Role, tablet: UUID
) -> None:
    client = sign_in(role)
    for page in (LIST, f"{LIST}/{tablet}", f"{LIST}/pair?code=K7M3Q9"):
        assert client.get(page).status_code == 403
    assert client.post(f"{LIST}/{tablet}/pin").status_code in {400, 403}


def test_whoever_looks_after_the_machines_does(
    sign_in: Callable[[str], FlaskClient], tablet: UUID
) -> None:
    admin = sign_in(Role.ADMIN)
    assert admin.get(f"{LIST}/{tablet}").status_code == 200
    assert 'href="/settings/devices"' in admin.get("/settings/centre").text


def test_without_tablets_the_page_says_how_to_begin(head: FlaskClient) -> None:
    page = said(head.get(LIST))
    assert "Chưa có máy nào." in page
    assert "http://localhost/kiosk/pair" in page


def test_a_tablet_that_is_well(
    head: FlaskClient, session: Session, now: datetime, tablet: UUID
) -> None:
    report(session, tablet, now - timedelta(seconds=50), release=release())
    page = said(head.get(LIST))
    for words in (
        "Quầy 1 · Hộ tịch – Chứng thực",
        "Đang chạy",
        "Báo lần cuối 08:14",
        "Đã chạm 5.012 · đã gửi 5.012 · đang chờ 0",
        "82 %, đang cắm điện",
        "Lưu bền, trình duyệt không tự xóa",
        "Đúng giờ",
        "Bản mới nhất · bộ câu hỏi counter, bản 1",
    ):
        assert words in page
    assert "Lệch" not in page
    assert "từ chối" not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"queue": 4, "tapped": 5016}, "đang chờ 4"),
        ({"queue": 4, "tapped": 5020}, "Lệch 4"),
        ({"queue": 4, "tapped": 5015}, "Lệch -1"),
        ({"quarantine": 2, "tapped": 5014}, "để riêng 2 Máy chủ từ chối 2"),
        ({"oldest_unsent": "2026-11-22T00:10:00Z"}, "Cũ nhất chờ từ 07:10"),
        ({"oldest_unsent": "2026-11-20T00:10:00Z"}, "chờ từ 07:10 20/11/2026"),
        ({"clock_offset_ms": 180_000}, "Chậm 3 phút"),
        ({"clock_offset_ms": -9_000_000}, "Nhanh 2 giờ"),
        ({"clock_offset_ms": 1_790_000_000_000}, "Chậm 20.717 ngày"),
        ({"clock_offset_ms": None}, "Chưa đo được"),
        ({"battery": None}, "Trình duyệt không cho biết"),
        ({"battery": {"level": 0.07, "charging": False}}, "7 %, không cắm điện"),
        ({"release": "abc"}, "Bản cũ abc"),
    ],
)
def test_what_is_not_well_is_said(
    head: FlaskClient,
    session: Session,
    now: datetime,
    tablet: UUID,
    changes: dict[str, Any],
    words: str,
) -> None:
    report(session, tablet, now, **changes)
    assert words in said(head.get(LIST))
    assert words in said(head.get(f"{LIST}/{tablet}"))


@pytest.mark.parametrize(
    ("storage", "words"),
    [
        (("indexeddb", False), "trình duyệt có thể xóa khi máy hết chỗ"),
        (("indexeddb", None), "Lưu bền"),
        (("memory", True), "Chỉ trong trang: tắt máy là mất"),
    ],
)
def test_where_sheets_wait_is_said(
    head: FlaskClient,
    session: Session,
    now: datetime,
    tablet: UUID,
    storage: tuple[str, bool | None],
    words: str,
) -> None:
    kind, persisted = storage
    told = {"kind": kind, "persisted": persisted, "usage": None, "quota": None}
    report(session, tablet, now, storage=told)
    assert words in said(head.get(LIST))


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(minutes=2, seconds=59), "Đang chạy"),
        (timedelta(minutes=3), "Chưa thấy từ 08:12"),
        (timedelta(days=2), "Chưa thấy từ 08:15 20/11/2026"),
    ],
)
def test_silence_is_said(
    head: FlaskClient,
    session: Session,
    now: datetime,
    tablet: UUID,
    age: timedelta,
    words: str,
) -> None:
    report(session, tablet, now - age)
    assert words in said(head.get(LIST))


@pytest.mark.parametrize(
    "end", ["9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
)
def test_a_tablet_at_the_end_of_the_calendar_does_not_hide_the_others(
    head: FlaskClient, session: Session, now: datetime, tablet: UUID, end: str
) -> None:
    report(session, tablet, now, sent_at=end, oldest_unsent=end, queue=1, tapped=5013)
    assert "Máy 1" in said(head.get(LIST))
    assert head.get(f"{LIST}/{tablet}").status_code == 200


def test_a_tablet_that_never_spoke(head: FlaskClient, tablet: UUID) -> None:
    page = said(head.get(LIST))
    assert "Chưa báo lần nào" in page
    assert "Máy chưa báo gì." in page
    assert head.get(f"{LIST}/{tablet}").status_code == 200


def test_a_canary_is_not_in_the_list(
    head: FlaskClient, session: Session, now: datetime
) -> None:
    canary, _ = service.pair(session, now, 1, "Q1", "Chim báo")
    canary.kind = "canary"
    session.commit()
    assert "Chim báo" not in head.get(LIST).text
    assert head.get(f"{LIST}/{canary.id}").status_code == 404


@pytest.mark.parametrize(
    "code", ["", "K7M", "K7M3QU", "ĐĐĐ-ĐĐĐ", "\x00" * 6, "x" * 3000]
)
def test_what_is_no_code_is_said_at_the_field(head: FlaskClient, code: str) -> None:
    page = head.get(f"{LIST}/pair", query_string={"code": code})
    assert page.status_code == 422
    assert "Mã gồm sáu chữ và số" in said(page)


def test_a_code_that_nobody_shows_is_said_at_the_field(head: FlaskClient) -> None:
    page = head.get(f"{LIST}/pair?code=K7M-3Q9")
    assert page.status_code == 422
    assert "Không có máy nào đang chờ với mã này" in said(page)
    assert 'value="K7M-3Q9"' in page.text


def test_the_age_of_a_code_is_shown_before_it_is_confirmed(
    head: FlaskClient, session: Session, now: datetime
) -> None:
    young = waiting_code(session, now)
    old = waiting_code(session, now - timedelta(minutes=7, seconds=5), "o")
    assert "vừa xin, chưa đến một phút" in said(head.get(f"{LIST}/pair?code={young}"))
    page = said(head.get(f"{LIST}/pair?code={old.lower()}"))
    assert "xin cách đây 7 phút" in page
    assert f"{old[:3]}-{old[3:]}" in page


def test_a_code_makes_a_new_tablet(
    head: FlaskClient, session: Session, now: datetime
) -> None:
    code = waiting_code(session, now)
    page = submit(
        head,
        f"{LIST}/pair",
        {"code": code, "name": " Máy  lối ra ", "point": "RA"},
        page=f"{LIST}/pair?code={code}",
    )
    assert page.status_code == 200
    made = service.find_by_key(session, "k" * 43)
    assert (made.name, made.point_code) == ("Máy lối ra", "RA")
    assert str(made.pin) in said(page)
    [(action, detail)] = entries(session)
    assert action == "device.pair"
    assert str(made.pin) not in detail


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": " ", "point": "Q1"}, "Ghi tên để nhận ra máy."),
        ({"name": "x" * 61, "point": "Q1"}, "Dài quá 60 ký tự."),
        ({"name": "Máy", "point": "Q9"}, "Chọn một điểm trong danh sách."),
        ({"name": "Máy"}, "Chọn một điểm trong danh sách."),
    ],
)
def test_an_incomplete_tablet_is_not_made(
    head: FlaskClient,
    session: Session,
    now: datetime,
    data: dict[str, str],
    words: str,
) -> None:
    code = waiting_code(session, now)
    address = f"{LIST}/pair"
    page = submit(head, address, {"code": code, **data}, page=f"{address}?code={code}")
    assert page.status_code == 422
    assert words in said(page)
    assert f'value="{code}"' in page.text
    assert pairing.find(session, now, 1, code) is not None


def test_a_code_that_expired_while_the_page_stood_open(
    head: FlaskClient,
    session: Session,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tablet: UUID,
) -> None:
    code = waiting_code(session, now)
    token = token_in(head.get(f"{LIST}/pair?code={code}"))
    monkeypatch.setattr("kiosk.clock.now", lambda: now + timedelta(minutes=10))
    data = {"csrf_token": token, "code": code}
    new = head.post(f"{LIST}/pair", data={**data, "name": "Máy", "point": "Q1"})
    again = head.post(f"{LIST}/pair/again", data={**data, "device": str(tablet)})
    for page in (new, again, head.post(f"{LIST}/pair", data={"csrf_token": token})):
        assert page.status_code == 422
        assert "Không có máy nào đang chờ với mã này" in said(page)
    assert not entries(session)


def test_a_tablet_that_lost_its_key_is_paired_again(
    head: FlaskClient, session: Session, now: datetime, tablet: UUID
) -> None:
    service.revoke(session, now, 1, tablet)
    session.commit()
    code = waiting_code(session, now)
    page = submit(
        head,
        f"{LIST}/pair/again",
        {"code": code, "device": str(tablet)},
        page=f"{LIST}/pair?code={code}",
    )
    assert page.status_code == 200
    again = service.find_by_key(session, "k" * 43)
    assert (again.id, again.revoked_at) == (tablet, None)
    assert str(again.pin) in said(page)
    assert [action for action, _ in entries(session)] == ["device.pair_again"]


@pytest.mark.parametrize("device", [None, "", "nonsense", str(UUID(int=7))])
def test_only_a_listed_tablet_is_paired_again(
    head: FlaskClient,
    session: Session,
    now: datetime,
    tablet: UUID,
    device: str | None,
) -> None:
    code = waiting_code(session, now)
    data = {"code": code} | ({} if device is None else {"device": device})
    address = f"{LIST}/pair/again"
    page = submit(head, address, data, page=f"{LIST}/pair?code={code}")
    assert page.status_code == 422
    assert "Chọn máy được ghép lại." in said(page)
    assert read(session, tablet).key_hash


def test_a_tablet_is_renamed_and_moved(
    head: FlaskClient, session: Session, tablet: UUID
) -> None:
    page = submit(head, f"{LIST}/{tablet}", {"name": "Máy B", "point": "RA"})
    assert page.status_code == 302
    moved = read(session, tablet)
    assert (moved.name, moved.point_code) == ("Máy B", "RA")
    [(action, detail)] = entries(session)
    assert action == "device.change"
    assert "Máy 1" in detail
    assert "Máy B" in detail


def test_sheets_tapped_before_a_move_keep_their_point(
    head: FlaskClient, client: FlaskClient, session: Session, now: datetime
) -> None:
    made, key = service.pair(session, now, 1, "Q1", "Máy 1")
    session.commit()
    submit(head, f"{LIST}/{made.id}", {"name": "Máy 1", "point": "RA"})
    waited = raw_sheet(point="Q1", captured_at="2026-11-22T08:10:00+07:00")
    answer = client.post(
        "/api/v1/responses",
        json={"sent_at": now.isoformat(), "responses": [waited]},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.json["results"][0]["status"] == "stored"
    session.rollback()
    assert session.scalars(sa.select(AnswerSheet.point)).all() == ["Q1"]


def test_a_name_is_text_and_never_markup(
    head: FlaskClient, session: Session, now: datetime, tablet: UUID
) -> None:
    name = '"><script>alert(1)</script>'
    assert (
        submit(head, f"{LIST}/{tablet}", {"name": name, "point": "Q1"}).status_code
        == 302
    )
    code = waiting_code(session, now)
    for page in (
        LIST,
        f"{LIST}/{tablet}",
        f"{LIST}/{tablet}/revoke",
        f"{LIST}/pair?code={code}",
        "/settings/audit",
    ):
        assert "<script>alert" not in head.get(page).text


def test_a_tablet_at_a_closed_point_can_be_renamed_where_it_stands(
    head: FlaskClient, session: Session, now: datetime, tablet: UUID
) -> None:
    for code in ("Q1", "Q2"):
        session.get_one(Point, (1, code)).retired_on = now.date()
    session.commit()
    stays = submit(head, f"{LIST}/{tablet}", {"name": "Máy B", "point": "Q1"})
    assert stays.status_code == 302
    moves = submit(head, f"{LIST}/{tablet}", {"name": "Máy B", "point": "Q2"})
    assert moves.status_code == 422
    assert read(session, tablet).point_code == "Q1"


def test_looking_at_a_pin_is_recorded(
    head: FlaskClient, session: Session, tablet: UUID
) -> None:
    pin = str(read(session, tablet).pin)
    assert pin not in head.get(f"{LIST}/{tablet}").text + head.get(LIST).text
    page = submit(head, f"{LIST}/{tablet}/pin", {}, page=f"{LIST}/{tablet}")
    assert pin in said(page)
    [(action, detail)] = entries(session)
    assert action == "device.pin_show"
    assert pin not in detail


def test_a_new_pin_replaces_the_old_one(
    head: FlaskClient, session: Session, tablet: UUID
) -> None:
    old = read(session, tablet).pin
    page = submit(head, f"{LIST}/{tablet}/pin/new", {}, page=f"{LIST}/{tablet}")
    new = str(read(session, tablet).pin)
    assert new != old
    assert new in said(page)
    [(action, detail)] = entries(session)
    assert action == "device.pin_new"
    assert new not in detail


def test_a_tablet_from_before_pins_has_none_to_show(
    head: FlaskClient, session: Session, tablet: UUID
) -> None:
    read(session, tablet).pin = None
    session.commit()
    page = submit(head, f"{LIST}/{tablet}/pin", {}, page=f"{LIST}/{tablet}")
    assert "Chưa có PIN" in said(page)


def test_revoking_says_what_happens_and_what_still_waits(
    head: FlaskClient, session: Session, now: datetime, tablet: UUID
) -> None:
    report(session, tablet, now, queue=7, tapped=5019)
    asked = f"{LIST}/{tablet}/revoke"
    page = said(head.get(asked))
    assert "còn 7 lượt chạm chờ gửi" in page
    assert "không mất" in page
    assert submit(head, asked, {}).status_code == 302
    assert read(session, tablet).revoked_at == now
    assert [action for action, _ in entries(session)] == ["device.revoke"]
    listed = said(head.get(LIST))
    assert "Đã thu hồi" in listed
    shown = head.get(f"{LIST}/{tablet}")
    assert "Máy này đã thu hồi lúc 08:15 22/11/2026" in said(shown)
    assert "/revoke" not in shown.text


def test_revoked_tablets_come_last(
    head: FlaskClient, session: Session, now: datetime, tablet: UUID
) -> None:
    service.revoke(session, now, 1, tablet)
    service.pair(session, now, 1, "Q2", "Máy 2")
    session.commit()
    text = head.get(LIST).text
    assert text.index("Máy 2") < text.index("Máy 1")


@pytest.mark.parametrize("page", ["", "/revoke"])
def test_a_tablet_that_never_was_is_not_found(head: FlaskClient, page: str) -> None:
    assert head.get(f"{LIST}/{new_id()}{page}").status_code == 404


@pytest.mark.parametrize("action", ["", "/pin", "/pin/new", "/revoke"])
def test_a_form_without_its_token_changes_nothing(
    head: FlaskClient, session: Session, tablet: UUID, action: str
) -> None:
    before = read(session, tablet).pin
    assert head.post(f"{LIST}/{tablet}{action}").status_code == 400
    after = read(session, tablet)
    assert (after.pin, after.revoked_at, after.name) == (before, None, "Máy 1")


def test_every_page_speaks_english(
    head: FlaskClient, session: Session, now: datetime, tablet: UUID
) -> None:
    report(session, tablet, now, queue=1_200, tapped=6_212)
    code = waiting_code(session, now - timedelta(minutes=1))
    listed = said(head.get(f"{LIST}?lang=en"))
    assert "Tapped 6,212 · sent 5,012 · waiting 1,200" in listed
    assert "1 minute ago" in said(head.get(f"{LIST}/pair?code={code}&lang=en"))
