"""Local days, hours and months of Asia/Ho_Chi_Minh; all ranges are half-open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONTH_TEXT = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def local_day(moment: datetime) -> date:
    """Return the day that a clock on the centre's wall shows."""
    return moment.astimezone(LOCAL_ZONE).date()


def local_hour(moment: datetime) -> int:
    """Return the hour, 0 to 23, that a clock on the centre's wall shows."""
    return moment.astimezone(LOCAL_ZONE).hour


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the UTC moments at which the local day begins and the next one begins."""
    start = datetime.combine(day, time.min, LOCAL_ZONE)
    end = datetime.combine(day + timedelta(days=1), time.min, LOCAL_ZONE)
    return start.astimezone(UTC), end.astimezone(UTC)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, for example 2026-11."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-11`; raise ValueError for anything else."""
        match = MONTH_TEXT.fullmatch(text)
        if match is None or match[1] in {"0000", "9999"}:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month that holds the day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """Return the first day of the month."""
        return date(self.year, self.number, 1)

    def plus(self, count: int) -> Self:
        """Return the month `count` months later, or earlier when negative."""
        index = self.year * 12 + self.number - 1 + count
        return type(self)(index // 12, index % 12 + 1)

    def next(self) -> Self:
        """Return the following month."""
        return self.plus(1)

    def previous(self) -> Self:
        """Return the month before."""
        return self.plus(-1)

    def __str__(self) -> str:
        """Write the month as ISO 8601 does."""
        return f"{self.year:04d}-{self.number:02d}"


def months(start: Month, end: Month) -> Iterator[Month]:
    """Yield the months from `start` up to, not including, `end`."""
    while start < end:
        yield start
        start = start.next()
