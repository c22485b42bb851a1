"""Faults of the tablet's storage: the citizen is never thanked for what is not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.faults import wire as faults
from tests.faults.tablet import now, sheets_until

if TYPE_CHECKING:
    from tests.faults.conftest import Field


REFUSE = """
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...how) {
    if (localStorage.getItem("refuse")) throw new DOMException("no", "SecurityError");
    return open.apply(this, how);
  };
"""
# Chromium does not hold IndexedDB to the limit that its own test interface can set
# (Storage.overrideQuotaForOrigin, tried with 156), so the error is put in its mouth.
FULL = """
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...what) {
    if (localStorage.getItem("full")) throw new DOMException("", "QuotaExceededError");
    return add.apply(this, what);
  };
"""
SPOIL = """async () => {
  const opening = indexedDB.open("kiosk");
  const database = await new Promise((resolve) => {
    opening.onsuccess = () => resolve(opening.result);
  });
  const tx = database.transaction("queue", "readwrite");
  const queue = tx.objectStore("queue");
  const keys = queue.getAllKeys();
  keys.onsuccess = () => {
    queue.put({ seq: keys.result[0], v: 1, sheet: "\\u0000gnawed" });
  };
  await new Promise((resolve) => { tx.oncomplete = resolve; });
  database.close();
}"""


def fill_up(field: Field, *, full: bool) -> None:
    """Let the tablet's storage be full, or have room again."""
    field.tablet.page.evaluate(
        "(full) => localStorage.setItem('full', full ? '1' : '')", full
    )


def break_storage(field: Field, fault: str) -> None:
    """Let the storage fail from the next start of the page on."""
    field.tablet.context.add_init_script(fault)
    field.tablet.page.reload()
    field.tablet.kiosk.on("faces")


def test_the_storage_is_full_and_the_network_is_there(field: Field) -> None:
    tablet = field.start()
    break_storage(field, FULL)
    field.wire.fault = faults.bad_gateway
    tablet.fill(sheets_until(now(), 50))
    fill_up(field, full=True)
    field.wire.fault = None
    # The server has it before the citizen is thanked: neither needs the disk.
    tablet.tap(2)
    fill_up(field, full=False)
    field.balance_without_memory(from_memory=1)


def test_the_storage_is_full_and_the_network_is_away(field: Field) -> None:
    tablet = field.start()
    break_storage(field, FULL)
    field.wire.fault = faults.bad_gateway
    tablet.fill(sheets_until(now(), 50))
    fill_up(field, full=True)
    told_that_nothing_was_kept(field)
    fill_up(field, full=False)
    field.wire.fault = None
    tablet.tap(5)
    field.balance()


def told_that_nothing_was_kept(field: Field) -> None:
    """Touch a face, and read that it was not recorded."""
    kiosk = field.tablet.kiosk
    kiosk.card(4).click()
    for _ in range(60):
        kiosk.pass_ms(200)
        field.tablet.page.wait_for_timeout(15)
        if field.tablet.page.locator("html").get_attribute("data-screen") == "sorry":
            break
    kiosk.on("sorry")
    expect(kiosk.page.get_by_role("heading", level=1)).to_have_text(
        "Máy chưa ghi được câu trả lời"
    )
    expect(kiosk.page.locator("#hint")).to_contain_text("quét mã QR")
    expect(kiosk.page.locator("#status")).to_be_empty()
    kiosk.pass_ms(10_000)
    kiosk.on("faces")


def test_the_storage_is_refused(field: Field) -> None:
    tablet = field.start()
    tablet.page.evaluate("localStorage.setItem('refuse', '1')")
    break_storage(field, REFUSE)
    tablet.wait(64)
    expect(tablet.page.locator("#staff")).to_contain_text("Bộ nhớ của máy lỗi")
    tablet.tap(1)
    field.wire.fault = faults.bad_gateway
    told_that_nothing_was_kept(field)
    field.wire.fault = None
    tablet.page.evaluate("localStorage.removeItem('refuse')")
    tablet.wait(64)
    expect(tablet.page.locator("#staff")).to_be_empty()
    tablet.tap(3)
    field.balance_without_memory(from_memory=1)


def test_the_storage_is_wiped_while_sheets_wait(field: Field) -> None:
    tablet = field.start()
    field.wire.fault = faults.bad_gateway
    tablet.tap(1)
    tablet.tap(2)
    session = tablet.context.new_cdp_session(tablet.page)
    session.send(
        "Storage.clearDataForOrigin",
        {"origin": field.wire.url, "storageTypes": "indexeddb"},
    )
    session.detach()
    tablet.tap(3)
    assert tablet.sums()["queue"] == 3
    field.wire.fault = None
    field.balance()


def test_an_entry_is_corrupt(field: Field) -> None:
    tablet = field.start()
    field.wire.fault = faults.bad_gateway
    for score in (1, 2, 3):
        tablet.tap(score)
    tablet.page.evaluate(SPOIL)
    field.wire.fault = None
    field.balance(quarantined=1)
    expect(tablet.page.locator("#staff")).to_contain_text("Bị từ chối: 1")
