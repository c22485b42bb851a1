"""What may be asked of the figures, in an address; and what the figures API answers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from kiosk.centre.rules import MEASURES
from kiosk.core.periods import Month
from kiosk.errors import BadFilterError
from kiosk.insight.rules import CHANNELS, CLASSES

MAX_MONTHS = 120
MAX_ECHOED_CHARACTERS = 40
SPLITS = ("point", "field", "channel", "factor")
VIEWS = ("desk", "lobby")

Arguments = Mapping[str, str]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Places:
    """The points of the centre, and of each field that has points of its own, those."""

    points: Collection[str]
    points_of_field: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which answers are looked at; None is all of them."""

    point: str | None = None
    field: str | None = None
    channel: str | None = None
    kind: str | None = None

    def points(self, places: Places) -> frozenset[str] | None:
        """Return the points that point and field leave, None for all."""
        if self.point is None and self.field is None:
            return None
        chosen = frozenset(places.points if self.point is None else [self.point])
        if self.field is not None:
            chosen &= places.points_of_field[self.field]
        return chosen

    @property
    def narrows_place(self) -> bool:
        """Tell whether only some counters are looked at."""
        return self.point is not None or self.field is not None

    def as_arguments(self) -> dict[str, str]:
        """Return them as they stand in an address."""
        named = {
            "point": self.point,
            "field": self.field,
            "channel": self.channel,
            "class": self.kind,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class DashboardQuery:
    """What the dashboard is asked for."""

    month: Month
    filters: Filters
    view: str


@dataclass(frozen=True, slots=True)
class MeasuresQuery:
    """What the figures API is asked for; months from `first` up to, not with, `end`."""

    measure: str
    first: Month
    end: Month
    by: Literal["month", "period"]
    split: Literal["point", "field", "channel", "factor"] | None
    filters: Filters


def read_dashboard(arguments: Arguments, places: Places, today: date) -> DashboardQuery:
    """Read the dashboard's address; raise BadFilterError naming the parameter."""
    this_month = Month.of(today)
    month = this_month
    if arguments.get("month"):
        month = _read("month", arguments["month"], Month.parse, "not_a_month")
    if month > this_month:
        raise _bad("month", "in_future", arguments["month"])
    if month <= this_month.plus(-MAX_MONTHS):
        raise _bad("month", "too_old", arguments["month"])
    view = _one_of(arguments, "view", VIEWS) or VIEWS[0]
    return DashboardQuery(month, _filters(arguments, places), view)


def read_measures(arguments: Arguments, places: Places) -> MeasuresQuery:
    """Read a question to the figures API; raise BadFilterError naming the parameter."""
    measure = _one_of(arguments, "measure", MEASURES)
    if measure is None:
        raise _bad("measure", "missing", "")
    first, end = (_month_begin(arguments, name) for name in ("from", "to"))
    if first >= end:
        raise _bad("to", "not_after_from", arguments["to"])
    if first.plus(MAX_MONTHS) < end:
        raise _bad("to", "range_too_long", arguments["to"])
    split: Any = _one_of(arguments, "split", SPLITS)
    if split == "factor" and measure != "index":
        raise _bad("split", "only_index_has_factors", split)
    by: Any = _one_of(arguments, "by", ("month", "period")) or "month"
    return MeasuresQuery(measure, first, end, by, split, _filters(arguments, places))


def _filters(arguments: Arguments, places: Places) -> Filters:
    return Filters(
        point=_one_of(arguments, "point", places.points),
        field=_one_of(arguments, "field", places.points_of_field),
        channel=_one_of(arguments, "channel", CHANNELS),
        kind=_one_of(arguments, "class", CLASSES),
    )


def _one_of(arguments: Arguments, name: str, known: Collection[str]) -> str | None:
    """Return a parameter that is one of the known values; an empty one is not given."""
    value = arguments.get(name)
    if not value:
        return None
    if value not in known:
        raise _bad(name, "unknown", value)
    return value


def _month_begin(arguments: Arguments, name: str) -> Month:
    text = arguments.get(name, "")
    if not text:
        raise _bad(name, "missing", text)
    day = _read(name, text, _iso_day, "not_a_day")
    if day.day != 1:
        raise _bad(name, "not_first_of_month", text)
    return Month.of(day)


def _iso_day(text: str) -> date:
    # date.fromisoformat also reads 20261101 and 2026-W45-1, which nobody promised.
    day = date.fromisoformat(text)
    if day.isoformat() != text or not 2000 <= day.year < 2200:
        raise ValueError(text)
    return day


def _read(name: str, text: str, reader: Callable[[str], Value], reason: str) -> Value:
    try:
        return reader(text)
    except ValueError:
        raise _bad(name, reason, text) from None


def _bad(path: str, reason: str, value: str) -> BadFilterError:
    return BadFilterError(path=path, reason=reason, value=value[:MAX_ECHOED_CHARACTERS])
