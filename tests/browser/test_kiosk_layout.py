"""Millimetres on a 10" tablet: large enough, never cut, never scrolled, all alike."""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.kiosk_page import SCREENS, KioskPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.server import Server

DIAGONAL_MM = 10 * 25.4
FACE_MM = 25
TARGET_MM = 20
VIEWPORTS = [(1280, 800), (800, 1280), (1920, 1200), (1200, 1920)]
PORTRAIT = [size for size in VIEWPORTS if size[0] < size[1]]

MEASURE = """() => {
  const box = (node) => {
    const {left, top, right, bottom, width, height} = node.getBoundingClientRect();
    return {left, top, right, bottom, width, height,
      name: node.className + " " + node.textContent.trim().slice(0, 24)};
  };
  const shown = (selector) => Array.from(document.querySelectorAll(selector))
    .filter((node) => node.checkVisibility({visibilityProperty: true}));
  const blocked = document.querySelector("dialog[open]");
  const operable = shown("button, label").filter((node) => !blocked || blocked.contains(node));
  const cut = shown("h1, h2, p:not(.spoken), li, button, label, .words").filter((node) =>
    node.clientWidth && (node.scrollWidth > node.clientWidth + 1 ||
      node.scrollHeight > node.clientHeight + 1)).map((node) => box(node).name);
  const size = (selector) => shown(selector).map((node) =>
    parseFloat(getComputedStyle(node).fontSize));
  return {
    scrolls: document.documentElement.scrollHeight > innerHeight ||
      document.documentElement.scrollWidth > innerWidth,
    cut, operable: operable.map(box), faces: shown(".face").map(box),
    cards: shown(".card").map(box), question: size("h1"), words: size(".words"),
    texts: shown("h1, .hint, .note, .place").map(box),
    fonts: [...size("p:not(.staff), li, button, label"), ...size(".words")],
  };
}"""


@pytest.fixture(scope="module")
def tablet_key(live_server: Server) -> str:
    """Pair one tablet for all tests of this file."""
    paired = live_server.flask_json(
        "device", "pair", "--point", "Q1", "--name", "Máy 5"
    )
    return str(paired["key"])


@pytest.fixture
def kiosk(page: Page, live_server: Server, tablet_key: str) -> KioskPage:
    """Return the kiosk on its first screen."""
    return KioskPage(page, live_server.url, tablet_key).open()


def per_mm(width: int, height: int) -> float:
    return math.hypot(width, height) / DIAGONAL_MM


def measure(kiosk: KioskPage) -> dict[str, Any]:
    found: dict[str, Any] = kiosk.page.evaluate(MEASURE)
    return found


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return (
        min(one["right"], other["right"]) - max(one["left"], other["left"]) > 1
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 1
    )


def inside(box: dict[str, float], width: int, height: int) -> bool:
    return (
        min(box["left"], box["top"], width - box["right"], height - box["bottom"]) >= 0
    )


def faults_of(seen: dict[str, Any], size: tuple[int, int], *, low: bool) -> list[str]:
    """List what is cut, too small, out of the screen or out of reach."""
    width, height = size
    mm = per_mm(width, height)
    top = height / 2 - 1 if low else 0
    faults = [f"cut: {name}" for name in seen["cut"]]
    if seen["scrolls"]:
        faults.append("scrolls")
    shown = seen["operable"] + seen["texts"]
    faults += [f"outside: {box}" for box in shown if not inside(box, width, height)]
    faults += [f"out of reach: {box}" for box in seen["operable"] if box["top"] < top]
    for kind, least in (("operable", 10), ("cards", 17), ("faces", FACE_MM)):
        small = [b for b in seen[kind] if min(b["width"], b["height"]) < least * mm]
        faults += [f"{kind} under {least} mm: {box}" for box in small]
    return faults


def overlaps_of(boxes: list[dict[str, Any]]) -> list[str]:
    """List the pairs that lie on one another."""
    return [
        f"{one['name']} on {other['name']}"
        for one, other in combinations(boxes, 2)
        if overlap(one, other)
    ]


