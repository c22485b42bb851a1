"""The simulated year is believable, keeps the calendar, and hides what it should."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from math import sqrt
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.core.periods import Month
from kiosk.demo import traffic
from kiosk.demo.answers import CLOCK_AHEAD
from kiosk.demo.rules import MOST_SHEETS, TAPS, period, simulate
from tests.demo.conftest import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kiosk.demo.rules import Batch
    from kiosk.demo.story import Span, Story
    from kiosk.demo.timetable import Timetable

Raw = dict[str, Any]


def moment_of(sheet: Raw) -> datetime:
    """When it happened by the wall clock, whatever the tablet's own clock said."""
    captured = datetime.fromisoformat(sheet["captured_at"])
    is_tablet = sheet["channel"] != "qr"
    return captured - CLOCK_AHEAD.get(sheet["point"], timedelta(0)) * is_tablet


def day_of(sheet: Raw) -> date:
    return moment_of(sheet).date()


@pytest.fixture(scope="module")
def citizens(year: list[Batch]) -> list[Raw]:
    """Each citizen's last revision."""
    last: dict[str, Raw] = {}
    for batch in year:
        for sheet in batch.sheets:
            if sheet["revision"] >= last.get(sheet["id"], sheet)["revision"]:
                last[sheet["id"]] = sheet
    return list(last.values())


def satisfied(sheets: Iterable[Raw]) -> float:
    scores = [sheet["answers"]["overall"] for sheet in sheets]
    return sum(score >= 4 for score in scores) / len(scores)


def once(sheets: Iterable[Raw]) -> tuple[int, int]:
    visits = [s["answers"]["visits"] for s in sheets if "visits" in s["answers"]]
    return visits.count(1), len(visits)


