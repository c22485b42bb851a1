"""What a poster shows besides words: the QR symbol, and the five faces."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import cos, pi, sin

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

from kiosk.devices.posters.page import Rect, Shape

# From here on a module is under 1.8 mm; a lower error level is the smaller evil.
MAX_VERSION = 5
# Of a circle: at A4 one is 0.9 mm long, no eye sees it.
CORNERS = 64


def symbol(address: str) -> list[list[bool]]:
    """Return the QR modules of an address, without the quiet zone.

    Level Q survives a quarter of the symbol being worn off; M when Q would make the
    modules too small for an old camera.
    """
    code = _encode(address, ERROR_CORRECT_Q)
    if code.version > MAX_VERSION:
        code = _encode(address, ERROR_CORRECT_M)
    return [[bool(module) for module in row] for row in code.modules]


def _encode(address: str, level: int) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=level, border=0)
    code.add_data(address, optimize=0)
    code.make(fit=True)
    return code


def bars(
    matrix: Sequence[Sequence[bool]], x: float, y: float, module: float
) -> Iterator[Rect]:
    """Draw each run of dark modules as one bar: nothing to see through between them."""
    for row, dark in enumerate(matrix):
        column = 0
        for is_dark, run in groupby(dark):
            length = len(list(run))
            if is_dark:
                yield Rect(
                    x + column * module, y + row * module, length * module, module
                )
            column += length


def face(score: int, left: float, top: float, side: float) -> Iterator[Shape]:
    """Draw a face of the tablet and the phone; all five have one colour.

    The numbers are those of kiosk/templates/components/face.html.
    """
    unit = side / 96
    depth = 5 * score - 14
    corner = 63 - depth / 2
    mouth = _curve((28, corner), (48, corner + 2 * depth), (68, corner))
    eye = 4.2 + score * 0.2
    for points, stroke in (
        (_ellipse(48, 48, 44, 44), 4.0),
        (mouth, 4.8),
        (_ellipse(34, 39, 4.4, eye), None),
        (_ellipse(62, 39, 4.4, eye), None),
    ):
        placed = tuple((left + x * unit, top + y * unit) for x, y in points)
        yield Shape(placed, stroke and stroke * unit)


def _ellipse(x: float, y: float, rx: float, ry: float) -> list[tuple[float, float]]:
    angles = [2 * pi * step / CORNERS for step in range(CORNERS + 1)]
    return [(x + rx * cos(angle), y + ry * sin(angle)) for angle in angles]


def _curve(
    start: tuple[float, float], control: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    points = []
    for step in range(17):
        t = step / 16
        weights = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
        corners = list(zip(weights, (start, control, end), strict=True))
        points.append(
            (sum(w * p[0] for w, p in corners), sum(w * p[1] for w, p in corners))
        )
    return points
