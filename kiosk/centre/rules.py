"""What the centre's settings may hold: codes, names, hours, targets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

# The measures for which a share can be aimed at; names are those of the figures API.
MEASURES = (
    "satisfaction",
    "index",
    "one_visit",
    "factor:access",
    "factor:procedure",
    "factor:staff",
    "factor:result",
    "factor:feedback",
)
# Short, because it stands in addresses, on posters and in the one-stop system's files.
POINT_CODE = re.compile(r"[A-Z][A-Z0-9]{0,7}")
FIELD_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MAX_CODE_CHARACTERS = 32
MAX_SESSIONS_A_DAY = 3
WEEKDAYS = range(7)

# 7:30, 07:30, 7h30, 7h
CLOCK = r"(\d{1,2})(?:[:hg](\d{2})?)"
SESSION = re.compile(rf"\s*{CLOCK}\s*[-–—]\s*{CLOCK}\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """One session of one weekday, in local time; Monday is 0."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Aim:
    """A share, 0 to 1, that a measure shall reach from a day on, and who decided so."""

    measure: str
    valid_from: date
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day off, or a day worked instead, and the document that says so."""

    day: date
    kind: str
    note: "Names"
    source: str


@dataclass(frozen=True, slots=True)
class Names:
    """What a thing is called in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs what the centre sends out."""

    name: str
    title: str


def read_hours(weekday: int, text: str) -> list[Opening]:
    """Read `7:30–11:30, 13h30 - 17h` as a clerk writes it; nothing means closed.

    Raise ValueError when it cannot be read, or when sessions overlap.
    """
    if not text.strip():
        return []
    openings = [_read_session(weekday, part) for part in re.split(r"[,;]", text)]
    openings.sort()
    if len(openings) > MAX_SESSIONS_A_DAY or not _apart(openings):
        raise ValueError(text)
    return openings


def _read_session(weekday: int, text: str) -> Opening:
    match = SESSION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    opens = time(int(match[1]), int(match[2] or 0))
    closes = time(int(match[3]), int(match[4] or 0))
    return Opening(weekday, opens, closes)


def _apart(openings: Iterable[Opening]) -> bool:
    last = time.min
    for opening in openings:
        if opening.opens >= opening.closes or opening.opens < last:
            return False
        last = opening.closes
    return True


def write_hours(openings: Iterable[Opening]) -> str:
    """Write the sessions of a day the way `read_hours` reads them."""
    return ", ".join(
        f"{opening.opens:%H:%M}–{opening.closes:%H:%M}" for opening in openings
    )


def is_point_code(text: str) -> bool:
    """Tell whether a point may be called so: a capital, then capitals and digits."""
    return POINT_CODE.fullmatch(text) is not None


def is_field_code(text: str) -> bool:
    """Tell whether a field may be called so: lower-case words joined by hyphens."""
    return len(text) <= MAX_CODE_CHARACTERS and FIELD_CODE.fullmatch(text) is not None
