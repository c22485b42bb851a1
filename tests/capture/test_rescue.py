"""Sheets carried from a tablet in a file: each stored once, whatever else happens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import re
import secrets
import threading
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk import clock
from kiosk.accounts.models import AuditEntry
from kiosk.accounts.permissions import Role
from kiosk.app import MAX_BODY_BYTES
from kiosk.capture import rescue
from kiosk.capture.models import AnswerSheet
from kiosk.devices import service as devices
from tests.capture.conftest import Raw, raw_sheet
from tests.staff import token_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse


class Tablet:
    """A tablet that saves its sheets into a file."""

    def __init__(self, session: Session, now: datetime, name: str = "Máy 1") -> None:
        device, self.key = devices.pair(session, now, 1, "Q1", name)
        session.commit()
        self.id, self.name = device.id, name
        session.rollback()

    def body(
        self,
        queue: list[Any] | None = None,
        quarantine: list[Any] | None = None,
        unreadable: list[Any] | None = None,
    ) -> str:
        """Write what the tablet holds."""
        return json.dumps(
            {
                "device": {"id": str(self.id), "name": self.name},
                "release": "4f2a9c01d3be",
                "exported_at": "2026-11-22T08:20:00.000+07:00",
                "queue": queue or [],
                "quarantine": quarantine or [],
                "unreadable": unreadable or [],
            }
        )

    def file(self, *queue: Any, **parts: Any) -> bytes:
        """Save and seal it."""
        return self.sealed(self.body([*queue], **parts))

    def sealed(self, body: str, /, **changes: Any) -> bytes:
        """Seal a text with the key, as far as the server knows it."""
        kept = hashlib.sha256(self.key.encode()).hexdigest().encode()
        secret = hmac.new(kept, b"kiosk-queue 1", hashlib.sha256).digest()
        label = f"kiosk-queue 1 {self.id}".encode()
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(secret).encrypt(nonce, body.encode(), label)
        document = {
            "format": "kiosk-queue",
            "version": 1,
            "device": str(self.id),
            "nonce": base64.b64encode(nonce).decode(),
            "sealed": base64.b64encode(sealed).decode(),
        }
        return json.dumps(document | changes).encode()


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> datetime:
    """Let the service stand an hour after the sheets were tapped."""
    later = now + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    return later


@pytest.fixture
def tablet(session: Session, now: datetime) -> Tablet:
    """Return a paired tablet."""
    return Tablet(session, now)


@pytest.fixture
def admin(sign_in: Callable[[str], FlaskClient], moment: datetime) -> FlaskClient:
    """Return the browser of whoever looks after the machines."""
    return sign_in(Role.ADMIN)


@pytest.fixture
def bring(admin: FlaskClient, tablet: Tablet) -> Callable[..., TestResponse]:
    """Send a file from the page of the tablet."""
    return lambda data: send(admin, tablet, data)


def send(client: FlaskClient, tablet: Tablet, data: bytes) -> TestResponse:
    address = f"/settings/devices/{tablet.id}/rescue"
    # Written out: the test client's own form leaves a temporary file open.
    parts = (
        f'name="csrf_token"\r\n\r\n{token_in(client.get(address))}'.encode(),
        b'name="file"; filename="phieu.json"\r\n\r\n' + data,
    )
    body = b"".join(
        b"--end\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts
    )
    kind = "multipart/form-data; boundary=end"
    return client.post(address, data=body + b"--end--\r\n", content_type=kind)


def post(client: FlaskClient, tablet: Tablet, batch: Raw) -> TestResponse:
    headers = {"Authorization": f"Bearer {tablet.key}"}
    return client.post("/api/v1/responses", json=batch, headers=headers)


def said(page: TestResponse) -> str:
    text = re.sub(r"<[^>]+>", " ", page.text)
    return " ".join(html.unescape(text).split())


def stored(session: Session) -> list[AnswerSheet]:
    session.rollback()
    order = (AnswerSheet.id, AnswerSheet.revision)
    return list(session.scalars(sa.select(AnswerSheet).order_by(*order)))


def counts(session: Session) -> dict[str, Any]:
    session.rollback()
    entry = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.action == "device.rescue")
        .order_by(AuditEntry.id.desc())
    ).first()
    assert entry
    return {k: v for k, v in entry.detail.items() if v and k != "exported_at"}


def test_what_a_tablet_saved_is_stored_as_if_it_had_sent_it(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    first = raw_sheet()
    second = first | {"revision": 2, "answers": {"overall": 5, "visits": 2}}
    page = bring(tablet.file(first, second, raw_sheet()))
    assert page.status_code == 200
    assert "Mọi phiếu trong tệp đã ở máy chủ." in said(page)
    rows = stored(session)
    assert sorted(row.revision for row in rows) == [1, 1, 2]
    assert {row.origin for row in rows} == {f"device:{tablet.id}"}
    assert counts(session) == {"stored": 2, "revised": 1}


def test_a_sheet_keeps_its_own_time(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    by_its_clock = raw_sheet(captured_at="2026-11-22T08:15:29.870+07:00")
    corrected = raw_sheet(
        captured_at="2026-11-22T05:00:00+07:00", clock_offset_ms=3 * 3_600_000
    )
    from_the_future = raw_sheet(captured_at="2031-01-01T00:00:00+07:00")
    bring(tablet.file(by_its_clock, corrected, from_the_future))
    rows = {str(row.id): row for row in stored(session)}
    assert rows[by_its_clock["id"]].occurred_at == datetime.fromisoformat(
        "2026-11-22T08:15:29.870+07:00"
    )
    assert rows[corrected["id"]].occurred_at == datetime.fromisoformat(
        "2026-11-22T08:00:00+07:00"
    )
    assert rows[from_the_future["id"]].occurred_at == clock.now()


def test_a_file_may_be_brought_in_twice(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    file = tablet.file(*(raw_sheet() for _ in range(120)))
    bring(file)
    assert counts(session) == {"stored": 120}
    page = bring(file)
    assert counts(session) == {"duplicate": 120}
    assert "Đã có từ trước, không tính lần nữa 120" in said(page)
    assert len(stored(session)) == 120


def test_what_the_tablet_has_sent_meanwhile_is_no_second_sheet(
    bring: Callable[[bytes], TestResponse],
    client: FlaskClient,
    session: Session,
    tablet: Tablet,
) -> None:
    sent, waits = raw_sheet(), raw_sheet()
    file = tablet.file(sent, waits)
    batch = {"sent_at": "2026-11-22T08:15:30+07:00", "responses": [sent]}
    assert post(client, tablet, batch).status_code == 200
    bring(file)
    assert counts(session) == {"stored": 1, "duplicate": 1}
    assert len(stored(session)) == 2


def test_two_imports_and_the_tablet_at_once_store_each_sheet_once(
    app: Flask,
    sign_in: Callable[[str], FlaskClient],
    session: Session,
    tablet: Tablet,
    moment: datetime,
) -> None:
    sheets = [raw_sheet() for _ in range(200)]
    file = tablet.file(*sheets)
    statuses: list[int] = []
    results: Counter[str] = Counter()

    def by_hand(client: FlaskClient) -> None:
        statuses.append(send(client, tablet, file).status_code)

    def by_itself() -> None:
        for first in range(0, 200, 50):
            batch = {
                "sent_at": moment.isoformat(),
                "responses": sheets[first : first + 50],
            }
            answer = post(app.test_client(), tablet, batch)
            statuses.append(answer.status_code)
            results.update(one["status"] for one in (answer.json or {})["results"])

    clients = [sign_in(Role.ADMIN), sign_in(Role.HEAD)]
    together(*(partial(by_hand, one) for one in clients), by_itself)
    assert set(statuses) == {200}
    assert len(stored(session)) == 200
    recorded = sa.select(AuditEntry).where(AuditEntry.action == "device.rescue")
    for entry in session.scalars(recorded):
        told = {"stored", "duplicate"} & set(entry.detail)
        results.update({status: entry.detail[status] for status in told})
    assert results == {"stored": 200, "duplicate": 400}


def together(*runs: Callable[[], None]) -> None:
    threads = [threading.Thread(target=run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_what_was_in_quarantine_is_tried_again(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    mended, hopeless = raw_sheet(), raw_sheet(point="Q99")
    apart = [
        {"sheet": one, "code": "survey_unknown", "path": "survey", "message": "…"}
        for one in (mended, hopeless)
    ]
    page = bring(tablet.file(raw_sheet(), quarantine=apart))
    assert counts(session) == {"stored": 2, "rejected": 1}
    assert "phần để riêng, phiếu thứ 2" in said(page)
    assert "Không có điểm lấy ý kiến này." in said(page)
    assert mended["id"] in {str(row.id) for row in stored(session)}


def test_a_corrupt_entry_is_told_by_its_place_and_the_rest_is_taken(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    corrupt: list[Any] = [None, 7, "x", [], {}, raw_sheet(answers={"overall": 9})]
    page = bring(
        tablet.file(
            raw_sheet(),
            *corrupt,
            raw_sheet(),
            quarantine=[None, {"sheet": 3}],
            unreadable=[{"v": 9, "sheet": raw_sheet()}, "garbage"],
        )
    )
    assert page.status_code == 200
    assert counts(session) == {"stored": 3, "rejected": 9}
    text = said(page)
    for place in (
        *(f"hàng chờ, phiếu thứ {number}" for number in range(2, 8)),
        "phần để riêng, phiếu thứ 1",
        "phần để riêng, phiếu thứ 2",
        "phần không đọc được, mục thứ 2",
    ):
        assert place in text
    assert "hàng chờ, phiếu thứ 1 " not in text
    assert "Có phiếu không nhận được; các phiếu khác đã nhận." in text


def test_the_page_shows_where_to_begin_and_how_much_there_is(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    page = bring(tablet.file(*[None] * 130))
    assert counts(session) == {"rejected": 130}
    assert page.text.count("hàng chờ, phiếu thứ") == 100
    assert "Chỉ hiện 100 trên 130 chỗ." in said(page)


def test_what_came_in_by_another_door_is_not_taken_as_the_tablets(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    bring(tablet.file(raw_sheet(channel="qr"), raw_sheet(channel="paper")))
    assert counts(session) == {"rejected": 2}
    assert not stored(session)


def test_another_answer_under_a_known_id_is_kept_apart(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    sheet = raw_sheet()
    bring(tablet.file(sheet))
    bring(tablet.file(sheet | {"answers": {"overall": 1}}))
    assert counts(session) == {"conflict": 1}
    [row] = stored(session)
    assert row.answers["overall"] == 5


def test_a_revoked_tablet_gives_up_its_sheets(
    bring: Callable[[bytes], TestResponse],
    session: Session,
    tablet: Tablet,
    moment: datetime,
) -> None:
    devices.revoke(session, moment, 1, tablet.id)
    session.commit()
    assert bring(tablet.file(raw_sheet())).status_code == 200
    assert counts(session) == {"stored": 1}


def tampered(tablet: Tablet) -> dict[str, bytes]:
    """List files that are not what the tablet saved, each with why."""
    good = tablet.body([raw_sheet()])
    whole = json.loads(tablet.sealed(good))["sealed"]
    turned = base64.b64decode(whole)
    turned = turned[:99] + bytes([turned[99] ^ 1]) + turned[100:]
    return {
        "seal one bit": tablet.sealed(good, sealed=base64.b64encode(turned).decode()),
        "seal cut": tablet.sealed(good, sealed=whole[:-4]),
        "seal odd": tablet.sealed(good, sealed="é\ud800"),
        "seal nonce": tablet.sealed(good, nonce=""),
        "seal empty": tablet.sealed(good, sealed=""),
        "format none": tablet.sealed(good, sealed=None),
        "format other": tablet.sealed(good, format="other"),
        "format list": b"[]",
        "format text": b"phieu",
        "format bytes": b"\xff\xfe\x00",
        "format deep": b"[" * 100_000,
        "format cut": tablet.sealed(good)[:-20],
        "format body": tablet.sealed("[1, 2]"),
        "format no": tablet.sealed(good, nonce=None),
        "version": tablet.sealed(good, version=2),
        "device": tablet.sealed(good, device=f"{tablet.id}0"),
        "device none": tablet.sealed(good, device=None),
        "device odd": tablet.sealed(good, device=[]),
    }


REASONS = {
    "seal": "Không mở được tệp",
    "format": "Đây không phải tệp phiếu",
    "version": "một phiên bản khác",
    "device": "Tệp này của một máy khác",
}


def test_what_the_tablet_did_not_save_is_refused_whole(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    for name, file in tampered(tablet).items():
        page = bring(file)
        assert page.status_code == 422, name
        assert REASONS[name.partition(" ")[0]] in said(page), name
    assert not stored(session)


def test_a_file_of_another_tablet_belongs_on_its_own_page(
    bring: Callable[[bytes], TestResponse], session: Session, now: datetime
) -> None:
    other = Tablet(session, now, "Máy 2")
    page = bring(other.file(raw_sheet()))
    assert page.status_code == 422
    assert "Tệp này của một máy khác." in said(page)


def test_a_file_sealed_with_a_key_that_was_replaced_is_refused(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    file = tablet.file(raw_sheet())
    devices.tablet(session, 1, tablet.id).key_hash = "0" * 64
    session.commit()
    page = bring(file)
    assert "đã được ghép lại sau khi lưu" in said(page)


def test_without_a_file_there_is_nothing_to_do(
    admin: FlaskClient, tablet: Tablet
) -> None:
    address = f"/settings/devices/{tablet.id}/rescue"
    token = token_in(admin.get(address))
    for form in ({}, {"file": (BytesIO(b""), "")}, {"file": "text"}):
        page = admin.post(address, data={"csrf_token": token, **form})
        assert page.status_code == 422
        assert "Chọn tệp phiếu đã lưu từ máy." in said(page)


def test_a_file_larger_than_other_bodies_is_taken(
    bring: Callable[[bytes], TestResponse], session: Session, tablet: Tablet
) -> None:
    sheets: list[Raw] = [raw_sheet() for _ in range(1_000)]
    file = tablet.file(*sheets)
    assert len(file) > MAX_BODY_BYTES
    bring(file)
    assert counts(session) == {"stored": 1_000}


@pytest.mark.parametrize("extra", [1, rescue.MAX_BYTES])
def test_a_file_that_is_too_large_is_told_so(
    bring: Callable[[bytes], TestResponse], extra: int
) -> None:
    page = bring(b" " * (rescue.MAX_BYTES + extra))
    assert page.status_code == 413
    assert "Tệp lớn quá 20 MB." in said(page)


def test_the_room_is_for_those_who_may(
    app: Flask, sign_in: Callable[[str], FlaskClient], tablet: Tablet
) -> None:
    address = f"/settings/devices/{tablet.id}/rescue"
    for client in (app.test_client(), sign_in(Role.CLERK)):
        file = (BytesIO(b" " * (MAX_BODY_BYTES + 1)), "phieu.json")
        page = client.post(address, data={"file": file})
        assert page.status_code == 413
        assert tablet.name not in page.text


def test_without_its_token_nothing_is_taken(
    admin: FlaskClient, session: Session, tablet: Tablet
) -> None:
    address = f"/settings/devices/{tablet.id}/rescue"
    file = (BytesIO(tablet.file(raw_sheet())), "phieu.json")
    assert admin.post(address, data={"file": file}).status_code == 400
    assert not stored(session)


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER, Role.SUPERVISOR])
def test_others_bring_in_nothing(
    sign_in: Callable[[str], FlaskClient], tablet: Tablet, role: Role
) -> None:
    assert sign_in(role).get(f"/settings/devices/{tablet.id}/rescue").status_code == 403


def test_the_pages_speak_english(
    bring: Callable[[bytes], TestResponse], admin: FlaskClient, tablet: Tablet
) -> None:
    page = admin.get(f"/settings/devices/{tablet.id}/rescue?lang=en")
    assert "Importing the same file again" in said(page)
    assert "queue, sheet no. 1" in said(bring(tablet.file(None)))


def test_who_carries_the_file_reads_no_answer(tablet: Tablet) -> None:
    """The counter cannot read an answer, not even with the PIN and the file."""
    sheet = raw_sheet()
    file = tablet.file(sheet)
    for secret in (sheet["id"], "overall", "captured_at", "staff"):
        assert secret.encode() not in file
        assert base64.b64encode(secret.encode())[:-4] not in file
