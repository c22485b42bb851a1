"""The staff panel: hard to come upon, easy for staff, and silent about citizens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.kiosk_page import KioskPage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.faults import Faults
    from tests.server import Server

HOLD_MS = 3_000


@pytest.fixture
def tablet(live_server: Server) -> dict[str, str]:
    """Pair a tablet that the test may revoke."""
    paired: dict[str, str] = live_server.flask_json(
        "device", "pair", "--point", "Q1", "--name", "Máy bảng"
    )
    return paired


class Panel:
    """The kiosk, and the panel on it."""

    def __init__(self, kiosk: KioskPage, pin: str) -> None:
        self.kiosk, self.page, self.pin = kiosk, kiosk.page, pin
        self.dialog = kiosk.page.locator("#panel")
        self.status = kiosk.page.locator("#panel-status")

    def hold(self, milliseconds: int, where: str = ".place") -> None:
        """Rest a finger on the line with the counter's name."""
        self.page.locator(where).hover(position={"x": 30, "y": 8})
        self.page.mouse.down()
        self.page.clock.run_for(milliseconds)
        self.page.mouse.up()
        self.page.clock.run_for(400)

    def type(self, digits: str) -> None:
        """Tap digits."""
        for digit in digits:
            self.dialog.locator(f"[data-digit='{digit}']").click()

    def enter(self) -> None:
        """Open it as staff do."""
        self.hold(HOLD_MS)
        self.type(self.pin)
        expect(self.page.locator("#panel-facts dd")).not_to_have_count(0)

    def fact(self, name: str) -> str:
        """Read one line."""
        term = self.page.locator("#panel-facts dt", has_text=name)
        return term.locator("xpath=following-sibling::dd[1]").inner_text()

    def press(self, name: str) -> None:
        """Tap a button."""
        self.dialog.locator(f"[data-panel={name}]").click()


@pytest.fixture
def panel(page: Page, live_server: Server, tablet: dict[str, str]) -> Panel:
    """Return a kiosk that is open, its panel closed."""
    kiosk = KioskPage(page, live_server.url, tablet["key"]).open()
    return Panel(kiosk, tablet["pin"])


def wrong(pin: str) -> str:
    return "".join(str((int(digit) + 1) % 10) for digit in pin)


