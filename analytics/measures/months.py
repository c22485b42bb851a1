"""Months as text ("2026-10") and as ordinals that can be counted."""

import calendar
import re
from datetime import date

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def ordinal(month: str) -> int:
    """Return months since year 0. Raises ValueError unless "YYYY-MM"."""
    match = MONTH.fullmatch(month)
    if match is None:
        raise ValueError(f"{month!r} is no month")
    return int(match[1]) * 12 + int(match[2]) - 1


def label(position: int) -> str:
    """Return the month of an ordinal as "YYYY-MM"."""
    year, month = divmod(position, 12)
    return f"{year:04d}-{month + 1:02d}"


def first_day(position: int) -> date:
    """Return the first day of the month of an ordinal."""
    year, month = divmod(position, 12)
    return date(year, month + 1, 1)


def last_day(position: int) -> date:
    """Return the last day of the month of an ordinal."""
    year, month = divmod(position, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
