"""Charts: rows to plotly figures that any plotly.js with scatter can draw."""

from analytics.charts.dots import DotText, dots_figure
from analytics.charts.style import CONFIG, LIGHT, Palette
from analytics.charts.trend import TrendText, trend_figure

__all__ = [
    "CONFIG",
    "LIGHT",
    "DotText",
    "Palette",
    "TrendText",
    "dots_figure",
    "trend_figure",
]
