"""A measure month by month: line, interval as band, target as dotted line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from analytics.charts.style import LIGHT, STRONG, Palette, percent, sheet
from analytics.measures import MeasureRow
from analytics.trend import Trend


@dataclass(frozen=True)
class TrendText:
    """Words of the chart: one tick and one hover text a month; the rest as needed.

    ``target`` stands at the right end of its line, ``latest`` above the last value.
    """

    ticks: Sequence[str]
    hover: Sequence[str]
    target: str = ""
    latest: str = ""


def trend_figure(
    trend: Trend, text: TrendText, palette: Palette = LIGHT, *, axis_from: int = 0
) -> go.Figure:
    """Draw a trend; hollow dots have too few answers to judge, gaps have none to show.

    The percent axis runs from 0 to 100; a caller that begins it at ``axis_from`` says
    so beside the chart.
    """
    rows = trend.rows
    figure = sheet(palette, (40, 104 if text.target else 24, 24, 32))
    figure.add_traces(
        [
            _band(rows, palette),
            _target(rows, palette),
            _line(trend, text, palette),
        ]
    )
    figure.update_layout(
        xaxis=_months(text, palette),
        yaxis={
            "range": [axis_from, 100.5],
            "tickvals": list(range(axis_from, 101, 20 if axis_from < 50 else 10)),
            "gridcolor": palette.grid,
            "zeroline": False,
            "fixedrange": True,
        },
        annotations=list(_words(rows, text, palette)),
    )
    return figure


def _months(text: TrendText, palette: Palette) -> dict[str, Any]:
    return {
        "range": [-0.4, len(text.ticks) - 0.6],
        "tickvals": list(range(len(text.ticks))),
        "ticktext": list(text.ticks),
        "showgrid": False,
        "zeroline": False,
        "linecolor": palette.grid,
        "fixedrange": True,
    }


def _line(trend: Trend, text: TrendText, palette: Palette) -> go.Scatter:
    values = [percent(row.value) for row in trend.rows]
    hollow = [state == "thin" for state in trend.states]
    last = _last(values)
    return go.Scatter(
        x=list(range(len(values))),
        y=values,
        mode="lines+markers",
        cliponaxis=False,
        connectgaps=False,
        line={"color": palette.accent, "width": 2},
        marker={
            "opacity": 1,
            "size": [14 if place == last else 9 for place in range(len(values))],
            "color": [palette.ground if h else palette.accent for h in hollow],
            "line": {"color": palette.accent, "width": 2},
        },
        hovertext=list(text.hover),
        hoverinfo="text",
    )


def _band(rows: Sequence[MeasureRow], palette: Palette) -> go.Scatter:
    """Draw the intervals as one polygon for each run of months without a gap."""
    across: list[float | None] = []
    height: list[float | None] = []
    for run in _runs(rows):
        for place, share in _outline(run):
            across.append(place)
            height.append(percent(share))
        # An empty place ends the polygon and begins the next.
        across.append(None)
        height.append(None)
    return go.Scatter(
        x=across[:-1],
        y=height[:-1],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=palette.band,
        hoverinfo="skip",
    )


def _runs(rows: Sequence[MeasureRow]) -> Iterator[list[tuple[int, float, float]]]:
    for shown, run in groupby(
        enumerate(rows), key=lambda pair: pair[1].low is not None
    ):
        if shown:
            yield [(place, row.low or 0.0, row.high or 0.0) for place, row in run]


def _outline(run: list[tuple[int, float, float]]) -> list[tuple[float, float]]:
    if len(run) == 1:
        # A month alone would have no width.
        [(place, low, high)] = run
        left, right = place - 0.12, place + 0.12
        return [(left, low), (right, low), (right, high), (left, high)]
    forth = [(float(place), low) for place, low, _ in run]
    back = [(float(place), high) for place, _, high in reversed(run)]
    return forth + back


def _target(rows: Sequence[MeasureRow], palette: Palette) -> go.Scatter:
    """Draw the target in force as steps from half a month before to half after."""
    across: list[float] = []
    height: list[float | None] = []
    for place, row in enumerate(rows):
        across += [place - 0.4, place + 0.4]
        height += [percent(row.target)] * 2
    return go.Scatter(
        x=across,
        y=height,
        mode="lines",
        line={"color": palette.target, "width": 2, "dash": "dot"},
        hoverinfo="skip",
    )


def _words(
    rows: Sequence[MeasureRow], text: TrendText, palette: Palette
) -> Iterator[dict[str, Any]]:
    base = {"showarrow": False, "yref": "y"}
    target = percent(rows[-1].target) if rows else None
    if text.target and target is not None:
        yield base | {
            "xref": "paper",
            "x": 1,
            "xshift": 6,
            "y": target,
            "text": text.target,
            "xanchor": "left",
            "font": {"color": palette.target},
        }
    values = [percent(row.value) for row in rows]
    last = _last(values)
    if text.latest and last is not None:
        yield base | {
            "xref": "x",
            "x": last,
            "y": percent(rows[last].low),
            "text": text.latest,
            "yanchor": "top",
            "font": {"color": palette.ink, "weight": STRONG},
        }


def _last(values: Sequence[float | None]) -> int | None:
    shown = [place for place, value in enumerate(values) if value is not None]
    return shown[-1] if shown else None
