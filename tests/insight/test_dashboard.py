"""The dashboard's page: what it says, to whom, and what it never tells."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from markupsafe import escape

from kiosk.capture.models import SheetConflict
from kiosk.centre.models import Point
from kiosk.core.ids import new_id
from tests.insight.sheets import CENTRE, NOW, month_of, send, sheet
from tests.staff import TOKEN, give_cookie, hire

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.engine import Engine

NOVEMBER = date(2026, 11, 1)
OCTOBER = date(2026, 10, 1)
FULL = {"survey": "full", "channel": "qr", "origin": "poster:1"}
TODAY = NOW.date()
FIGURES = ("/dashboard/figures/trend.json", "/dashboard/figures/visits.json")


def page(client: FlaskClient, **filters: str) -> str:
    answer = client.get("/dashboard", query_string=filters)
    assert answer.status_code == 200
    return answer.text


def words(html: str) -> str:
    """Return the text of a page, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def section(html: str, heading: str) -> str:
    """Return the section that the heading with this id names."""
    found = re.search(
        rf'<section [^>]*aria-labelledby="{heading}".*?</section>', html, re.DOTALL
    )
    assert found, heading
    return found[0]


# --- The three cards ------------------------------------------------------------------


def test_the_figure_with_what_belongs_to_it(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(NOVEMBER, {5: 37, 4: 20, 3: 2, 2: 1}))

    card = words(section(page(head), "card-figure"))

    assert "95,0 %" in card
    assert "Khoảng tin cậy 95 %: 86,3–98,3 · 60 phiếu trả lời" in card
    assert "Chưa có số hồ sơ" in card
    assert "Máy tại quầy 60" in card


def test_a_tap_of_this_minute_is_in_the_heads_figure(
    head: FlaskClient, engine: Engine
) -> None:
    send(engine, month_of(NOVEMBER, {5: 9}))
    assert "9 phiếu trả lời" in page(head)

    send(engine, [sheet(TODAY, {"overall": 1}, hour=17)])

    assert "10 phiếu trả lời" in page(head)
    assert "90,0" in words(section(page(head), "card-figure"))