@pytest.mark.parametrize("switches", ["", "large", "low", "large low"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", VIEWPORTS, ids="{0[0]}x{0[1]}".format)
def test_every_screen_fits(
    kiosk: KioskPage, size: tuple[int, int], language: str, switches: str
) -> None:
    kiosk.page.set_viewport_size({"width": size[0], "height": size[1]})
    pressed = [*switches.split(), *(["language"] if language == "en" else [])]
    faults = []
    for screen in SCREENS:
        for name in pressed:
            kiosk.switch(name)
        kiosk.go(screen)
        seen = measure(kiosk)
        found = faults_of(seen, size, low="low" in pressed)
        # The dialog stands over the dimmed text on purpose.
        texts = [] if screen == "warning" else seen["texts"]
        found += overlaps_of(seen["operable"] + texts)
        faults += [f"{screen}: {fault}" for fault in found]
        kiosk.pass_ms(51_000)
        kiosk.on("faces")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("size", VIEWPORTS, ids="{0[0]}x{0[1]}".format)
def test_a_face_s_card_is_20_mm_and_the_plain_gap_2(
    kiosk: KioskPage, size: tuple[int, int]
) -> None:
    kiosk.page.set_viewport_size({"width": size[0], "height": size[1]})
    mm = per_mm(*size)
    cards = measure(kiosk)["cards"]
    for card in cards:
        assert min(card["width"], card["height"]) >= TARGET_MM * mm
    for one, other in pairwise(cards):
        gap = max(other["left"] - one["right"], other["top"] - one["bottom"])
        assert gap >= 2 * mm


@pytest.mark.parametrize("size", VIEWPORTS, ids="{0[0]}x{0[1]}".format)
def test_letters_are_large_and_grow_by_half(
    kiosk: KioskPage, size: tuple[int, int]
) -> None:
    kiosk.page.set_viewport_size({"width": size[0], "height": size[1]})
    unit = per_mm(*size) / per_mm(1280, 800)
    plain = measure(kiosk)
    assert plain["question"][0] >= 48 * unit - 0.1
    assert min(plain["words"]) >= 32 * unit - 0.1
    assert min(plain["fonts"]) >= 18 * unit - 0.1
    kiosk.switch("large")
    large = measure(kiosk)
    assert large["words"][0] / plain["words"][0] == pytest.approx(1.5, abs=0.01)
    # In portrait the question, 8 mm high already, grows by a quarter.
    grown = large["question"][0] / plain["question"][0]
    assert grown == pytest.approx(1.25 if size in PORTRAIT else 1.5, abs=0.01)


LOOKS = """() => Array.from(document.querySelectorAll(".faces .card"), (card) => {
  const face = getComputedStyle(card.querySelector(".face"));
  const words = getComputedStyle(card.querySelector(".words"));
  const own = getComputedStyle(card);
  return [face.color, face.width, face.fill, face.stroke, words.fontSize, words.color,
    words.fontWeight, own.backgroundColor, own.borderColor,
    Math.round(card.clientWidth)].join();
})"""


@pytest.mark.parametrize("contrast", [False, True])
def test_the_five_cards_differ_in_mouth_and_word_only(
    kiosk: KioskPage, contrast: bool
) -> None:
    if contrast:
        kiosk.switch("contrast")
    looks = kiosk.page.evaluate(LOOKS)
    assert len(looks) == 5
    assert len(set(looks)) == 1


MOUTHS = """() => [1, 2, 3, 4, 5].map((score) => {
  const path = document.querySelector(`#face-${score} path`);
  const at = (share) => path.getPointAtLength(path.getTotalLength() * share).y;
  return at(0.5) - (at(0) + at(1)) / 2;
})"""
CIRCLES = """() => [1, 2, 3, 4, 5].map((score) =>
  document.querySelector(`#face-${score} circle`).outerHTML)"""


def test_the_faces_are_five_equal_steps_of_one_family(kiosk: KioskPage) -> None:
    depths = kiosk.page.evaluate(MOUTHS)
    steps = [after - before for before, after in pairwise(depths)]
    assert steps == pytest.approx([5, 5, 5, 5], abs=0.05)
    assert 0 < depths[2] < 2  # the neutral one is kind, not glad
    assert len(set(kiosk.page.evaluate(CIRCLES))) == 1


def grey_levels(kiosk: KioskPage, score: int) -> set[str]:
    """Take the colours of a face's drawing as the browser paints them."""
    paints: list[str] = (
        kiosk.card(score)
        .locator(".face")
        .evaluate(
            """(face) => {
          const drawn = document.querySelector(face.firstElementChild.getAttribute("href"));
          return Array.from(drawn.children, (part) =>
            part.getAttribute("stroke") ?? part.getAttribute("fill"));
        }"""
        )
    )
    return set(paints)


def test_the_drawings_take_the_colour_of_the_text(kiosk: KioskPage) -> None:
    """So they survive greyscale, high contrast and the system's own colours alike."""
    for score in range(1, 6):
        assert grey_levels(kiosk, score) == {"currentColor"}


def test_forced_colours_keep_faces_and_ticks(kiosk: KioskPage) -> None:
    page = kiosk.page
    page.emulate_media(forced_colors="active")
    colours = page.evaluate("""() => {
      const card = document.querySelector(".faces .card");
      return [getComputedStyle(card.querySelector(".face")).color,
        getComputedStyle(card).backgroundColor];
    }""")
    assert len(set(colours)) == 2
    kiosk.score(4)
    ticked = page.locator("label:has(input[value=staff])")
    border = "(label) => getComputedStyle(label).borderTopWidth"
    before = ticked.evaluate(border)
    kiosk.reason("staff")
    assert ticked.evaluate(border) != before
    expect(ticked.locator(".tick path")).to_have_css("visibility", "visible")


def test_zoom_to_200_per_cent_enlarges_and_loses_nothing(kiosk: KioskPage) -> None:
    """At 200 % a 1280 × 800 window has 640 × 400 CSS pixels (WCAG 1.4.4)."""
    page = kiosk.page
    plain = measure(kiosk)
    page.set_viewport_size({"width": 640, "height": 400})
    zoomed = measure(kiosk)
    assert zoomed["words"][0] * 2 >= plain["words"][0] * 1.7
    assert zoomed["question"][0] * 2 > plain["question"][0] * 1.3
    assert not zoomed["cut"]
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 640
    page.locator("[data-switch=language]").scroll_into_view_if_needed()
    expect(page.locator("[data-switch=language]")).to_be_in_viewport()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves(kiosk: KioskPage, motion: Any) -> None:
    kiosk.page.emulate_media(reduced_motion=motion)
    kiosk.score(2)
    assert kiosk.page.evaluate("document.getAnimations().length") == 0
