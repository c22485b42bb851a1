"""The poster's typeface: how wide a text is, and the outlines of its letters."""

import logging
from functools import cache
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from kiosk.edge.assets import STATIC_FOLDER

FOLDER = STATIC_FOLDER / "vendor/fonts"
REGULAR = 400
BOLD = 700
UNITS = 1000

# It reports every step of cutting a font to the letters in use, and that the vendored
# files carry no build time (they are the same every time).
logging.getLogger("fontTools").setLevel(logging.ERROR)


def font_file(weight: int) -> Path:
    """Return the vendored TrueType file of a weight."""
    return FOLDER / f"be-vietnam-pro-{weight}.ttf"


def width(text: str, weight: int, size: float) -> float:
    """Measure a text, in the unit of `size`; the typeface has no kerning."""
    return sum(_advance(letter, weight) for letter in text) * size / UNITS


def wrap(text: str, weight: int, size: float, limit: float) -> list[str]:
    """Break a text at its spaces into the fewest lines, as even as they can be.

    A word wider than the limit stands alone on its line.
    """
    fewest = _fill(text, weight, size, limit)
    narrow, wide = limit / max(len(fewest), 1), limit
    while wide - narrow > size / 10:
        middle = (narrow + wide) / 2
        lines = _fill(text, weight, size, middle)
        if len(lines) > len(fewest):
            narrow = middle
        else:
            fewest, wide = lines, middle
    return fewest


def glyph_names(text: str, weight: int) -> list[str]:
    """Name the glyphs of a text; a letter that the typeface lacks is `.notdef`."""
    names = _font(weight).getBestCmap()
    return [names.get(ord(letter), ".notdef") for letter in text]


@cache
def outline(glyph: str, weight: int) -> str:
    """Return a glyph's SVG path in font units, y upwards."""
    glyphs = _font(weight).getGlyphSet()
    pen = SVGPathPen(glyphs, lambda number: f"{number:g}")
    glyphs[glyph].draw(pen)
    return str(pen.getCommands())


def advance_of(glyph: str, weight: int) -> int:
    """Return how far the next glyph stands, in font units."""
    advance, _ = _font(weight)["hmtx"][glyph]
    return int(advance)


def _fill(text: str, weight: int, size: float, limit: float) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, weight, size) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(weight: int) -> TTFont:
    return TTFont(font_file(weight))


@cache
def _advance(letter: str, weight: int) -> int:
    return advance_of(glyph_names(letter, weight)[0], weight)
