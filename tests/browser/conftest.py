"""A real server, Debian's Chromium, and axe; any fault of a page fails its test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.faults import Faults
from tests.server import ROOT, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (tags) => await axe.run(document, {
  runOnly: { type: "tag", values: tags },
})"""


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield the running application with the reference data of the centre."""
    server = Server(tmp_path_factory.mktemp("live"))
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log()


@pytest.fixture(scope="session")
def browser(
    playwright: Playwright, launch_options: dict[str, Any]
) -> Iterator[Browser]:
    """Yield one Chromium for all tests of this process."""
    browser = playwright.chromium.launch(**launch_options)
    yield browser
    browser.close()


@pytest.fixture
def context_options(live_server: Server) -> dict[str, Any]:
    """Return the options of a context; a test file may override this fixture."""
    return {
        "base_url": live_server.url,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "viewport": {"width": 1280, "height": 800},
        "reduced_motion": "reduce",
    }


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Yield the fault book of this test; what it did not allow fails it."""
    faults = Faults()
    yield faults
    assert not faults.unexpected, "\n".join(faults.unexpected)


@pytest.fixture
def context(
    browser: Browser, context_options: dict[str, Any], faults: Faults
) -> Iterator[BrowserContext]:
    """Yield a browser without cookies, storage or history."""
    context = browser.new_context(**context_options)
    faults.watch(context)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return an empty page."""
    return context.new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Return a function that lists a page's accessibility faults, best empty."""
    source = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")

    def run(page: Page) -> list[str]:
        page.evaluate(source)
        report = page.evaluate(RUN_AXE, AXE_TAGS)
        assert report["passes"], "axe looked at nothing"
        crashed = [rule["id"] for rule in report["incomplete"] if _crashed(rule)]
        assert not crashed, f"axe crashed in {crashed}"
        return [
            f"{rule['id']} {node['target']}: {node['failureSummary']}"
            for rule in report["violations"]
            for node in rule["nodes"]
        ]

    return run


def _crashed(rule: dict[str, Any]) -> bool:
    checks = [check for node in rule["nodes"] for check in node["none"] + node["any"]]
    return any(check["id"] == "error-occurred" for check in checks)


@pytest.fixture
def device_key(live_server: Server) -> str:
    """Pair a tablet at counter 1; return its key."""
    paired = live_server.flask_json("device", "pair", "--point", "Q1", "--name", "Thử")
    return str(paired["key"])
