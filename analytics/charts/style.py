"""How figures look: colours given by the caller, one small layout, no template.

The style sheet's tokens stay the single truth: the application passes them in. The
default template of plotly would add 7 kB to every figure and is left out.
"""

from dataclasses import dataclass

import plotly.graph_objects as go

TEXT_SIZE = 14
# Not <b>: plotly.js would set an inline style, which a strict policy refuses.
STRONG = 700

CONFIG = {"displayModeBar": False, "responsive": True}
"""What the page hands to plotly.js beside the figure: no tools, width of its place."""


@dataclass(frozen=True)
class Palette:
    """Colours by role, and the font; defaults are the tokens of the light theme."""

    accent: str = "#0b6067"
    ink: str = "#16242b"
    muted: str = "#53626a"
    context: str = "#747f84"
    grid: str = "#d9d8d2"
    band: str = "rgba(11,96,103,0.15)"
    context_band: str = "rgba(116,127,132,0.45)"
    target: str = "#a8531b"
    ground: str = "#fffefb"
    font: str = "Be Vietnam Pro, system-ui, sans-serif"


LIGHT = Palette()


def sheet(palette: Palette, margin: tuple[int, int, int, int]) -> go.Figure:
    """Return an empty figure; margins in pixels: left, right, top, bottom."""
    left, right, top, bottom = margin
    figure = go.Figure()
    # Only this takes the default template away; given to the constructor, None is not.
    figure.layout.template = None
    figure.update_layout(
        autosize=True,
        showlegend=False,
        hovermode="closest",
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": palette.font, "size": TEXT_SIZE, "color": palette.muted},
        margin={"l": left, "r": right, "t": top, "b": bottom},
        hoverlabel={"bgcolor": palette.ground, "font": {"color": palette.ink}},
    )
    return figure


def percent(share: float | None) -> float | None:
    """Return a share as percent with one decimal, None (a gap) for none."""
    return None if share is None else round(100 * share, 1)
