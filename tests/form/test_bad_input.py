"""Whatever is sent: nothing wrong is stored, nothing typed is lost, nothing breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from kiosk import clock
from kiosk.capture import form_views
from kiosk.devices.service import issue_poster
from tests.form.conftest import Phone, ticket_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from kiosk.capture.models import AnswerSheet

    Sheets = Callable[[], list[AnswerSheet]]

STALE = "Các câu trả lời còn nguyên bên dưới"


@pytest.mark.parametrize(
    "score", ["0", "6", "-1", "5x", "4.5", "4,5", "null", "NaN", "true", "05", "+5", " 5",
              "５", "٥", "5\x00\x01x", "1e0", "999999999999999999999", "[]", "on"],
)  # fmt: skip
def test_a_level_that_does_not_exist_is_refused(
    phone: Phone, sheets: Sheets, score: str
) -> None:
    page = phone.send(overall=score, comment="Giữ lại")
    assert page.status_code == 422
    assert 'href="#overall"' in page.text
    assert "Giữ lại</textarea>" in page.text
    assert not sheets()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"visits": "4"}, "option_unknown"),
        ({"visits": "hai"}, "value_type"),
        ({"dossier_channel": "fax"}, "option_unknown"),
        ({"dossier_channel": "1"}, "value_type"),
        ({"access": "9"}, "value_range"),
        ({"name": "Nguyễn Văn A"}, "question_unknown"),
        ({"reasons": "staff"}, "question_unknown"),
        ({"channel": "kiosk"}, "question_unknown"),
    ],
)
def test_what_the_form_does_not_ask_is_refused_with_its_code(
    phone: Phone, sheets: Sheets, fields: dict[str, str], said: str
) -> None:
    page = phone.send(overall="4", **fields)
    assert page.status_code == 422
    assert f"({said})" in page.text
    assert not sheets()


@pytest.mark.parametrize(
    ("name", "values"),
    [("overall", ["5", "1"]), ("visits", ["1", "1"]), ("comment", ["một", "hai"])],
)
def test_two_answers_to_one_question_are_no_answer(
    phone: Phone, sheets: Sheets, name: str, values: list[str]
) -> None:
    pairs = [("ticket", phone.ticket()), *((name, value) for value in values)]
    if name != "overall":
        pairs.append(("overall", "4"))
    page = phone.client.post(phone.address, data=MultiDict(pairs))
    assert page.status_code == 422
    assert "(repeated)" in page.text
    assert f'href="#{name}"' in page.text
    assert not sheets()


def test_a_form_without_a_level_comes_back_with_everything(
    phone: Phone, sheets: Sheets
) -> None:
    page = phone.send(visits="3", access="2", dossier_channel="post", comment="Chờ lâu")
    assert page.status_code == 422
    assert "<title>Cần sửa" in page.text
    assert 'role="alert"' in page.text
    assert '<a href="#overall">Xin chọn một mức hài lòng.</a>' in page.text
    for name, value in (("visits", "3"), ("access", "2"), ("dossier_channel", "post")):
        option = page.text.partition(f'name="{name}" value="{value}"')[2]
        assert option.partition(">")[0].endswith("checked")
    assert page.text.count(" checked") == 3
    assert "<details open>" in page.text
    assert "Chờ lâu</textarea>" in page.text
    assert not sheets()


def test_mending_the_form_sends_the_same_sheet(phone: Phone, sheets: Sheets) -> None:
    ticket = phone.ticket()
    page = phone.send(ticket=ticket, visits="3")
    assert ticket_in(page) == ticket
    assert phone.send(ticket=ticket, visits="3", overall="2").status_code == 303
    assert len(sheets()) == 1


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (1001, ["1.001", "1.000", "Xin bớt 1 ký tự"]),
        (10_000, ["10.000", "Xin bớt 9.000 ký tự"]),
    ],
)
def test_a_long_text_is_told_by_how_much(
    phone: Phone, sheets: Sheets, length: int, said: list[str]
) -> None:
    text = "ở" * length
    page = phone.send(overall="4", comment=text)
    assert page.status_code == 422
    assert 'href="#comment"' in page.text
    for part in said:
        assert part in page.text
    assert f"{text}</textarea>" in page.text
    assert not sheets()


@pytest.mark.parametrize(
    "ticket", ["", "x", "e30.x", "\x00", "ễ", "W10.AAAAAAAAAAAAAAAAAAAAAAAAAAA"]
)
def test_a_forged_ticket_asks_to_send_again(
    phone: Phone, sheets: Sheets, ticket: str
) -> None:
    data = {"ticket": ticket, "overall": "4", "comment": "Giữ lại"}
    page = phone.client.post(phone.address, data=data)
    assert page.status_code == 422
    assert STALE in page.text
    assert "Giữ lại</textarea>" in page.text
    assert not sheets()
    again = phone.send(ticket=ticket_in(page), overall="4", comment="Giữ lại")
    assert again.status_code == 303
    assert len(sheets()) == 1


def test_without_any_field_the_form_comes_back(phone: Phone) -> None:
    for answer in (
        phone.client.post(phone.address),
        phone.client.post(phone.address, json={"overall": 5}),
        phone.client.post(phone.address, data=b"\xff\xfe%zz=%ff&&=&=5"),
    ):
        assert answer.status_code == 422
        assert STALE in answer.text


def test_a_changed_ticket_is_forged(phone: Phone, sheets: Sheets) -> None:
    ticket = phone.ticket()
    changed = ("A" if ticket[0] != "A" else "B") + ticket[1:]
    assert STALE in phone.send(ticket=changed, overall="4").text
    assert not sheets()


def test_a_ticket_of_yesterday_is_too_old(
    phone: Phone, sheets: Sheets, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    ticket = phone.ticket()
    late = now + timedelta(hours=24, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    page = phone.send(ticket=ticket, overall="1")
    assert page.status_code == 422
    assert STALE in page.text
    assert ticket_in(page) != ticket
    assert not sheets()


def test_a_ticket_from_the_future_is_forged(
    phone: Phone, sheets: Sheets, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1))
    ticket = phone.ticket()
    monkeypatch.setattr(clock, "now", lambda: now)
    assert STALE in phone.send(ticket=ticket, overall="1").text
    assert not sheets()


def test_a_ticket_belongs_to_its_poster(
    phone: Phone, sheets: Sheets, session: Session, now: datetime
) -> None:
    other = issue_poster(session, now, 1, "Q2")
    session.commit()
    ticket = Phone(phone.client, f"/q/{other.code}").ticket()
    assert STALE in phone.send(ticket=ticket, overall="1").text
    assert not sheets()


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_body_of_300_kib_is_refused_kindly(
    phone: Phone, sheets: Sheets, kind: str
) -> None:
    data = {"ticket": phone.ticket(), "overall": "4", "comment": "x" * 300 * 1024}
    content_type = "multipart/form-data" if kind == "multipart" else None
    page = phone.client.post(phone.address, data=data, content_type=content_type)
    assert page.status_code == 413
    assert "rút ngắn phần viết thêm" in page.text
    assert not sheets()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(phone: Phone, method: str) -> None:
    assert getattr(phone.client, method)(phone.address).status_code == 405


def test_while_the_database_is_away_the_answers_stay_in_the_page(
    phone: Phone, sheets: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = phone.ticket()

    def away(*_args: object, **_more: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("gone"))

    with monkeypatch.context() as broken:
        broken.setattr(form_views, "store", away)
        page = phone.send(ticket=ticket, overall="2", comment='Chờ "lâu" <b>')
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "Phiếu chưa được ghi" in page.text
    assert '<button type="submit">Gửi lại</button>' in page.text
    assert f'name="ticket" value="{ticket}"' in page.text
    assert 'name="overall" value="2"' in page.text
    assert 'value="Chờ &#34;lâu&#34; &lt;b&gt;"' in page.text
    assert not sheets()
    assert phone.send(ticket=ticket, overall="2").status_code == 303


def test_while_the_database_is_away_the_form_says_so(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(form_views, "resolve", away)
    page = phone.open()
    assert page.status_code == 503
    assert "<form" not in page.text
    assert "tải lại trang này" in page.text
