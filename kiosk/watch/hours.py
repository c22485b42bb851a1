"""When the centre is open: the week's sessions, the days off, the days worked instead."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from kiosk.core.periods import LOCAL_ZONE, local_day

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CLOSED = timedelta(0)

Stretch = tuple[datetime, datetime]
Session = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Hours:
    """The sessions of each weekday, Monday being 0, and the days that differ.

    A day worked instead of another (`work`) has the hours of the weekday that is open
    longest: it stands in for a whole working day (Bộ luật Lao động 2019, Điều 112
    khoản 3 and the yearly notices), and the calendar does not say for which.
    """

    week: Mapping[int, tuple[Session, ...]]
    exceptions: Mapping[date, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        sessions: Iterable[tuple[int, time, time]],
        exceptions: Mapping[date, str],
    ) -> "Hours":
        """Collect (weekday, opens, closes); sessions that overlap become one."""
        week: dict[int, list[Session]] = {}
        for weekday, opens, closes in sorted(sessions):
            day = week.setdefault(weekday, [])
            if day and opens <= day[-1][1]:
                day[-1] = day[-1][0], max(day[-1][1], closes)
            else:
                day.append((opens, closes))
        return cls({weekday: tuple(day) for weekday, day in week.items()}, exceptions)

    def sessions(self, day: date) -> list[Stretch]:
        """Return the stretches of a local day in which the centre is open."""
        return [
            (_at(day, opens), _at(day, closes)) for opens, closes in self._week_of(day)
        ]

    def _week_of(self, day: date) -> tuple[Session, ...]:
        kind = self.exceptions.get(day)
        if kind == "off":
            return ()
        if kind == "work":
            return max(self.week.values(), key=_length, default=())
        return self.week.get(day.weekday(), ())

    def is_open(self, moment: datetime) -> bool:
        """Tell whether the doors stand open; they are shut at the closing minute."""
        day = self.sessions(local_day(moment))
        return any(opens <= moment < closes for opens, closes in day)

    def stretches(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """Yield the open stretches from `start` to before `end`, in order."""
        day, last = local_day(start), local_day(end)
        while day <= last:
            for opens, closes in self.sessions(day):
                begin, stop = max(opens, start), min(closes, end)
                if begin < stop:
                    yield begin, stop
            day += DAY

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """Return how long the centre was open between two moments."""
        return sum((stop - begin for begin, stop in self.stretches(start, end)), CLOSED)

    def by_hour(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """Yield the open stretches, cut at every full hour."""
        for begin, stop in self.stretches(start, end):
            at = begin
            while at < stop:
                # The zone's offset is a whole number of hours.
                full = at.replace(minute=0, second=0, microsecond=0) + HOUR
                yield at, min(full, stop)
                at = full


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, LOCAL_ZONE).astimezone(UTC)


def _length(day: tuple[Session, ...]) -> int:
    return sum(
        (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
        for opens, closes in day
    )
