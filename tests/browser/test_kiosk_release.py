"""The tablet keeps a whole release, and changes to the next while nobody is there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect

from tests.browser.kiosk_page import SCREENS, KioskPage
from tests.browser.released import ReleasedServer
from tests.capture.conftest import raw_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page, Playwright

    from tests.browser.faults import Faults

MAIN = "static/js/kiosk/main.js"
LOOK_MS = 5_000
GIVEN_UP_MS = 60_000
UNSENT = 500
ACTIVE = """() => navigator.serviceWorker.getRegistration("/kiosk").then(
  (found) => found?.active?.state === "activated")"""
WAITING = """() => navigator.serviceWorker.getRegistration("/kiosk").then(
  (found) => Boolean(found?.waiting) && !found.installing)"""
INSTALLED = """() => navigator.serviceWorker.getRegistration("/kiosk").then(
  (found) => !found.installing)"""
UPDATE = """() => navigator.serviceWorker.getRegistration("/kiosk").then(
  (found) => found.update().then(() => Boolean(found.installing)))"""
KEPT = """() => caches.keys().then((names) => Promise.all(names.map((name) =>
  caches.open(name).then((cache) => cache.keys())))).then((lists) =>
  lists.flat().map((request) => new URL(request.url).pathname))"""


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReleasedServer]:
    """Yield a server that these tests update, one release after another."""
    server = ReleasedServer(tmp_path_factory.mktemp("released"))
    yield server
    server.stop()
    assert "Traceback" not in server.log()


@pytest.fixture
def server(updated: ReleasedServer, faults: Faults) -> ReleasedServer:
    """Return it running; while it is updated, it is away."""
    faults.allow(r"Failed to load resource.*/(api/v1/|kiosk/worker\.js)")
    updated.behave()
    return updated


@pytest.fixture(scope="module")
def key(updated: ReleasedServer) -> str:
    """Pair a tablet with that server."""
    paired = updated.flask_json("device", "pair", "--point", "Q1", "--name", "Máy 1")
    return str(paired["key"])


@pytest.fixture
def kiosk(page: Page, server: ReleasedServer, key: str) -> KioskPage:
    """Return a tablet that has kept its first release."""
    kiosk = KioskPage(page, server.url, key).open()
    until(page, ACTIVE)
    return kiosk


SEED = """async ({ release, sheets }) => {
  const { Outbox } = await import(`/static/${release}/js/kiosk/outbox.js`);
  const outbox = new Outbox(release, () => indexedDB);
  await outbox.reopen();
  for (const sheet of sheets) await outbox.put(sheet);
  return outbox.summary();
}"""


def until(page: Page, question: str) -> None:
    """Ask the page until it says yes; installing takes real time."""
    for _ in range(200):
        if page.evaluate(question):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {question}")


def ask_for_release(page: Page) -> None:
    """Do what a network that is back does: ask the server for a new release."""
    page.evaluate("() => window.dispatchEvent(new Event('online'))")


def take_over(kiosk: KioskPage, words: str) -> None:
    """Have an idle tablet find the release with these words and change to it."""
    ask_for_release(kiosk.page)
    for _ in range(150):
        # The page that is asked may be on its way out.
        with suppress(Error):
            if large(kiosk.page).text_content(timeout=1_000) == words:
                break
            kiosk.page.clock.run_for(1_000)
        kiosk.page.wait_for_timeout(100)
    expect(large(kiosk.page)).to_have_text(words)
    kiosk.on("faces")


def release_of(page: Page) -> str:
    return page.locator("html").get_attribute("data-release") or ""


def large(page: Page) -> Locator:
    """Return the button whose words differ from release to release."""
    return page.locator("[data-switch=large]")


def starts(page: Page) -> list[str]:
    """Count how often a page is loaded from now on."""
    found: list[str] = []
    page.on("domcontentloaded", lambda loaded: found.append(loaded.url))
    return found


def test_everything_that_it_asks_for_is_kept(
    page: Page, server: ReleasedServer, key: str
) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path))
    kiosk = KioskPage(page, server.url, key).open()
    for screen in SCREENS:
        for name in ("language", "large", "contrast", "low"):
            kiosk.switch(name)
        kiosk.go(screen)
        kiosk.pass_ms(51_000)
        kiosk.on("faces")
    until(page, ACTIVE)
    files = {path for path in asked if not path.startswith("/api/")}
    kept = page.evaluate(KEPT)
    assert len(kept) == len(set(kept))
    assert len(files) > 20
    assert files - {"/kiosk/worker.js"} <= set(kept)


def test_it_starts_without_a_server(kiosk: KioskPage, server: ReleasedServer) -> None:
    page = kiosk.page
    server.stop()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.reload()
    kiosk.on("faces")
    expect(kiosk.card(5)).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'Ễ')")
    assert not [url for url in failed if "/api/" not in url]


def test_it_starts_after_a_power_cut_without_a_server(
    playwright: Playwright,
    launch_options: dict[str, Any],
    server: ReleasedServer,
    key: str,
    tmp_path: Path,
) -> None:
    def switched_on() -> BrowserContext:
        return playwright.chromium.launch_persistent_context(
            tmp_path / "profile", **launch_options
        )

    context = switched_on()
    page = KioskPage(context.pages[0], server.url, key).open().page
    until(page, ACTIVE)
    context.close()
    server.stop()
    context = switched_on()
    kiosk = KioskPage(context.pages[0], server.url, key).open()
    kiosk.score(4)
    context.close()


def test_the_first_installation_loads_nothing_anew(
    page: Page, server: ReleasedServer, key: str
) -> None:
    loaded = starts(page)
    kiosk = KioskPage(page, server.url, key).open()
    until(page, ACTIVE)
    kiosk.pass_ms(4 * LOOK_MS)
    page.wait_for_timeout(200)
    assert len(loaded) == 1


def test_only_the_page_and_its_files_come_from_the_worker(kiosk: KioskPage) -> None:
    page = kiosk.page
    by: dict[bool, set[str]] = {True: set(), False: set()}
    page.on("response", lambda answer: by[answer.from_service_worker].add(answer.url))
    page.reload()
    kiosk.on("faces")
    kiosk.score(5)
    kiosk.settled_results(1)
    assert f"{kiosk.url}/kiosk" in by[True]
    assert not [url for url in by[True] if "/api/" in url]
    assert by[False]
    assert all("/api/" in url for url in by[False])


def test_a_new_release_waits_for_the_citizen(
    kiosk: KioskPage, server: ReleasedServer
) -> None:
    page = kiosk.page
    old, before = release_of(page), server.wording
    loaded = starts(page)
    kiosk.score(2)
    words = server.publish_wording()
    ask_for_release(page)
    until(page, WAITING)
    for _ in range(4):
        kiosk.reason("staff")
        kiosk.pass_ms(15_000)
    assert page.evaluate(WAITING)
    assert loaded == []
    assert release_of(page) == old
    kiosk.press("next", then="visits")
    kiosk.press("visits", then="thanks")
    kiosk.pass_ms(5_000)
    kiosk.on("faces")
    expect(large(page)).to_have_text(before)
    kiosk.pass_ms(2 * LOOK_MS)
    expect(large(page)).to_have_text(words)
    assert release_of(page) != old
    kiosk.pass_ms(2 * LOOK_MS)
    page.wait_for_timeout(200)
    assert len(loaded) == 1
    assert kiosk.settled_results(3)[-1] == "revised"


def test_it_finds_a_new_release_by_itself(
    kiosk: KioskPage, server: ReleasedServer
) -> None:
    words = server.publish_wording()
    for _ in range(10):
        kiosk.pass_ms(60_000)
    expect(large(kiosk.page)).to_have_text(words, timeout=6 * LOOK_MS)


@pytest.mark.parametrize("how", ["missing", "strange"])
@pytest.mark.parametrize("file", ["/kiosk", "/js/kiosk/view.js"])
def test_a_release_that_is_not_whole_never_serves(
    kiosk: KioskPage, server: ReleasedServer, faults: Faults, how: str, file: str
) -> None:
    """A file is not there, or a Wi-Fi's sign-in page comes in its place."""
    faults.allow("404|integrity")
    page = kiosk.page
    old = release_of(page)
    server.misbehave(how, file)
    words = server.publish_wording()
    assert page.evaluate(UPDATE)
    until(page, INSTALLED)
    kiosk.pass_ms(2 * LOOK_MS)
    assert not page.evaluate(WAITING)
    assert len(page.evaluate("caches.keys()")) == 1
    page.reload()
    kiosk.on("faces")
    assert release_of(page) == old
    server.behave()
    take_over(kiosk, words)


