"""The poster at a point, laid out for A5; A4 is the same sheet enlarged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.devices.posters import words
from kiosk.devices.posters.content import Content
from kiosk.devices.posters.page import (
    A5,
    ACCENT,
    HAIRLINE,
    MUTED,
    Item,
    Line,
    Page,
    Rect,
    enlarged,
)
from kiosk.devices.posters.symbols import bars, face, symbol
from kiosk.devices.posters.typeface import BOLD, REGULAR, width, wrap

MARGIN = 13.0
CONTENT = A5[0] - 2 * MARGIN
# ISO/IEC 18004 §9.1 asks for four modules of nothing around the symbol.
QUIET_MODULES = 4

LEADING = 1.36
# Room for the rule and the centre's name at the foot.
FOOT = 9.0
# Base line of the mark that only a demo's poster carries, in the upper margin.
DEMO_BASE = 8.5


@dataclass(frozen=True, slots=True)
class Measure:
    """Sizes that give way, in this order, when a point's name is long."""

    question: float
    face: float
    symbol: float


# The symbol never goes below six centimetres: an arm's length for an old camera.
MEASURES = (
    Measure(question=9.3, face=14.5, symbol=70.0),
    Measure(question=9.3, face=13.0, symbol=65.0),
    Measure(question=8.2, face=11.0, symbol=62.0),
    Measure(question=7.4, face=9.0, symbol=60.0),
)


def lay_out(content: Content, size: str, language: str) -> Page:
    """Lay a poster out; `language` is vi, en or both (Vietnamese first)."""
    languages = ("vi", "en") if language == "both" else (language,)
    matrix = symbol(content.address)
    column = _set(content, matrix, MEASURES[0], languages)
    for measure in MEASURES[1:]:
        if column.y <= A5[1] - MARGIN - FOOT:
            break
        column = _set(content, matrix, measure, languages)
    _foot(column, content.centre[languages[0]])
    if content.demo:
        column.items.append(_demo_mark())
    title = f"{content.point[languages[0]]} – {content.centre[languages[0]]}"
    items = tuple(column.items)
    page = Page(*A5, title, languages[0], content.issued_at, items)
    return enlarged(page) if size == "A4" else page


class _Column:
    """Items from the top of the page down; `y` is where the next one begins."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.y = MARGIN

    def write(self, text: Line, limit: float = CONTENT) -> None:
        """Add a text in as many lines as it needs; its own y counts from here."""
        self.y += text.y
        for text_line in wrap(text.text, text.weight, text.size, limit):
            self.y += text.size * LEADING
            base = self.y - text.size * (LEADING - 1) * 0.72
            self.items.append(replace(text, y=base, text=text_line))


def _set(
    content: Content,
    matrix: Sequence[Sequence[bool]],
    measure: Measure,
    languages: Sequence[str],
) -> _Column:
    column = _Column()
    _head(column, content, languages)
    _question(column, measure, languages)
    _faces(column, measure.face)
    _middle(column, matrix, measure.symbol, languages)
    _words(column, content, languages)
    return column


def _head(column: _Column, content: Content, languages: Sequence[str]) -> None:
    first, *others = languages
    name = content.point[first]
    size = _fitting(name, BOLD, sizes=(5.2, 4.7, 4.2), lines=2)
    column.write(Line(MARGIN, -1.5, name, size, BOLD, ACCENT))
    for other in others:
        column.write(Line(MARGIN, 0, content.point[other], 3.4, REGULAR, MUTED))


def _question(column: _Column, measure: Measure, languages: Sequence[str]) -> None:
    first, *others = languages
    question = words.QUESTION[first]
    column.write(Line(MARGIN, measure.question / 2, question, measure.question, BOLD))
    for other in others:
        column.write(Line(MARGIN, 0.8, words.QUESTION[other], 4.6, REGULAR, MUTED))
    column.y += measure.face / 2


def _middle(
    column: _Column,
    matrix: Sequence[Sequence[bool]],
    side_of_symbol: float,
    languages: Sequence[str],
) -> None:
    """Set the symbol on the left, what to do with it on the right."""
    module = side_of_symbol / len(matrix)
    quiet = QUIET_MODULES * module
    column.y += quiet
    top = column.y
    column.items += bars(matrix, MARGIN, top, module)
    left = MARGIN + side_of_symbol + quiet + 1.0
    limit = A5[0] - MARGIN - left
    side = _Column()
    side.y = top - 1.4
    first, *others = languages
    indent = 6.4
    for number, step in enumerate(words.STEPS[first], start=1):
        begin = side.y
        side.write(Line(left + indent, 0, step, 4.3, BOLD), limit - indent)
        number_line = Line(left, 0, str(number), 4.3, BOLD, ACCENT)
        side.items.append(replace(number_line, y=_first_base(begin, number_line.size)))
        for other in others:
            text = words.STEPS[other][number - 1]
            side.write(
                Line(left + indent, 0.2, text, 3.2, REGULAR, MUTED), limit - indent
            )
        side.y += 3.0
    column.items += side.items
    column.y = top + side_of_symbol + quiet - 0.4


def _first_base(top: float, size: float) -> float:
    return top + size * LEADING - size * (LEADING - 1) * 0.72


def _words(column: _Column, content: Content, languages: Sequence[str]) -> None:
    first, *others = languages
    column.write(Line(MARGIN, 0, words.PRIVACY[first], 4.0))
    for other in others:
        column.write(Line(MARGIN, 0.4, words.PRIVACY[other], 3.2, REGULAR, MUTED))
    label = " · ".join(words.BY_HAND[language] for language in languages)
    column.write(Line(MARGIN, 3.2, label, 3.2, REGULAR, MUTED))
    for part in address_lines(content.address):
        size = _fitting(part, BOLD, sizes=(4.4, 4.0, 3.6, 3.2), lines=1)
        column.write(Line(MARGIN, 0.2, part, size, BOLD))


def _foot(column: _Column, name: str) -> None:
    bottom = A5[1] - MARGIN
    size = _fitting(name, REGULAR, sizes=(3.2, 2.9, 2.6), lines=1)
    column.items += [
        Rect(MARGIN, bottom - 6.0, CONTENT, 0.25, HAIRLINE),
        Line(MARGIN, bottom - 0.6, name, size, REGULAR, MUTED),
    ]


def _demo_mark() -> Line:
    size = 3.6
    left = (A5[0] - width(words.DEMO, BOLD, size)) / 2
    return Line(left, DEMO_BASE, words.DEMO, size, BOLD)


def address_lines(address: str) -> list[str]:
    """Break an address where a person who types it would pause.

    The scheme is left out where browsers add it themselves.
    """
    bare = address.removeprefix("https://")
    if width(bare, BOLD, 4.0) <= CONTENT:
        return [bare]
    host, _, path = bare.rpartition("/q/")
    return [host, f"/q/{path}"]


def _fitting(text: str, weight: int, *, sizes: Sequence[float], lines: int) -> float:
    for size in sizes:
        broken = wrap(text, weight, size, CONTENT)
        if (
            len(broken) <= lines
            and width(max(broken, key=len), weight, size) <= CONTENT
        ):
            return size
    return sizes[-1]


def _faces(column: _Column, side: float) -> None:
    for score in range(1, 6):
        left = MARGIN + (score - 1) * (CONTENT - side) / 4
        column.items += face(score, left, column.y, side)
    column.y += side
