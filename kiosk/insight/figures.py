"""The rows and findings of a page, made by `analytics`. Loads pandas: import it late."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from analytics import catalogue, compare, coverage, disclosure, hours, trend
from analytics.catalogue import Definition
from analytics.compare import Comparison
from analytics.coverage import Coverage
from analytics.hours import HourCell
from analytics.measures import CubeFrames, MeasureRequest, MeasureRow, compute
from analytics.trend import Trend
from kiosk.core.periods import Month
from kiosk.insight import counts, loading
from kiosk.insight.counts import Span
from kiosk.insight.rules import (
    CLASS_OF_CHANNEL,
    REASONS,
    SATISFIED,
    is_over,
    released_until,
)
from kiosk.insight.schema import DashboardQuery, MeasuresQuery, Places

SATISFACTION = "satisfaction"
ONE_VISIT = "one_visit"
INDEX = "index"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Group:
    """The parts of one figure beside each other, and which of them differ."""

    rows: tuple[MeasureRow, ...]
    comparison: Comparison

    @property
    def shown(self) -> tuple[MeasureRow, ...]:
        """Return the parts that have anything to say."""
        return tuple(row for row in self.rows if not row.is_empty)


@dataclass(frozen=True, slots=True)
class Reason:
    """How often a reason was given with a score of 4–5, and with one of 1–3.

    None where fewer than five said so.
    """

    code: str
    satisfied: int | None
    other: int | None

    @property
    def known(self) -> int:
        """Return what is shown of it, for the order."""
        return (self.satisfied or 0) + (self.other or 0)


class Overview:
    """Every figure of a dashboard page, each made when it is asked for.

    `live` figures hold today's sheets; slices by place and hour, and all figures of
    those who may not see details, end where `released` says; for the latter, counters
    and channels end where the running month begins.
    """

    def __init__(
        self,
        session: Session,
        centre_id: int,
        query: DashboardQuery,
        places: Places,
        today: date,
        *,
        detail: bool,
    ) -> None:
        """Read the rows of thirteen months and the one before them."""
        self._session, self._centre_id = session, centre_id
        self.query, self._today = query, today
        self.filters = query.filters
        self._points = query.filters.points(places)
        month = query.month
        self.span = Span(month.first, month.next().first)
        by_day = counts.sheets_by_day(session, centre_id, self.span)
        self.released = released_until(by_day, month, today)
        self.is_live = detail and not query.filters.narrows_place
        self.shows_parts = detail or is_over(month, today)
        self.parts_until = self.released if self.shows_parts else month.first
        start, _ = trend.window(str(month), trend.LENGTH + 1)
        whole = Span(Month.parse(start).first, self.span.end)
        self._setting = loading.setting(session, centre_id)
        self._whole = whole
        self._rows = loading.cube_rows(session, centre_id, whole.until(self.released))

    @cached_property
    def _sliced_frames(self) -> CubeFrames:
        return self._setting.frames(self._rows)

    @cached_property
    def _part_frames(self) -> CubeFrames:
        if self.parts_until == self.released:
            return self._sliced_frames
        known = self._whole.until(self.parts_until)
        rows = loading.cube_rows(self._session, self._centre_id, known)
        return self._setting.frames(rows)

    @cached_property
    def _frames(self) -> CubeFrames:
        rest = Span(self.released, self.span.end)
        if not self.is_live or rest.first >= rest.end:
            return self._sliced_frames
        newest = loading.cube_rows(self._session, self._centre_id, rest)
        return self._setting.frames(self._rows + newest)

    def _request(self, measure: str, **changes: Any) -> MeasureRequest:
        month = self.query.month
        filters = self.filters
        wanted: dict[str, Any] = {
            "first_month": str(month),
            "end_month": str(month.next()),
            "classes": frozenset({filters.kind}) if filters.kind else None,
            "channels": frozenset({filters.channel}) if filters.channel else None,
            "points": self._points,
            "open_month": str(Month.of(self._today)),
        }
        return MeasureRequest(measure, **(wanted | changes))

    def _trend(self, measure: str) -> Trend:
        first, end = trend.window(str(self.query.month))
        request = self._request(measure, first_month=first, end_month=end)
        return trend.series(compute(request, self._frames))

    def _group(self, request: MeasureRequest, frames: CubeFrames) -> Group:
        rows = tuple(compute(request, frames))
        return Group(rows, compare.compare(rows))

    @cached_property
    def satisfaction(self) -> Trend:
        """Satisfaction over thirteen months; the last one is the page's figure."""
        return self._trend(SATISFACTION)

    @cached_property
    def one_visit(self) -> Trend:
        """The share for whom one visit was enough, over thirteen months."""
        return self._trend(ONE_VISIT)

    @property
    def definition(self) -> Definition:
        """What the page's figure counts, and what it does not mean."""
        return catalogue.find(SATISFACTION).definition

    @property
    def counted(self) -> Span:
        """The days whose answers are in the page's figure."""
        return self.span.until(self._today + ONE_DAY if self.is_live else self.released)

    @property
    def last_day(self) -> date:
        """The last of these days."""
        return self.counted.end - ONE_DAY

    @property
    def head(self) -> MeasureRow:
        """The figure of the month."""
        return self.satisfaction.rows[-1]

    @cached_property
    def index(self) -> MeasureRow:
        """All five factors together in the month."""
        [row] = compute(self._request(INDEX), self._frames)
        return row

    @cached_property
    def factors(self) -> Group:
        """The five factors in the month."""
        return self._group(self._request(INDEX, split="factor"), self._frames)

    @cached_property
    def points(self) -> Group:
        """Satisfaction by point, released days only."""
        request = self._request(SATISFACTION, split="point")
        return self._group(request, self._part_frames)

    @cached_property
    def channels(self) -> Group:
        """Satisfaction by channel."""
        frames = self._frames if self.shows_parts else self._part_frames
        return self._group(self._request(SATISFACTION, split="channel"), frames)

    @cached_property
    def coverage(self) -> Coverage:
        """Who answered out of those served, and by which class of evidence."""
        return coverage.coverage(self.head, self.channels.rows, CLASS_OF_CHANNEL)

    @cached_property
    def hours(self) -> list[HourCell]:
        """Answers by weekday and hour, released days only."""
        span = self.span.until(self.released)
        rows = loading.hour_rows(self._session, self._centre_id, span)
        return hours.table(self._request(SATISFACTION), self._setting.hour_frames(rows))

    @cached_property
    def reasons(self) -> list[Reason]:
        """Reasons given, the most frequent first; released days, never filtered.

        Under filters, small numbers would follow from the difference to the whole.
        """
        span = self.span.until(self.released)
        found = counts.reasons(self._session, self._centre_id, span)
        reasons = []
        for code in REASONS:
            satisfied = sum(n for r, s, n in found if r == code and s >= SATISFIED)
            other = sum(n for r, s, n in found if r == code and s < SATISFIED)
            reasons.append(Reason(code, _if_shown(satisfied), _if_shown(other)))
        return sorted(reasons, key=lambda reason: -reason.known)


def _if_shown(count: int) -> int | None:
    return None if disclosure.is_small(count) else count


def measures(
    session: Session, centre_id: int, query: MeasuresQuery, places: Places, today: date
) -> dict[str, Any]:
    """Return the answer of the figures API; its readers see no counter, so it is live."""
    filters = query.filters
    request = MeasureRequest(
        query.measure,
        str(query.first),
        str(query.end),
        by=query.by,
        split=query.split,
        classes=frozenset({filters.kind}) if filters.kind else None,
        channels=frozenset({filters.channel}) if filters.channel else None,
        points=filters.points(places),
        open_month=str(Month.of(today)),
    )
    rows = loading.cube_rows(session, centre_id, Span(*request.days))
    frames = loading.setting(session, centre_id).frames(rows)
    definition = catalogue.find(query.measure).definition
    return {
        "measure": query.measure,
        "formula_version": definition.formula_version,
        "rows": [row.to_json() for row in compute(request, frames)],
    }