def test_a_page_of_the_old_release_goes_on_working(
    kiosk: KioskPage, server: ReleasedServer, context: BrowserContext, key: str
) -> None:
    other = KioskPage(context.new_page(), server.url, key).open()
    old = release_of(other.page)
    other.score(1)
    take_over(kiosk, server.publish_wording())
    font = f"/static/{old}/vendor/fonts/be-vietnam-pro-latin-500-normal.woff2"
    asked = """(address) => fetch(address, { cache: "reload" }).then(
      (answer) => answer.status)"""
    assert other.page.evaluate(asked, font) == 200
    assert context.request.get(server.url + font).status == 404
    other.press("next", then="visits")
    other.press("visits", then="thanks")
    assert release_of(other.page) == old
    other.pass_ms(5_000)
    other.on("faces")
    other.pass_ms(2 * LOOK_MS)
    expect(other.page.locator("html")).not_to_have_attribute("data-release", old)


def test_a_release_before_the_last_is_forgotten(
    kiosk: KioskPage, server: ReleasedServer
) -> None:
    page = kiosk.page
    releases = [release_of(page)]
    for _ in range(2):
        take_over(kiosk, server.publish_wording())
        releases.append(release_of(page))
    names = page.evaluate("caches.keys()")
    assert {name.split("-")[1] for name in names} == set(releases[1:])


