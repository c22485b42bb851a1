"""The form behind a QR code: shown in one request, sent once, thanked for."""

from __future__ import annotations

import re
import threading
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk import clock
from kiosk.capture.models import AnswerSheet, SheetConflict
from kiosk.devices.service import retire_poster
from kiosk.survey import service as surveys
from kiosk.survey.rules import Survey
from tests.form.conftest import Phone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    Sheets = Callable[[], list[AnswerSheet]]

FACTORS = ("access", "procedure", "staff", "result", "feedback")


def test_the_form_says_where_how_long_and_that_no_name_is_asked(phone: Phone) -> None:
    page = phone.open()
    assert page.status_code == 200
    head = page.text.partition("<main>")[0]
    assert "Quầy 1 · Hộ tịch – Chứng thực" in head
    assert "Một phút. Không hỏi tên." in head


def test_every_question_is_asked_with_all_its_options(phone: Phone) -> None:
    text = phone.open().text
    for name in ("overall", *FACTORS):
        for value in range(1, 6):
            assert f'name="{name}" value="{value}"' in text
    for value in (1, 2, 3):
        assert f'name="visits" value="{value}"' in text
    for choice in ("in_person", "online", "online_assisted", "post"):
        assert f'name="dossier_channel" value="{choice}"' in text
    assert 'name="comment"' in text
    assert " checked" not in text


def test_the_best_level_stands_first(phone: Phone) -> None:
    order = re.findall(r'name="overall" value="(\d)"', phone.open().text)
    assert order == ["5", "4", "3", "2", "1"]


def test_english_is_one_link_away(phone: Phone) -> None:
    assert 'href="?lang=en"' in phone.open().text
    page = phone.open("?lang=en")
    assert '<html lang="en">' in page.text
    assert "Very satisfied" in page.text
    assert "Counter 1" in page.text


def test_the_address_carries_the_language_to_the_end(
    phone: Phone, sheets: Sheets
) -> None:
    assert 'action="?lang=en"' in phone.open("?lang=en").text
    answer = phone.send(query="?lang=en", overall="4")
    assert answer.headers["Location"].endswith("/cam-on?lang=en")
    assert sheets()[0].language == "en"


