"""When a sheet happened, and what becomes of it."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.capture.rules import Known, Sheet, Status, judge, place_in_time

NOW = datetime(2026, 11, 22, 1, 15, 30, tzinfo=UTC)


def sheet(**changes: object) -> Sheet:
    values: dict[str, object] = {
        "id": uuid.UUID(int=1),
        "revision": 1,
        "survey": "counter",
        "survey_version": 1,
        "point": "Q1",
        "channel": "kiosk",
        "origin": "device:a",
        "captured_at": NOW,
        "language": "vi",
        "outcome": "completed",
        "assisted": False,
        "flipped": False,
        "answers": {"overall": 5},
    }
    return Sheet(**(values | changes))  # type: ignore[arg-type]


def known(stored: Sheet) -> Known:
    return Known(stored.revision, stored.origin, stored.content_sha256)


@pytest.mark.parametrize(
    ("captured", "sent", "occurred"),
    [
        # A right clock: the tap happened when the tablet says.
        (
            "2026-11-22T01:15:00+00:00",
            "2026-11-22T01:15:30+00:00",
            "2026-11-22 01:15:00",
        ),
        # Three hours fast: the sheet is 30 s old all the same.
        (
            "2026-11-22T04:15:00+00:00",
            "2026-11-22T04:15:30+00:00",
            "2026-11-22 01:15:00",
        ),
        # A year ahead.
        (
            "2027-11-22T01:15:00+00:00",
            "2027-11-22T01:15:30+00:00",
            "2026-11-22 01:15:00",
        ),
        # A dead battery: the tablet lives in 1970, the sheet is two days old.
        (
            "1970-01-01T00:00:00+00:00",
            "1970-01-03T00:00:00+00:00",
            "2026-11-20 01:15:30",
        ),
        # Offline for a week.
        (
            "2026-11-15T01:15:30+00:00",
            "2026-11-22T01:15:30+00:00",
            "2026-11-15 01:15:30",
        ),
    ],
)
def test_the_device_clock_is_corrected_by_the_age_of_the_sheet(
    captured: str, sent: str, occurred: str
) -> None:
    timing = place_in_time(
        datetime.fromisoformat(captured), datetime.fromisoformat(sent), NOW
    )
    assert timing.occurred_at == datetime.fromisoformat(occurred).replace(tzinfo=UTC)
    assert not timing.clock_fault


def test_a_sheet_captured_after_it_was_sent_gets_the_receive_time() -> None:
    timing = place_in_time(NOW + timedelta(days=365), NOW, NOW)
    assert (timing.occurred_at, timing.clock_fault, timing.late) == (NOW, True, False)


@pytest.mark.parametrize(("days", "late"), [(91, False), (92, False), (93, True)])
def test_a_sheet_older_than_92_days_is_flagged_late(days: int, late: bool) -> None:
    assert place_in_time(NOW - timedelta(days=days), NOW, NOW).late is late


def test_the_local_day_begins_at_seventeen_hours_utc() -> None:
    midnight = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    timing = place_in_time(midnight, NOW, NOW)
    assert (timing.day.isoformat(), timing.hour) == ("2026-11-22", 0)
    before = place_in_time(midnight - timedelta(microseconds=1), NOW, NOW)
    assert (before.day.isoformat(), before.hour) == ("2026-11-21", 23)


moments = st.datetimes(timezones=st.just(UTC))


@given(captured=moments, sent=moments)
def test_no_moment_of_the_calendar_is_refused_or_lands_in_the_future(
    captured: datetime, sent: datetime
) -> None:
    assert place_in_time(captured, sent, NOW).occurred_at <= NOW


def test_a_first_sheet_is_stored() -> None:
    assert judge(sheet(), []).status is Status.STORED


def test_the_same_content_is_a_duplicate_whatever_the_zone_of_its_time() -> None:
    again = sheet(captured_at=datetime.fromisoformat("2026-11-22T08:15:30+07:00"))
    assert judge(again, [known(sheet())]).status is Status.DUPLICATE


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"overall": 1}},
        {"captured_at": NOW + timedelta(seconds=1)},
        {"comment": "khác"},
        {"point": "Q2"},
        {"language": "en"},
        {"outcome": "timeout"},
        {"assisted": True},
        {"flipped": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_other_content_under_the_same_revision_is_a_conflict(
    change: dict[str, object],
) -> None:
    fate = judge(sheet(**change), [known(sheet())])
    assert (fate.status, fate.reason) == (Status.CONFLICT, "content")


def test_another_revision_from_the_same_origin_revises() -> None:
    assert judge(sheet(revision=2), [known(sheet())]).status is Status.REVISED


def test_a_first_revision_is_new_though_another_overtook_it() -> None:
    assert judge(sheet(), [known(sheet(revision=3))]).status is Status.STORED


def test_a_revision_from_elsewhere_is_kept_apart() -> None:
    fate = judge(sheet(revision=2, origin="device:b"), [known(sheet())])
    assert (fate.status, fate.reason) == (Status.CONFLICT, "origin")


def test_a_form_sent_twice_is_a_duplicate_though_our_clock_went_on() -> None:
    first = sheet(origin="poster:7")
    again = sheet(origin="poster:7", captured_at=NOW + timedelta(seconds=5))
    assert judge(again, [known(first)]).status is Status.DUPLICATE
