"""When a sheet happened, and what becomes of it."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.capture.rules import (
    Known,
    Sheet,
    Status,
    believed,
    judge,
    place_in_time,
)
from kiosk.capture.schema import MAX_OFFSET_MS

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
        sheet(captured_at=datetime.fromisoformat(captured)),
        datetime.fromisoformat(sent),
        NOW,
    )
    assert timing.occurred_at == datetime.fromisoformat(occurred).replace(tzinfo=UTC)
    assert not timing.clock_fault


def test_a_sheet_captured_after_it_was_sent_gets_the_receive_time() -> None:
    timing = place_in_time(sheet(captured_at=NOW + timedelta(days=365)), NOW, NOW)
    assert (timing.occurred_at, timing.clock_fault, timing.late) == (NOW, True, False)


@pytest.mark.parametrize(("days", "late"), [(91, False), (92, False), (93, True)])
def test_a_sheet_older_than_92_days_is_flagged_late(days: int, late: bool) -> None:
    captured = sheet(captured_at=NOW - timedelta(days=days))
    assert place_in_time(captured, NOW, NOW).late is late


def test_the_local_day_begins_at_seventeen_hours_utc() -> None:
    midnight = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    timing = place_in_time(sheet(captured_at=midnight), NOW, NOW)
    assert (timing.day.isoformat(), timing.hour) == ("2026-11-22", 0)
    just_before = midnight - timedelta(microseconds=1)
    before = place_in_time(sheet(captured_at=just_before), NOW, NOW)
    assert (before.day.isoformat(), before.hour) == ("2026-11-21", 23)


moments = st.datetimes(timezones=st.just(UTC))


offsets = st.none() | st.integers(-MAX_OFFSET_MS, MAX_OFFSET_MS)


@given(captured=moments, sent=moments, offset=offsets)
def test_no_moment_of_the_calendar_is_refused_or_lands_in_the_future(
    captured: datetime, sent: datetime, offset: int | None
) -> None:
    answered = sheet(captured_at=captured, clock_offset_ms=offset)
    assert place_in_time(answered, sent, NOW).occurred_at <= NOW


HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("captured", "sent", "offset", "occurred"),
    [
        # Three hours fast at the tap, set right before it was sent.
        ("11:15:00", "08:15:30", -3 * HOUR_MS, "08:15:00"),
        # A day slow at the tap, set right before it was sent: the age alone would say
        # that it happened a day ago.
        ("08:15:00-1", "08:15:30", 24 * HOUR_MS, "08:15:00"),
        # Right at the tap, then it jumped to 3 h fast: the age alone would be 3 h.
        ("08:15:00", "11:15:30", 0, "08:15:00"),
        # The offset was measured with a reply that took long: never in the future.
        ("08:15:29", "08:15:30", 5_000, "08:15:30"),
        # An offset from before a jump puts it far in the future: then its age counts.
        ("08:15:00", "08:15:30", 3 * HOUR_MS, "08:15:00"),
    ],
)
def test_an_offset_known_at_the_tap_survives_a_clock_that_is_set(
    captured: str, sent: str, offset: int, occurred: str
) -> None:
    timing = place_in_time(
        sheet(captured_at=local(captured), clock_offset_ms=offset), local(sent), NOW
    )
    assert timing.occurred_at == local(occurred)
    assert not timing.clock_fault


def local(text: str) -> datetime:
    """Read a wall clock of that morning, `-1` for the day before."""
    clock, _, days_back = text.partition("-")
    moment = datetime.fromisoformat(f"2026-11-22T{clock}+07:00")
    return moment - timedelta(days=int(days_back or 0))


def test_the_offset_that_was_used_is_kept() -> None:
    told = sheet(clock_offset_ms=-1_500)
    assert place_in_time(told, NOW, NOW).offset_ms == -1_500
    fast = NOW + timedelta(hours=3)
    untold = sheet(captured_at=fast)
    assert place_in_time(untold, fast, NOW).offset_ms == -3 * HOUR_MS


def test_a_poster_cannot_move_its_sheet_by_an_offset() -> None:
    """Whoever photographed a poster would else rewrite months that were reported."""
    sent = believed(sheet(origin="poster:7", clock_offset_ms=-90 * 24 * HOUR_MS), NOW)
    assert place_in_time(sent, NOW, NOW).occurred_at == NOW
    from_tablet = sheet(clock_offset_ms=-5)
    assert believed(from_tablet, NOW) == from_tablet


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
