"""The simulated year: the same seed and the same calendar give the same requests."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from kiosk.core.periods import Month
from kiosk.demo import traffic
from kiosk.demo.answers import CLOCK_AHEAD, Raw, at_tablet, on_phone, stamp, stuffed
from kiosk.demo.comments import Pen
from kiosk.demo.story import Span, Story, in_any
from kiosk.demo.timetable import DAY, Timetable
from kiosk.demo.traffic import Visit

SEED = 47
MONTHS = 12
MOST_SHEETS = 50
# Of those who come: one in five to ten where a tablet stands, few with a phone.
AT_COUNTER = {"Q1": 0.16, "Q2": 0.19, "Q3": 0.20, "Q4": 0.18, "Q5": 0.15, "Q6": 0.22}
AT_EXIT = 0.055
WITH_HELP = 0.012
BY_PHONE = 0.03
EXIT = "RA"

# Nobody walks to the counter thirty times in six minutes.
TAPS = 30
STUFFING = timedelta(minutes=6)
BEFORE_CLOSING = timedelta(minutes=8)
LOST_REPLY = 0.01


@dataclass(frozen=True, slots=True)
class Batch:
    """One request: when it arrives, and the point of its tablet, None for a phone.

    A tablet sends each tap at once; here it sends a session's taps together, which
    makes a year a matter of seconds.
    """

    at: datetime
    sent_at: str
    tablet: str | None
    sheets: tuple[Raw, ...]


def period(today: date) -> tuple[date, date]:
    """Return the twelve whole months before today's, and this one up to yesterday."""
    return Month.of(today).plus(-MONTHS).first, today


def simulate(
    timetable: Timetable, story: Story, first: date, end: date, seed: int = SEED
) -> Iterator[list[Batch]]:
    """Yield the requests of each open day from `first` to before `end`, in order.

    What a tablet without network holds back on the last day stays on the tablet.
    """
    simulation = _Simulation(timetable, story, seed)
    for day in timetable.open_days(first, end):
        yield simulation.requests(day)


class _Simulation:
    """The centre from day to day."""

    def __init__(self, timetable: Timetable, story: Story, seed: int) -> None:
        self._rng = Random(seed)  # noqa: S311 - a simulation has no secrets
        self._pen = Pen(self._rng)
        self._timetable = timetable
        self._story = story
        self._held: list[Batch] = []

    def requests(self, day: date) -> list[Batch]:
        """Return what reaches the intake on a day, in the order of arrival."""
        taps: defaultdict[tuple[str, datetime], list[Raw]] = defaultdict(list)
        batches: list[Batch] = []
        for visit in traffic.visits(self._rng, self._timetable, day):
            way = self._way(visit, day)
            improved = self._story.improved.holds(visit.job.point, day)
            if way == "qr":
                sheet = on_phone(self._rng, visit, self._pen, improved=improved)
                batches.append(_from_phone(sheet))
            elif way is not None:
                sheets = at_tablet(self._rng, visit, way, improved=improved)
                taps[sheets[0]["point"], visit.closes] += sheets
        self._stuff(day, taps)
        self._clone(day, taps)
        for (point, closes), sheets in taps.items():
            batches += self._from_tablet(point, closes, sheets)
        return sorted(self._arriving(day, batches), key=lambda batch: batch.at)

    def _way(self, visit: Visit, day: date) -> str | None:
        """Draw how a visitor answers, if at all, and if the way is there that day."""
        point = visit.job.point
        ways = {
            "kiosk": AT_COUNTER[point],
            "exit": AT_EXIT,
            "assisted": WITH_HELP,
            "qr": BY_PHONE,
        }
        silent = 1 - sum(ways.values())
        (way,) = self._rng.choices([*ways, None], [*ways.values(), silent])
        gone = self._story.fallen if way == "qr" else self._story.silent
        place = EXIT if way == "exit" else point
        return None if in_any(gone, place, day) else way

    def _stuff(
        self, day: date, taps: defaultdict[tuple[str, datetime], list[Raw]]
    ) -> None:
        span = self._story.stuffed
        if not span.holds(span.point, day):
            return
        closes = self._timetable.sessions(day)[-1].closes
        for number in range(TAPS):
            jitter = self._rng.uniform(-2, 2)
            at = closes - BEFORE_CLOSING + number * STUFFING / TAPS
            at += timedelta(seconds=2 + jitter)
            taps[span.point, closes] += stuffed(self._rng, span.point, at)

    def _clone(
        self, day: date, taps: defaultdict[tuple[str, datetime], list[Raw]]
    ) -> None:
        """Let a tablet that was copied give an old number to another citizen's tap."""
        if day not in self._story.cloned or not taps:
            return
        key = min(taps)
        first = taps[key][0]
        other = 4 if first["answers"]["overall"] == 5 else 5
        taps[key].append({**first, "answers": {"overall": other}})

    def _from_tablet(
        self, point: str, closes: datetime, sheets: list[Raw]
    ) -> Iterator[Batch]:
        """Yield a session's taps in requests; one in a hundred gets no reply in time."""
        at = closes + timedelta(seconds=self._rng.uniform(20, 240))
        at = self._back_online(point, at)
        ahead = CLOCK_AHEAD.get(point, timedelta(0))
        for start in range(0, len(sheets), MOST_SHEETS):
            part = tuple(sheets[start : start + MOST_SHEETS])
            yield Batch(at, stamp(at + ahead), point, part)
            if self._rng.random() < LOST_REPLY:
                again = at + timedelta(seconds=10)
                yield Batch(again, stamp(again + ahead), point, part)

    def _back_online(self, point: str, at: datetime) -> datetime:
        """Return when a tablet that wants to send can."""
        for span in self._story.offline:
            if span.holds(point, at.date()):
                return self._first_minutes(span, at)
        return at

    def _first_minutes(self, span: Span, at: datetime) -> datetime:
        (day,) = self._timetable.open_days_from(span.end, 1)
        opens = self._timetable.sessions(day)[0].opens
        # In the order in which they were held back.
        return opens + timedelta(seconds=60 + (at.date() - span.first) / DAY)

    def _arriving(self, day: date, batches: list[Batch]) -> list[Batch]:
        waiting = self._held + batches
        self._held = [batch for batch in waiting if batch.at.date() > day]
        return [batch for batch in waiting if batch.at.date() <= day]


def _from_phone(sheet: Raw) -> Batch:
    sent_at = sheet["captured_at"]
    return Batch(datetime.fromisoformat(sent_at), sent_at, None, (sheet,))