def test_a_hold_and_the_pin_open_it(panel: Panel) -> None:
    panel.hold(HOLD_MS // 2)  # the page's clock runs on while a busy machine waits
    expect(panel.dialog).to_be_hidden()
    panel.enter()
    assert panel.fact("Lượt chạm chờ gửi") == "0"
    assert panel.fact("Từ trước đến nay") == "đã chạm 0 · đã gửi 0"
    assert "Máy bảng" in panel.fact("Đặt tại")
    assert panel.fact("Máy chủ từ chối") == "không có"
    assert len(panel.fact("Phiên bản")) == 12
    panel.press("close")
    expect(panel.dialog).to_be_hidden()
    expect(panel.page.locator("#panel-facts > *")).to_have_count(0)


def test_three_keys_and_the_keyboard_open_it(panel: Panel) -> None:
    panel.page.keyboard.press("Control+Alt+s")
    expect(panel.dialog).to_be_visible()
    panel.page.keyboard.type(panel.pin)
    expect(panel.page.locator("#panel-facts dd")).not_to_have_count(0)
    panel.page.keyboard.press("Escape")
    expect(panel.dialog).to_be_hidden()


def test_a_finger_that_moves_or_lifts_opens_nothing(panel: Panel) -> None:
    page = panel.page
    page.locator(".place").hover(position={"x": 30, "y": 8})
    page.mouse.down()
    page.clock.run_for(1_000)
    page.mouse.move(400, 300, steps=4)
    page.clock.run_for(HOLD_MS)
    page.mouse.up()
    expect(panel.dialog).to_be_hidden()
    panel.hold(HOLD_MS, ".question")
    expect(panel.dialog).to_be_hidden()


def test_while_somebody_answers_it_stays_closed(panel: Panel) -> None:
    panel.kiosk.go("visits")
    panel.hold(HOLD_MS)
    panel.page.keyboard.press("Control+Alt+s")
    expect(panel.dialog).to_be_hidden()


def test_a_citizen_who_came_upon_it_is_soon_rid_of_it(panel: Panel) -> None:
    panel.hold(HOLD_MS)
    expect(panel.dialog).to_be_visible()
    panel.page.clock.run_for(20_000)
    expect(panel.dialog).to_be_hidden()
    panel.kiosk.go("thanks")


def test_it_closes_by_itself_and_asks_for_the_pin_again(panel: Panel) -> None:
    panel.enter()
    panel.page.clock.run_for(59_000)
    expect(panel.dialog).to_be_visible()
    panel.press("language")
    panel.page.clock.run_for(59_000)
    expect(panel.dialog).to_be_visible()
    panel.page.clock.run_for(2_000)
    expect(panel.dialog).to_be_hidden()
    panel.hold(HOLD_MS)
    expect(panel.page.locator("#panel-inside")).to_be_hidden()
    expect(panel.page.locator("#panel-dots")).to_have_text("○○○○○○")


def test_five_wrong_pins_cost_a_minute(panel: Panel) -> None:
    panel.hold(HOLD_MS)
    for left in (4, 3, 2, 1):
        panel.type(wrong(panel.pin))
        expect(panel.status).to_have_text(f"PIN không đúng. Còn {left} lần.")
    panel.type(wrong(panel.pin))
    expect(panel.status).to_contain_text("Đã sai 5 lần.")
    expect(panel.dialog.locator("[data-digit='1']")).to_be_disabled()
    panel.page.keyboard.type(panel.pin)
    expect(panel.page.locator("#panel-inside")).to_be_hidden()
    panel.press("close")
    panel.page.clock.run_for(30_000)
    panel.hold(HOLD_MS)
    expect(panel.status).to_contain_text("Đã sai 5 lần.")
    for _ in range(3):
        panel.press("erase")
        panel.page.clock.run_for(10_000)
    panel.type(panel.pin)
    expect(panel.page.locator("#panel-inside")).to_be_visible()


def test_it_tells_what_waits_and_why_something_was_refused(
    panel: Panel, faults: Faults
) -> None:
    faults.allow("Failed to load resource")
    page, kiosk = panel.page, panel.kiosk

    def refuse(route: Any) -> None:
        sheets = route.request.post_data_json["responses"]
        told = {"status": "rejected", "code": "survey_unknown", "path": "survey",
                "message": "Không có phiên bản phiếu này."}  # fmt: skip
        results = [{"id": sheet["id"], **told} for sheet in sheets]
        route.fulfill(json={"received_at": "", "results": results})

    page.route("**/api/v1/responses", refuse)
    kiosk.score(1)
    kiosk.pass_ms(51_000)
    page.unroute("**/api/v1/responses")
    page.route("**/api/v1/responses", lambda route: route.abort())
    kiosk.on("faces")
    kiosk.score(2)
    kiosk.pass_ms(51_000)
    kiosk.on("faces")
    panel.enter()
    assert panel.fact("Lượt chạm chờ gửi") == "1"
    assert panel.fact("Máy chủ từ chối") == (
        "1 × Không có phiên bản phiếu này. (survey_unknown)"
    )
    assert panel.fact("Từ trước đến nay") == "đã chạm 2 · đã gửi 0"
    assert "Lượt cũ nhất" in panel.dialog.inner_text()
    page.unroute("**/api/v1/responses")
    panel.press("send")
    assert kiosk.settled_results(2) == ["rejected", "stored"]
    page.clock.run_for(2_100)
    expect(page.locator("#panel-facts dd").nth(1)).to_have_text("0")


def test_a_sheet_that_arrives_is_a_contact(
    page: Page, live_server: Server, tablet: dict[str, str], faults: Faults
) -> None:
    """Back from a break, sheets may go out a minute before the next report."""
    faults.allow("Failed to load resource")
    page.route("**/api/v1/ping", lambda route: route.abort())
    kiosk = KioskPage(page, live_server.url, tablet["key"]).open()
    panel = Panel(kiosk, tablet["pin"])
    panel.enter()
    assert panel.fact("Liên lạc máy chủ lần cuối") == "chưa, từ khi mở trang"
    panel.press("close")
    kiosk.go("thanks")
    assert kiosk.settled_results(1)[0] == "stored"
    kiosk.pass_ms(20_000)
    kiosk.on("faces")
    panel.enter()
    assert panel.fact("Liên lạc máy chủ lần cuối") != "chưa, từ khi mở trang"


def test_a_revoked_tablet_is_emptied_by_hand(
    panel: Panel,
    tablet: dict[str, str],
    live_server: Server,
    faults: Faults,
    tmp_path: Path,
) -> None:
    """The file that the panel saves is the one that the server takes."""
    faults.allow("401")
    page, kiosk = panel.page, panel.kiosk
    live_server.flask("device", "revoke", tablet["id"])
    kiosk.go("visits")
    kiosk.press("visits", then="thanks")
    kiosk.pass_ms(5_000)
    kiosk.on("setup")
    panel.hold(HOLD_MS, ".head")
    panel.type(panel.pin)
    expect(page.locator("#panel-facts dd")).not_to_have_count(0)
    assert panel.fact("Lượt chạm chờ gửi") == "2"
    with page.expect_download() as saving:
        panel.press("save")
    assert saving.value.suggested_filename.startswith("phieu-Q1-2")
    expect(panel.status).to_contain_text("Phiếu vẫn còn trong máy.")
    saved = tmp_path / "phieu.json"
    saving.value.save_as(saved)
    file = json.loads(saved.read_text(encoding="utf-8"))
    assert file.keys() == {"format", "version", "device", "nonce", "sealed"}
    assert file["device"] == tablet["id"]
    bring_in(page, live_server, tablet["id"], saved)


def bring_in(page: Page, server: Server, device_id: str, saved: Path) -> None:
    """Import the file on the page of the tablet, and read what became of it."""
    email, password = f"{device_id}@hanam.example", "mot cau that dai de nho"
    made = ("user", "create", "--email", email, "--role", "admin", "--password-stdin")
    server.flask(*made, stdin=f"{password}\n")
    browser = page.context.browser
    assert browser
    staff = browser.new_page(base_url=server.url)
    staff.goto(f"/login?next=/settings/devices/{device_id}/rescue")
    staff.get_by_label("Thư điện tử").fill(email)
    staff.get_by_label("Mật khẩu").fill(password)
    staff.keyboard.press("Enter")
    staff.get_by_label("Tệp phiếu").set_input_files(saved)
    staff.get_by_role("button", name="Nhập tệp").click()
    expect(staff.get_by_text("Mọi phiếu trong tệp đã ở máy chủ.")).to_be_visible()
    first = staff.locator("dt", has_text="Mới, đã nhận")
    expect(first.locator("xpath=following-sibling::dd[1]")).to_have_text("1")
    staff.close()


def test_without_the_network_it_does_not_leave_the_page(
    panel: Panel, faults: Faults
) -> None:
    faults.allow("Failed to load resource")
    panel.enter()
    panel.page.route("**/kiosk/pair", lambda route: route.abort())
    panel.press("pair")
    expect(panel.status).to_contain_text("Chưa liên lạc được với máy chủ")
    panel.page.unroute("**/kiosk/pair")
    panel.press("pair")
    panel.page.wait_for_url("**/kiosk/pair")


def test_asking_for_storage_is_remembered_for_the_heartbeat(panel: Panel) -> None:
    panel.enter()
    panel.press("persist")
    expect(panel.status).to_contain_text("Trình duyệt")
    kept = panel.page.evaluate("() => localStorage.getItem('kiosk-persisted')")
    assert kept in {"true", "false"}


def test_it_shows_nobodys_answers(panel: Panel) -> None:
    panel.kiosk.go("thanks", score=1)
    panel.kiosk.pass_ms(5_000)
    panel.kiosk.on("faces")
    panel.enter()
    text = panel.dialog.inner_text().lower()
    for word in ("hài lòng", "overall", "điểm số", "thái độ"):
        assert word not in text


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (640, 400), (390, 844)])
def test_it_is_accessible_and_fits(
    panel: Panel, axe: Callable[[Page], list[str]], size: tuple[int, int]
) -> None:
    width, height = size
    page = panel.page
    page.set_viewport_size({"width": width, "height": height})
    panel.hold(HOLD_MS)
    faults = axe(page)
    fits = "() => { const p = document.getElementById('panel'); return p.scrollWidth <= p.clientWidth; }"
    assert page.evaluate(fits)
    panel.type(panel.pin)
    expect(page.locator("#panel-facts dd")).not_to_have_count(0)
    panel.press("language")
    expect(panel.dialog.get_by_role("heading")).to_have_text("Staff panel")
    faults += axe(page)
    assert page.evaluate(fits)
    assert faults == []
