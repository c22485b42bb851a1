"""The kiosk's way: one tap is an answer, the rest is a gift, all scores cost the same."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

from tests.browser.kiosk_page import KioskPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.faults import Faults
    from tests.server import Server

# Rasterizing the same twice differs in a few pixels of an edge: by 1 of 255, and by 5
# once on a busy machine.
UNSEEN = 8


@pytest.fixture(scope="module")
def tablet_key(live_server: Server) -> str:
    """Pair one tablet for all tests of this file."""
    paired = live_server.flask_json(
        "device", "pair", "--point", "Q1", "--name", "Máy 1"
    )
    return str(paired["key"])


@pytest.fixture
def kiosk(page: Page, live_server: Server, tablet_key: str) -> KioskPage:
    """Return the kiosk on its first screen."""
    return KioskPage(page, live_server.url, tablet_key).open()


def test_one_tap_is_stored_before_anything_else_is_asked(kiosk: KioskPage) -> None:
    kiosk.score(4)
    assert kiosk.settled_results(1) == ["stored"]
    sheet = kiosk.sent[0]
    assert sheet["answers"] == {"overall": 4}
    assert (sheet["revision"], sheet["outcome"]) == (1, "timeout")
    assert (sheet["point"], sheet["channel"]) == ("Q1", "kiosk")
    assert sheet["captured_at"].endswith("+07:00")


def test_the_whole_way_is_three_revisions_of_one_sheet(kiosk: KioskPage) -> None:
    kiosk.score(2)
    kiosk.reason("time")
    kiosk.press("next", then="visits")
    kiosk.press("visits", then="thanks")
    assert kiosk.settled_results(3) == ["stored", "revised", "revised"]
    assert len({sheet["id"] for sheet in kiosk.sent}) == 1
    assert [sheet["revision"] for sheet in kiosk.sent] == [1, 2, 3]
    last = {"overall": 2, "reasons": ["time"], "visits": 1}
    assert kiosk.sent[-1]["answers"] == last
    assert kiosk.sent[-1]["outcome"] == "completed"
    assert len({sheet["captured_at"] for sheet in kiosk.sent}) == 1
    kiosk.pass_ms(5_000)
    kiosk.on("faces")


def test_the_number_of_visits_can_be_passed_over(kiosk: KioskPage) -> None:
    kiosk.go("visits")
    kiosk.press("skip", then="thanks")
    assert kiosk.settled_results(2) == ["stored", "revised"]
    assert kiosk.sent[-1]["outcome"] == "skipped"


def test_a_mis_tap_is_corrected_within_five_seconds(kiosk: KioskPage) -> None:
    kiosk.score(1)
    kiosk.press("correct", then="faces")
    expect(kiosk.page.locator(".card:focus, .card[aria-pressed=true]")).to_have_count(0)
    kiosk.score(5)
    assert kiosk.settled_results(2) == ["stored", "revised"]
    first, second = kiosk.sent
    assert first["id"] == second["id"]
    assert (first["answers"]["overall"], second["answers"]["overall"]) == (1, 5)


def test_after_five_seconds_the_way_back_is_gone(kiosk: KioskPage) -> None:
    kiosk.score(1)
    place = kiosk.button("correct").bounding_box()
    kiosk.pass_ms(4_000)
    expect(kiosk.button("correct")).to_be_visible()
    next_place = kiosk.button("next").bounding_box()
    kiosk.pass_ms(1_000)
    expect(kiosk.button("correct")).to_be_hidden()
    expect(kiosk.button("correct")).to_be_disabled()
    assert kiosk.button("next").bounding_box() == next_place
    kiosk.go("faces")
    kiosk.pass_ms(60_000)
    kiosk.on("faces")
    kiosk.score(5)
    assert kiosk.button("correct").bounding_box() == place


def test_who_walks_away_is_asked_and_keeps_the_score(kiosk: KioskPage) -> None:
    kiosk.score(3)
    kiosk.reason("staff")
    kiosk.pass_ms(29_600)
    expect(kiosk.page.locator("#warning")).to_be_hidden()
    kiosk.pass_ms(500)
    expect(kiosk.page.locator("#warning")).to_be_visible()
    expect(kiosk.button("more")).to_be_focused()
    kiosk.pass_ms(19_500)
    expect(kiosk.page.locator("#warning")).to_be_visible()
    kiosk.pass_ms(600)
    kiosk.on("faces")
    expect(kiosk.page.locator("#warning")).to_be_hidden()
    assert kiosk.settled_results(1) == ["stored"]
    assert [sheet["answers"] for sheet in kiosk.sent] == [{"overall": 3}]


def test_more_time_is_given_for_the_asking(kiosk: KioskPage) -> None:
    kiosk.score(3)
    kiosk.reason("staff")
    kiosk.pass_ms(30_500)
    kiosk.button("more").click()
    expect(kiosk.page.locator("#warning")).to_be_hidden()
    kiosk.pass_ms(29_000)
    expect(kiosk.page.locator("#warning")).to_be_hidden()
    expect(kiosk.page.locator("input[value=staff]")).to_be_checked()


def test_escape_asks_for_more_time_and_leaves_nothing_else(kiosk: KioskPage) -> None:
    kiosk.go("warning")
    kiosk.page.keyboard.press("Escape")
    expect(kiosk.page.locator("#warning")).to_be_hidden()
    kiosk.page.keyboard.press("Escape")
    kiosk.on("reasons")


def story(kiosk: KioskPage, score: int) -> list[tuple[str, bytes]]:
    """Walk one way; return every screen as a bystander sees it, and its markup."""
    seen = []

    def look() -> None:
        seen.append((kiosk.page.locator("html").inner_html(), kiosk.page.screenshot()))

    kiosk.score(score)
    look()
    kiosk.reason("place")
    look()
    kiosk.press("next", then="visits")
    look()
    kiosk.press("visits", then="thanks")
    look()
    kiosk.pass_ms(4_000)
    look()
    kiosk.pass_ms(1_000)
    kiosk.on("faces")
    look()
    return seen


def test_no_screen_tells_a_bystander_the_score(kiosk: KioskPage) -> None:
    """The same taps, the same time, and the same picture for every score."""
    story(kiosk, 3)  # the first picture of a screen is rasterized a hair differently
    worst = story(kiosk, 1)
    for score in (2, 3, 4, 5):
        for (markup, picture), (other, its_picture) in zip(
            story(kiosk, score), worst, strict=True
        ):
            assert markup == other
            assert farthest_apart(picture, its_picture) <= UNSEEN


def farthest_apart(one: bytes, other: bytes) -> int:
    """Return by how many of 255 levels two pictures differ where they differ most."""
    pictures = [Image.open(BytesIO(data)).convert("RGB") for data in (one, other)]
    levels = ImageChops.difference(*pictures).getextrema()
    return max(high for _, high in levels)


PRESSED = """(card) => {
  const style = getComputedStyle(card);
  return ["boxShadow", "background", "borderColor", "color", "transform", "opacity",
    "transition", "outline"].map((name) => style[name]).join();
}"""


def test_a_pressed_card_looks_the_same_for_every_score(kiosk: KioskPage) -> None:
    looks = set()
    resting = kiosk.card(1).evaluate(PRESSED)
    for score in range(1, 6):
        box = kiosk.card(score).bounding_box()
        assert box
        kiosk.page.mouse.move(box["x"] + 20, box["y"] + 20)
        kiosk.page.mouse.down()
        looks.add(kiosk.card(score).evaluate(PRESSED))
        kiosk.page.mouse.move(box["x"] + 20, box["y"] + 90)  # wiped off: no answer
        kiosk.page.mouse.up()
    assert len(looks) == 1
    assert resting not in looks
    kiosk.on("faces")
    assert kiosk.sent == []


EVERYTHING = """async () => ({
  html: document.documentElement.outerHTML,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: await indexedDB.databases(),
  caches: await caches.keys(),
  cookies: document.cookie,
  history: [history.length, history.state],
  address: location.href,
  fields: document.querySelectorAll("input, textarea, select").length,
})"""


def test_after_a_reset_nothing_of_the_citizen_is_left(kiosk: KioskPage) -> None:
    def everything() -> dict[str, Any]:
        found: dict[str, Any] = kiosk.page.evaluate(EVERYTHING)
        return found

    before = everything()
    assert sorted(before["local"]) == ["kiosk-device-key", "kiosk-station"]
    assert before["fields"] == 0
    assert "#" not in before["address"]
    for name in ("language", "large", "contrast", "low"):
        kiosk.switch(name)
    kiosk.score(2)
    kiosk.reason("staff")
    kiosk.press("next", then="visits")
    kiosk.pass_ms(51_000)
    kiosk.on("faces")
    assert everything() == before
    kiosk.go("thanks")
    kiosk.pass_ms(5_000)
    kiosk.on("faces")
    assert everything() == before


def test_it_speaks_english_until_the_next_citizen(kiosk: KioskPage) -> None:
    page = kiosk.page
    button = page.get_by_role("button", name="English")
    expect(button).to_have_attribute("lang", "en")
    button.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "How was the service today?"
    )
    expect(page.get_by_role("button", name="Very satisfied")).to_be_visible()
    expect(page.get_by_role("button", name="Tiếng Việt")).to_be_visible()
    kiosk.score(5)
    expect(page.get_by_role("checkbox", name="Manner of the staff")).to_be_visible()
    kiosk.pass_ms(51_000)
    kiosk.on("faces")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert kiosk.settled_results(1) == ["stored"]
    assert kiosk.sent[0]["language"] == "en"


def test_the_citizen_never_waits_for_the_network(
    kiosk: KioskPage, faults: Faults
) -> None:
    faults.allow("Failed to load resource")
    kiosk.page.route("**/api/v1/responses", lambda route: route.abort())
    kiosk.go("thanks")
    kiosk.pass_ms(5_000)
    kiosk.on("faces")
    expect(kiosk.page.locator("#staff")).to_have_text("Chờ gửi: 2")
    kiosk.page.unroute("**/api/v1/responses")
    kiosk.page.evaluate("dispatchEvent(new Event('online'))")
    assert kiosk.settled_results(2) == ["stored", "revised"]
    expect(kiosk.page.locator("#staff")).to_be_empty()
