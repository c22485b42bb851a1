"""What the figures are made of, and what is held back so that nobody can be guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.core.periods import Month

# The five factors of the ministry's survey, in its order (contract of the figures API).
FACTORS = ("access", "procedure", "staff", "result", "feedback")
# Levels 4 and 5 of the five-level scale: Hài lòng, Rất hài lòng.
SATISFIED = 4
# What an answer proves by the way it came; `synthetic` is in no figure.
CLASS_OF_CHANNEL: Mapping[str, str] = {
    "kiosk": "kiosk",
    "slip": "verified",
    "qr": "open_qr",
    "assisted": "assisted",
    "paper": "paper",
    "phone": "phone",
    "canary": "synthetic",
}
CHANNELS = tuple(name for name, kind in CLASS_OF_CHANNEL.items() if kind != "synthetic")
CLASSES = tuple(CLASS_OF_CHANNEL[channel] for channel in CHANNELS)
REASONS = ("staff", "guidance", "time", "publicity", "place", "result")

# Who stands at a counter sees who comes in. What is shown of finer slices, and all that
# a clerk sees, therefore ends before today, and moves on only by ten sheets or more:
# two looks on two days never differ by fewer (practice of staff surveys: k = 10).
# Ten sheets of the centre are one or two of a counter, and of these the clerk saw who
# left them; so a clerk reads counters and channels of months that are over.
RELEASE_AT_LEAST = 10


def is_over(month: Month, today: date) -> bool:
    """Tell whether the month has ended."""
    return month.next().first <= today


def released_until(sheets: Mapping[date, int], month: Month, today: date) -> date:
    """Return the day before which the month's sheets may be shown in slices.

    Days are let out in blocks of at least RELEASE_AT_LEAST sheets, each once the next
    one is full; a month that is over is let out whole. Its last days may hold few
    sheets, and come out together with the block that waited.
    """
    if is_over(month, today):
        return month.next().first
    until = full = day = month.first
    waiting = 0
    while day < today:
        waiting += sheets.get(day, 0)
        day += timedelta(days=1)
        if waiting >= RELEASE_AT_LEAST:
            until, full, waiting = full, day, 0
    return until


@dataclass(frozen=True, slots=True)
class Week:
    """When the centre is open: weekdays with a session, and days that differ."""

    weekdays: frozenset[int]
    exceptions: Mapping[date, str]

    def is_open(self, day: date) -> bool:
        """Tell whether citizens could have come; a day off or worked instead wins."""
        kind = self.exceptions.get(day)
        if kind is not None:
            return kind == "work"
        return day.weekday() in self.weekdays


def silent_days(week: Week, sheets: Mapping[date, int], today: date) -> list[date]:
    """Return the open days of this week before today on which no sheet came."""
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=place) for place in range(today.weekday()))
    return [day for day in days if week.is_open(day) and not sheets.get(day)]
