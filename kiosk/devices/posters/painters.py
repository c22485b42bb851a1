"""Three painters of one page: SVG, PDF and PNG, each the same bytes every time."""

from collections.abc import Callable, Mapping
from html import escape
from io import BytesIO

from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from kiosk.devices.posters.page import Line, Page, Rect, Shape
from kiosk.devices.posters.typeface import (
    UNITS,
    advance_of,
    font_file,
    glyph_names,
    outline,
)

DPI = 300
POINTS_PER_MM = 72 / 25.4
PIXELS_PER_MM = DPI / 25.4
# Pillow draws polygons without smoothing: drawn four times as large, then reduced.
SMOOTHING = 4
FAMILY = "be-vietnam-pro"


def paint_svg(page: Page) -> bytes:
    """Paint with letters as outlines, so that a print shop needs no font."""
    glyphs: dict[tuple[str, int], str] = {}
    body = [
        _svg_line(item, glyphs) if isinstance(item, Line) else _svg_shape(item)
        for item in page.items
    ]
    symbols = "".join(
        f'<path id="{name}" d="{outline(glyph, weight)}"/>'
        for (glyph, weight), name in glyphs.items()
    )
    size = f'width="{page.width:g}mm" height="{page.height:g}mm"'
    texts = escape(" ".join(i.text for i in page.items if isinstance(i, Line)))
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {page.width:g} {page.height:g}" role="img">'
        f"<title>{escape(page.title)}</title><desc>{texts}</desc>"
        f"<metadata>{page.issued_at.date().isoformat()}</metadata>"
        f"<defs>{symbols}</defs>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(body)}</svg>\n'
    )
    return document.encode("utf-8")


def _svg_line(item: Line, glyphs: dict[tuple[str, int], str]) -> str:
    scale = item.size / UNITS
    uses = []
    x = 0
    for glyph in glyph_names(item.text, item.weight):
        if outline(glyph, item.weight):
            name = glyphs.setdefault((glyph, item.weight), f"g{len(glyphs)}")
            uses.append(f'<use href="#{name}" x="{x}"/>')
        x += advance_of(glyph, item.weight)
    place = f"translate({item.x:.3f} {item.y:.3f}) scale({scale:.6f} {-scale:.6f})"
    return f'<g transform="{place}" fill="{item.colour}">{"".join(uses)}</g>'


def _svg_shape(item: Rect | Shape) -> str:
    if isinstance(item, Rect):
        place = f'x="{item.x:.3f}" y="{item.y:.3f}"'
        size = f'width="{item.w:.3f}" height="{item.h:.3f}"'
        return f'<rect {place} {size} fill="{item.colour}"/>'
    points = " ".join(f"{x:.3f},{y:.3f}" for x, y in item.points)
    if item.stroke is None:
        return f'<polygon points="{points}" fill="{item.colour}"/>'
    return (
        f'<polyline points="{points}" fill="none" stroke="{item.colour}" '
        f'stroke-width="{item.stroke:.3f}" stroke-linecap="round" '
        'stroke-linejoin="round"/>'
    )


def paint_pdf(page: Page) -> bytes:
    """Paint with embedded letters that can be searched and copied."""
    pdf = FPDF(unit="mm", format=(page.width, page.height))
    pdf.set_creation_date(page.issued_at)
    pdf.set_title(page.title)
    pdf.set_lang(page.language)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    for weight in sorted({i.weight for i in page.items if isinstance(i, Line)}):
        pdf.add_font(f"{FAMILY}-{weight}", fname=font_file(weight))
    for item in page.items:
        _pdf_item(pdf, item)
    return bytes(pdf.output())


def _pdf_item(pdf: FPDF, item: Rect | Line | Shape) -> None:
    colour = _rgb(item.colour)
    if isinstance(item, Line):
        pdf.set_font(f"{FAMILY}-{item.weight}", size=item.size * POINTS_PER_MM)
        pdf.set_text_color(*colour)
        pdf.text(item.x, item.y, item.text)
        return
    pdf.set_fill_color(*colour)
    if isinstance(item, Rect):
        pdf.rect(item.x, item.y, item.w, item.h, style="F")
    elif item.stroke is None:
        pdf.polygon(item.points, style="F")
    else:
        pdf.set_draw_color(*colour)
        pdf.set_line_width(item.stroke)
        with pdf.local_context(stroke_cap_style="round", stroke_join_style="round"):
            pdf.polyline(item.points)


def paint_png(page: Page) -> bytes:
    """Paint at 300 dots per inch, with the modules on whole dots."""
    size = (_dots(page.width), _dots(page.height))
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image)
    for item in page.items:
        if isinstance(item, Rect):
            # The last dot belongs to the neighbour; a hairline keeps at least one.
            right = max(_dots(item.x + item.w) - 1, _dots(item.x))
            bottom = max(_dots(item.y + item.h) - 1, _dots(item.y))
            corner = (_dots(item.x), _dots(item.y), right, bottom)
            draw.rectangle(corner, fill=item.colour)
        elif isinstance(item, Line):
            font = _pillow_font(item)
            place = (item.x * PIXELS_PER_MM, item.y * PIXELS_PER_MM)
            draw.text(place, item.text, fill=item.colour, font=font, anchor="ls")
        else:
            _stamp(image, item)
    file = BytesIO()
    image.save(file, "PNG", dpi=(DPI, DPI), optimize=True)
    return file.getvalue()


def _pillow_font(item: Line) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        font_file(item.weight),
        size=item.size * PIXELS_PER_MM,
        layout_engine=ImageFont.Layout.BASIC,
    )


def _stamp(image: Image.Image, item: Shape) -> None:
    """Draw a shape on a mask of its own, so that smoothing costs little."""
    edge = int((item.stroke or 0) * PIXELS_PER_MM) + 2
    left = _dots(min(x for x, _ in item.points)) - edge
    top = _dots(min(y for _, y in item.points)) - edge
    right = _dots(max(x for x, _ in item.points)) + edge
    bottom = _dots(max(y for _, y in item.points)) + edge
    size = ((right - left) * SMOOTHING, (bottom - top) * SMOOTHING)
    mask = Image.new("L", size)
    points = [
        ((x * PIXELS_PER_MM - left) * SMOOTHING, (y * PIXELS_PER_MM - top) * SMOOTHING)
        for x, y in item.points
    ]
    _draw_mask(ImageDraw.Draw(mask), points, item.stroke)
    mask = mask.resize((right - left, bottom - top), Image.Resampling.BOX)
    image.paste(Image.new("RGB", mask.size, item.colour), (left, top), mask)


def _draw_mask(
    draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], stroke: float | None
) -> None:
    if stroke is None:
        draw.polygon(points, fill=255)
        return
    thick = stroke * PIXELS_PER_MM * SMOOTHING
    draw.line(points, fill=255, width=round(thick), joint="curve")
    for x, y in (points[0], points[-1]):
        half = thick / 2
        draw.ellipse((x - half, y - half, x + half, y + half), fill=255)


def _dots(millimetres: float) -> int:
    return round(millimetres * PIXELS_PER_MM)


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


PAINTERS: Mapping[str, Callable[[Page], bytes]] = {
    "pdf": paint_pdf,
    "png": paint_png,
    "svg": paint_svg,
}
