"""From the finger to the figure: taps and scans are in this month's figure at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.kiosk_page import KioskPage

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from playwright.sync_api import Browser, Page

    from tests.browser.faults import Faults

from tests.server import Server

HEAD = "giamdoc@hanam.example"
PASSWORD = "một mật khẩu đủ dài 2026"
SCORES = (5, 4, 2)


def tap(page: Page, server: Server, key: str) -> None:
    """Score three visits on the tablet, to the thanks and back."""
    kiosk = KioskPage(page, server.url, key).open()
    for score in SCORES:
        kiosk.go("thanks", score)
        kiosk.pass_ms(6_000)
        kiosk.on("faces")
    # A score, its reasons and its visits are three revisions of one sheet.
    assert kiosk.settled_results(9).count("stored") == len(SCORES)


def scan(browser: Browser, address: str) -> None:
    """Fill in the form on a phone without scripts."""
    context = browser.new_context(java_script_enabled=False)
    for score in SCORES:
        page = context.new_page()
        page.goto(address)
        page.locator(f"[name=overall][value='{score}']").check()
        page.get_by_role("button", name="Gửi phiếu").click()
        expect(page).to_have_url(re.compile("/cam-on"))
    context.close()


def sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/login")
    page.locator("[name=email]").fill(HEAD)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".nav")).to_be_visible()


def test_taps_and_scans_are_in_the_figure(
    browser: Browser,
    page: Page,
    faults: Faults,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory: Path = tmp_path_factory.mktemp("way")
    server = Server(directory)
    server.flask("user", "create", "--email", HEAD, "--role", "head", "--name",
                 "Trần Văn Minh", "--password-stdin", stdin=f"{PASSWORD}\n")  # fmt: skip
    paired = server.flask_json("device", "pair", "--point", "Q1", "--name", "Máy 1")
    points = server.flask_json("point", "list")
    server.start()
    try:
        tap(page, server, str(paired["key"]))
        scan(browser, points[0]["qr_url"])
        watcher = page.context.new_page()
        sign_in(watcher, server)
        watcher.goto(f"{server.url}/dashboard")
        figure = watcher.locator("section[aria-labelledby=card-figure]")
        # Four of six chose 4 or 5.
        expect(figure).to_contain_text("66,7")
        expect(figure).to_contain_text("6 phiếu trả lời")
        # Three by each channel: so few are told together or not at all.
        expect(figure).to_contain_text("Máy tại quầy (ẩn) · Mã QR (ẩn)")
    finally:
        server.stop()
