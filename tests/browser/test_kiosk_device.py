"""The tablet: pairing, being revoked, a server that is away, and what a start costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.kiosk_page import KioskPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

    from tests.browser.faults import Faults
    from tests.server import Server

COLD_BYTES = 60 * 1024
COLD_BYTES_WITH_FONTS = 130 * 1024


@pytest.fixture
def tablet(live_server: Server) -> dict[str, str]:
    """Pair a tablet that the test may revoke."""
    paired: dict[str, str] = live_server.flask_json(
        "device", "pair", "--point", "Q1", "--name", "Máy 3"
    )
    return paired


@pytest.fixture
def kiosk(page: Page, live_server: Server, tablet: dict[str, str]) -> KioskPage:
    """Return the kiosk, not opened yet."""
    return KioskPage(page, live_server.url, tablet["key"])


def test_the_key_leaves_the_address_at_once(kiosk: KioskPage) -> None:
    kiosk.open()
    assert kiosk.page.url == f"{kiosk.url}/kiosk"
    kiosk.page.reload()
    kiosk.on("faces")


def test_a_tablet_without_a_key_asks_staff_for_it(kiosk: KioskPage) -> None:
    page = kiosk.page
    page.clock.install()
    page.goto(f"{kiosk.url}/kiosk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ghép máy tính bảng")
    expect(page.locator(".switches")).to_be_hidden()
    page.get_by_label("Khóa của máy").fill(f" {kiosk.key} ")
    kiosk.pass_ms(400)
    page.get_by_role("button", name="Ghép máy").click()
    kiosk.on("faces")
    expect(page.locator("#point")).to_contain_text("Quầy 1")


def test_a_wrong_key_is_said_to_be_wrong(kiosk: KioskPage, faults: Faults) -> None:
    faults.allow("401")
    kiosk.page.goto(f"{kiosk.url}/kiosk#key=no-such-key")
    expect(kiosk.page.locator("#hint")).to_contain_text(
        "chưa được ghép hoặc đã bị thu hồi"
    )
    expect(kiosk.page.get_by_label("Khóa của máy")).to_be_visible()


def test_a_revoked_tablet_finishes_with_its_citizen_and_loses_nothing(
    kiosk: KioskPage, tablet: dict[str, str], live_server: Server, faults: Faults
) -> None:
    faults.allow("401")
    kiosk.open()
    live_server.flask("device", "revoke", tablet["id"])
    kiosk.go("visits")
    kiosk.press("visits", then="thanks")
    kiosk.pass_ms(5_000)
    expect(kiosk.page.locator("#hint")).to_contain_text("đã bị thu hồi")
    again = live_server.flask_json("device", "pair", "--point", "Q1", "--name", "Máy 4")
    kiosk.pass_ms(400)
    kiosk.page.get_by_label("Khóa của máy").fill(again["key"])
    kiosk.page.get_by_role("button", name="Ghép máy").click()
    kiosk.on("faces")
    assert kiosk.settled_results(2) == ["stored", "revised"]


def test_a_server_that_knew_nobody_for_a_while_costs_no_visit_to_the_tablet(
    kiosk: KioskPage, faults: Faults
) -> None:
    """It began without its data: a disk that was not mounted, an old backup."""

    def nobody(route: Route) -> None:
        error = {"code": "device_unknown", "message": "", "details": {}}
        route.fulfill(status=401, json={"error": error})

    faults.allow("401")
    kiosk.open()
    kiosk.page.route("**/api/v1/responses", nobody)
    kiosk.page.route("**/api/v1/device", nobody)
    kiosk.go("thanks")
    kiosk.pass_ms(5_000)
    field = kiosk.page.get_by_label("Khóa của máy")
    field.fill("half a k")
    kiosk.pass_ms(600_000)
    expect(field).to_have_value("half a k")
    assert kiosk.results == []
    kiosk.page.unroute("**/api/v1/responses")
    kiosk.page.unroute("**/api/v1/device")
    kiosk.pass_ms(600_000)
    kiosk.on("faces")
    assert kiosk.settled_results(2) == ["stored", "revised"]


def test_a_revoked_tablet_stops_inviting_though_nobody_touches_it(
    kiosk: KioskPage, tablet: dict[str, str], live_server: Server, faults: Faults
) -> None:
    faults.allow("401")
    kiosk.open()
    live_server.flask("device", "revoke", tablet["id"])
    for _ in range(35):  # the next heartbeat is a minute away
        kiosk.pass_ms(2_000)
        kiosk.page.wait_for_timeout(20)
    expect(kiosk.page.locator("#hint")).to_contain_text("đã bị thu hồi")


def test_it_waits_for_a_server_that_is_away(kiosk: KioskPage, faults: Faults) -> None:
    faults.allow("Failed to load resource")
    page = kiosk.page
    page.route("**/api/v1/device", lambda route: route.abort())
    page.clock.install()
    page.goto(f"{kiosk.url}/kiosk#key={kiosk.key}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đang kết nối")
    page.unroute("**/api/v1/device")
    kiosk.pass_ms(5_000)
    kiosk.on("faces")


def test_new_wording_comes_between_two_citizens(kiosk: KioskPage) -> None:
    def newer(route: Route) -> None:
        asked = {**route.request.headers, "if-none-match": ""}
        survey: dict[str, Any] = route.fetch(headers=asked).json()
        survey["version"] += 1
        survey["questions"][0]["text"]["vi"] = "Câu hỏi mới?"
        route.fulfill(body=json.dumps(survey), content_type="application/json")

    kiosk.open()
    kiosk.page.route("**/api/v1/surveys/counter", newer)
    kiosk.score(4)
    for _ in range(25):  # somebody who takes ten minutes
        kiosk.pass_ms(25_000)
        kiosk.reason("staff")
    expect(kiosk.page.locator("#question")).to_have_text("Điều gì đáng nói nhất?")
    kiosk.pass_ms(51_000)
    kiosk.on("faces")
    for _ in range(60):
        kiosk.pass_ms(10_000)
    expect(kiosk.page.locator("#question")).to_have_text("Câu hỏi mới?")


def test_a_rejected_sheet_is_counted_for_staff(kiosk: KioskPage) -> None:
    def reject(route: Route) -> None:
        sheets = route.request.post_data_json["responses"]
        results = [{"id": s["id"], "status": "rejected", "code": "x"} for s in sheets]
        route.fulfill(json={"received_at": "", "results": results})

    kiosk.open()
    kiosk.page.route("**/api/v1/responses", reject)
    kiosk.score(1)
    expect(kiosk.page.locator("#staff")).to_be_hidden()
    kiosk.pass_ms(51_000)
    kiosk.on("faces")
    expect(kiosk.page.locator("#staff")).to_have_text("Bị từ chối: 1")


def test_a_page_with_unsent_answers_may_be_left(
    kiosk: KioskPage, faults: Faults
) -> None:
    """They lie on disk: a question nobody at a counter can answer would help nobody."""
    faults.allow("Failed to load resource")
    kiosk.open()
    kiosk.page.route("**/api/v1/responses", lambda route: route.abort())
    kiosk.score(1)
    leaving = """() => !window.dispatchEvent(
      new Event("beforeunload", {cancelable: true}))"""
    assert kiosk.page.evaluate(leaving) is False
    kiosk.page.unroute("**/api/v1/responses")
    kiosk.page.reload()
    assert kiosk.settled_results(1) == ["stored"]


def test_a_cold_start_is_light(kiosk: KioskPage) -> None:
    sizes: dict[str, int] = {}
    names: dict[str, str] = {}
    network = kiosk.page.context.new_cdp_session(kiosk.page)
    network.send("Network.enable")
    network.on("Network.requestWillBeSent",
               lambda e: names.update({e["requestId"]: e["request"]["url"]}))  # fmt: skip
    network.on("Network.loadingFinished",
               lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))  # fmt: skip
    kiosk.open()
    kiosk.page.wait_for_load_state("networkidle")
    fonts = sum(size for key, size in sizes.items() if "/fonts/" in names[key])
    total = sum(sizes.values())
    assert fonts
    assert total - fonts <= COLD_BYTES, sizes
    assert total <= COLD_BYTES_WITH_FONTS, sizes


def test_every_module_is_named_in_the_page(kiosk: KioskPage) -> None:
    """One round trip for all of them, and none that is not used."""
    kiosk.page.goto(f"{kiosk.url}/kiosk#key={kiosk.key}")
    expect(kiosk.card(1)).to_be_visible()
    loaded = kiosk.page.evaluate("""() => performance.getEntriesByType("resource")
      .map((entry) => entry.name).filter((name) => name.endsWith(".js")).sort()""")
    named = kiosk.page.evaluate("""() => Array.from(document.querySelectorAll(
      "link[rel=modulepreload], script[src]"), (node) => node.href || node.src).sort()""")
    assert named == sorted(set(loaded))
    imported = kiosk.page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter((entry) => entry.initiatorType === "script" &&
            entry.name.endsWith(".js")).map((entry) => entry.name)"""
    )
    # In either order: on a busy machine the later one may be there first.
    assert {name.rsplit("/", 1)[1] for name in imported} == {"main.js", "revive.js"}
    assert len(imported) == 2


def test_without_javascript_it_says_where_to_turn(
    browser: Browser, context_options: dict[str, Any]
) -> None:
    context = browser.new_context(**context_options, java_script_enabled=False)
    page = context.new_page()
    page.goto("/kiosk")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("JavaScript")
    expect(page.get_by_role("button")).to_have_count(0)
    context.close()
