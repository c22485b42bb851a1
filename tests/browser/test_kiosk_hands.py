"""Hands on the kiosk: fingers of all ages, a keyboard, a screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.kiosk_page import KioskPage

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

    from tests.server import Server


@pytest.fixture(scope="module")
def tablet_key(live_server: Server) -> str:
    """Pair one tablet for all tests of this file."""
    paired = live_server.flask_json(
        "device", "pair", "--point", "Q1", "--name", "Máy 2"
    )
    return str(paired["key"])


@pytest.fixture
def context_options(context_options: dict[str, Any]) -> dict[str, Any]:
    """Return a tablet with a touch screen."""
    return {**context_options, "has_touch": True}


@pytest.fixture
def kiosk(page: Page, live_server: Server, tablet_key: str) -> KioskPage:
    """Return the kiosk on its first screen."""
    return KioskPage(page, live_server.url, tablet_key).open()


class Fingers:
    """Touches as the screen reports them."""

    def __init__(self, kiosk: KioskPage) -> None:
        self.kiosk = kiosk
        self.screen: CDPSession = kiosk.page.context.new_cdp_session(kiosk.page)

    def middle(self, selector: str) -> dict[str, float]:
        box = self.kiosk.page.locator(selector).first.bounding_box()
        assert box
        x = box["x"] + box["width"] / 2
        return {"x": x, "y": box["y"] + box["height"] / 2}

    def send(self, kind: str, *points: dict[str, float]) -> None:
        self.screen.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)}
        )

    def tap(self, point: dict[str, float], *, milliseconds: int = 60) -> None:
        self.send("touchStart", point)
        self.kiosk.page.wait_for_timeout(milliseconds)
        self.send("touchEnd")


FACE_1 = "[data-event=score][data-value='1']"
FACE_5 = "[data-event=score][data-value='5']"


@pytest.fixture
def fingers(kiosk: KioskPage) -> Fingers:
    """Return the hands of a citizen."""
    return Fingers(kiosk)


@pytest.mark.parametrize("milliseconds", [30, 200, 900])
def test_a_short_and_a_long_touch_are_both_a_tap(
    kiosk: KioskPage, fingers: Fingers, milliseconds: int
) -> None:
    """Beyond half a second browsers open a menu and drop the click."""
    fingers.tap(fingers.middle(FACE_5), milliseconds=milliseconds)
    kiosk.on("reasons")
    assert kiosk.settled_results(1) == ["stored"]
    assert kiosk.sent[0]["answers"] == {"overall": 5}


def test_a_double_tap_ticks_no_reason(kiosk: KioskPage, fingers: Fingers) -> None:
    kiosk.page.clock.pause_at(kiosk.page.evaluate("Date.now() / 1_000 + 60"))
    point = fingers.middle(FACE_1)
    fingers.tap(point)
    expect(kiosk.page.locator("html")).to_have_attribute("data-screen", "reasons")
    kiosk.pass_ms(250)
    fingers.tap(point)
    expect(kiosk.page.locator("input:checked")).to_have_count(0)
    kiosk.pass_ms(100)
    fingers.tap(point)
    expect(kiosk.page.locator("input:checked")).to_have_count(1)


def test_two_fingers_at_once_are_no_answer(kiosk: KioskPage, fingers: Fingers) -> None:
    one, other = fingers.middle(FACE_1), fingers.middle(FACE_5)
    fingers.send("touchStart", {**one, "id": 0})
    fingers.send("touchStart", {**one, "id": 0}, {**other, "id": 1})
    fingers.send("touchEnd", {**one, "id": 0})
    fingers.send("touchEnd")
    kiosk.on("faces")
    assert kiosk.sent == []
    fingers.tap(one)
    kiosk.on("reasons")


def test_a_wiping_hand_is_no_answer_and_moves_nothing(
    kiosk: KioskPage, fingers: Fingers
) -> None:
    start = fingers.middle(FACE_1)
    fingers.send("touchStart", start)
    for step in range(1, 12):
        fingers.send("touchMove", {"x": start["x"] + 60 * step, "y": start["y"] - step})
    fingers.send("touchEnd")
    kiosk.on("faces")
    assert kiosk.sent == []
    place = "[scrollX, scrollY, visualViewport.scale, getSelection().toString()]"
    assert kiosk.page.evaluate(place) == [0, 0, 1, ""]


def test_pinching_does_not_zoom(kiosk: KioskPage, fingers: Fingers) -> None:
    fingers.screen.send(
        "Input.synthesizePinchGesture",
        {"x": 640, "y": 400, "scaleFactor": 3, "gestureSourceType": "touch"},
    )
    assert kiosk.page.evaluate("visualViewport.scale") == 1
    kiosk.on("faces")


def test_no_menu_opens(kiosk: KioskPage) -> None:
    prevented = """() => !document.querySelector(".card").dispatchEvent(
      new MouseEvent("contextmenu", {bubbles: true, cancelable: true}))"""
    assert kiosk.page.evaluate(prevented) is True


def test_a_keyboard_is_enough(kiosk: KioskPage) -> None:
    keyboard = kiosk.page.keyboard
    expect(kiosk.page.locator("#question")).to_be_focused()
    keyboard.press("Tab")
    expect(kiosk.card(1)).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    kiosk.on("reasons")
    expect(kiosk.page.locator("#question")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(kiosk.page.locator("input[value=staff]")).to_be_checked()
    kiosk.button("next").focus()
    keyboard.press("Enter")
    kiosk.on("visits")
    keyboard.press("Tab")
    keyboard.press("Space")
    kiosk.on("thanks")
    assert kiosk.settled_results(3) == ["stored", "revised", "revised"]
    assert kiosk.sent[-1]["answers"] == {
        "overall": 2,
        "reasons": ["staff"],
        "visits": 1,
    }


def test_a_held_key_answers_one_question(kiosk: KioskPage) -> None:
    kiosk.card(3).focus()
    for _ in range(5):
        kiosk.page.keyboard.down("Enter")
    kiosk.page.keyboard.up("Enter")
    kiosk.on("reasons")
    assert kiosk.settled_results(1) == ["stored"]


def test_focus_is_not_lost_with_the_button_that_had_it(kiosk: KioskPage) -> None:
    kiosk.score(2)
    kiosk.button("correct").focus()
    kiosk.pass_ms(5_000)
    expect(kiosk.page.locator("#question")).to_be_focused()


def test_a_screen_reader_hears_names_groups_and_that_it_is_recorded(
    kiosk: KioskPage,
) -> None:
    page = kiosk.page
    question = "Ông/Bà thấy việc phục vụ hôm nay thế nào?"
    group = page.get_by_role("group", name=question)
    assert [button.inner_text() for button in group.get_by_role("button").all()] == [
        word.replace("hài lòng", "hài\u00a0lòng").replace("Hài lòng", "Hài\u00a0lòng")
        for word in ("Rất không hài lòng", "Không hài lòng", "Bình thường",
                     "Hài lòng", "Rất hài lòng")
    ]  # fmt: skip
    expect(page.get_by_role("button", name="Chữ to")).to_have_attribute(
        "aria-pressed", "false"
    )
    kiosk.score(1)
    expect(page.get_by_role("status")).to_have_text("Đã ghi nhận.")
    assert page.get_by_role("checkbox").count() == 6
    kiosk.pass_ms(30_000)
    expect(
        page.get_by_role("dialog", name="Ông/Bà cần thêm thời gian không?")
    ).to_be_visible()


def test_the_back_button_does_not_bring_the_last_citizen_back(
    kiosk: KioskPage, live_server: Server
) -> None:
    kiosk.score(1)
    kiosk.reason("staff")
    assert kiosk.settled_results(1) == ["stored"]
    kiosk.page.goto(f"{live_server.url}/quyen-rieng-tu")
    kiosk.page.go_back()
    kiosk.on("faces")
    expect(kiosk.page.locator("input")).to_have_count(0)
