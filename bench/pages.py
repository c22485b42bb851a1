"""What the pages weigh and how soon they show, in the real browser."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.intake import DISK
from bench.servers import empty_server, our_server, pair
from bench.table import Row
from tests.chromium import CHROMIUM_ARGUMENTS
from tests.server import Server

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1280, "height": 800}
# Chromium's own "slow 3G", and a phone six times slower than this machine.
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
SLOWER_CPU = 6
PAIRS = 5
FIRST_PAINT = (
    """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime"""
)

# When the first frame with faces is drawn, counted from the start of the page.
NOTE_FACES = """
  new MutationObserver(() => {
    if (document.documentElement?.dataset.screen === "faces")
      requestAnimationFrame(() => { window.faces ??= performance.now(); });
  }).observe(document, { attributes: true, subtree: true });
"""
KEPT = """() => navigator.serviceWorker.getRegistration("/kiosk").then(
  (found) => found?.active?.state === "activated")"""
STARTS = 9


def rows() -> Iterator[Row]:
    """Measure the form, the kiosk and the dashboard as first visits."""
    DISK.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=DISK, prefix="bench-") as name,
        our_server(f"sqlite:///{name}/kiosk.db", Path(name)) as server,
        empty_server() as empty,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        yield from _form(browser, server, empty)
        yield from _kiosk(browser, server)
        browser.close()


def _form(browser: Browser, server: Server, empty: int) -> Iterator[Row]:
    points = server.flask_json("point", "list")
    address = points[0]["qr_url"]
    sizes = _transfers(browser, address, PHONE)
    yield Row("QR form, first view", sum(sizes.values()) / 1024, "KiB", bar=14)
    yield Row("QR form, first view", len(sizes), "requests", bar=1)
    ratios = []
    for _ in range(PAIRS):
        plain = _first_paint(browser, f"http://127.0.0.1:{empty}/form")
        ratios.append(_first_paint(browser, address) / plain)
    yield Row(
        "QR form, first paint at slow 3G and a 6 times slower CPU",
        median(ratios),
        "ratio",
        "a form in one file",
        bar=1.1,
    )


def _kiosk(browser: Browser, server: Server) -> Iterator[Row]:
    sizes = _transfers(browser, f"{server.url}/kiosk#key={pair(server)}", TABLET)
    fonts = sum(size for url, size in sizes.items() if url.endswith(".woff2"))
    total = sum(sizes.values())
    yield Row("kiosk, cold, without fonts", (total - fonts) / 1024, "KiB", bar=60)
    yield Row("kiosk, cold, with fonts", total / 1024, "KiB", bar=130)
    strangers = [url for url in sizes if not url.startswith(server.url)]
    yield Row("kiosk, files from elsewhere", len(strangers), "requests", bar=0)
    warm = _warm_starts(browser, f"{server.url}/kiosk#key={pair(server)}")
    yield Row("kiosk, warm, until the faces are there", median(warm), "ms", bar=200)


def _warm_starts(browser: Browser, url: str) -> list[float]:
    """Start a tablet that has kept its release, again and again."""
    page = browser.new_page(viewport=TABLET)
    page.add_init_script(NOTE_FACES)
    page.goto(url)
    _asked(page, KEPT)
    times = []
    for _ in range(STARTS):
        page.reload()
        times.append(_asked(page, "() => window.faces"))
    page.close()
    return times


def _transfers(browser: Browser, url: str, size: Any) -> dict[str, float]:
    """Return the bytes on the wire of everything a first visit loads, by address."""
    page = browser.new_page(viewport=size)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def asked(event: Any) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def finished(event: Any) -> None:
        sizes[addresses[event["requestId"]]] = event["encodedDataLength"]

    devtools.on("Network.requestWillBeSent", asked)
    devtools.on("Network.loadingFinished", finished)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.close()
    return sizes


def _first_paint(browser: Browser, url: str) -> float:
    page = browser.new_page(viewport=PHONE)
    devtools: CDPSession = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    page.goto(url)
    painted = _asked(page, FIRST_PAINT)
    page.close()
    return painted


def _asked(page: Page, question: str) -> float:
    """Ask the page until it has an answer."""
    for _ in range(100):
        answer = page.evaluate(question)
        if answer:
            return float(answer)
        page.wait_for_timeout(50)
    raise RuntimeError(f"no answer: {question}")
