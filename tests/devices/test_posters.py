"""Posters: phones read the symbol, people read the words, nothing leaves the paper."""

from __future__ import annotations

import random
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfReader

from kiosk.devices.posters import words
from kiosk.devices.posters.content import Content
from kiosk.devices.posters.layout import MARGIN, QUIET_MODULES, address_lines, lay_out
from kiosk.devices.posters.page import Line, Page, Rect, Shape
from kiosk.devices.posters.painters import PAINTERS, paint_pdf, paint_png, paint_svg
from kiosk.devices.posters.symbols import symbol
from kiosk.devices.posters.typeface import BOLD, REGULAR, glyph_names, width

ADDRESS = "https://ykien.hanam.haiphong.gov.vn/q/7K3M-P9XQ2-W4HTD"
SHORT = Content(
    point={"vi": "Lối ra", "en": "Exit"},
    centre={
        "vi": "Trung tâm Phục vụ hành chính công xã Hà Nam",
        "en": "Hà Nam Commune Public Administrative Services Centre",
    },
    address=ADDRESS,
    issued_at=datetime(2026, 11, 22, tzinfo=UTC),
)
# As long as the settings page lets a name be.
LONG = replace(
    SHORT,
    point={
        "vi": "Quầy 6 · Hướng dẫn dịch vụ công trực tuyến, hỗ trợ người cao tuổi, "
        "người khuyết tật nộp hồ sơ",
        "en": "Counter 6 · Help with online services, and help for older and disabled "
        "people with applications",
    },
    address="https://trungtamphucvuhanhchinhcong.hanam.haiphong.gov.vn/q/7K3M-P9XQ2-W4HTD",
)
CASES = [
    pytest.param(content, size, language, id=f"{name}-{size}-{language}")
    for name, content in (("short", SHORT), ("long", LONG))
    for size in ("A4", "A5")
    for language in ("vi", "en", "both")
]


def extent(item: Rect | Line | Shape) -> tuple[float, float, float, float]:
    """Left, top, right and bottom; of a line with room for two marks on a letter."""
    if isinstance(item, Rect):
        return item.x, item.y, item.x + item.w, item.y + item.h
    if isinstance(item, Line):
        right = item.x + width(item.text, item.weight, item.size)
        return item.x, item.y - item.size * 0.95, right, item.y + item.size * 0.25
    edge = (item.stroke or 0) / 2
    xs, ys = [x for x, _ in item.points], [y for _, y in item.points]
    return min(xs) - edge, min(ys) - edge, max(xs) + edge, max(ys) + edge


def modules_of(page: Page) -> list[Rect]:
    side = max(r.h for r in page.items if isinstance(r, Rect))
    return [r for r in page.items if isinstance(r, Rect) and r.h > side * 0.9]


def symbol_box(page: Page) -> tuple[float, float, float, float]:
    boxes = [extent(module) for module in modules_of(page)]
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    return left, top, max(b[2] for b in boxes), max(b[3] for b in boxes)


@pytest.mark.parametrize(("content", "size", "language"), CASES)
def test_nothing_leaves_the_margins(content: Content, size: str, language: str) -> None:
    page = lay_out(content, size, language)
    margin = MARGIN * page.width / 148 - 1.5
    outside = [
        item
        for item in page.items
        if (box := extent(item))[0] < margin
        or box[1] < margin
        or box[2] > page.width - margin
        or box[3] > page.height - margin
    ]
    assert not outside


@pytest.mark.parametrize(("content", "size", "language"), CASES)
def test_no_two_lines_touch(content: Content, size: str, language: str) -> None:
    lines = [i for i in lay_out(content, size, language).items if isinstance(i, Line)]
    for place, one in enumerate(lines):
        left, top, right, bottom = extent(replace(one, size=one.size * 0.96))
        for other in lines[place + 1 :]:
            box = extent(replace(other, size=other.size * 0.96))
            apart = (
                box[0] >= right or box[2] <= left or box[1] >= bottom or box[3] <= top
            )
            assert apart, (one.text, other.text)


