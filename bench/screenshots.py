"""`make screenshots`: the README's pictures, from the demo, in the real browser."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from kiosk.accounts.permissions import Role
from kiosk.demo.service import addresses
from tests.chromium import CHROMIUM_ARGUMENTS
from tests.server import Server

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
# An address that belongs to nobody (RFC 2606 §2): the poster shows it, nothing asks it.
SHOWN_ADDRESS = "http://ykien.hanam.example"
MAX_BYTES = 250_000
COLOURS = 256
POSTER_WIDTH = 874
# A screen of the kiosk takes no touch in its first 300 ms.
SETTLING_MS = 400

Ways = dict[str, str]
Shot = Callable[[Page, Ways], None]


def main() -> None:
    """Fill a demo, serve it, take the pictures."""
    with tempfile.TemporaryDirectory(prefix="kiosk-screenshots-") as name:
        directory = Path(name)
        settings = {"DEMO": "1", "BASE_URL": SHOWN_ADDRESS}
        server = Server(directory, settings=settings)
        ways: Ways = server.flask_json("demo", "fill")
        poster = directory / "poster.png"
        server.flask("poster", "--point", "Q1", "--out", str(poster))
        server.start()
        try:
            _take_all(server.url, ways)
        finally:
            server.stop()
        _keep("poster", _poster(poster))


def _take_all(base_url: str, ways: Ways) -> None:
    executable = shutil.which("chromium")
    if executable is None:
        raise SystemExit("Chromium is missing: install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=CHROMIUM_ARGUMENTS
        )
        # First: the tap on the tablet below is one more answer of today.
        with _page(browser, base_url, {"width": 1440, "height": 1000}) as page:
            _dashboard(page, ways)
        with _page(browser, base_url, {"width": 1280, "height": 800}) as page:
            _kiosk(page, ways)
        with _page(browser, base_url, {"width": 390, "height": 844}, scale=2) as page:
            _phone(page, ways)
        browser.close()


@contextmanager
def _page(
    browser: Browser, base_url: str, viewport: ViewportSize, *, scale: int = 1
) -> Iterator[Page]:
    """Yield a page that looks the same on every machine."""
    context = browser.new_context(
        base_url=base_url,
        viewport=viewport,
        device_scale_factor=scale,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def _kiosk(page: Page, ways: Ways) -> None:
    page.goto(_path_of(ways["kiosk"]))
    expect(page.locator(".faces .card:visible")).to_have_count(5)
    _take(page, "kiosk")
    page.locator(".faces .card[data-value='4']").click()
    page.wait_for_timeout(SETTLING_MS)
    for reason in ("Thái độ phục vụ", "Thời gian giải quyết"):
        page.get_by_label(reason).check()
    page.mouse.move(0, 0)
    _take(page, "kiosk-reasons")


def _phone(page: Page, ways: Ways) -> None:
    page.goto(_path_of(ways["form"]))
    page.locator("input[name=overall][value='4']").check()
    _take(page, "phone")


def _dashboard(page: Page, ways: Ways) -> None:
    page.goto("/login")
    page.get_by_label("Thư điện tử").fill(addresses()[Role.HEAD])
    page.get_by_label("Mật khẩu").fill(ways["password"])
    page.locator("main button[type=submit]").click()
    page.goto("/dashboard")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    _take(page, "dashboard")


def _path_of(address: str) -> str:
    """Return what follows the host: the pictures are taken from another port."""
    parts = urlsplit(address)
    return parts.path + (f"#{parts.fragment}" if parts.fragment else "")


def _take(page: Page, name: str) -> None:
    page.evaluate("() => document.fonts.ready")
    page.wait_for_load_state("networkidle")
    _keep(name, Image.open(BytesIO(page.screenshot())))


def _poster(path: Path) -> Image.Image:
    with Image.open(path) as poster:
        height = round(poster.height * POSTER_WIDTH / poster.width)
        return poster.resize((POSTER_WIDTH, height), Image.Resampling.LANCZOS)


def _keep(name: str, picture: Image.Image) -> None:
    """Save a picture in as few bytes as its flat colours allow."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    flat = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    flat.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(FOLDER.parents[1])}  {size / 1000:.0f} kB")
    if size > MAX_BYTES:
        raise SystemExit(f"{path.name} is larger than {MAX_BYTES / 1000:.0f} kB")


if __name__ == "__main__":
    main()
