"""When work is due, who is at it, and what keeps the service from being ready."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.operations.rules import (
    GIB,
    Condition,
    Disk,
    JobState,
    Rhythm,
    failing,
    is_due,
    is_under_way,
    reasons,
)

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
SIX_HOURS = Rhythm(every=timedelta(hours=6), retry=timedelta(hours=1))
EVERY_TICK = Rhythm()


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def succeeded(**length: float) -> JobState:
    return JobState(succeeded_at=ago(**length))


def failed(**length: float) -> JobState:
    return JobState(succeeded_at=ago(days=3), failed_at=ago(**length), failure="no")


@pytest.mark.parametrize(
    ("rhythm", "state", "due"),
    [
        pytest.param(SIX_HOURS, JobState(), True, id="never done"),
        pytest.param(SIX_HOURS, succeeded(hours=5, minutes=54), False, id="too early"),
        pytest.param(SIX_HOURS, succeeded(hours=5, minutes=56), True, id="this tick"),
        pytest.param(SIX_HOURS, succeeded(days=40), True, id="the PC was off"),
        pytest.param(SIX_HOURS, succeeded(hours=-9), True, id="clock was ahead"),
        pytest.param(SIX_HOURS, failed(minutes=10), False, id="failed a moment ago"),
        pytest.param(SIX_HOURS, failed(minutes=56), True, id="tried again in an hour"),
        pytest.param(SIX_HOURS, failed(minutes=-5), True, id="failed while ahead"),
        pytest.param(EVERY_TICK, succeeded(seconds=1), True, id="every tick"),
        pytest.param(EVERY_TICK, failed(seconds=1), True, id="failed: next tick"),
    ],
)
def test_due(rhythm: Rhythm, state: JobState, due: bool) -> None:
    assert is_due(rhythm, state, NOW) is due


def test_the_hour_of_daily_work_does_not_wander() -> None:
    """Ticks come every five minutes; the work takes three and is noted at its end."""
    daily = Rhythm(every=timedelta(days=1))
    state, hours = JobState(), []
    tick = datetime(2026, 11, 1, 19, 0, tzinfo=UTC)
    for _ in range(30 * 24 * 12):
        if is_due(daily, state, tick):
            hours.append(tick.strftime("%H:%M"))
            state = JobState(succeeded_at=tick + timedelta(minutes=3))
        tick += timedelta(minutes=5)
    assert hours == ["19:00"] * 30


@pytest.mark.parametrize(
    ("started", "under_way"),
    [
        pytest.param(None, False, id="nobody"),
        pytest.param(ago(minutes=29), True, id="somebody"),
        pytest.param(ago(minutes=30), False, id="dead"),
        pytest.param(ago(seconds=-2), True, id="read the clock just before us"),
        pytest.param(ago(days=-1), False, id="clock was ahead"),
    ],
)
def test_under_way(started: datetime | None, under_way: bool) -> None:
    assert is_under_way(EVERY_TICK, JobState(started_at=started), NOW) is under_way


@pytest.mark.parametrize(
    ("total", "free", "low"),
    [
        pytest.param(16, 1.1, False, id="16 GiB: 5 % is less than 1 GiB"),
        pytest.param(16, 0.9, True, id="under 1 GiB"),
        pytest.param(64, 3.1, True, id="64 GiB: 5 % is 3.2 GiB"),
        pytest.param(64, 3.3, False, id="64 GiB: above"),
        pytest.param(2000, 6, False, id="2 TB: 5 GiB is enough, 100 would be noise"),
        pytest.param(2000, 4.9, True, id="2 TB: below"),
    ],
)
def test_low_disk(total: float, free: float, low: bool) -> None:
    assert Disk(int(free * GIB), int(total * GIB)).is_low is low


LONG_AGO = ago(days=90)
WELL = {
    "tick": succeeded(minutes=4),
    "cube": succeeded(minutes=4),
    "backup": succeeded(hours=20),
    "canary": succeeded(hours=5),
}


def condition(
    jobs: dict[str, JobState] | None = None,
    *,
    installed_at: datetime | None = LONG_AGO,
    dirty_days: int = 0,
    silent_devices: int = 0,
) -> Condition:
    return Condition(installed_at, WELL | (jobs or {}), dirty_days, silent_devices)


@pytest.mark.parametrize(
    ("found", "codes"),
    [
        pytest.param(condition(), [], id="all is well"),
        pytest.param(Condition(None), ["init"], id="nothing loaded"),
        pytest.param(Condition(ago(minutes=1)), [], id="fresh"),
        pytest.param(Condition(ago(hours=12)), [], id="half a day, no timer yet"),
        pytest.param(Condition(ago(hours=14)), ["canary"], id="no canary ever"),
        pytest.param(
            Condition(ago(hours=25)), ["tick", "canary"], id="a day without a timer"
        ),
        pytest.param(
            Condition(ago(hours=27)), ["tick", "backup", "canary"], id="never anything"
        ),
        pytest.param(condition({"tick": succeeded(minutes=21)}), ["tick"], id="tick"),
        pytest.param(condition({"backup": succeeded(hours=27)}), ["backup"], id="old"),
        pytest.param(
            condition({"backup": failed(minutes=1)}), ["backup"], id="old and failing"
        ),
        pytest.param(
            condition({"canary": succeeded(hours=14)}), ["canary"], id="canary old"
        ),
        pytest.param(
            condition({"canary": failed(minutes=1)}), ["canary"], id="canary failed"
        ),
        pytest.param(condition(dirty_days=3), [], id="days wait for the next tick"),
        pytest.param(
            condition({"cube": failed(minutes=1)}, dirty_days=3), ["cube"], id="dirty"
        ),
        pytest.param(
            condition({"cube": failed(minutes=1)}), [], id="nothing to be counted"
        ),
        pytest.param(condition(silent_devices=1), ["devices"], id="silent"),
        pytest.param(
            condition({"tick": succeeded(minutes=-90)}), [], id="clock was set back"
        ),
    ],
)
def test_reasons(found: Condition, codes: list[str]) -> None:
    assert reasons(found, NOW) == codes


def test_failing_names_only_those_that_failed_last() -> None:
    assert failing(WELL | {"mail": failed(hours=1)}) == {"mail": "no"}