def test_a_clerk_reads_finished_days_in_blocks_of_ten(
    staff: Callable[[str], FlaskClient], engine: Engine
) -> None:
    clerk = staff("clerk")
    # Two a day from the 1st: the fifth day completes ten, the tenth the ten that follow.
    send(
        engine,
        [sheet(NOVEMBER + timedelta(days=n // 2), {"overall": 5}) for n in range(24)],
    )
    assert "Tính các ngày trước 06/11/2026" in page(clerk)
    assert "10 phiếu trả lời" in page(clerk)

    send(engine, [sheet(TODAY, {"overall": 1}, assisted=True) for _ in range(30)])

    assert "10 phiếu trả lời" in page(clerk)
    assert "có người giúp (0)" in page(clerk)


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_a_clerk_reads_no_counter_of_the_running_month(
    staff: Callable[[str], FlaskClient], engine: Engine, role: str
) -> None:
    """The clerk saw yesterday's two citizens; their counter's gain would be theirs."""
    clerk = staff(role)
    send(engine, month_of(NOVEMBER, {5: 30}) + month_of(OCTOBER, {4: 30}))
    send(engine, [sheet(TODAY - timedelta(days=1), {"overall": 1}, point="Q2")])
    html = page(clerk)
    assert "khi tháng đã hết" in html
    assert "Quầy 1" not in html
    assert 'id="channels"' not in html
    assert 'id="filter-point"' not in html
    for filters in ({"point": "Q2"}, {"field": "cu-tru"}, {"channel": "kiosk"}):
        for address in ("/dashboard", *FIGURES):
            answer = clerk.get(address, query_string=filters)
            assert answer.status_code == 422
            assert "tháng đã hết" in answer.text
    assert "Quầy 1" in section(page(clerk, month="2026-10"), "points")
    assert "30 phiếu trả lời" in page(clerk, month="2026-10", point="Q1")


def test_today_is_in_no_slice_by_counter_or_hour(
    head: FlaskClient, engine: Engine
) -> None:
    send(engine, month_of(NOVEMBER, {5: 20}, hour=8))
    before = page(head)
    send(engine, [sheet(TODAY, {"overall": 1}, hour=16) for _ in range(40)])

    html = page(head)

    assert "60 phiếu trả lời" in html
    for part in ("points", "hours", "reasons"):
        assert section(html, part) == section(before, part)
    assert "40" not in words(section(html, "points"))


def test_one_counter_alone_is_a_slice(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(NOVEMBER, {5: 40}))
    send(engine, [sheet(TODAY, {"overall": 1}) for _ in range(10)])

    assert "30 phiếu trả lời" in page(head, point="Q1")


def test_a_change_needs_a_signal(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(OCTOBER, {5: 40, 2: 10}))
    send(engine, month_of(NOVEMBER, {5: 41, 2: 9}))

    html = page(head)

    assert "Chưa thấy thay đổi so với tháng 10/2026" in words(html)
    assert "Chênh +2,0 điểm, khoảng −13,5 đến +17,4." in words(html)
    assert not re.search(r"\b(tăng|giảm)\b", words(html), re.IGNORECASE)


def test_a_signal_is_said(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(OCTOBER, {5: 95, 2: 5}))
    send(engine, month_of(NOVEMBER, {5: 60, 2: 40}))

    change = words(section(page(head), "card-change"))

    assert "Có thay đổi: thấp hơn tháng 10/2026" in change


def test_under_thirty_nothing_is_concluded(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(OCTOBER, {5: 95, 2: 5}))
    send(engine, month_of(NOVEMBER, {1: 29}))

    html = words(page(head))

    assert "Chưa đủ dữ liệu: mới có 29 phiếu, cần từ 30 phiếu." in html
    assert "thấp hơn tháng" not in html


def test_what_must_be_done_today(head: FlaskClient, engine: Engine) -> None:
    send(
        engine, [sheet(date(2026, 11, day), {"overall": 5}) for day in (16, 17, 19, 20)]
    )
    conflict = {
        "centre_id": CENTRE,
        "id": new_id(),
        "sheet_id": new_id(),
        "revision": 1,
        "reason": "content",
        "origin": "device:test",
        "received_at": NOW,
        "content": {"secret": "chuyện riêng"},
        "content_sha256": "x",
    }
    with engine.begin() as connection:
        connection.execute(sa.insert(SheetConflict).values(conflict))

    html = page(head)
    card = words(section(html, "card-today"))

    assert "Nhập chỉ tiêu hài lòng" in card
    assert "Ghi người ký báo cáo" in card
    # Wednesday and Saturday morning; the Sunday on which this is read is no open day.
    assert "Thứ Tư 18/11" in card
    assert "Thứ Bảy 21/11" in card
    assert "Chủ nhật" not in card
    assert re.search(r"trùng mã .* 1\b", card)
    assert "chuyện riêng" not in html


# --- Small numbers ----------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_fewer_than_five_leave_no_trace(
    head: FlaskClient, engine: Engine, count: int
) -> None:
    """Whatever these few people said, the page and its figures are the same."""

    def told() -> list[str]:
        answers = [head.get(address) for address in ("/dashboard", *FIGURES)]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        # The token of the sign-out form is signed with the time.
        return [TOKEN.sub("", answer.text) for answer in answers]

    scores = {"overall": 1, "visits": 3, "reasons": ["staff"]}
    send(engine, month_of(OCTOBER, {5: 60}))
    sheets = [sheet(NOVEMBER, scores) for _ in range(count)]
    send(engine, sheets)
    unhappy = told()
    send(
        engine,
        [
            sheet(
                NOVEMBER,
                {"overall": 5, "visits": 1, "reasons": ["staff"]},
                id=s.id,
                revision=2,
            )
            for s in sheets
        ],
    )

    assert told() == unhappy
    assert "quá ít phiếu nên không hiện số" in unhappy[0]


def test_the_figures_of_a_chart_hide_small_months(
    head: FlaskClient, engine: Engine
) -> None:
    send(engine, month_of(OCTOBER, {5: 60}) + month_of(NOVEMBER, {1: 3}))

    chart = head.get(FIGURES[0]).json

    assert chart is not None
    line = next(trace for trace in chart["data"] if trace["mode"] == "lines+markers")
    assert line["y"][-2:] == [100.0, None]
    assert "3" not in line["hovertext"][-1].replace("11/2026", "")


# --- Charts -----------------------------------------------------------------------------


@pytest.mark.parametrize("address", FIGURES)
def test_a_chart_is_small(head: FlaskClient, engine: Engine, address: str) -> None:
    for back in range(13):
        month = (NOVEMBER - timedelta(days=30 * back)).replace(day=1)
        send(
            engine,
            [sheet(month, {"overall": 1 + n % 5, "visits": 1}) for n in range(40)],
        )

    answer = head.get(address, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= 3 * 1024


def test_a_chart_follows_the_filters(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(OCTOBER, {5: 30}, point="Q1"))
    send(engine, month_of(OCTOBER, {1: 30}, point="Q2"))

    html = page(head, month="2026-10", point="Q2")
    source = re.search(r'data-figure="([^"]+trend[^"]+)"', html)
    assert source
    chart = head.get(source[1].replace("&amp;", "&")).json

    assert chart is not None
    line = next(trace for trace in chart["data"] if trace["mode"] == "lines+markers")
    assert line["y"][-1] == 0.0


def test_every_chart_has_its_numbers_in_a_table(
    head: FlaskClient, engine: Engine
) -> None:
    send(engine, month_of(NOVEMBER, {5: 40}))

    html = page(head)

    for part in re.findall(r'<section class="chart.*?</section>', html, re.DOTALL):
        if "data-figure" in part:
            assert "<details open>" in part
            assert "<table>" in part


# --- Addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "filters",
    [
        {"month": "2026-13"},
        {"month": "2026-12"},
        {"month": "0001-01"},
        {"month": "2026-11-01"},
        {"month": "<script>"},
        {"point": "Q99"},
        {"point": "' OR 1=1"},
        {"field": "dat-dai"},
        {"field": "khong-co"},
        {"channel": "canary"},
        {"class": "synthetic"},
        {"view": "xml"},
    ],
)
def test_a_wrong_filter_is_said_kindly(
    head: FlaskClient, engine: Engine, filters: dict[str, str]
) -> None:
    send(engine, month_of(NOVEMBER, {5: 40}))

    answer = head.get("/dashboard", query_string=filters)

    assert answer.status_code == 422
    assert "<h1>Không xem được với bộ lọc này</h1>" in answer.text
    assert 'href="/dashboard"' in answer.text
    assert "<script>" not in answer.text
    assert head.get(FIGURES[0], query_string=filters).status_code == 422


def test_filters_stay_chosen(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(OCTOBER, {5: 40}, point="Q5"))

    html = page(head, month="2026-10", field="cu-tru", channel="kiosk")

    for value in ("2026-10", "cu-tru", "kiosk"):
        assert f'<option value="{value}" selected>' in html
    assert "40 phiếu trả lời" in html


def test_a_class_filter_is_named_and_kept(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(OCTOBER, {5: 40}) + month_of(OCTOBER, {1: 10}, **FULL))

    html = page(head, month="2026-10", **{"class": "open_qr"})

    assert "10 phiếu trả lời" in html
    assert '<input type="hidden" name="class" value="open_qr">' in html
    assert "Chỉ tính loại phiếu: Mã QR" in words(html)


def test_a_month_without_answers_says_so(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(NOVEMBER, {5: 40}))

    html = page(head, month="2025-02")

    assert "Trong tháng 2/2025 chưa có phiếu nào." in words(html)
    assert '<option value="2025-02" selected>' in html
    assert "data-figure" not in html


def test_before_the_first_answer_the_page_says_what_to_do(
    head: FlaskClient, engine: Engine
) -> None:
    send(engine, month_of(NOVEMBER, {5: 9}, channel="canary"))

    html = page(head)

    assert "<h1>Chưa có phiếu nào</h1>" in html
    assert 'href="/settings/devices"' in html
    assert "http://localhost/kiosk/pair" in html
    assert "không có phiếu nào: xem lại máy" not in html
    assert "Xác nhận giờ mở cửa" in html


def test_days_before_the_first_answer_were_not_silent(
    head: FlaskClient, engine: Engine
) -> None:
    send(engine, [sheet(date(2026, 11, 19), {"overall": 5}) for _ in range(6)])

    card = words(section(page(head), "card-today"))

    assert "Thứ Tư 18/11" not in card
    assert "Thứ Sáu 20/11" in card


def test_the_lobby_view_has_neither_counters_nor_comments(
    head: FlaskClient, engine: Engine
) -> None:
    days = [date(2026, 11, 2)] * 12
    said = [sheet(day, {"overall": 5}, comment="Lời riêng", **FULL) for day in days]
    send(engine, said + month_of(NOVEMBER, {5: 40}))
    assert "Lời riêng" in page(head)

    html = page(head, view="lobby")

    assert "Lời riêng" not in html
    assert "Quầy 1" not in html
    assert "trong 52 phiếu trả lời" in words(html)


def test_names_and_comments_are_text_not_markup(
    head: FlaskClient, engine: Engine
) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    with engine.begin() as connection:
        connection.execute(
            sa.update(Point).where(Point.code == "Q1").values(name_vi=evil)
        )
    said = [
        sheet(date(2026, 11, 2), {"overall": 5}, comment=evil, **FULL)
        for _ in range(12)
    ]
    send(engine, said)

    html = page(head)

    assert evil not in html
    assert html.count(str(escape(evil))) >= 13


def test_only_those_who_may_read_comments_do(
    staff: Callable[[str], FlaskClient], engine: Engine
) -> None:
    said = [
        sheet(date(2026, 11, 2), {"overall": 5}, comment="Ghế cũ", **FULL)
        for _ in range(12)
    ]
    send(engine, said)

    assert "Ghế cũ" in page(staff("head"))
    for role in ("clerk", "admin"):
        html = page(staff(role))
        assert "Ghế cũ" not in html
        assert "Người dân viết thêm" not in html


def test_nobody_reads_it_without_signing_in(client: FlaskClient) -> None:
    answer = client.get("/dashboard")
    assert (answer.status_code, answer.location) == (302, "/login?next=/dashboard")
    assert client.get(FIGURES[0]).status_code == 302


def test_it_speaks_english(head: FlaskClient, engine: Engine) -> None:
    send(engine, month_of(NOVEMBER, {5: 40}))

    answer = head.get("/dashboard?lang=en")

    assert '<html lang="en">' in answer.text
    assert "November 2026" in answer.text


def test_the_page_is_honest_about_other_surveys(
    head: FlaskClient, engine: Engine
) -> None:
    send(engine, month_of(NOVEMBER, {5: 40}))

    method = words(section(page(head), "method"))

    assert "91,87 %. Phương pháp khác" in method
    assert "Không phải chỉ số SIPAS" in method
    assert "tự muốn trả lời, không chọn ngẫu nhiên" in method


def test_a_page_of_a_month_asked_at_its_last_minute(
    app: Flask, engine: Engine, at: Callable[[datetime], None]
) -> None:
    send(engine, month_of(OCTOBER, {5: 12}))
    last_minute = NOW.replace(hour=23, minute=59)
    at(last_minute)
    head = app.test_client()
    give_cookie(head, hire(app, "head"), at=last_minute)

    assert "Tính các ngày trước" not in page(head, month="2026-10")
