"""The poster's drawing, as a browser or a print shop renders it, is read by a phone."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import zxingcpp
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.server import Server


def test_the_drawing_is_read(
    browser: Browser, live_server: Server, tmp_path: Path
) -> None:
    out = tmp_path / "poster.svg"
    live_server.flask("poster", "--point", "RA", "--out", str(out), "--size", "A4")
    page = browser.new_page(viewport={"width": 820, "height": 1180})
    page.goto(out.as_uri())
    picture = Image.open(BytesIO(page.screenshot())).convert("L")
    page.close()
    found = zxingcpp.read_barcode(picture)
    listed = {p["code"]: p["qr_url"] for p in live_server.flask_json("point", "list")}
    assert found is not None
    assert found.text == listed["RA"]
