"""Figures: small, honest at the axis, and without a legend to look up."""

import gzip
import json
import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs_version

from analytics import trend
from analytics.charts import DotText, Palette, TrendText, dots_figure, trend_figure
from analytics.measures import MeasureRequest, MeasureRow, compute
from tests.analytics.sheets import cube, draw, overall

VENDORED = Path(__file__).parents[2] / "static/vendor/plotly/plotly-basic.min.js"


def thirteen(last: str = "2026-11") -> list[MeasureRow]:
    first, end = trend.window(last)
    sheets = draw(random.Random(2), first, end, 8)
    frames = cube(sheets, targets=[("satisfaction", date(2026, 1, 1), 0.9)])
    return compute(MeasureRequest("satisfaction", first, end), frames)


def words(rows: list[MeasureRow]) -> TrendText:
    return TrendText(
        [f"T{int(row.month[5:])}" for row in rows],
        [f"Tháng {row.month}: {row.value}, {row.low}–{row.high}" for row in rows],
        "mục tiêu 90 %",
        "93,4 %",
    )


def lines(**choice: Any) -> go.Figure:
    rows = thirteen()
    return trend_figure(trend.series(rows), words(rows), **choice)


def points(count: int = 8) -> list[MeasureRow]:
    [row] = compute(
        MeasureRequest("satisfaction", "2026-10", "2026-11"), cube(overall(166, 155))
    )
    return [
        MeasureRow(
            row.measure, row.month, key=f"Q{n}", value=row.value, low=row.low,
            high=row.high, sheets=166,
        )
        for n in range(count)
    ]  # fmt: skip


def dots(**choice: Any) -> go.Figure:
    rows = points()
    texts = [
        DotText(
            f"Quầy {n}: Đất đai, môi trường", "93,4", "166", "88,6–96,3 %, 166 phiếu"
        )
        for n in range(len(rows))
    ]
    return dots_figure(rows, texts, ["Q2"], **choice)


FIGURES = {"trend": lines, "dots": dots}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_takes_at_most_three_kilobytes(name: str) -> None:
    text = FIGURES[name]().to_json()
    assert len(gzip.compress(text.encode())) <= 3000


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_needs_lines_and_dots_only(name: str) -> None:
    assert {trace.type for trace in FIGURES[name]().data} == {"scatter"}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_no_legend_and_no_template(name: str) -> None:
    layout = json.loads(FIGURES[name]().to_json())["layout"]
    assert layout["showlegend"] is False
    assert not layout.get("template")


@pytest.mark.parametrize("name", FIGURES)
def test_every_colour_is_given(name: str) -> None:
    """With one colour for all roles no other one is left in the figure."""
    one = Palette(**dict.fromkeys(Palette.__dataclass_fields__, "#010203"))
    text = FIGURES[name](palette=one).to_json()
    found = set(re.findall(r"#[0-9a-f]{6}|rgba\([^)]*\)", text))
    assert found == {"#010203", "rgba(0,0,0,0)"}


def test_the_vendored_script_is_of_this_version() -> None:
    head = VENDORED.read_text("utf-8")[:300]
    assert f"v{get_plotlyjs_version()}" in head


def test_the_percent_axis_runs_from_zero_to_hundred() -> None:
    low, high = lines().layout.yaxis.range
    assert (low, round(high)) == (0, 100)
    assert tuple(dots().layout.xaxis.range) == (0, 100)


def test_a_zoom_has_to_be_asked_for() -> None:
    assert lines(axis_from=60).layout.yaxis.range[0] == 60


def test_months_are_the_callers_words() -> None:
    ticks = lines().layout.xaxis.ticktext
    assert (ticks[0], ticks[-1]) == ("T11", "T11")


def test_target_and_latest_value_stand_at_their_place() -> None:
    texts = [note.text for note in lines().layout.annotations]
    assert texts == ["mục tiêu 90 %", "93,4 %"]


def series(*months: tuple[int, int]) -> trend.Trend:
    sheets = [
        sheet
        for place, (n, hits) in enumerate(months, start=1)
        for sheet in overall(n, hits, f"2026-{place:02d}")
    ]
    end = f"2026-{len(months) + 1:02d}"
    request = MeasureRequest("satisfaction", "2026-01", end)
    return trend.series(compute(request, cube(sheets)))


def drawn(found: trend.Trend) -> tuple[Any, Any, Any]:
    texts = [row.month for row in found.rows]
    band, target, line = trend_figure(found, TrendText(texts, texts)).data
    return band, target, line


def test_a_month_without_a_figure_is_a_gap() -> None:
    _, _, line = drawn(series((100, 90), (0, 0), (100, 80)))
    assert (line.y, line.connectgaps) == ((90.0, None, 80.0), False)


def test_a_thin_month_is_hollow() -> None:
    _, _, line = drawn(series((100, 90), (20, 19), (100, 80)))
    assert line.marker.color == ("#0b6067", "#fffefb", "#0b6067")


def test_a_gap_cuts_the_band() -> None:
    band, _, _ = drawn(series((100, 90), (100, 90), (0, 0), (100, 80)))
    assert band.x == (0, 1, 1, 0, None, 2.88, 3.12, 3.12, 2.88)


def test_the_band_is_the_interval() -> None:
    found = series((100, 90), (100, 80))
    band, _, _ = drawn(found)
    bounds = [row.low for row in found.rows] + [row.high for row in found.rows[::-1]]
    assert list(band.y) == [round(100 * (bound or 0), 1) for bound in bounds]


def test_months_without_any_figure_still_make_a_chart() -> None:
    band, target, line = drawn(series((0, 0), (0, 0)))
    assert (band.x, line.y) == ((), (None, None))
    assert set(target.y) == {None}


def test_a_chart_of_no_months_is_empty() -> None:
    figure = trend_figure(trend.series([]), TrendText([], [], "target", "now"))
    assert not figure.layout.annotations


def test_the_part_that_is_spoken_of_has_the_accent() -> None:
    marker = dots().data[2].marker
    assert [c == "#0b6067" for c in marker.line.color] == [n == 2 for n in range(8)]


def test_hidden_parts_keep_their_words_only() -> None:
    hidden = MeasureRow("satisfaction", "2026-10", key="Q9", suppressed=True)
    figure = dots_figure([hidden], [DotText("Quầy 9", "—")])
    assert figure.data[0].x == ()
    assert figure.data[2].x == (None,)
    assert [note.text for note in figure.layout.annotations] == ["Quầy 9", "—"]


def test_a_thin_part_is_hollow() -> None:
    thin = MeasureRow(
        "satisfaction", "2026-10", key="Q9", value=0.9, low=0.7, high=0.98, sheets=20
    )
    figure = dots_figure([thin], [DotText("Quầy 9", "90", "20")])
    assert figure.data[2].marker.color == ("#fffefb",)


def test_the_first_part_is_on_top() -> None:
    low, high = dots().layout.yaxis.range
    assert low > high
