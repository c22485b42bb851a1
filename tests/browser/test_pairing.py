"""A tablet is paired by its code, seen in the inventory, moved and revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.kiosk_page import KioskPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.faults import Faults
    from tests.server import Server

PASSWORD = "mot cau that dai de nho"
EMAIL = "may-tinh@hanam.example"
WIDEST = "WMW-MWM"
NO_SIDEWAYS = "() => document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def signed_in(browser: Browser, live_server: Server) -> dict[str, Any]:
    """Sign in once; return what the browser keeps of it."""
    live_server.flask(
        *("user", "create", "--email", EMAIL, "--role", "admin", "--password-stdin"),
        stdin=f"{PASSWORD}\n",
    )
    page = browser.new_page(base_url=live_server.url)
    page.goto("/login")
    page.get_by_label("Thư điện tử").fill(EMAIL)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")
    kept: dict[str, Any] = page.context.storage_state()
    page.close()
    return kept


@pytest.fixture
def staff(
    browser: Browser,
    context_options: dict[str, Any],
    signed_in: dict[str, Any],
    faults: Faults,
) -> Iterator[Page]:
    """Yield the computer of whoever looks after the tablets."""
    context = browser.new_context(**context_options, storage_state=signed_in)
    faults.watch(context)
    yield context.new_page()
    context.close()


def pair(page: Page, staff: Page, name: str) -> None:
    """Pair the tablet that shows a code."""
    code = page.locator("#code").inner_text()
    staff.goto("/settings/devices")
    staff.get_by_label("Mã trên máy").fill(code.lower().replace("-", " "))
    staff.get_by_role("button", name="Tiếp tục").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text(f"Ghép máy có mã {code}")
    staff.get_by_label("Tên máy").fill(name)
    staff.get_by_label("Đặt tại").select_option("RA")
    staff.get_by_role("button", name="Ghép máy mới").click()


def test_a_tablet_is_paired_by_its_code(
    page: Page, staff: Page, faults: Faults
) -> None:
    faults.allow("401")
    page.goto("/kiosk/pair")
    expect(page.locator("#code")).to_be_visible()
    pair(page, staff, "Máy lối ra")
    expect(staff.get_by_role("heading", level=1)).to_have_text("PIN của Máy lối ra")
    page.wait_for_url("**/kiosk")
    expect(page.locator("html")).to_have_attribute("data-screen", "faces")
    expect(page.locator("#point")).to_have_text("Lối ra")
    kept = page.evaluate("() => ({...localStorage})")
    assert len(kept["kiosk-device-key"]) == 43
    assert "kiosk-pairing-key" not in kept
    assert kept["kiosk-persisted"] in {"true", "false"}
    staff.goto("/settings/devices")
    row = staff.get_by_role("row", name="Máy lối ra")
    expect(row).to_contain_text("Đang chạy")
    expect(row).to_contain_text("Đã chạm 0 · đã gửi 0 · đang chờ 0")
    expect(row).to_contain_text("Bản mới nhất")


def test_a_moved_tablet_shows_its_new_place(
    page: Page, staff: Page, live_server: Server
) -> None:
    """Nobody touches it meanwhile: the next citizen must read where the sheet counts."""
    tablet = live_server.flask_json(
        "device", "pair", "--point", "Q1", "--name", "Máy sẽ chuyển"
    )
    kiosk = KioskPage(page, live_server.url, tablet["key"]).open()
    expect(page.locator("#point")).to_contain_text("Quầy 1")
    staff.goto(f"/settings/devices/{tablet['id']}")
    staff.get_by_label("Đặt tại").select_option("Q2")
    staff.get_by_role("button", name="Lưu").click()
    expect(staff.locator(".facts")).to_contain_text("Quầy 2")
    kiosk.pass_ms(601_000)
    expect(page.locator("#point")).to_contain_text("Quầy 2")


def test_a_reload_keeps_the_code(page: Page, faults: Faults) -> None:
    faults.allow("401")
    page.goto("/kiosk/pair")
    expect(page.locator("#code")).to_be_visible()
    code = page.locator("#code").inner_text()
    assert len(code) == 7
    page.reload()
    expect(page.locator("#code")).to_have_text(code)


def test_a_server_that_is_away_is_said_to_be(page: Page, faults: Faults) -> None:
    faults.allow("Failed to load resource")
    page.clock.install()
    page.route("**/api/v1/**", lambda route: route.abort())
    page.goto("/kiosk/pair")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Chưa liên lạc được với máy chủ")
    expect(page.locator("#code")).to_be_hidden()
    page.unroute("**/api/v1/**")
    page.clock.run_for(3_000)
    expect(title).to_have_text("Ghép máy tính bảng")
    expect(page.locator("#code")).to_be_visible()


def test_a_new_code_comes_when_the_old_one_has_expired(
    page: Page, faults: Faults
) -> None:
    faults.allow("401")
    answers = iter([("K7M-3Q9", 20), ("M2P-8XA", 600)])
    page.route(
        "**/api/v1/pairing",
        lambda route: route.fulfill(
            json=dict(zip(("code", "expires_in"), next(answers), strict=True))
        ),
    )
    page.clock.install()
    page.goto("/kiosk/pair")
    expect(page.locator("#code")).to_have_text("K7M-3Q9")
    expect(page.locator("#note")).to_contain_text("còn dùng 1 phút")
    for _ in range(8):
        page.wait_for_timeout(50)
        page.clock.run_for(3_000)
    expect(page.locator("#code")).to_have_text("M2P-8XA")
    expect(page.locator("#note")).to_contain_text("còn dùng 10 phút")


def test_without_https_it_says_so_and_shows_the_other_way(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', {value: false})"
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/kiosk/pair")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang này cần HTTPS")
    expect(page.locator("#hint")).to_contain_text("https://")
    assert not [url for url in asked if "/api/" in url]
    page.get_by_role("link", name="Nhập khóa thay cho mã").click()
    expect(page.get_by_label("Khóa của máy")).to_be_visible()
    page.get_by_role("link", name="Ghép bằng mã").click()
    page.wait_for_url("**/kiosk/pair")


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (390, 844), (640, 400)])
def test_the_code_fits_every_screen(
    page: Page,
    faults: Faults,
    axe: Callable[[Page], list[str]],
    size: tuple[int, int],
) -> None:
    faults.allow("401")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.route(
        "**/api/v1/pairing",
        lambda route: route.fulfill(json={"code": WIDEST, "expires_in": 600}),
    )
    page.goto("/kiosk/pair")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    wrong = []
    for language in ("vi", "en"):
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("#code")).to_have_text(WIDEST)
        box = page.locator("#code").evaluate(
            "(code) => { const r = document.createRange(); r.selectNodeContents(code);"
            " const b = r.getBoundingClientRect(); return [b.left, b.right]; }"
        )
        assert box[0] >= 0
        assert box[1] <= size[0], box
        assert page.evaluate(NO_SIDEWAYS)
        wrong += axe(page)
        page.locator("#language").click()
    assert wrong == []


@pytest.fixture(scope="module")
def known(live_server: Server) -> str:
    """Pair a tablet with a long name; return its id."""
    made = live_server.flask_json(
        "device", "pair", "--point", "Q2", "--name", "Máy tính bảng đặt ở quầy số 2"
    )
    return str(made["id"])


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("wide", [1280, 390, 320])
def test_the_settings_are_accessible_and_fit(
    page: Page,
    staff: Page,
    faults: Faults,
    axe: Callable[[Page], list[str]],
    known: str,
    wide: int,
    lang: str,
) -> None:
    faults.allow("401|422")
    page.goto("/kiosk/pair")
    expect(page.locator("#code")).to_be_visible()
    code = page.locator("#code").inner_text()
    staff.set_viewport_size({"width": wide, "height": 800})
    wrong = []
    for address in (
        "/settings/devices",
        "/settings/devices/pair?code=K7M3Q9",
        f"/settings/devices/pair?code={code}",
        f"/settings/devices/{known}",
        f"/settings/devices/{known}/revoke",
        f"/settings/devices/{known}/rescue",
    ):
        mark = "&" if "?" in address else "?"
        staff.goto(f"{address}{mark}lang={lang}")
        wrong += [f"{address}: {fault}" for fault in axe(staff)]
        if not staff.evaluate(NO_SIDEWAYS):
            wrong.append(f"{address} is wider than the screen")
    assert wrong == []


def test_the_settings_can_be_read_at_twice_the_size(staff: Page, known: str) -> None:
    """What a browser's own text size does: all lengths in rem grow."""
    for address in ("/settings/devices", f"/settings/devices/{known}"):
        staff.goto(address)
        # By the style sheet's own object: the policy admits no style attribute.
        staff.evaluate(
            "() => document.documentElement.style.setProperty('font-size', '200%')"
        )
        assert staff.evaluate(NO_SIDEWAYS), address
        cut = staff.evaluate(
            """() => [...document.querySelectorAll("main .button, main .badge, main dd")]
              .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
              .map((one) => one.textContent.trim())"""
        )
        assert cut == [], address


def test_the_pin_and_the_end_of_a_tablet(
    staff: Page, live_server: Server, axe: Callable[[Page], list[str]]
) -> None:
    made = live_server.flask_json("device", "pair", "--point", "Q3", "--name", "Máy 9")
    staff.goto(f"/settings/devices/{made['id']}")
    staff.get_by_role("button", name="Xem PIN").click()
    expect(staff.locator(".secret")).to_have_text(made["pin"])
    assert axe(staff) == []
    staff.get_by_role("link", name="Về trang của máy").click()
    staff.get_by_label("Tên máy").fill("Máy <b>9</b>")
    staff.get_by_role("button", name="Lưu").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Máy <b>9</b>")
    staff.get_by_role("link", name="Thu hồi máy này").click()
    staff.get_by_role("button", name="Thu hồi máy này").click()
    row = staff.get_by_role("row", name="Máy <b>9</b>")
    expect(row).to_contain_text("Đã thu hồi")
