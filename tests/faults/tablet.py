"""A paired tablet in a real browser with a profile of its own, and its two sums."""

from __future__ import annotations

import os
import secrets
import signal
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from playwright.sync_api import Error, expect

from kiosk.capture.models import AnswerSheet, SheetConflict
from kiosk.devices.models import Device
from kiosk.devices.rules import hash_key
from tests.browser.kiosk_page import KioskPage

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

GIVE_UP_SECONDS = 60
# What the outbox on disk says, read by an outbox of the release that is open.
LOOK = """async () => {
  const { release } = document.documentElement.dataset;
  const { Outbox } = await import(`/static/${release}/js/kiosk/outbox.js`);
  const outbox = new Outbox(release, () => indexedDB);
  await outbox.reopen();
  return await outbox.summary();
}"""
# Taps of many citizens, through the outbox and not through the screens.
FILL = """async (sheets) => {
  const { release } = document.documentElement.dataset;
  const { Outbox } = await import(`/static/${release}/js/kiosk/outbox.js`);
  const outbox = new Outbox(release, () => indexedDB);
  await outbox.reopen();
  while (sheets.length) {
    const some = sheets.splice(0, 50).map((sheet) => outbox.put(sheet));
    const places = await Promise.all(some);
    while (places.some((place) => outbox.isUnsafe(place))) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await outbox.reopen();
    }
  }
}"""


@dataclass(frozen=True)
class Pairing:
    """A tablet as the server knows it."""

    id: uuid.UUID
    key: str


def now() -> datetime:
    """Return the time of this machine, which the server lives by."""
    return datetime.fromtimestamp(time.time(), UTC)


def sheets_until(
    end: datetime, count: int, *, over: timedelta = timedelta(0)
) -> list[dict[str, Any]]:
    """Return sheets as the tablet writes them, the last one tapped before `end`."""
    step = over / max(count, 1)
    return [
        {
            "id": str(uuid.uuid4()),
            "revision": 1,
            "survey": "counter",
            "survey_version": 1,
            "point": "Q1",
            "channel": "kiosk",
            "captured_at": (end - over + step * place).isoformat(),
            "language": "vi",
            "outcome": "timeout",
            "assisted": False,
            "slip": None,
            "flipped": False,
            "clock_offset_ms": None,
            "answers": {"overall": 1 + place % 5},
        }
        for place in range(count)
    ]


def pair(database_url: str) -> Pairing:
    """Admit a tablet at counter 1, straight in the database."""
    key = secrets.token_urlsafe(32)
    pairing = Pairing(uuid.uuid4(), key)
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(Device).values(
                centre_id=1,
                id=pairing.id,
                name="Máy thử",
                point_code="Q1",
                key_hash=hash_key(key),
                created_at=now(),
            )
        )
    engine.dispose()
    return pairing


class Tablet:
    """Chromium on a profile that survives it."""

    def __init__(
        self, playwright: Playwright, options: dict[str, Any], profile: Path
    ) -> None:
        self._playwright = playwright
        self._options = options
        self._profile = profile
        self.context: BrowserContext
        self.kiosk: KioskPage
        self.recorded = 0

    def start(
        self, url: str, key: str = "", *, clock_at: datetime | None = None
    ) -> KioskPage:
        """Switch it on at the kiosk's address; with a key it is paired by that."""
        self.context = self._playwright.chromium.launch_persistent_context(
            self._profile,
            **self._options,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": 1280, "height": 800},
            reduced_motion="reduce",
        )
        page = self.context.pages[0]
        self.kiosk = KioskPage(page, url, key)
        page.clock.install(time=clock_at or now())
        page.goto(f"{url}/kiosk#key={key}" if key else f"{url}/kiosk")
        self.kiosk.on("faces")
        return self.kiosk

    @property
    def page(self) -> Page:
        """Return the page that the citizen sees."""
        return self.kiosk.page

    def keep_offline_copy(self) -> None:
        """Wait until the page could start without the network."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while not self.page.evaluate(
            "async () => Boolean((await navigator.serviceWorker.ready).active)"
        ):
            assert time.monotonic() < deadline
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def tap(self, score: int = 4) -> None:
        """Be a citizen who touches a face, sees it recorded, and goes away."""
        self.kiosk.score(score)
        expect(self.page.locator("#hint")).to_contain_text("Đã ghi nhận")
        self.recorded += 1
        self.kiosk.pass_ms(51_000)
        self.kiosk.on("faces")

    def fill(self, sheets: list[dict[str, Any]]) -> None:
        """Be many citizens at once."""
        self.page.evaluate(FILL, sheets)
        self.recorded += len(sheets)

    def sums(self) -> dict[str, Any]:
        """Return what lies on its disk; tapped = acknowledged + queued + quarantined."""
        summary: dict[str, Any] = self.page.evaluate(LOOK)
        told = summary["acknowledged"] + summary["queue"] + summary["quarantine"]
        assert summary["tapped"] == told, summary
        return summary

    def wait(self, seconds: int) -> None:
        """Let time pass as slowly as disk and network need it beside the clock."""
        for _ in range(seconds // 2):
            self.kiosk.pass_ms(2_000)
            self.page.wait_for_timeout(15)

    def drain(self) -> dict[str, Any]:
        """Let time pass until the queue is empty."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while (summary := self.sums())["queue"]:
            assert time.monotonic() < deadline, summary
            self.wait(10)
        return summary

    def contents(self) -> dict[str, Any]:
        """Return every entry on its disk."""
        contents: dict[str, Any] = self.page.evaluate(
            LOOK.replace("summary()", "contents()")
        )
        return contents

    def kill_processes(self) -> None:
        """Take the browser its power."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def kill(self) -> None:
        """Take it its power, and wait until it is dark."""
        self.kill_processes()
        while self._processes():
            time.sleep(0.02)
        with suppress(Error):
            self.context.close()
        # What a dead browser leaves, and a living one takes for another's.
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self._profile / name).unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        mark = f"--user-data-dir={self._profile}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in words:
                found.append(int(entry.name))
        return found

    def stop(self) -> None:
        """Switch it off gently."""
        with suppress(Error):
            self.context.close()


def stored(database_url: str, pairing: Pairing) -> list[uuid.UUID]:
    """Return the id of every row that the tablet's sheets became, conflicts too."""
    engine = sa.create_engine(database_url)
    origin = f"device:{pairing.id}"
    with engine.connect() as connection:
        rows = [
            *connection.scalars(
                sa.select(AnswerSheet.id).where(AnswerSheet.origin == origin)
            ),
            *connection.scalars(
                sa.select(SheetConflict.sheet_id).where(SheetConflict.origin == origin)
            ),
        ]
    engine.dispose()
    return rows
