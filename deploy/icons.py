"""Draws static/icons from static/icon.svg: what a tablet's home screen shows.

Run by hand when the drawing changes:

    python deploy/icons.py

Needs Chromium. The result is committed; tests/capture/test_kiosk_pages.py looks at it.
"""

import shutil
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
DRAWING = ROOT / "static/icon.svg"
FOLDER = ROOT / "static/icons"
# Name, side in pixels, and whether the ground runs to the edge: launchers that cut their
# own shape, and iOS, want no corners of ours. The face stays inside the circle of 80 %
# that every shape leaves (W3C manifest, "maskable").
ICONS = (
    ("icon-192", 192, False),
    ("icon-512", 512, False),
    ("maskable-192", 192, True),
    ("maskable-512", 512, True),
    ("apple-touch-180", 180, True),
)
COLOURS = 32


def main() -> None:
    """Draw each icon in the browser and keep it with few colours."""
    drawing = DRAWING.read_text(encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page()
        for name, side, full in ICONS:
            page.set_viewport_size({"width": side, "height": side})
            svg = drawing.replace('rx="8"', 'rx="0"') if full else drawing
            page.set_content(
                f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}"
            )
            _keep(name, page.screenshot(omit_background=True))
        browser.close()


def _keep(name: str, png: bytes) -> None:
    image = Image.open(BytesIO(png)).quantize(COLOURS, Image.Quantize.FASTOCTREE)
    image.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
