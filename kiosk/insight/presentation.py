"""A page's figures as a template wants them: names, sentences, lines of a table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.core.periods import Month
from kiosk.edge.filters import number, percent
from kiosk.insight import messages, sentences
from kiosk.insight.messages import say

if TYPE_CHECKING:
    from analytics.hours import HourCell
    from analytics.measures import MeasureRow
    from analytics.trend import Trend
    from kiosk.insight.figures import Group, Overview

LEVELS = 5
# A month's busiest hour with fewer answers than this gets no full tint.
FULL_TINT_FROM = 10

Labels = Mapping[Any, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a figure: its name, its row, the row in words."""

    name: str
    row: "MeasureRow"
    words: str
    spoken_of: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A title by rule, and the lines under it."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class HourTable:
    """Hours across, weekdays down; days and hours without any answer are left out."""

    hours: tuple[int, ...]
    days: tuple[tuple[object, tuple["HourCell", ...]], ...]
    most: int

    def level(self, cell: "HourCell") -> int:
        """Return the tint of a cell, 0 for none to 5 for the busiest."""
        return (
            0 if not cell.n else -(-LEVELS * cell.n // max(self.most, FULL_TINT_FROM))
        )


def section(what: str, group: "Group", names: Labels) -> Section:
    """Return the parts of a group beside each other."""
    comparison = group.comparison
    title = say(sentences.compare_title(what, comparison), names)
    different = {finding.key for finding in comparison.findings}
    return Section(title, lines(group.shown, names, different))


def lines(
    rows: Sequence["MeasureRow"], names: Labels, spoken_of: Collection[str | None] = ()
) -> tuple[Line, ...]:
    """Return rows with their names."""
    return tuple(
        Line(
            str(names.get(row.key, row.key)),
            row,
            say(sentences.figure(row)),
            row.key in spoken_of,
        )
        for row in rows
    )


def months(trend: "Trend") -> tuple[Line, ...]:
    """Return the months of a trend, the newest first."""
    return tuple(
        Line(
            messages.month_label(Month.parse(row.month)),
            row,
            say(sentences.figure(row)),
            spoken_of=row is trend.rows[-1],
        )
        for row in reversed(trend.rows)
    )


def hour_table(cells: Sequence["HourCell"]) -> HourTable | None:
    """Lay the hours out; None when there is no hour that may be shown."""
    used = {cell.weekday for cell in cells if cell.suppressed or cell.n}
    hours = tuple(dict.fromkeys(cell.hour for cell in cells))
    days = tuple(
        (name, tuple(cell for cell in cells if cell.weekday == weekday))
        for weekday, name in enumerate(messages.WEEKDAY_NAMES)
        if weekday in used
    )
    most = max((cell.n or 0 for cell in cells), default=0)
    return HourTable(hours, days, most) if most else None


def class_mix(overview: "Overview") -> str:
    """Write how many sheets came in which way: Máy tại quầy 121 · Mã QR 28."""
    shown = {
        kind: count
        for kind, count in overview.coverage.by_class.items()
        if count is None or count > 0
    }
    return " · ".join(
        f"{messages.CLASS_NAMES[kind]} {messages.HIDDEN if count is None else number(count)}"
        for kind, count in shown.items()
    )


def page(overview: "Overview", point_names: Labels) -> dict[str, Any]:
    """Return the sections of the dashboard."""
    head, reasons = overview.head, overview.reasons
    totals = [reason.known for reason in reasons]
    codes = [reason.code for reason in reasons]
    factors = section("factors", overview.factors, dict(messages.FACTOR_NAMES))
    return {
        "head": head,
        "head_words": say(sentences.figure(head)),
        "mix": class_mix(overview),
        "change": [(said.mood, say(said)) for said in sentences.change(head)],
        "verdict": [say(said) for said in sentences.verdict(head)],
        "trend_title": _trend_title("trend", overview.satisfaction),
        "trend": months(overview.satisfaction),
        "visits_title": _trend_title("visits", overview.one_visit),
        "visits": months(overview.one_visit),
        "trend_is_drawn": _is_drawn(overview.satisfaction),
        "visits_is_drawn": _is_drawn(overview.one_visit),
        "axis_from": axis_from(overview.satisfaction),
        "visits_axis_from": axis_from(overview.one_visit),
        "factors": factors,
        "index": overview.index,
        "index_words": say(sentences.figure(overview.index)),
        "points": section("points", overview.points, point_names),
        "channels": section(
            "channels", overview.channels, dict(messages.CHANNEL_NAMES)
        ),
        "reasons_title": say(
            sentences.reasons_title(codes, totals), dict(messages.REASON_NAMES)
        ),
        "reasons": [(messages.REASON_NAMES[r.code], r) for r in reasons],
        "hours": hour_table(overview.hours),
    }


def chart_text(trend: "Trend") -> dict[str, Any]:
    """Return the words of a trend chart, as `analytics.charts.TrendText` takes them."""
    named = [Month.parse(row.month) for row in trend.rows]
    latest = trend.rows[-1].value
    return {
        "ticks": [messages.month_tick(month) for month in named],
        "hover": [
            f"{messages.month_label(month)}: {say(sentences.figure(row))}"
            for month, row in zip(named, trend.rows, strict=True)
        ],
        "target": say(sentences.Sentence("chart.target")),
        "latest": "" if latest is None else percent(latest),
    }


def axis_from(trend: "Trend") -> int:
    """Return where the percent axis begins: at 0, or at 50 when nothing lies below."""
    return 50 if all((row.low or 1) >= 0.5 for row in trend.rows) else 0


def _is_drawn(trend: "Trend") -> bool:
    return any(row.value is not None for row in trend.rows)


def _trend_title(what: str, trend: "Trend") -> str:
    return say(sentences.trend_title(what, trend.finding))
