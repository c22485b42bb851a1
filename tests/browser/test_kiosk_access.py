"""axe on every screen, in both languages, with and without each help."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.browser.kiosk_page import SCREENS, KioskPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.server import Server

HELPS = [
    [
        name
        for name, on in zip(("language", "large", "contrast"), chosen, strict=True)
        if on
    ]
    for chosen in product((False, True), repeat=3)
]


@pytest.fixture(scope="module")
def tablet_key(live_server: Server) -> str:
    """Pair one tablet for all tests of this file."""
    paired = live_server.flask_json(
        "device", "pair", "--point", "Q1", "--name", "Máy 6"
    )
    return str(paired["key"])


@pytest.mark.parametrize("helps", HELPS, ids=lambda names: "+".join(names) or "plain")
def test_every_screen_is_accessible(
    page: Page,
    live_server: Server,
    tablet_key: str,
    axe: Callable[[Page], list[str]],
    helps: list[str],
) -> None:
    kiosk = KioskPage(page, live_server.url, tablet_key).open()
    faults = []
    for screen in SCREENS:
        for name in helps:
            kiosk.switch(name)
        kiosk.go(screen)
        faults += [f"{screen}: {fault}" for fault in axe(page)]
        kiosk.pass_ms(51_000)
        kiosk.on("faces")
    assert faults == []


def test_the_setup_screen_is_accessible(
    page: Page, live_server: Server, axe: Callable[[Page], list[str]]
) -> None:
    page.goto(f"{live_server.url}/kiosk")
    page.get_by_label("Khóa của máy").wait_for()
    assert axe(page) == []


def test_forced_colours_are_accessible(
    page: Page,
    live_server: Server,
    tablet_key: str,
    axe: Callable[[Page], list[str]],
) -> None:
    page.emulate_media(forced_colors="active")
    kiosk = KioskPage(page, live_server.url, tablet_key).open()
    kiosk.score(5)
    kiosk.reason("staff")
    assert axe(page) == []
