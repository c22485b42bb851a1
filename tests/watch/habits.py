"""Years of taps, and what the rule of silence says of them.

`python -m tests.watch.habits YEARS` prints the table that stands in
kiosk/watch/silence.py.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import median

from kiosk.centre import schema, service
from kiosk.centre.rules import Opening
from kiosk.core.periods import LOCAL_ZONE, local_day, local_hour
from kiosk.demo import traffic
from kiosk.demo.rules import AT_COUNTER, AT_EXIT, WITH_HELP
from kiosk.demo.timetable import Timetable
from kiosk.watch.hours import HOUR, Hours
from kiosk.watch.silence import DAYS_OF_HABIT, habit_of, is_silent

FIRST, END = date(2026, 1, 5), date(2026, 12, 20)
STEP = timedelta(minutes=15)
DEATHS = 40

REFERENCE = schema.read_reference(service.REFERENCE_FILE)
WEEK = [
    (weekday, row.opens, row.closes)
    for row in REFERENCE.opening_hours.rows
    for weekday in row.weekdays
]
KINDS = {row.day: row.kind for row in REFERENCE.calendar_days}
HOURS = Hours.of(WEEK, KINDS)
TIMETABLE = Timetable(
    [Opening(*session) for session in WEEK],
    off=[day for day, kind in KINDS.items() if kind == "off"],
    work=[day for day, kind in KINDS.items() if kind == "work"],
)
OPEN_DAYS = list(TIMETABLE.open_days(FIRST, END))


def demo_year(seed: int) -> dict[str, list[datetime]]:
    """Return the taps of a year at each tablet, as the demo's visitors make them."""
    rng = Random(seed)
    taps: defaultdict[str, list[datetime]] = defaultdict(list)
    for day in OPEN_DAYS:
        for visit in traffic.visits(rng, TIMETABLE, day):
            point = visit.job.point
            counter = AT_COUNTER[point] + WITH_HELP
            drawn = rng.random()
            if drawn < counter + AT_EXIT:
                place = point if drawn < counter else "RA"
                taps[place].append(visit.at.astimezone(UTC))
    return taps


def moody_year(seed: int, sheets_a_day: float, shape: float) -> list[datetime]:
    """Return a year of a tablet whose days differ by a gamma factor of that shape."""
    rng = Random(seed)
    taps = []
    for day in OPEN_DAYS:
        crowd = rng.gammavariate(shape, 1 / shape) * traffic.WEEKDAYS[day.weekday()]
        for opens, closes in HOURS.sessions(day):
            for begin, end in HOURS.by_hour(opens, closes):
                busy = traffic.BUSY[begin.astimezone(LOCAL_ZONE).hour] / 7.5
                mean = sheets_a_day * busy * crowd * ((end - begin) / HOUR)
                at = rng.expovariate(1)
                while at < mean:
                    taps.append(begin + (end - begin) * (at / mean))
                    at += rng.expovariate(1)
    return taps


@dataclass
class Verdicts:
    """What the rule said of a tablet's year."""

    sheets: int = 0
    false_alarms: int = 0
    hours_until_told: list[float] = field(default_factory=list)


def judge(taps: list[datetime], seed: int = 1, deaths: int = DEATHS) -> Verdicts:
    """Look at every gap of the year for false alarms, and let the tablet die at random."""
    verdicts = Verdicts(sheets=len(taps))
    start = datetime.combine(FIRST, datetime.min.time(), LOCAL_ZONE)
    for last, following in pairwise(taps):
        # The chance only falls while a gap lasts, so its end decides.
        if HOURS.open_time(last, following) >= timedelta(hours=3):
            habit = habit_before(taps, start, last)
            if habit and is_silent(habit, HOURS, last, following):
                verdicts.false_alarms += 1
    rng = Random(seed)
    for _ in range(deaths):
        verdicts.hours_until_told.append(told_after(rng, taps, start))
    return verdicts


def habit_before(taps: list[datetime], start: datetime, last: datetime):
    """Return the habit that the service would see while `last` is the last tap."""
    first = max(start, last - timedelta(days=DAYS_OF_HABIT))
    known = taps[bisect_left(taps, first) : bisect_right(taps, last)]
    cells = Counter((local_day(tap), local_hour(tap)) for tap in known)
    return habit_of(cells, HOURS, first, last)


def told_after(rng: Random, taps: list[datetime], start: datetime) -> float:
    """Return how many open hours pass between a tablet's end and its alarm."""
    day = rng.choice(OPEN_DAYS[60:-40])
    slots = list(HOURS.by_hour(*whole(day)))
    opens, closes = rng.choices(slots, [(stop - at) / HOUR for at, stop in slots])[0]
    death = opens + (closes - opens) * rng.random()
    last = taps[bisect_right(taps, death) - 1]
    habit = habit_before(taps, start, last)
    assert habit
    now = death
    while not is_silent(habit, HOURS, last, now):
        now += STEP
        while not HOURS.is_open(now):
            now += STEP
    return HOURS.open_time(death, now) / HOUR


def whole(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, datetime.min.time(), LOCAL_ZONE)
    return start, start + timedelta(days=1)


def demo_table(years: int) -> list[str]:
    """Measure the demo's tablets; one line each, after the false alarms of all."""
    sheets: Counter[str] = Counter()
    alarms = 0
    waits: defaultdict[str, list[float]] = defaultdict(list)
    for seed in range(years):
        for place, taps in demo_year(seed).items():
            verdicts = judge(taps, seed)
            sheets[place] += verdicts.sheets
            alarms += verdicts.false_alarms
            waits[place] += verdicts.hours_until_told
    lines = [f"demo, {years} years: {alarms / years:.2f} false alarms a year"]
    for place, found in sorted(waits.items()):
        a_day = sheets[place] / years / len(OPEN_DAYS)
        lines.append(f"{place}, {a_day:.1f} sheets a day: {told(found)}")
    return lines


def moody_table(years: int) -> list[str]:
    """Measure tablets whose days are even, and ever less so."""
    lines = []
    for shape in (1000.0, 4.0, 1.5):
        for a_day in (1, 4, 16):
            taps = [moody_year(seed, a_day, shape) for seed in range(years)]
            found = [judge(year, seed) for seed, year in enumerate(taps)]
            alarms = sum(verdicts.false_alarms for verdicts in found) / years
            waits = [wait for one in found for wait in one.hours_until_told]
            lines.append(
                f"days of shape {shape:g}, {a_day} sheets a day: "
                f"{alarms:.2f} false alarms a year, {told(waits)}"
            )
    return lines


def told(waits: list[float]) -> str:
    late = sorted(waits)[len(waits) * 9 // 10]
    return f"told after {median(waits):.1f} open hours, nine in ten within {late:.1f}"


if __name__ == "__main__":
    years = int(sys.argv[1])
    sys.stdout.write("\n".join([*demo_table(years), *moody_table(years), ""]))