@pytest.mark.parametrize(("content", "size", "language"), CASES)
def test_the_symbol_is_large_and_stands_free(
    content: Content, size: str, language: str
) -> None:
    page = lay_out(content, size, language)
    left, top, right, bottom = symbol_box(page)
    assert right - left >= 60
    quiet = QUIET_MODULES * modules_of(page)[0].h - 0.01
    near = [
        item
        for item in page.items
        if item not in modules_of(page)
        and (box := extent(item))[0] < right + quiet
        and box[2] > left - quiet
        and box[1] < bottom + quiet
        and box[3] > top - quiet
    ]
    assert not near
    assert left >= quiet


@pytest.mark.parametrize("size", ["A4", "A5"])
def test_the_paper_has_its_size(size: str) -> None:
    page = lay_out(SHORT, size, "both")
    sheet = PdfReader(BytesIO(paint_pdf(page))).pages[0].mediabox
    millimetres = {"A4": (210, 297), "A5": (148, 210)}[size]
    assert (page.width, page.height) == millimetres
    assert float(sheet.width) == pytest.approx(millimetres[0] / 25.4 * 72, abs=0.1)
    assert paint_image(page).size == tuple(round(mm / 25.4 * 300) for mm in millimetres)


def paint_image(page: Page) -> Image.Image:
    return Image.open(BytesIO(paint_png(page))).convert("L")


def read(image: Image.Image) -> str | None:
    found = zxingcpp.read_barcode(image)
    return found.text if found else None


@pytest.mark.parametrize(("content", "size", "language"), CASES)
def test_the_picture_is_read(content: Content, size: str, language: str) -> None:
    assert read(paint_image(lay_out(content, size, language))) == content.address


@pytest.mark.parametrize("degrees", [7, 45, 90, 180, 263])
def test_a_turned_poster_is_read(degrees: int) -> None:
    picture = paint_image(lay_out(SHORT, "A5", "both"))
    turned = picture.rotate(degrees, expand=True, fillcolor=255)
    assert read(turned) == ADDRESS


def test_a_blurred_small_poster_is_read() -> None:
    picture = paint_image(lay_out(SHORT, "A5", "both")).resize((437, 620))
    assert read(picture.filter(ImageFilter.GaussianBlur(1.2))) == ADDRESS


def test_a_smudged_poster_is_read() -> None:
    page = lay_out(SHORT, "A5", "both")
    picture = paint_image(page)
    left, top, right, bottom = (mm / 25.4 * 300 for mm in symbol_box(page))
    draw, chance = ImageDraw.Draw(picture), random.Random(7)
    side = (right - left) * 0.08
    for _ in range(14):
        x = chance.uniform(left + side * 3, right - side * 3)
        y = chance.uniform(top + side * 3, bottom - side * 3)
        draw.ellipse((x, y, x + side, y + side), fill=chance.choice([0, 255]))
    assert read(picture) == ADDRESS


def test_a_poster_in_bad_light_is_read() -> None:
    picture = paint_image(lay_out(SHORT, "A5", "both")).resize((874, 1240))
    shade = Image.linear_gradient("L").resize(picture.size)
    assert read(Image.blend(picture, shade, 0.45)) == ADDRESS


def test_the_drawing_has_the_same_modules() -> None:
    """The outlines of letters and faces are drawn beside: only bars may be modules."""
    page = lay_out(SHORT, "A5", "both")
    root = ET.fromstring(paint_svg(page))
    picture = Image.new("L", (1480, 2100), 255)
    draw = ImageDraw.Draw(picture)
    for bar in root.iter("{http://www.w3.org/2000/svg}rect"):
        if bar.get("fill") != "#16242b":
            continue
        x, y, w, h = (
            float(bar.get(name, "")) * 10 for name in ("x", "y", "width", "height")
        )
        draw.rectangle((x, y, x + w - 1, y + h - 1), fill=0)
    assert read(picture) == ADDRESS


