"""The settings pages: who may open them, what they keep, what they say."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from kiosk.accounts.permissions import Role
from kiosk.centre import service
from tests.centre.pages import last_entry, post

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

PAGES = [
    "centre",
    "points",
    "points/Q1",
    "fields",
    "fields/ho-tich",
    "targets",
    "calendar",
]
WEEK = {
    **dict.fromkeys(
        ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "7h30–11h30, 13h30–17h",
    ),
    "saturday": "",
    "sunday": "",
}
TARGET = {
    "measure": "satisfaction",
    "value": "92,5",
    "valid_from": "2026-01-01",
    "source": "Quyết định 12/QĐ-UBND ngày 05/01/2026",
}


@pytest.mark.parametrize("page", PAGES)
def test_who_may_edit_opens_every_page(head: FlaskClient, page: str) -> None:
    response = head.get(f"/settings/{page}")
    assert response.status_code == 200
    assert response.text.count("<h1") == 1


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_english(head: FlaskClient, page: str) -> None:
    response = head.get(f"/settings/{page}?lang=en")
    assert '<html lang="en">' in response.text


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER, Role.SUPERVISOR])
def test_others_open_none(sign_in: Callable[[Role], FlaskClient], role: Role) -> None:
    client = sign_in(role)
    assert {client.get(f"/settings/{page}").status_code for page in PAGES} == {403}


def test_who_looks_after_the_machines_sets_no_targets(
    sign_in: Callable[[Role], FlaskClient],
) -> None:
    admin = sign_in(Role.ADMIN)
    assert admin.get("/settings/centre").status_code == 200
    assert admin.get("/settings/targets").status_code == 403


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    response = client.get("/settings/centre")
    assert response.status_code == 302
    assert "/login" in response.headers["Location"]


@pytest.mark.parametrize("page", ["points/Q99", "points/%00", "fields/thue"])
def test_what_is_not_there_is_not_found(head: FlaskClient, page: str) -> None:
    assert head.get(f"/settings/{page}").status_code == 404


def test_the_head_is_asked_to_check_what_nobody_confirmed(head: FlaskClient) -> None:
    assert "chưa xác nhận" in head.get("/settings/centre").text
    assert "chưa phải của Trung tâm này" in head.get("/settings/points").text


def test_a_form_without_its_token_changes_nothing(
    head: FlaskClient, session: Session
) -> None:
    response = head.post("/settings/points/Q1/retire")
    assert response.status_code == 400
    centre_id = service.only_centre(session).id
    assert service.point(session, centre_id, "Q1").retired_on is None


def test_the_signatory_is_kept_and_recorded(
    head: FlaskClient, session: Session
) -> None:
    data = {"title": " GIÁM  ĐỐC ", "name": "Nguyễn Thị Bình"}
    response = post(head, "centre/signatory", "centre", data)
    assert response.status_code == 302
    entry = last_entry(session)
    assert (entry.actor, entry.action) == ("Nguyễn Thị Bình", "centre.signatory")
    assert entry.detail["after"] == "GIÁM ĐỐC Nguyễn Thị Bình"
    assert service.only_centre(session).signatory_title == "GIÁM ĐỐC"
    assert "Đã lưu người ký." in head.get("/settings/centre").text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"title": "", "name": "Bình"}, "Ghi chức vụ của người ký."),
        ({"title": "GIÁM ĐỐC", "name": "  "}, "Ghi họ và tên người ký."),
        ({"title": "x" * 101, "name": "Bình"}, "Dài quá 100 ký tự."),
    ],
)
def test_an_incomplete_signatory_stays_in_the_page(
    head: FlaskClient, data: dict[str, object], said: str
) -> None:
    response = post(head, "centre/signatory", "centre", data)
    assert response.status_code == 422
    assert said in response.text
    assert f'value="{data["title"]}"' in response.text


def test_written_hours_are_kept_and_no_longer_asked_for(
    head: FlaskClient, session: Session
) -> None:
    assert post(head, "centre/hours", "centre", WEEK).status_code == 302
    assert last_entry(session).action == "centre.hours"
    page = head.get("/settings/centre").text
    assert page.count('value="07:30–11:30, 13:30–17:00"') == 5
    assert "chưa xác nhận" not in page


def test_hours_that_cannot_be_read_stay_in_the_page(
    head: FlaskClient, session: Session
) -> None:
    wrong = {**WEEK, "tuesday": "sáng 7 giờ", "sunday": "9h–8h"}
    response = post(head, "centre/hours", "centre", wrong)
    assert response.status_code == 422
    assert "Thứ Ba: viết giờ như" in response.text
    assert "Chủ nhật: viết giờ như" in response.text
    assert 'value="sáng 7 giờ"' in response.text
    assert not service.only_centre(session).hours_confirmed


def test_the_list_of_points_is_confirmed(head: FlaskClient, session: Session) -> None:
    assert post(head, "points/confirm", "points", {}).status_code == 302
    assert last_entry(session).action == "point.confirm"
    assert service.only_centre(session).points_confirmed


POINT = {"code": "Q7", "kind": "counter", "name_vi": "Quầy 7", "name_en": "Counter 7"}


def test_a_point_is_added(head: FlaskClient, session: Session) -> None:
    assert post(head, "points", "points", dict(POINT)).status_code == 302
    assert last_entry(session).subject == "Q7"
    assert "Quầy 7" in head.get("/settings/points").text


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"code": "q7"}, 422, "Mã gồm một chữ in hoa"),
        ({"code": ""}, 422, "Mã gồm một chữ in hoa"),
        ({"code": "Q1"}, 409, "Mã này đã dùng cho một điểm khác."),
        ({"name_vi": ""}, 422, "Ghi tên tiếng Việt."),
        ({"kind": "door"}, 422, "Chọn một loại trong danh sách."),
    ],
)
def test_a_wrong_point_stays_in_the_page(
    head: FlaskClient, change: dict[str, object], status: int, said: str
) -> None:
    response = post(head, "points", "points", {**POINT, **change})
    assert response.status_code == status
    assert said in response.text
    assert 'value="Counter 7"' in response.text


def test_a_point_is_changed(head: FlaskClient, session: Session) -> None:
    data = {"name_vi": "Quầy 5", "name_en": "Counter 5", "fields": ["cu-tru", "y-te"]}
    assert post(head, "points/Q5", "points/Q5", data).status_code == 302
    assert last_entry(session).detail["after"]["fields"] == ["y-te", "cu-tru"]
    page = head.get("/settings/points/Q5").text
    assert len(re.findall(r"<input checked|checked", page)) == 2


def test_a_point_with_an_unknown_field_stays_in_the_page(head: FlaskClient) -> None:
    data = {"name_vi": "Quầy 5", "name_en": "Counter 5", "fields": ["thue"]}
    response = post(head, "points/Q5", "points/Q5", data)
    assert response.status_code == 422
    assert "Chọn trong các lĩnh vực có trong danh sách." in response.text


def test_a_point_is_retired_and_reopened(head: FlaskClient, session: Session) -> None:
    assert post(head, "points/Q6/retire", "points/Q6", {}).status_code == 302
    assert last_entry(session).action == "point.retire"
    assert "Ngừng từ" in head.get("/settings/points").text
    assert post(head, "points/Q6/reopen", "points/Q6", {}).status_code == 302
    assert last_entry(session).action == "point.reopen"
    assert "Ngừng từ" not in head.get("/settings/points").text


def test_a_field_is_added_renamed_retired_and_reopened(
    head: FlaskClient, session: Session
) -> None:
    names = {"name_vi": "Thuế", "name_en": "Tax"}
    assert post(head, "fields", "fields", {"code": "thue", **names}).status_code == 302
    names["name_vi"] = "Thuế, phí"
    assert post(head, "fields/thue", "fields/thue", dict(names)).status_code == 302
    assert last_entry(session).detail == {"before": "Thuế", "after": "Thuế, phí"}
    post(head, "fields/thue/retire", "fields/thue", {})
    assert "Ngừng từ" in head.get("/settings/fields").text
    post(head, "fields/thue/reopen", "fields/thue", {})
    assert "Ngừng từ" not in head.get("/settings/fields").text


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"code": "Thuế"}, 422, "Mã gồm chữ thường không dấu"),
        ({"code": "ho-tich"}, 409, "Mã này đã dùng cho một lĩnh vực khác."),
        ({"name_en": ""}, 422, "Ghi tên tiếng Anh."),
    ],
)
def test_a_wrong_field_stays_in_the_page(
    head: FlaskClient, change: dict[str, object], status: int, said: str
) -> None:
    data = {"code": "thue", "name_vi": "Thuế", "name_en": "Tax", **change}
    response = post(head, "fields", "fields", data)
    assert response.status_code == status
    assert said in response.text
    assert 'value="Thuế"' in response.text


def test_a_field_keeps_a_name(head: FlaskClient) -> None:
    data = {"name_vi": "", "name_en": "Residence"}
    response = post(head, "fields/cu-tru", "fields/cu-tru", dict(data))
    assert response.status_code == 422
    assert "Ghi tên tiếng Việt." in response.text


def test_a_target_is_set_with_its_decision(head: FlaskClient, session: Session) -> None:
    assert "hệ thống không tự đặt" in head.get("/settings/targets").text
    assert post(head, "targets", "targets", dict(TARGET)).status_code == 302
    assert last_entry(session).detail["after"] == 0.925
    page = head.get("/settings/targets").text
    assert "92,5" in page
    assert "Đang áp dụng" in page
    assert "Nguyễn Thị Bình" in page


@pytest.mark.parametrize(
    "value", ["0", "-5", "100,1", "", "chín mươi", "NaN", "1e999", "1e-400"]
)
def test_a_target_is_a_possible_share(head: FlaskClient, value: str) -> None:
    response = post(head, "targets", "targets", {**TARGET, "value": value})
    assert response.status_code == 422
    assert "Viết một số phần trăm" in response.text
    assert f'value="{value}"' in response.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": ""}, "Ghi văn bản giao chỉ tiêu này"),
        ({"valid_from": ""}, "Chọn ngày bắt đầu áp dụng."),
        ({"valid_from": "01/01/2026"}, "Chọn ngày bắt đầu áp dụng."),
        ({"measure": "mood"}, "Chọn một chỉ tiêu trong danh sách."),
    ],
)
def test_a_target_without_its_parts_stays_in_the_page(
    head: FlaskClient, session: Session, change: dict[str, object], said: str
) -> None:
    response = post(head, "targets", "targets", {**TARGET, **change})
    assert response.status_code == 422
    assert said in response.text
    assert 'value="92,5"' in response.text
    assert service.targets(session, service.only_centre(session).id) == []


@pytest.mark.parametrize("key", [{}, {"measure": "satisfaction"}, {"valid_from": "x"}])
def test_no_target_is_taken_back_without_its_key(
    head: FlaskClient, session: Session, key: dict[str, object]
) -> None:
    post(head, "targets", "targets", dict(TARGET))
    assert post(head, "targets/remove", "targets", key).status_code == 302
    session.rollback()
    assert len(service.targets(session, service.only_centre(session).id)) == 1


def test_a_target_is_taken_back(head: FlaskClient, session: Session) -> None:
    post(head, "targets", "targets", dict(TARGET))
    key = {"measure": "satisfaction", "valid_from": "2026-01-01"}
    assert post(head, "targets/remove", "targets", dict(key)).status_code == 302
    assert last_entry(session).action == "target.remove"
    assert post(head, "targets/remove", "targets", dict(key)).status_code == 404


def test_the_command_lists_fields_for_people_and_programs(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "ho-tich\tHộ tịch" in runner.invoke(args=["field", "list"]).output
    rows = json.loads(runner.invoke(args=["field", "list", "--json"]).output)
    assert {"code": "ho-tich", "name": "Hộ tịch"} in rows
    assert len(rows) == 13
