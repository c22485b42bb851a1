"""The kiosk as a citizen uses it: taps, waits, and what is on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SETTLED_MS = 320  # a screen takes no touch in its first 300 ms
LEAP_MS = 5_000
SCREENS = ("faces", "correcting", "reasons", "visits", "thanks", "warning", "sorry")
FILL_DISK = """() => {
  IDBObjectStore.prototype.add = () => {
    throw new DOMException("", "QuotaExceededError");
  };
}"""


class KioskPage:
    """A paired tablet with a clock that the test moves."""

    def __init__(self, page: Page, url: str, key: str) -> None:
        self.page = page
        self.url = url
        self.key = key
        self.sent: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self._under_way: set[Any] = set()
        page.on("request", self._on_start)
        page.on("requestfinished", self._on_request)
        page.on("requestfailed", self._on_failure)

    def _on_start(self, request: Any) -> None:
        if "/api/" in request.url:
            self._under_way.add(request)

    def _on_failure(self, request: Any) -> None:
        self._under_way.discard(request)

    def _on_request(self, request: Any) -> None:
        self._under_way.discard(request)
        if not request.url.endswith("/api/v1/responses"):
            return
        self.sent.extend(request.post_data_json["responses"])
        answer = request.response()
        if answer.ok and "json" in answer.headers.get("content-type", ""):
            self.results.extend(answer.json()["results"])

    def open(self) -> KioskPage:
        """Pair by the address, and wait for the faces."""
        self.page.clock.install()
        self.page.goto(f"{self.url}/kiosk#key={self.key}")
        self.on("faces")
        self.page.evaluate("document.fonts.ready.then(() => true)")
        return self

    def on(self, screen: str) -> None:
        """Expect this screen, and let it settle."""
        expect(self.page.locator("html")).to_have_attribute("data-screen", screen)
        self.pass_ms(SETTLED_MS)

    def pass_ms(self, milliseconds: int) -> None:
        """Let time pass; requests come back first, or a leap would time them out."""
        if milliseconds >= LEAP_MS:
            self.page.wait_for_timeout(20)
            while self._under_way:
                self.page.wait_for_timeout(20)
        self.page.clock.run_for(milliseconds)

    def card(self, score: int) -> Locator:
        """Return the card of one score."""
        return self.page.locator(f"[data-event=score][data-value='{score}']")

    def button(self, event: str) -> Locator:
        """Return a button by what it does."""
        return self.page.locator(f"[data-event={event}]")

    def score(self, score: int) -> None:
        """Tap a face."""
        self.card(score).click()
        self.on("reasons")

    def reason(self, code: str) -> None:
        """Tick or untick a reason."""
        self.page.locator(f"label:has(input[value={code}])").click()

    def press(self, event: str, then: str) -> None:
        """Tap a button that leads to another screen."""
        self.button(event).first.click()
        self.on(then)

    def switch(self, name: str) -> None:
        """Tap one of the switches in the foot."""
        self.page.locator(f"[data-switch={name}]").click()

    def go(self, screen: str, score: int = 2) -> None:
        """Walk from the start to a screen."""
        if screen == "faces":
            return
        if screen == "sorry":
            self._fail(score)
            return
        self.score(score)
        if screen == "correcting":
            self.press("correct", then="faces")
        elif screen == "warning":
            self.pass_ms(30_000)
            expect(self.page.locator("#warning")).to_be_visible()
            self.pass_ms(SETTLED_MS)
        elif screen in {"visits", "thanks"}:
            self.press("next", then="visits")
            if screen == "thanks":
                self.press("visits", then="thanks")

    def _fail(self, score: int) -> None:
        """Tap a face that neither the disk nor the server takes."""
        self.page.evaluate(FILL_DISK)
        self.page.route("**/api/v1/responses", lambda route: route.fulfill(body="no"))
        self.card(score).click()
        html = self.page.locator("html")
        for _ in range(60):
            if html.get_attribute("data-screen") == "sorry":
                break
            self.page.wait_for_timeout(15)
            self.page.clock.run_for(200)
        self.on("sorry")

    def settled_results(self, count: int) -> list[str]:
        """Wait until the server has answered for so many sheets; tell their fates."""
        for _ in range(100):
            if len(self.results) >= count:
                break
            self.page.wait_for_timeout(50)
        return [result["status"] for result in self.results]