def test_the_drawing_needs_nothing_from_outside() -> None:
    text = paint_svg(lay_out(SHORT, "A4", "both")).decode()
    root = ET.fromstring(text)
    assert not list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert not [e for e in root.iter() if "image" in e.tag or "style" in e.tag]
    defined = {e.get("id") for e in root.iter() if e.get("id")}
    used = {e.get("href") for e in root.iter() if e.get("href")}
    assert used == {f"#{name}" for name in defined}


@pytest.mark.parametrize("size", ["A4", "A5"])
def test_the_printed_page_is_read(size: str, tmp_path: Path) -> None:
    printer = shutil.which("pdftoppm")
    assert printer, "pdftoppm is missing: install the package poppler-utils."
    file = tmp_path / "poster.pdf"
    file.write_bytes(paint_pdf(lay_out(SHORT, size, "both")))
    subprocess.run([printer, "-r", "150", "-png", file, tmp_path / "page"], check=True)
    (picture,) = tmp_path.glob("page*.png")
    assert read(Image.open(picture).convert("L")) == ADDRESS


def test_the_page_can_be_searched() -> None:
    pdf = PdfReader(BytesIO(paint_pdf(lay_out(SHORT, "A5", "both"))))
    text = " ".join(pdf.pages[0].extract_text().split())
    assert "Lối ra" in text
    assert "Exit" in text
    assert "cán bộ tại quầy không xem được" in text
    assert ADDRESS.removeprefix("https://") in text
    assert pdf.metadata is not None
    assert "Lối ra" in str(pdf.metadata.title)


@pytest.mark.parametrize("kind", PAINTERS)
def test_a_painter_paints_the_same_every_time(kind: str) -> None:
    page = lay_out(LONG, "A5", "both")
    assert PAINTERS[kind](page) == PAINTERS[kind](page)


def test_vietnamese_stands_first_and_larger() -> None:
    page = lay_out(SHORT, "A5", "both")
    lines = [item for item in page.items if isinstance(item, Line)]
    vietnamese = next(line for line in lines if line.text == "Lối ra")
    english = next(line for line in lines if line.text == "Exit")
    assert vietnamese.y < english.y
    assert vietnamese.size > english.size


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_poster_of_one_language_keeps_to_it(language: str) -> None:
    lines = [
        i.text for i in lay_out(SHORT, "A5", language).items if isinstance(i, Line)
    ]
    other = {"vi": "en", "en": "vi"}[language]
    assert SHORT.point[language] in lines
    assert SHORT.point[other] not in lines
    assert SHORT.centre[language] in lines


def test_every_letter_is_in_the_typeface() -> None:
    said = [words.QUESTION, words.PRIVACY, words.BY_HAND]
    texts = [text for wording in said for text in wording.values()]
    texts += [step for steps in words.STEPS.values() for step in steps]
    texts += [*SHORT.centre.values(), *LONG.point.values(), ADDRESS]
    for weight in (REGULAR, BOLD):
        assert ".notdef" not in glyph_names("".join(texts), weight)


@pytest.mark.parametrize(
    "host", ["a.vn", "ykien.hanam.haiphong.gov.vn", "h" * 22 + ".gov.vn"]
)
def test_the_symbol_stays_coarse(host: str) -> None:
    """Version 5 has 37 modules: at six centimetres each is 1.6 mm wide."""
    assert len(symbol(f"https://{host}/q/7K3M-P9XQ2-W4HTD")) <= 37


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("https://a.vn/q/7K3M-P9XQ2-W4HTD", ["a.vn/q/7K3M-P9XQ2-W4HTD"]),
        ("http://a.vn/q/7K3M-P9XQ2-W4HTD", ["http://a.vn/q/7K3M-P9XQ2-W4HTD"]),
        (LONG.address, [LONG.address[8:].partition("/q/")[0], "/q/7K3M-P9XQ2-W4HTD"]),
    ],
)
def test_the_address_breaks_where_a_typist_pauses(
    address: str, lines: list[str]
) -> None:
    assert address_lines(address) == lines
