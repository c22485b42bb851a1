"""Who comes to the counters, when and for what.

Ten to sixty dossiers a day is what a rural commune handles; certification is by far the
largest field; after Tết people come in numbers. The shares are guesses of that order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from kiosk.demo.timetable import Session, Timetable

TYPICAL = 31
FEWEST, MOST = 10, 60
# Handing in, fetching the result, asking; hardly anyone comes exactly once to the house.
VISITS_A_DOSSIER = 2.5
SLOT = timedelta(minutes=30)
# Nobody is still being asked when the doors close.
LAST_WORD = timedelta(minutes=3)

# Certified school records before exams and admissions, land papers before the year ends.
MONTHS = (0.95, 0.9, 1.1, 1.0, 1.05, 1.2, 1.25, 1.15, 0.95, 1.0, 0.95, 1.05)
WEEKDAYS = (1.25, 1.0, 0.95, 0.95, 1.1, 0.5, 0.4)
HOT_MONTHS = range(5, 9)
# By the half hours from 7:00 on: early for those who work, nobody likes half past one.
BUSY = {7: 0.9, 8: 1.5, 9: 1.4, 10: 1.1, 11: 0.5, 13: 0.5, 14: 0.9, 15: 0.9, 16: 0.6}


@dataclass(frozen=True, slots=True)
class Job:
    """What people come for: how often, at which counter, and how it usually goes.

    `once` is the share settled in one visit; `quality` moves the score, in standard
    deviations.
    """

    field: str
    point: str
    weight: float
    once: float
    quality: float


JOBS = (
    Job("chung-thuc", "Q1", 0.27, 0.96, 0.28),
    Job("ho-tich", "Q1", 0.14, 0.84, 0.08),
    Job("dat-dai", "Q2", 0.15, 0.55, -0.22),
    Job("xay-dung", "Q2", 0.05, 0.66, -0.08),
    Job("bao-tro-xa-hoi", "Q3", 0.09, 0.60, -0.20),
    Job("nguoi-co-cong", "Q3", 0.04, 0.62, -0.15),
    Job("lao-dong", "Q3", 0.03, 0.70, -0.10),
    Job("giao-duc", "Q3", 0.02, 0.75, 0.0),
    Job("ho-kinh-doanh", "Q4", 0.06, 0.78, 0.1),
    Job("nong-nghiep-moi-truong", "Q4", 0.025, 0.72, 0.0),
    Job("cong-thuong", "Q4", 0.01, 0.8, 0.05),
    Job("cu-tru", "Q5", 0.09, 0.82, 0.0),
    Job("truc-tuyen", "Q6", 0.07, 0.88, 0.3),
)
WEIGHTS = [job.weight for job in JOBS]


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one counter; `load` is the day's crowd against a typical day's."""

    at: datetime
    closes: datetime
    job: Job
    load: float


def dossiers(rng: Random, timetable: Timetable, day: date) -> int:
    """Return how many dossiers a day brings."""
    expected = (
        TYPICAL
        * MONTHS[day.month - 1]
        * WEEKDAYS[day.weekday()]
        * timetable.holiday_factor(day)
    )
    return round(min(MOST, max(FEWEST, expected * rng.lognormvariate(0, 0.17))))


def visits(rng: Random, timetable: Timetable, day: date) -> list[Visit]:
    """Return the day's visits in the order in which they end."""
    brought = dossiers(rng, timetable, day)
    slots = [
        (start, session)
        for session in timetable.sessions(day)
        for start in _slots(session)
    ]
    weights = [_busyness(start) for start, _ in slots]
    count = round(brought * VISITS_A_DOSSIER)
    chosen = rng.choices(slots, weights, k=count)
    jobs = rng.choices(JOBS, WEIGHTS, k=count)
    ends = [
        (_end(rng, start, session), session.closes)
        for start, session in sorted(chosen, key=lambda slot: slot[0])
    ]
    return [
        Visit(at, closes, job, brought / TYPICAL)
        for (at, closes), job in zip(sorted(ends), jobs, strict=True)
    ]


def _slots(session: Session) -> Iterator[datetime]:
    start = session.opens
    while start < session.closes:
        yield start
        start += SLOT


def _busyness(start: datetime) -> float:
    weight = BUSY.get(start.hour, 0.3)
    is_hot = start.month in HOT_MONTHS and start.hour >= 12
    return weight * 0.6 if is_hot else weight


def _end(rng: Random, start: datetime, session: Session) -> datetime:
    last = min(start + SLOT, session.closes - LAST_WORD)
    seconds = (last - start).total_seconds()
    return start + timedelta(milliseconds=rng.randrange(int(seconds * 1000)))
