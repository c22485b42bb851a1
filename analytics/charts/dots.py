"""Factors, points or channels under each other: a dot in its interval, a row each."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from analytics.charts.style import LIGHT, STRONG, Palette, percent, sheet
from analytics.measures import MeasureRow

ROW_HEIGHT = 44
VALUE_WIDTH = 64
NUMBER_WIDTH = 64


@dataclass(frozen=True)
class DotText:
    """Words of one row: its name, its value (or why there is none), n, hover text."""

    name: str
    value: str
    n: str = ""
    hover: str = ""


def dots_figure(
    rows: Sequence[MeasureRow],
    texts: Sequence[DotText],
    spoken_of: Collection[str | None] = (),
    palette: Palette = LIGHT,
    *,
    name_width: int = 160,
) -> go.Figure:
    """Draw one row a part, in the order given, the first on top.

    Parts in ``spoken_of`` have the accent, the others are grey. Hollow dots have too
    few answers to judge; hidden and empty rows keep their words only. A name longer
    than ``name_width`` pixels wants a <br> of the caller. The axis runs from 0 to 100.
    """
    lit = [row.key in spoken_of for row in rows]
    figure = sheet(palette, (name_width + VALUE_WIDTH, NUMBER_WIDTH, 4, 28))
    figure.add_traces(
        [
            _intervals(rows, [not one for one in lit], palette.context_band),
            _intervals(rows, lit, palette.band),
            _dots(rows, texts, lit, palette),
        ]
    )
    figure.update_layout(
        height=ROW_HEIGHT * max(1, len(rows)) + 32,
        xaxis=_PERCENTS,
        yaxis=_tracks(len(rows), palette),
        annotations=list(_words(texts, lit, palette, name_width)),
    )
    return figure


_PERCENTS = {
    "range": [0, 100],
    "tickvals": [0, 50, 100],
    "showgrid": False,
    "zeroline": False,
    "fixedrange": True,
}


def _tracks(rows: int, palette: Palette) -> dict[str, Any]:
    return {
        "range": [rows - 0.5, -0.5],
        "tickvals": list(range(rows)),
        "showticklabels": False,
        "gridcolor": palette.grid,
        "gridwidth": 3,
        "zeroline": False,
        "fixedrange": True,
    }


def _intervals(
    rows: Sequence[MeasureRow], drawn: Sequence[bool], colour: str
) -> go.Scatter:
    across: list[float | None] = []
    height: list[int | None] = []
    for place, (row, wanted) in enumerate(zip(rows, drawn, strict=True)):
        if wanted and row.low is not None:
            across += [percent(row.low), percent(row.high), None]
            height += [place, place, None]
    return go.Scatter(
        x=across,
        y=height,
        mode="lines",
        line={"color": colour, "width": 12},
        hoverinfo="skip",
    )


def _dots(
    rows: Sequence[MeasureRow],
    texts: Sequence[DotText],
    lit: Sequence[bool],
    palette: Palette,
) -> go.Scatter:
    edges = [palette.accent if one else palette.muted for one in lit]
    return go.Scatter(
        x=[percent(row.value) for row in rows],
        y=list(range(len(rows))),
        mode="markers",
        cliponaxis=False,
        marker={
            "opacity": 1,
            "size": 11,
            "color": [
                palette.ground if row.is_thin else edge
                for row, edge in zip(rows, edges, strict=True)
            ],
            "line": {"color": edges, "width": 2},
        },
        hovertext=[text.hover for text in texts],
        hoverinfo="text",
    )


def _words(
    texts: Sequence[DotText], lit: Sequence[bool], palette: Palette, name_width: int
) -> Iterator[dict[str, Any]]:
    base = {"showarrow": False, "xref": "paper", "yref": "y"}
    for place, (text, spoken) in enumerate(zip(texts, lit, strict=True)):
        row = base | {"y": place}
        ink = {"color": palette.accent if spoken else palette.ink}
        strong = ink | {"weight": STRONG}
        left = {"x": 0, "xanchor": "left", "align": "left"}
        name = {"text": text.name, "font": strong if spoken else ink}
        yield row | left | name | {"xshift": -name_width - VALUE_WIDTH}
        value = {"x": 0, "xanchor": "right", "xshift": -16}
        yield row | value | {"text": text.value, "font": strong}
        if text.n:
            number = {"x": 1, "xanchor": "right", "xshift": NUMBER_WIDTH - 4}
            yield row | number | {"text": text.n}