def test_what_is_sent_is_stored_whole(
    phone: Phone,
    sheets: Sheets,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    fields = {
        "overall": "5", "visits": "1", "access": "4", "procedure": "3", "staff": "5",
        "result": "2", "feedback": "1", "dossier_channel": "online_assisted",
        "comment": "  Chị hướng dẫn tận tình.\r\nXin cảm ơn. ",
    }  # fmt: skip
    answer = phone.send(**fields)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/q/{code}/cam-on?lang=vi"
    (sheet,) = sheets()
    assert sheet.answers == {
        "overall": 5, "visits": 1, "access": 4, "procedure": 3, "staff": 5,
        "result": 2, "feedback": 1, "dossier_channel": "online_assisted",
    }  # fmt: skip
    assert sheet.comment == "Chị hướng dẫn tận tình.\nXin cảm ơn."
    assert (sheet.survey, sheet.survey_version) == ("full", 1)
    assert (sheet.channel, sheet.point) == ("qr", "Q1")
    assert re.fullmatch(r"poster:\d+", sheet.origin)
    assert (sheet.revision, sheet.outcome) == (1, "completed")
    assert sheet.captured_at == sheet.received_at == sheet.occurred_at == now
    assert sheet.local_hour == 8


def test_one_tap_is_enough(phone: Phone, sheets: Sheets) -> None:
    assert phone.send(overall="1", comment="   ").status_code == 303
    (sheet,) = sheets()
    assert (sheet.answers, sheet.comment) == ({"overall": 1}, None)


@pytest.mark.parametrize("score", ["1", "2", "3", "4", "5"])
def test_every_level_can_be_stored(phone: Phone, sheets: Sheets, score: str) -> None:
    assert phone.send(overall=score).status_code == 303
    assert sheets()[0].overall == int(score)


def test_all_levels_are_thanked_alike(phone: Phone) -> None:
    pages = {
        phone.client.get(phone.send(overall=score).headers["Location"]).text
        for score in "12345"
    }
    assert len(pages) == 1


def test_thanks_say_what_happens_next(phone: Phone) -> None:
    page = phone.client.get(phone.send(overall="4").headers["Location"])
    assert page.status_code == 200
    assert "cộng chung để biết chỗ nào cần sửa" in page.text
    assert "lãnh đạo Trung tâm, lãnh đạo xã và người giám sát đọc" in page.text
    assert "cán bộ tại quầy không đọc được" in page.text


def test_nothing_is_left_on_the_phone(phone: Phone) -> None:
    pages = [
        phone.open(),
        phone.open("?lang=en"),
        phone.send(),
        phone.send(overall="3"),
    ]
    pages.append(phone.client.get(pages[-1].headers["Location"]))
    for page in pages:
        assert "Set-Cookie" not in page.headers
        assert page.headers["Cache-Control"] == "no-store"


def test_nothing_of_the_phone_is_stored(
    phone: Phone, sheets: Sheets, session: Session
) -> None:
    data = {"ticket": phone.ticket(), "overall": "4"}
    phone.client.post(
        phone.address,
        data=data,
        headers={"User-Agent": "Telltale/1.0", "Accept-Language": "xx-telltale"},
        environ_overrides={"REMOTE_ADDR": "203.0.113.77"},
    )
    assert sheets()
    row = str(session.execute(sa.select(sa.text("*")).select_from(AnswerSheet)).one())
    assert "203.0.113.77" not in row
    assert "telltale" not in row.lower()


def test_nobody_sees_what_was_said_before(phone: Phone) -> None:
    before = without_ticket(phone.open().text)
    phone.send(overall="1", comment="Phải chờ rất lâu")
    assert without_ticket(phone.open().text) == before


def without_ticket(text: str) -> str:
    return re.sub(r'name="ticket" value="[^"]+"', "", text)


def test_a_second_press_is_the_same_sheet(phone: Phone, sheets: Sheets) -> None:
    ticket = phone.ticket()
    answers = [phone.send(ticket=ticket, overall="5") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(sheets()) == 1


def test_a_changed_second_sending_is_kept_apart_and_said(
    phone: Phone, sheets: Sheets, session: Session
) -> None:
    ticket = phone.ticket()
    phone.send(ticket=ticket, overall="5")
    answer = phone.send(ticket=ticket, overall="1")
    assert answer.status_code == 303
    assert "Phiếu gửi lần đầu được tính" in phone.client.get(answer.location).text
    (sheet,) = sheets()
    assert sheet.overall == 5
    (conflict,) = session.scalars(sa.select(SheetConflict))
    assert (conflict.sheet_id, conflict.content["answers"]) == (
        sheet.id,
        {"overall": 1},
    )


def test_parallel_presses_are_one_sheet(
    app: Flask, phone: Phone, sheets: Sheets
) -> None:
    data = {"ticket": phone.ticket(), "overall": "4", "comment": "Tốt"}
    statuses: list[int] = []

    def press() -> None:
        statuses.append(app.test_client().post(phone.address, data=data).status_code)

    presses = [threading.Thread(target=press) for _ in range(6)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert statuses == [303] * 6
    assert len(sheets()) == 1


def test_two_phones_are_two_sheets(phone: Phone, sheets: Sheets) -> None:
    phone.send(overall="5")
    phone.send(overall="5")
    assert len({sheet.id for sheet in sheets()}) == 2


def test_a_code_may_be_typed_in_small_letters(
    phone: Phone, code: str, sheets: Sheets
) -> None:
    typed = Phone(phone.client, f"/q/{code.lower().replace('-', '')}")
    assert typed.send(overall="4").status_code == 303
    assert sheets()[0].point == "Q1"


def test_vietnamese_is_stored_composed(phone: Phone, sheets: Sheets) -> None:
    text = "Cán bộ rất nhiệt tình, đường Nguyễn Huệ"
    phone.send(overall="5", comment=unicodedata.normalize("NFD", text))
    assert sheets()[0].comment == text


def test_markup_is_text(phone: Phone, sheets: Sheets) -> None:
    text = '<script>alert("1")</script>"><b>&amp;'
    page = phone.send(comment=text)
    assert page.status_code == 422
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(&#34;1&#34;)" in page.text
    phone.send(overall="3", comment=text)
    assert sheets()[0].comment == text


def test_a_text_begins_and_ends_where_it_was_typed(phone: Phone) -> None:
    page = phone.send(comment="\r\nDòng hai")
    assert ">\n\nDòng hai</textarea>" in page.text


def test_control_characters_are_dropped(phone: Phone, sheets: Sheets) -> None:
    phone.send(overall="4", comment="a\x00b\x1b[31mc\u0007\td\ne")
    assert sheets()[0].comment == "ab[31mc\td\ne"


def test_a_thousand_characters_fit(phone: Phone, sheets: Sheets) -> None:
    text = "ễ" * 1000
    assert phone.send(overall="4", comment=text).status_code == 303
    assert sheets()[0].comment == text


def test_a_replaced_questionnaire_is_still_taken(
    phone: Phone, sheets: Sheets, session: Session, now: datetime
) -> None:
    ticket = phone.ticket()
    first = surveys.find(session, 1, "full", 1)
    assert first is not None
    shorter = first.questions[:1]
    surveys.publish(session, now, 1, Survey("full", 2, first.title, shorter))
    session.commit()
    assert "dossier_channel" not in phone.open().text
    answer = phone.send(ticket=ticket, overall="2", dossier_channel="post")
    assert answer.status_code == 303
    (sheet,) = sheets()
    assert sheet.survey_version == 1
    assert sheet.answers["dossier_channel"] == "post"


def test_a_form_opened_in_the_morning_can_be_sent_at_night(
    phone: Phone, sheets: Sheets, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    ticket = phone.ticket()
    evening = now + timedelta(hours=14)
    monkeypatch.setattr(clock, "now", lambda: evening)
    phone.send(ticket=ticket, overall="4")
    assert sheets()[0].captured_at == evening


def test_a_retired_poster_says_where_to_go(
    phone: Phone, session: Session, now: datetime, sheets: Sheets
) -> None:
    ticket = phone.ticket()
    retire_poster(session, now, 1, "Q1")
    session.commit()
    for page in (phone.open(), phone.send(ticket=ticket, overall="5")):
        assert page.status_code == 410
        assert "Trung tâm Phục vụ hành chính công xã Hà Nam" in page.text
        assert "máy tính bảng" in page.text
        assert "<form" not in page.text
    assert not sheets()


@pytest.mark.parametrize(
    "typed", ["7K3M-P9XQ2-W4HTD", "x", "0" * 2000, "%00", "😀", "Q1"]
)
def test_a_forged_code_gets_a_kind_page(phone: Phone, typed: str) -> None:
    for page in (
        phone.client.get(f"/q/{typed}"),
        phone.client.post(f"/q/{typed}", data={"overall": "5"}),
        phone.client.get(f"/q/{typed}/cam-on"),
    ):
        assert page.status_code == 404


def test_the_kind_page_says_what_to_try(phone: Phone) -> None:
    page = phone.client.get("/q/7K3M-P9XQ2-W4HTD")
    assert "quét lại mã" in page.text
    assert "Trung tâm Phục vụ hành chính công xã Hà Nam" in page.text
