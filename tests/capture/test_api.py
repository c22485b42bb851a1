"""The intake API as a tablet meets it, on both engines."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.capture.models import AnswerSheet, DirtyMark, SheetConflict
from kiosk.devices import service as devices
from kiosk.devices.models import Device
from kiosk.edge.transaction import writing_session
from tests.capture.conftest import raw_sheet

Send = Callable[..., list[dict[str, Any]]]


def statuses(results: list[dict[str, Any]]) -> list[str]:
    return [result["status"] for result in results]


def stored(session: Session) -> list[AnswerSheet]:
    session.rollback()
    order = (AnswerSheet.id, AnswerSheet.revision)
    return list(session.scalars(sa.select(AnswerSheet).order_by(*order)))


def test_a_tap_is_stored_with_what_the_contract_says(
    send: Send, session: Session
) -> None:
    sheet = raw_sheet()
    assert send(sheet) == [{"id": sheet["id"], "status": "stored"}]
    (row,) = stored(session)
    assert str(row.id) == sheet["id"]
    assert row.answers == {"overall": 5, "reasons": ["staff"], "visits": 1}
    assert (row.overall, row.point, row.channel, row.survey) == (
        5,
        "Q1",
        "kiosk",
        "counter",
    )
    assert (row.local_day.isoformat(), row.local_hour) == ("2026-11-22", 8)
    assert (row.late, row.clock_fault) == (False, False)


def test_the_same_sheet_again_is_a_duplicate(send: Send, session: Session) -> None:
    sheet = raw_sheet()
    send(sheet)
    assert statuses(send(sheet, sheet)) == ["duplicate", "duplicate"]
    assert len(stored(session)) == 1


def test_other_content_is_kept_apart_once(send: Send, session: Session) -> None:
    sheet = raw_sheet()
    other = sheet | {"answers": {"overall": 1}}
    send(sheet)
    assert statuses(send(other)) == ["conflict"]
    assert statuses(send(other)) == ["conflict"]
    assert [row.answers["overall"] for row in stored(session)] == [5]
    (kept,) = session.scalars(sa.select(SheetConflict))
    assert (kept.reason, kept.content["answers"]) == ("content", {"overall": 1})


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ((1, 2, 3), ["stored", "revised", "revised"]),
        ((3, 2, 1), ["stored", "revised", "stored"]),
        ((2, 3, 1), ["stored", "revised", "stored"]),
    ],
)
def test_revisions_are_kept_in_whatever_order_they_arrive(
    send: Send, session: Session, order: tuple[int, ...], told: list[str]
) -> None:
    sheet = raw_sheet()
    results = [
        send(sheet | {"revision": number, "answers": {"overall": number}})
        for number in order
    ]
    assert [statuses(result)[0] for result in results] == told
    assert [row.revision for row in stored(session)] == [1, 2, 3]


def test_one_batch_may_hold_every_fate(send: Send, session: Session) -> None:
    sheet, bad = raw_sheet(), raw_sheet(answers={"overall": 6})
    second = sheet | {"revision": 2}
    other = sheet | {"language": "en"}
    results = send(sheet, second, sheet, other, bad)
    assert statuses(results) == [
        "stored",
        "revised",
        "duplicate",
        "conflict",
        "rejected",
    ]
    assert len(stored(session)) == 2


def test_a_revision_from_another_tablet_is_kept_apart(
    send: Send, app: Flask, client: FlaskClient, session: Session, now: datetime
) -> None:
    sheet = raw_sheet()
    send(sheet)
    with app.app_context(), writing_session() as writer:
        _, other = devices.pair(writer, now, 1, "Q1", "Máy 2")
    app.extensions.pop("register")
    answer = client.post(
        "/api/v1/responses",
        json={
            "sent_at": "2026-11-22T08:15:30+07:00",
            "responses": [sheet | {"revision": 2}],
        },
        headers={"Authorization": f"Bearer {other}"},
    )
    assert statuses(answer.json["results"]) == ["conflict"]
    assert len(stored(session)) == 1


def test_a_late_batch_lands_in_the_day_it_was_captured(
    send: Send, session: Session
) -> None:
    send(raw_sheet(captured_at="2026-07-01T08:00:00+07:00"))
    (row,) = stored(session)
    assert (row.local_day.isoformat(), row.late) == ("2026-07-01", True)
    marks = session.scalars(sa.select(DirtyMark.day))
    assert [day.isoformat() for day in marks] == ["2026-07-01"]


def test_a_revision_marks_the_day_it_left(send: Send, session: Session) -> None:
    sheet = raw_sheet(captured_at="2026-11-20T23:59:59+07:00")
    send(sheet)
    session.execute(sa.delete(DirtyMark))
    session.commit()
    send(sheet | {"revision": 2, "captured_at": "2026-11-21T00:00:05+07:00"})
    session.rollback()
    days = session.scalars(sa.select(DirtyMark.day).distinct().order_by(DirtyMark.day))
    assert [day.isoformat() for day in days] == ["2026-11-20", "2026-11-21"]


def test_a_clock_a_year_ahead_still_finds_the_hour(
    send: Send, session: Session
) -> None:
    send(
        raw_sheet(captured_at="2027-11-22T08:14:30+07:00"),
        sent_at="2027-11-22T08:15:30+07:00",
    )
    (row,) = stored(session)
    assert row.occurred_at.isoformat() == "2026-11-22T01:14:30+00:00"
    assert row.captured_at.isoformat() == "2027-11-22T01:14:30+00:00"


def test_text_is_kept_composed_and_without_control_characters(
    send: Send, session: Session
) -> None:
    text = "Ca\u0301n bo\u0323\u0302 to\u0302\u0301t\x00\x07 <script>alert(1)</script>"
    send(raw_sheet(survey="full", answers={"overall": 4, "comment": text}))
    (row,) = stored(session)
    assert row.comment == "Cán bộ tốt <script>alert(1)</script>"
    assert row.answers == {"overall": 4}


def test_what_was_answered_cannot_be_changed(send: Send, session: Session) -> None:
    send(raw_sheet())
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.update(AnswerSheet).values(overall=1))


def test_a_comment_can_be_erased_and_not_rewritten(
    send: Send, session: Session
) -> None:
    send(raw_sheet(survey="full", answers={"overall": 4, "comment": "x"}))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.update(AnswerSheet).values(comment="y"))
    session.rollback()
    session.execute(sa.update(AnswerSheet).values(comment=None))
    session.commit()
    assert stored(session)[0].comment is None


def test_a_poster_code_opens_the_door_for_its_own_point(
    app: Flask,
    client: FlaskClient,
    session: Session,
    at: Callable[[str], None],
    now: datetime,
) -> None:
    with app.app_context(), writing_session() as writer:
        code = devices.issue_poster(writer, now, 1, "Q1").code
    sheets = [
        raw_sheet(channel="qr", qr=code),
        raw_sheet(channel="qr", qr=code, point="Q2"),
        raw_sheet(channel="kiosk", qr=code),
        raw_sheet(channel="qr", qr="0000-00000-00000"),
        raw_sheet(channel="qr"),
    ]
    answer = client.post(
        "/api/v1/responses",
        json={"sent_at": "2026-11-22T08:15:30+07:00", "responses": sheets},
    )
    assert [result.get("code", "stored") for result in answer.json["results"]] == [
        "stored",
        "point_foreign",
        "channel_not_allowed",
        "code_unknown",
        "code_unknown",
    ]
    assert [row.origin.split(":")[0] for row in stored(session)] == ["poster"]


@pytest.mark.parametrize(
    ("captured", "day"),
    [
        ("2026-11-21T09:00:00+07:00", "2026-11-21"),
        ("2026-11-21T08:00:00+07:00", "2026-11-22"),
        ("2025-12-01T09:00:00+07:00", "2026-11-22"),
        ("0001-01-01T00:00:00+00:00", "2026-11-22"),
    ],
)
def test_a_poster_code_opens_no_month_that_is_over(
    app: Flask,
    client: FlaskClient,
    session: Session,
    at: Callable[[str], None],
    now: datetime,
    captured: str,
    day: str,
) -> None:
    with app.app_context(), writing_session() as writer:
        code = devices.issue_poster(writer, now, 1, "Q1").code
    sheet = raw_sheet(channel="qr", qr=code, captured_at=captured)
    sent = {"sent_at": "2026-11-22T08:15:30+07:00", "responses": [sheet]}
    results = [
        client.post("/api/v1/responses", json=sent).json["results"] for _ in range(2)
    ]
    assert [result["status"] for (result,) in results] == ["stored", "duplicate"]
    (row,) = stored(session)
    assert row.local_day.isoformat() == day


def test_ping_tells_who_answers(client: FlaskClient, at: Callable[[str], None]) -> None:
    answer = client.get("/api/v1/ping")
    assert answer.json == {"service": "kiosk", "now": "2026-11-22T08:15:30+07:00"}


def test_the_measured_offset_places_the_sheet_and_is_kept(
    send: Send, session: Session
) -> None:
    three_hours = 3 * 3_600_000
    fast = raw_sheet(
        captured_at="2026-11-22T11:15:00+07:00", clock_offset_ms=-three_hours
    )
    # Sent after somebody set the clock right: by its age it would lie in the future.
    send(fast)
    (row,) = stored(session)
    assert row.clock_offset_ms == -three_hours
    assert (row.local_hour, row.clock_fault) == (8, False)
    assert row.captured_at.hour == 4


def test_the_canary_answers_for_no_citizen(
    client: FlaskClient, key: str, session: Session
) -> None:
    """A key that leaked from a run must not write citizens' answers."""
    session.execute(sa.update(Device).values(kind="canary"))
    session.commit()
    answer = client.post(
        "/api/v1/responses",
        json={
            "sent_at": "2026-11-22T08:15:30+07:00",
            "responses": [raw_sheet(), raw_sheet(channel="canary")],
        },
        headers={"Authorization": f"Bearer {key}"},
    )
    fates = [result.get("code", result["status"]) for result in answer.json["results"]]
    assert fates == ["channel_not_allowed", "stored"]
