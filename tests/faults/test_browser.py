"""Faults of the browser: what was recorded is there after it, once."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, expect

from tests.browser.kiosk_page import KioskPage
from tests.faults import wire as faults
from tests.faults.tablet import now, sheets_until

if TYPE_CHECKING:
    from tests.faults.conftest import Field

# Puts sheets one by one, and says which lie on disk, until somebody pulls the plug.
PUT_WITHOUT_END = """async (sheets) => {
  const { release } = document.documentElement.dataset;
  const { Outbox } = await import(`/static/${release}/js/kiosk/outbox.js`);
  const outbox = new Outbox(release, () => indexedDB);
  await outbox.reopen();
  for (const sheet of sheets) {
    const place = await outbox.put(sheet);
    if (place > 0) console.info(`kept ${sheet.id}`);
  }
}"""


def test_the_browser_is_killed_after_each_tap(field: Field) -> None:
    """Tapped without a network, killed at once, started without a network."""
    field.settle_in()
    field.wire.fault = faults.bad_gateway
    field.wire.everything = True
    for score in (1, 2, 5):
        tablet = field.start()
        tablet.kiosk.score(score)
        expect(tablet.page.locator("#hint")).to_contain_text("Đã ghi nhận")
        tablet.recorded += 1
        tablet.kill()
    field.wire.fault = None
    field.start()
    field.balance()


def test_the_browser_is_killed_in_the_middle_of_writing(field: Field) -> None:
    field.settle_in()
    field.wire.fault = faults.bad_gateway
    field.wire.everything = True
    tablet = field.start()
    kept: list[str] = []
    many = sheets_until(now(), 3_000)

    def note(message: Any) -> None:
        if message.text.startswith("kept "):
            kept.append(message.text.removeprefix("kept "))
        if len(kept) == 200:
            tablet.kill_processes()

    tablet.page.on("console", note)
    with suppress(Error):
        tablet.page.evaluate(PUT_WITHOUT_END, many)
    tablet.kill()
    assert 200 <= len(kept) < len(many), "the plug was not pulled in the middle"
    tablet = field.start()
    there = tablet.contents()["queue"]
    ids = [entry["id"] for entry in there]
    assert set(kept) <= set(ids)
    assert all(entry["sheet"] in many for entry in there), "half a sheet was written"
    # One may have reached the disk without its word reaching us.
    tablet.recorded = len(ids)
    assert len(ids) - len(kept) <= 1 + kept_behind(many, ids, kept)
    field.wire.fault = None
    field.balance()


def kept_behind(many: list[dict[str, Any]], ids: list[str], kept: list[str]) -> int:
    """Return how many messages were still on their way when the plug was pulled."""
    order = [sheet["id"] for sheet in many]
    return order.index(ids[-1]) - order.index(kept[-1])


def test_the_tab_crashes(field: Field) -> None:
    tablet = field.start()
    tablet.keep_offline_copy()
    field.wire.fault = faults.bad_gateway
    tablet.tap(2)
    with suppress(Error):
        tablet.page.goto("chrome://crash")
    tablet.page.close()
    page = tablet.context.new_page()
    tablet.kiosk = KioskPage(page, field.wire.url, field.pairing.key)
    page.goto(f"{field.wire.url}/kiosk")
    tablet.kiosk.on("faces")
    tablet.tap(4)
    field.wire.fault = None
    field.balance()


def test_two_tabs_send_each_sheet_once(field: Field) -> None:
    tablet = field.start()
    field.wire.fault = faults.bad_gateway
    first = tablet.kiosk
    other = KioskPage(tablet.context.new_page(), field.wire.url, field.pairing.key)
    other.page.goto(f"{field.wire.url}/kiosk")
    other.on("faces")
    tablet.fill(sheets_until(now(), 200))
    for kiosk in (first, other, first, other):
        kiosk.page.bring_to_front()
        tablet.kiosk = kiosk
        tablet.tap(3)
    posts: list[str] = []
    tablet.context.on(
        "request",
        lambda request: (
            posts.extend(s["id"] for s in request.post_data_json["responses"])
            if request.url.endswith("/responses")
            else None
        ),
    )
    time.sleep(0.2)
    field.wire.fault = None
    for _ in range(10):
        first.pass_ms(10_000)
        other.page.wait_for_timeout(50)
    field.balance()
    assert len(posts) == len(set(posts)), "both tabs sent at once"
