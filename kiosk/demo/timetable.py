"""When the centre is open, as its hours and its calendar say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp

from kiosk.centre.rules import Opening
from kiosk.core.periods import LOCAL_ZONE

DAY = timedelta(days=1)
MONDAY = 0
# Tết is the only holiday this long; the others are one to three days.
LONG_HOLIDAY = 5
# A day is looked for that far ahead before the hours are called empty.
HORIZON = 60


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of opening, in local time."""

    opens: datetime
    closes: datetime


class Timetable:
    """The week's sessions, the days off, and the days worked in their place."""

    def __init__(
        self, openings: Iterable[Opening], off: Iterable[date], work: Iterable[date]
    ) -> None:
        """Keep the week and the days that are not as the week says."""
        self._openings = sorted(openings)
        self._off = frozenset(off)
        self._work = frozenset(work)
        self._long = tuple(_long_runs(sorted(self._off)))

    def sessions(self, day: date) -> list[Session]:
        """Return the sessions of a day, none when the centre is closed."""
        if day in self._off:
            return []
        # A Saturday worked in place of a weekday has a weekday's hours.
        weekday = MONDAY if day in self._work else day.weekday()
        return [
            Session(
                datetime.combine(day, opening.opens, LOCAL_ZONE),
                datetime.combine(day, opening.closes, LOCAL_ZONE),
            )
            for opening in self._openings
            if opening.weekday == weekday
        ]

    def open_days(self, first: date, end: date) -> Iterator[date]:
        """Yield the days from `first` to before `end` on which the centre is open."""
        for offset in range((end - first).days):
            day = first + offset * DAY
            if self.sessions(day):
                yield day

    def open_days_from(self, first: date, count: int) -> list[date]:
        """Return the first `count` whole days of opening from `first` on."""
        ahead = (first + offset * DAY for offset in range(HORIZON))
        days = [day for day in ahead if len(self.sessions(day)) > 1]
        if len(days) < count:
            raise ValueError("opening hours")
        return days[:count]

    def holiday_factor(self, day: date) -> float:
        """Return how a long holiday moves demand: a lull before, a rush after."""
        for begin, last in self._long:
            if begin - 7 * DAY <= day < begin:
                return 0.7
            if last < day <= last + 28 * DAY:
                waited = sum(1 for _ in self.open_days(last + DAY, day))
                return 1 + 0.85 * exp(-waited / 6)
        return 1.0


def _long_runs(days: list[date]) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each long holiday."""
    while days:
        length = 1
        while length < len(days) and days[length] == days[0] + length * DAY:
            length += 1
        if length >= LONG_HOLIDAY:
            yield days[0], days[length - 1]
        days = days[length:]