def z_score(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Two shares' difference in its standard deviations, pooled."""
    pooled = (before[0] + after[0]) / (before[1] + after[1])
    spread = sqrt(pooled * (1 - pooled) * (1 / before[1] + 1 / after[1]))
    return (after[0] / after[1] - before[0] / before[1]) / spread


def test_the_period_is_twelve_whole_months_and_this_one_to_yesterday() -> None:
    assert period(TODAY) == (date(2025, 11, 1), TODAY)
    assert period(date(2027, 3, 1)) == (date(2026, 3, 1), date(2027, 3, 1))


def test_the_same_seed_gives_the_same_year(timetable: Timetable, story: Story) -> None:
    def fortnight(seed: int) -> list[list[Batch]]:
        first = date(2026, 10, 7)
        days = simulate(timetable, story, first, first + timedelta(days=14), seed)
        return list(days)

    assert fortnight(1) == fortnight(1)
    assert fortnight(1) != fortnight(2)


def test_everybody_answers_while_the_centre_is_open(
    timetable: Timetable, citizens: list[Raw]
) -> None:
    outside = [
        sheet
        for sheet in citizens
        if sheet["channel"] != "qr"
        and not any(
            session.opens <= moment_of(sheet) < session.closes
            for session in timetable.sessions(day_of(sheet))
        )
    ]
    assert not outside


def test_nobody_answers_on_a_holiday(citizens: list[Raw]) -> None:
    days = Counter(map(day_of, citizens))
    closed = [date(2026, 2, 17), date(2026, 4, 27), date(2026, 8, 31), date(2026, 9, 2)]
    assert [days[day] for day in closed] == [0, 0, 0, 0]
    assert not [day for day in days if day.weekday() == 6]
    # Saturdays end at noon, but for the one worked in place of a Monday.
    last = {
        day: max(moment_of(sheet).hour for sheet in citizens if day_of(sheet) == day)
        for day in (date(2026, 8, 15), date(2026, 8, 22))
    }
    assert last[date(2026, 8, 15)] < 12 < last[date(2026, 8, 22)]


def test_a_day_brings_ten_to_sixty_dossiers(timetable: Timetable) -> None:
    days = list(timetable.open_days(*period(TODAY)))
    brought = [traffic.dossiers(Random(1), timetable, day) for day in days]
    assert min(brought) >= 10
    assert max(brought) <= 60
    assert 25 <= sum(brought) / len(brought) <= 40


def test_people_come_in_numbers_after_tet(timetable: Timetable) -> None:
    def mean(first: date, end: date) -> float:
        days = list(timetable.open_days(first, end))
        rng = Random(3)
        return sum(traffic.dossiers(rng, timetable, day) for day in days) / len(days)

    before = mean(date(2026, 2, 9), date(2026, 2, 16))
    after = mean(date(2026, 2, 23), date(2026, 2, 28))
    later = mean(date(2026, 4, 6), date(2026, 4, 11))
    assert before < later < after


def test_the_year_is_as_satisfied_as_real_surveys_find(citizens: list[Raw]) -> None:
    assert 0.88 <= satisfied(citizens) <= 0.95
    assert {sheet["answers"]["overall"] for sheet in citizens} == {1, 2, 3, 4, 5}
    months = groupby(sorted(citizens, key=day_of), lambda s: Month.of(day_of(s)))
    shares = {str(month): satisfied(sheets) for month, sheets in months}
    assert len(shares) == 13
    assert min(shares.values()) > 0.85
    assert max(shares.values()) < 0.97


def test_channels_and_ways_of_leaving_are_mixed(citizens: list[Raw]) -> None:
    channels = Counter(sheet["channel"] for sheet in citizens)
    assert set(channels) == {"kiosk", "qr", "assisted"}
    assert channels["kiosk"] > 5 * channels["qr"] > 5 * channels["assisted"] > 0
    outcomes = Counter(sheet["outcome"] for sheet in citizens)
    assert outcomes["completed"] > outcomes["timeout"] > 0 < outcomes["skipped"]
    assert (
        0 < sum(sheet["language"] == "en" for sheet in citizens) < 0.03 * len(citizens)
    )
    assert any(sheet["answers"].get("comment") for sheet in citizens)


def test_the_real_change_shows_in_visits_and_in_satisfaction(
    story: Story, citizens: list[Raw]
) -> None:
    def sheets(point: str, *, after: bool) -> list[Raw]:
        since = story.improved.first
        return [
            sheet
            for sheet in citizens
            if sheet["point"] == point and (day_of(sheet) >= since) == after
        ]

    for point, is_changed in (("Q3", True), ("Q4", False), ("Q5", False)):
        before, after = sheets(point, after=False), sheets(point, after=True)
        assert (z_score(once(before), once(after)) > 4) == is_changed
        if is_changed:
            assert satisfied(after) - satisfied(before) > 0.05


def test_one_evening_is_stuffed(
    timetable: Timetable, story: Story, citizens: list[Raw]
) -> None:
    (day,) = timetable.open_days(story.stuffed.first, story.stuffed.end)
    closes = timetable.sessions(day)[-1].closes
    times = sorted(
        moment_of(sheet)
        for sheet in citizens
        if sheet["point"] == story.stuffed.point
        and sheet["answers"] == {"overall": 5}
        and closes - timedelta(minutes=9) < moment_of(sheet) < closes
    )
    assert TAPS <= len(times) <= TAPS + 2
    assert times[-1] - times[0] < timedelta(minutes=8)


def test_silent_tablets_and_fallen_posters_are_silent(
    story: Story, citizens: list[Raw]
) -> None:
    def count(spans: Iterable[Span], wanted: Callable[[Raw], bool]) -> int:
        return sum(
            span.holds(sheet["point"], day_of(sheet))
            for span in spans
            for sheet in citizens
            if wanted(sheet)
        )

    assert not count(story.silent, lambda sheet: sheet["channel"] == "kiosk")
    assert not count(story.fallen, lambda sheet: sheet["channel"] == "qr")
    assert count(story.fallen, lambda sheet: sheet["channel"] == "kiosk")
    assert sum((span.end - span.first).days for span in story.silent) >= 4


def test_a_tablet_without_network_sends_later(
    timetable: Timetable, story: Story, year: list[Batch]
) -> None:
    held = {
        (batch.tablet, day_of(sheet), batch.at.date())
        for batch in year
        for sheet in batch.sheets
        if day_of(sheet) != batch.at.date()
    }
    assert held == {
        (span.point, day, timetable.open_days_from(span.end, 1)[0])
        for span in story.offline
        for day in timetable.open_days(span.first, span.end)
    }


def test_requests_are_such_as_a_device_sends(year: list[Batch]) -> None:
    assert all(earlier.at <= later.at for earlier, later in pairwise(year))
    assert max(len(batch.sheets) for batch in year) <= MOST_SHEETS
    for batch in year:
        sent = datetime.fromisoformat(batch.sent_at)
        captured = [datetime.fromisoformat(s["captured_at"]) for s in batch.sheets]
        assert max(captured) <= sent
        ahead = CLOCK_AHEAD.get(batch.tablet or "", timedelta(0))
        assert abs(sent - batch.at - ahead) < timedelta(milliseconds=1)
        places = {sheet["point"] for sheet in batch.sheets}
        assert batch.tablet is None or places == {batch.tablet}


def test_a_citizen_adds_to_the_first_tap(year: list[Batch]) -> None:
    by_id: dict[str, dict[int, Raw]] = {}
    for batch in year:
        for sheet in batch.sheets:
            by_id.setdefault(sheet["id"], {}).setdefault(sheet["revision"], sheet)
    assert all(sorted(r) == list(range(1, len(r) + 1)) for r in by_id.values())
    tablets = [r for r in by_id.values() if r[1]["channel"] != "qr"]
    assert all(set(r[1]["answers"]) == {"overall"} for r in tablets)
    corrected = [r for r in tablets if 2 in r and r[1]["outcome"] == "timeout"
                 and r[2]["answers"].keys() == {"overall"}
                 and r[1]["answers"] != r[2]["answers"]]  # fmt: skip
    assert 0 < len(corrected) < 0.03 * len(tablets)
