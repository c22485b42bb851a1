"""When no answer is a fault: how unlikely a silence is against a tablet's own habit.

A tablet at a quiet counter takes in one sheet a day, one at the exit twenty; a rule in
hours would cry wolf at the first and sleep at the second. So the silence is measured in
sheets that would have come: at the tablet's own rate in each hour of the day, over its
last 28 days, up to its last sheet. What the silence itself lasts is never part of the
habit, or a long one would come to look usual.

Days differ more than chance alone makes them (a market day, rain, a clerk who forgets to
point at the tablet). The counts of a day therefore follow a gamma-Poisson law whose
spread is taken from the tablet's own days: a day with `m` sheets expected stays empty
with the chance (1 + m·spread)^(−1/spread), and not exp(−m). Few sheets say little about
a rate, which makes every silence likelier: the last line of `chance_of_none`.

What a day is expected to bring is an argument there: once dossiers are counted, a day's
expectation can follow the people who really came.

Measured with `python -m tests.watch.habits 8`: eight simulated years of a centre with
seven tablets (the visitors of the demo, its weekdays and Tết), 40 deaths each a year:

  RARE      false alarms of the     told, in open hours after the tablet's death
            whole centre a year     5.4 sheets a day   2.9      1.1 (median)
  1/1000           3.1                    9.5          16.2     42.8
  1/2000           1.4                   10.5          18.1     48.2

Of tablets with moodier days (shape 1.5: one day in ten brings less than a fifth of the
usual), one with 16 sheets a day gives 3.3 false alarms a year and is told after 9.8 open
hours; a plain Poisson rule gave 55. A tablet that is off is told in 20 minutes by its
heartbeats; silence is for one that is on and that nobody can use.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log1p

from kiosk.core.periods import local_day, local_hour
from kiosk.watch.hours import HOUR, Hours

DAYS_OF_HABIT = 28
# Less than a week of opening, or a handful of sheets, is the trying-out of a new tablet.
HOURS_OF_HABIT = 40.0
FEWEST_SHEETS = 5
# However busy the tablet: everybody may be at lunch, or in one long procedure.
SHORTEST = timedelta(hours=3)
RARE = 1 / 1000
# The weight of the tablet's mean rate in the rate of one hour of its day, in sheets.
PRIOR = 5.0
# No counter is as even from day to day as chance alone would be.
LEAST_SPREAD = 0.1

Cells = Mapping[tuple[date, int], int]


@dataclass(frozen=True, slots=True)
class Habit:
    """How many sheets a tablet takes in an open hour, by the hour of the day."""

    sheets: int
    rate: float
    by_hour: Mapping[int, float]
    spread: float

    def expected(
        self, hours: Hours, start: datetime, end: datetime
    ) -> dict[date, float]:
        """Return how many sheets each day of a stretch would usually have brought."""
        return _expected(_exposure(hours, start, end), self.rate, self.by_hour)


def habit_of(
    taken: Cells, hours: Hours, start: datetime, end: datetime
) -> Habit | None:
    """Return the habit between two moments, or None while there is too little of it.

    `taken` counts sheets by local day and hour; what came outside the opening hours is
    staff trying the tablet, and left out.
    """
    exposure = _exposure(hours, start, end)
    sheets = sum(taken.get(cell, 0) for cell in exposure)
    open_hours = sum(exposure.values())
    if open_hours < HOURS_OF_HABIT or sheets < FEWEST_SHEETS:
        return None
    rate = sheets / open_hours
    by_hour = _by_hour(taken, exposure, rate)
    expected = _expected(exposure, rate, by_hour)
    return Habit(sheets, rate, by_hour, _spread(taken, exposure, expected))


def chance_of_none(expected: Mapping[date, float], spread: float, sheets: int) -> float:
    """Return how likely it is that not one of the expected sheets comes.

    `sheets` is how many the expectation rests on.
    """
    missed = sum(log1p(count * spread) / spread for count in expected.values())
    return float((1 + missed / sheets) ** -sheets)


def is_silent(habit: Habit, hours: Hours, since: datetime, now: datetime) -> bool:
    """Tell whether nothing since that moment is too long for this tablet."""
    if hours.open_time(since, now) < SHORTEST:
        return False
    expected = habit.expected(hours, since, now)
    return chance_of_none(expected, habit.spread, habit.sheets) <= RARE


def _exposure(
    hours: Hours, start: datetime, end: datetime
) -> dict[tuple[date, int], float]:
    """Return how long each hour of each day was open, in hours."""
    exposure: defaultdict[tuple[date, int], float] = defaultdict(float)
    for begin, stop in hours.by_hour(start, end):
        exposure[local_day(begin), local_hour(begin)] += (stop - begin) / HOUR
    return exposure


def _by_hour(
    taken: Cells, exposure: Mapping[tuple[date, int], float], rate: float
) -> dict[int, float]:
    counts: defaultdict[int, float] = defaultdict(float)
    lengths: defaultdict[int, float] = defaultdict(float)
    for (day, hour), length in exposure.items():
        counts[hour] += taken.get((day, hour), 0)
        lengths[hour] += length
    return {
        hour: (counts[hour] + PRIOR) / (lengths[hour] + PRIOR / rate)
        for hour in lengths
    }


def _expected(
    exposure: Mapping[tuple[date, int], float],
    rate: float,
    by_hour: Mapping[int, float],
) -> dict[date, float]:
    expected: defaultdict[date, float] = defaultdict(float)
    for (day, hour), length in exposure.items():
        expected[day] += length * by_hour.get(hour, rate)
    return dict(expected)


def _spread(
    taken: Cells,
    exposure: Mapping[tuple[date, int], float],
    expected: Mapping[date, float],
) -> float:
    """Return by how much the days differ beyond chance: variance m + spread·m²."""
    came: defaultdict[date, int] = defaultdict(int)
    for cell in exposure:
        came[cell[0]] += taken.get(cell, 0)
    beyond = sum((came[day] - mean) ** 2 - mean for day, mean in expected.items())
    return max(LEAST_SPREAD, beyond / sum(mean**2 for mean in expected.values()))
