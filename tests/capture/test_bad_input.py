"""Bad input: a stable code, the place of the fault, and no harm to its neighbours."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.capture.conftest import raw_sheet

Send = Callable[..., list[dict[str, Any]]]


def with_answers(**answers: object) -> dict[str, Any]:
    return raw_sheet(answers={"overall": 5} | answers)


def without(name: str) -> dict[str, Any]:
    sheet = raw_sheet()
    del sheet[name]
    return sheet


FULL = {"survey": "full"}
SHEETS = [
    (raw_sheet(survey_version=99), "survey_unknown", "survey"),
    (raw_sheet(survey="nothing"), "survey_unknown", "survey"),
    (with_answers(mood=5), "question_unknown", "answers.mood"),
    (with_answers(reasons=["weather"]), "option_unknown", "answers.reasons.0"),
    (with_answers(reasons=["staff", "staff"]), "duplicate_option", "answers.reasons"),
    (with_answers(reasons="staff"), "value_type", "answers.reasons"),
    (with_answers(visits=4), "option_unknown", "answers.visits"),
    (raw_sheet(point="Q99"), "point_unknown", "point"),
    (with_answers(overall=0), "value_range", "answers.overall"),
    (with_answers(overall=6), "value_range", "answers.overall"),
    (with_answers(overall="5"), "value_type", "answers.overall"),
    (with_answers(overall=4.5), "value_type", "answers.overall"),
    (with_answers(overall=None), "value_type", "answers.overall"),
    (with_answers(overall=True), "value_type", "answers.overall"),
    (with_answers(overall=[5]), "value_type", "answers.overall"),
    (raw_sheet(answers={}), "answer_required", "answers.overall"),
    (raw_sheet(answers=[5]), "value_type", "answers"),
    (without("answers"), "field_missing", "answers"),
    (without("id"), "field_missing", "id"),
    (raw_sheet(id="5"), "value_type", "id"),
    (raw_sheet(id=5), "value_type", "id"),
    (raw_sheet(revision=0), "value_range", "revision"),
    (raw_sheet(revision=10**30), "value_range", "revision"),
    (raw_sheet(revision="1"), "value_type", "revision"),
    (raw_sheet(revision=True), "value_type", "revision"),
    (raw_sheet(channel="paper"), "channel_not_allowed", "channel"),
    (raw_sheet(channel="canary"), "channel_not_allowed", "channel"),
    (raw_sheet(channel="fax"), "option_unknown", "channel"),
    (raw_sheet(language="fr"), "option_unknown", "language"),
    (raw_sheet(outcome="lost"), "option_unknown", "outcome"),
    (raw_sheet(assisted="no"), "value_type", "assisted"),
    (raw_sheet(slip="ABCD"), "slip_unknown", "slip"),
    (raw_sheet(captured_at="yesterday"), "value_type", "captured_at"),
    (raw_sheet(captured_at=0), "value_type", "captured_at"),
    (raw_sheet(captured_at="2026-11-22T08:15:29"), "value_type", "captured_at"),
    (raw_sheet(ip="10.0.0.1"), "field_unknown", "ip"),
    (
        raw_sheet(**FULL, answers={"overall": 4, "comment": "a" * 10_000}),
        "text_too_long",
        "answers.comment",
    ),
    (5, "value_type", ""),
    (None, "value_type", ""),
    ([], "value_type", ""),
]


@pytest.mark.parametrize(
    ("sheet", "code", "path"), SHEETS, ids=[f"{c}-{p}" for _, c, p in SHEETS]
)
def test_a_bad_sheet_is_told_what_and_where_and_harms_nobody(
    send: Send, sheet: object, code: str, path: str
) -> None:
    first, bad, last = send(raw_sheet(), sheet, raw_sheet())
    assert (first["status"], last["status"]) == ("stored", "stored")
    assert (bad["status"], bad["code"], bad["path"]) == ("rejected", code, path)
    assert bad["message"].endswith(".")


def test_whole_numbers_may_be_written_as_json_schema_allows(send: Send) -> None:
    assert send(raw_sheet(revision=1.0))[0]["status"] == "stored"


Post = Callable[..., Any]


@pytest.fixture
def post(client: FlaskClient, key: str, at: Callable[[str], None]) -> Post:
    def send_bytes(body: bytes, kind: str = "application/json", key: str = key) -> Any:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
        return client.post("/api/v1/responses", data=body, headers=headers)

    return send_bytes


def batch(*sheets: object, **changes: object) -> bytes:
    envelope = {"sent_at": "2026-11-22T08:15:30+07:00", "responses": sheets} | changes
    return json.dumps(envelope).encode()


WHOLE = {
    "empty": (b"", 400, "not_json"),
    "cut in the middle": (batch(raw_sheet())[:200], 400, "not_json"),
    "not UTF-8": (b'{"sent_at": "\xff"}', 400, "not_json"),
    "NaN": (b'{"sent_at": NaN, "responses": []}', 400, "not_json"),
    "too deep": (b"[" * 100_000, 400, "not_json"),
    "too many digits": (b'{"sent_at": ' + b"9" * 5_000 + b"}", 400, "not_json"),
    "a list": (b"[]", 422, "envelope"),
    "51 sheets": (batch(*[raw_sheet() for _ in range(51)]), 422, "envelope"),
    "no sheets": (batch(), 422, "envelope"),
    "no clock": (batch(raw_sheet(), sent_at=None), 422, "envelope"),
    "unknown member": (batch(raw_sheet(), extra=1), 422, "envelope"),
    "key twice": (b'{"sent_at": "a", "sent_at": "b"}', 422, "envelope"),
    "300 KiB": (b" " * 300 * 1024, 413, "too_large"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_bad_body_is_refused_whole_in_the_one_shape(post: Post, name: str) -> None:
    body, status, code = WHOLE[name]
    answer = post(body)
    assert answer.status_code == status
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message", "details"}
    assert answer.json["error"]["code"] == code


def test_the_envelope_names_every_fault(post: Post) -> None:
    answer = post(b'{"responses": 5, "extra": 1}')
    faults = {(f["code"], f["path"]) for f in answer.json["error"]["details"]["faults"]}
    assert faults == {
        ("field_missing", "sent_at"),
        ("value_type", "responses"),
        ("field_unknown", "extra"),
    }


def test_a_key_written_twice_rejects_its_sheet_only(post: Post) -> None:
    good = json.dumps(raw_sheet())
    doubled = json.dumps(raw_sheet()).replace(
        '"revision": 1', '"revision": 1, "revision": 2'
    )
    inner = json.dumps(raw_sheet()).replace(
        '"overall": 5', '"overall": 5, "overall": 1'
    )
    body = f'{{"sent_at": "2026-11-22T08:15:30+07:00", "responses": [{good}, {doubled}, {inner}]}}'
    results = post(body.encode()).json["results"]
    assert [result.get("path") for result in results] == [
        None,
        "revision",
        "answers.overall",
    ]
    assert [result.get("code") for result in results] == [
        None,
        "duplicate_key",
        "duplicate_key",
    ]


def test_lone_surrogates_come_back_harmless(post: Post) -> None:
    sheet = json.dumps(raw_sheet()).replace('"overall"', r'"\ud800"')
    body = f'{{"sent_at": "2026-11-22T08:15:30+07:00", "responses": [{sheet}]}}'
    assert post(body.encode()).json["results"][0]["code"] == "question_unknown"


def test_another_media_type_is_refused(post: Post) -> None:
    answer = post(batch(raw_sheet()), kind="text/plain")
    assert (answer.status_code, answer.json["error"]["code"]) == (415, "media_type")


@pytest.mark.parametrize("wrong", ["", "x", "ễ", "a" * 5_000])
def test_an_unknown_device_is_refused(post: Post, wrong: str) -> None:
    answer = post(batch(raw_sheet()), key=wrong.encode().decode("latin-1"))
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "device_unknown")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_nobody_may_send_without_a_key_or_a_code(
    client: FlaskClient, at: Callable[[str], None]
) -> None:
    answer = client.post(
        "/api/v1/responses", data=batch(raw_sheet()), content_type="application/json"
    )
    assert answer.status_code == 401


def test_messages_follow_the_reader(post: Post, client: FlaskClient) -> None:
    assert "JSON" in post(b"x").json["error"]["message"]
    assert post(b"x").json["error"]["message"].startswith("Nội dung")


def test_nothing_of_what_was_written_reaches_the_log(
    send: Send, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "Nguyễn Thị Bí Mật 0912345678"
    answers = {"overall": 4, "comment": secret}
    send(
        raw_sheet(**FULL, answers=answers),
        raw_sheet(**FULL, answers=answers | {"comment": secret * 100}),
        raw_sheet(**FULL, answers={"overall": 9, "comment": secret}),
    )
    captured = capfd.readouterr()
    assert "Bí Mật" not in caplog.text + captured.out + captured.err
    assert "127.0.0.1" not in caplog.text + captured.out + captured.err
