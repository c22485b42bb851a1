"""The dashboard in a real browser: drawn, read aloud, enlarged, printed, unscripted."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from kiosk.core.database import prepare_engine
from kiosk.core.periods import LOCAL_ZONE, Month
from tests.insight.sheets import send, sheet
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.faults import Faults

HEAD = "head@hanam.example"
PASSWORD = "mai nha co con meo nam phoi nang"
WIDTHS = [(1440, 900), (820, 1180), (390, 844)]
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.fixture(scope="module")
def filled_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server of its own with thirteen months of answers."""
    server = Server(tmp_path_factory.mktemp("dashboard"), workers=1)
    server.flask("user", "create", "--email", HEAD, "--role", "head", "--name",
                 "Nguyễn Thị Bình", "--password-stdin", stdin=f"{PASSWORD}\n")  # fmt: skip
    engine = sa.create_engine(server.database_url)
    prepare_engine(engine)
    now = datetime.now(LOCAL_ZONE)  # noqa: TID251 - the server's clock runs
    send(engine, list(answers(now.date())), now=now)
    engine.dispose()
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log()


def answers(today: date) -> Iterator[Any]:
    """Yield sixty sheets a month at two points and over two channels."""
    for back in range(13):
        first = Month.of(today).plus(-back).first
        for number in range(60):
            day = first + timedelta(days=number % 20)
            score = 2 if number % 9 == 0 else 5
            if number % 3:
                given = {"overall": score, "reasons": ["staff"], "visits": 1}
                yield sheet(min(day, today), given, hour=8 + number % 3)
            else:
                given = {"overall": score, "access": 5, "staff": score, "visits": 2}
                yield sheet(min(day, today), given, hour=9, point="Q2", survey="full",
                            channel="qr", origin="poster:1", comment="Ghế chờ hơi ít")  # fmt: skip


@pytest.fixture(scope="module")
def signed_in(browser: Browser, filled_server: Server) -> Any:
    """Sign in once; return the cookies."""
    context = browser.new_context(base_url=filled_server.url)
    page = context.new_page()
    page.goto("/login")
    page.locator("[name=email]").fill(HEAD)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".nav")).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def context_options(filled_server: Server, signed_in: Any) -> dict[str, Any]:
    return {
        "base_url": filled_server.url,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "viewport": {"width": 1440, "height": 900},
        "reduced_motion": "reduce",
        "storage_state": signed_in,
    }


@pytest.fixture
def open_page(
    browser: Browser, context_options: dict[str, Any], faults: Faults
) -> Iterator[Callable[..., Page]]:
    """Open addresses in browsers of other sizes and abilities."""
    contexts = []

    def open_with(address: str = "/dashboard", **options: Any) -> Page:
        context = browser.new_context(**{**context_options, **options})
        contexts.append(context)
        faults.watch(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield open_with
    for context in contexts:
        context.close()


def wait_for_charts(page: Page) -> None:
    expect(page.locator(".chart__plot .main-svg:first-child")).to_have_count(2)


def test_the_charts_are_drawn_and_the_tables_fold(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    wait_for_charts(page)

    expect(page.locator("#trend")).to_be_visible()
    expect(page.locator(".chart__plot .scatterlayer").first).to_be_visible()
    expect(page.get_by_text("Khoảng tin cậy", exact=True).first).to_be_hidden()
    page.get_by_text("Xem bảng số").first.click()
    expect(page.get_by_text("Khoảng tin cậy", exact=True).first).to_be_visible()
    # Nothing of plotly's own services is offered.
    expect(page.locator(".modebar-btn")).to_have_count(0)


def test_the_numbers_stay_when_a_figure_does_not_come(
    open_page: Callable[..., Page], faults: Faults
) -> None:
    faults.allow("figures")
    faults.allow("figure: 500")
    faults.allow("status of 500")
    page = open_page("about:blank")
    page.route("**/dashboard/figures/**", lambda route: route.fulfill(status=500))
    page.goto("/dashboard")

    expect(page.locator(".chart__plot").first).to_be_hidden()
    expect(page.get_by_text("Khoảng tin cậy", exact=True).first).to_be_visible()


def test_without_script_everything_is_there(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)

    expect(page.locator(".card__figure")).to_be_visible()
    expect(page.locator(".chart__plot").first).to_be_hidden()
    assert page.locator("details[open] table:visible").count() == 2
    page.locator("[name=point]").select_option("Q2")
    page.get_by_role("button", name="Xem").click()
    expect(page).to_have_url(re.compile("point=Q2"))
    expect(page.locator("[name=point]")).to_have_value("Q2")


def test_forced_colours_read_the_table(open_page: Callable[..., Page]) -> None:
    page = open_page(forced_colors="active")

    expect(page.locator(".chart__plot").first).to_be_hidden()
    assert page.locator("details[open] table:visible").count() == 2


@pytest.mark.parametrize("address", ["/dashboard", "/dashboard?view=lobby"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_nothing_is_in_anyones_way(
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    width: int,
    height: int,
    language: str,
    address: str,
) -> None:
    joint = "&" if "?" in address else "?"
    page = open_page(
        f"{address}{joint}lang={language}", viewport={"width": width, "height": height}
    )
    if "lobby" not in address:
        wait_for_charts(page)
    for size in ("100%", "200%"):
        page.evaluate(
            "(size) => { document.documentElement.style.fontSize = size }", size
        )
        assert axe(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_it_prints_on_one_sheet(open_page: Callable[..., Page]) -> None:
    page = open_page()
    wait_for_charts(page)

    pdf = page.pdf(prefer_css_page_size=True)

    assert len(PAGES.findall(pdf)) == 1


def test_the_lobby_is_read_from_two_metres(open_page: Callable[..., Page]) -> None:
    page = open_page("/dashboard?view=lobby", viewport={"width": 1920, "height": 1080})

    height = page.locator(".lobby__figure").evaluate(
        "(figure) => parseFloat(getComputedStyle(figure).fontSize)"
    )
    # 10 mm letters are read at two metres; a 40-inch screen has 2.2 px to a millimetre.
    smallest = page.locator(".lobby > :not(svg):not(:has(a))").evaluate_all(
        "(all) => Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize)))"
    )
    assert height >= 200
    assert smallest >= 32
    expect(page.get_by_text("Nguyễn Thị Bình")).to_be_hidden()
