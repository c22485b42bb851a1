"""A printed page: bars, lines of text and shapes, in millimetres from the upper left."""

from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

from kiosk.devices.posters.typeface import REGULAR

# The roles of static/css/tokens.css, on white paper.
INK = "#16242b"
MUTED = "#53626a"
ACCENT = "#0b6067"
HAIRLINE = "#d9d8d2"

A5 = (148.0, 210.0)
A4 = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle; x and y are its upper left corner."""

    x: float
    y: float
    w: float
    h: float
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; x is its left end, y its base line, `size` its em."""

    x: float
    y: float
    text: str
    size: float
    weight: int = REGULAR
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon, filled, or drawn as a round-ended stroke of a width."""

    points: tuple[tuple[float, float], ...]
    stroke: float | None = None
    colour: str = INK


Item = Rect | Line | Shape


@dataclass(frozen=True, slots=True)
class Page:
    """Items on a sheet; `issued_at` stands for the time of painting in the file."""

    width: float
    height: float
    title: str
    language: str
    issued_at: datetime
    items: tuple[Item, ...]


def enlarged(page: Page) -> Page:
    """Blow A5 up to A4: the same sheet, √2 times as large, centred."""
    factor = sqrt(2)
    width, height = A4
    left = (width - page.width * factor) / 2
    items = tuple(_moved(item, factor, left) for item in page.items)
    return replace(page, width=width, height=height, items=items)


def _moved(item: Item, factor: float, left: float) -> Item:
    if isinstance(item, Shape):
        points = tuple((left + x * factor, y * factor) for x, y in item.points)
        return replace(item, points=points, stroke=item.stroke and item.stroke * factor)
    x, y = left + item.x * factor, item.y * factor
    if isinstance(item, Line):
        return replace(item, x=x, y=y, size=item.size * factor)
    return replace(item, x=x, y=y, w=item.w * factor, h=item.h * factor)
