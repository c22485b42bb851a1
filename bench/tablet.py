"""What the tablet's outbox costs: its queue sent after a week, a tap until it is kept."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, expect, sync_playwright

from bench.intake import DISK
from bench.pages import SLOWER_CPU, TABLET
from bench.servers import database_url, our_server, pair
from bench.table import Row
from tests.chromium import CHROMIUM_ARGUMENTS
from tests.faults.tablet import FILL, LOOK, now, sheets_until
from tests.server import Server

QUEUE = 5_000
TAPS = 15
# From the touch of a face until the next screen has been drawn: by then it is on disk.
TAP = """async () => {
  const page = document.documentElement;
  const drawn = new Promise((resolve) => {
    const watcher = new MutationObserver(() => {
      if (page.dataset.screen !== "reasons") return;
      watcher.disconnect();
      requestAnimationFrame(() => setTimeout(resolve));
    });
    watcher.observe(page, { attributes: true });
  });
  const begun = performance.now();
  document.querySelector("[data-event=score][data-value='4']").click();
  await drawn;
  return performance.now() - begun;
}"""


def rows() -> Iterator[Row]:
    """Measure on each engine; the tap does not know which one it is."""
    DISK.mkdir(exist_ok=True)
    for engine in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(dir=DISK, prefix="bench-") as name:
            directory = Path(name)
            directory.chmod(0o755)  # PostgreSQL does not run as root
            yield from _engine_rows(engine, directory)


def _engine_rows(engine: str, directory: Path) -> Iterator[Row]:
    with (
        database_url(engine, directory) as url,
        our_server(url, directory) as server,
    ):
        seconds = _drain(server, directory)
        yield Row(f"queue of {QUEUE:,} sheets sent ({engine})", seconds, "s")
        yield Row(
            f"queue of {QUEUE:,} sheets sent ({engine})",
            QUEUE / seconds,
            "sheets/s",
            better="higher",
        )
        if engine == "sqlite":
            yield from _taps(server, directory)


def _drain(server: Server, directory: Path) -> float:
    with _tablet(server, directory / "drain") as page:
        page.context.set_offline(True)
        page.evaluate(FILL, sheets_until(now(), QUEUE))
        page.context.set_offline(False)
        begun: float = page.evaluate("() => performance.now()")
        while page.evaluate(LOOK)["queue"]:
            page.wait_for_timeout(100)
        ended: float = page.evaluate("() => performance.now()")
        return (ended - begun) / 1000


@contextmanager
def _tablet(server: Server, profile: Path) -> Iterator[Page]:
    """Switch a new tablet on."""
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile,
            executable_path=shutil.which("chromium"),
            args=CHROMIUM_ARGUMENTS,
            viewport=TABLET,
        )
        page = context.pages[0]
        page.goto(f"{server.url}/kiosk#key={pair(server)}")
        expect(page.locator("html")).to_have_attribute("data-screen", "faces")
        yield page
        context.close()


def _taps(server: Server, directory: Path) -> Iterator[Row]:
    for rate in (1, SLOWER_CPU):
        with _tablet(server, directory / f"taps-{rate}") as page:
            devtools = page.context.new_cdp_session(page)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            times = [_tap(page) for _ in range(TAPS)]
        slow = f", a {rate} times slower CPU" if rate > 1 else ""
        yield Row(
            f"tap until it is on disk and drawn{slow}",
            median(times),
            "ms",
            bar=100 if rate == 1 else None,
        )


def _tap(page: Page) -> float:
    """Touch a face and take the time; then be the next citizen."""
    page.wait_for_timeout(400)  # a screen takes no touch in its first 300 ms
    milliseconds: float = page.evaluate(TAP)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-screen", "faces")
    return milliseconds