def test_what_was_not_sent_survives_two_releases(
    kiosk: KioskPage, server: ReleasedServer
) -> None:
    page = kiosk.page
    server.misbehave("away")
    sheets = [raw_sheet(point="Q1") for _ in range(UNSENT)]
    seed = {"release": release_of(page), "sheets": sheets}
    assert page.evaluate(SEED, seed)["queue"] == UNSENT
    for _ in range(2):
        take_over(kiosk, server.publish_wording())
    nothing = {"release": release_of(page), "sheets": []}
    summary = page.evaluate(SEED, nothing)
    assert (summary["tapped"], summary["queue"]) == (UNSENT, UNSENT)
    assert kiosk.results == []
    server.behave()
    ask_for_release(page)
    assert kiosk.settled_results(UNSENT) == ["stored"] * UNSENT
    ids = [sheet["id"] for sheet in sheets]
    assert [result["id"] for result in kiosk.results] == ids
    assert server.stored(ids) == UNSENT
    summary = page.evaluate(SEED, nothing)
    assert (summary["acknowledged"], summary["queue"]) == (UNSENT, 0)


def test_a_release_whose_screens_do_not_start_can_be_taken_back(
    kiosk: KioskPage, server: ReleasedServer, faults: Faults
) -> None:
    faults.allow("broken")
    page, html = kiosk.page, kiosk.page.locator("html")
    old = release_of(page)
    server.publish(MAIN, "// @ts-check\n", "throw new Error('broken');\n")
    ask_for_release(page)
    expect(html).not_to_have_attribute("data-release", old, timeout=6 * LOOK_MS)
    page.wait_for_load_state()
    expect(kiosk.card(1)).to_have_count(0)
    server.publish(MAIN, "throw new Error('broken');\n", "// @ts-check\n")
    kiosk.pass_ms(GIVEN_UP_MS)
    ask_for_release(page)
    expect(html).to_have_attribute("data-release", old, timeout=6 * LOOK_MS)
    kiosk.on("faces")


def test_without_a_safe_address_it_works_as_a_page(
    playwright: Playwright,
    launch_options: dict[str, Any],
    server: ReleasedServer,
    key: str,
) -> None:
    arguments = [
        *launch_options["args"],
        "--host-resolver-rules=MAP kiosk.test 127.0.0.1",
    ]
    browser = playwright.chromium.launch(**{**launch_options, "args": arguments})
    page = browser.new_page()
    kiosk = KioskPage(page, f"http://kiosk.test:{server.port}", key).open()
    assert page.evaluate("navigator.serviceWorker") is None
    kiosk.pass_ms(2 * LOOK_MS)
    kiosk.score(3)
    assert kiosk.settled_results(1) == ["stored"]
    browser.close()
