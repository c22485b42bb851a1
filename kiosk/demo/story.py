"""What happens in the simulated year, so that the figures have something to find."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.core.periods import Month
from kiosk.demo.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Span:
    """A point and the days from `first` to before `end`."""

    point: str
    first: date
    end: date

    def holds(self, point: str, day: date) -> bool:
        """Tell whether it concerns the point on that day."""
        return point == self.point and self.first <= day < self.end


@dataclass(frozen=True, slots=True)
class Story:
    """The events of one centre; a test may write one of its own."""

    improved: Span
    """A second clerk and a list that says at once what is missing: a real change."""
    stuffed: Span
    """One evening somebody taps the best face again and again."""
    silent: tuple[Span, ...] = ()
    """Tablets that are switched off, or without power."""
    fallen: tuple[Span, ...] = ()
    """Posters that do not hang."""
    offline: tuple[Span, ...] = ()
    """Tablets without network; they send when it is back."""
    cloned: tuple[date, ...] = ()
    """Days on which a tablet restored from a copy sends an old number anew."""


def in_any(spans: Iterable[Span], point: str, day: date) -> bool:
    """Tell whether one of the spans concerns the point on that day."""
    return any(span.holds(point, day) for span in spans)


def story_of(timetable: Timetable, current: Month) -> Story:
    """Lay the events out over the twelve months before the current one."""

    def span(point: str, months_ago: int, day: int, length: int) -> Span:
        begin = current.plus(-months_ago).first + timedelta(days=day - 1)
        days = timetable.open_days_from(begin, length)
        return Span(point, days[0], days[-1] + timedelta(days=1))

    improvement = current.plus(-3).first + timedelta(days=14)
    storm = [
        span(point, 2, 23, 1) for point in ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "RA")
    ]
    return Story(
        improved=Span("Q3", improvement, date.max),
        stuffed=span("Q2", 1, 20, 1),
        silent=(span("Q4", 5, 9, 3), *storm),
        fallen=(span("Q2", 2, 7, 9),),
        offline=(span("Q1", 4, 6, 2), span("RA", 1, 12, 2)),
        cloned=tuple(
            span("", months_ago, day, 1).first
            for months_ago, day in ((8, 12), (6, 3), (1, 7))
        ),
    )
