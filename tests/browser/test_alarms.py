"""The page of alarms in a real browser: read, enlarged, pressed, and on the dashboard."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from kiosk.centre.service import FIRST_CENTRE_ID
from kiosk.core.database import prepare_engine
from kiosk.core.ids import new_id
from kiosk.core.periods import LOCAL_ZONE
from kiosk.watch.models import Alarm
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.faults import Faults

HEAD = "head@hanam.example"
PASSWORD = "mai nha co con meo nam phoi nang"


@pytest.fixture(scope="module")
def alarmed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server of its own with four open alarms and two that are over."""
    server = Server(tmp_path_factory.mktemp("alarms"), workers=1)
    server.flask("user", "create", "--email", HEAD, "--role", "head", "--name",
                 "Nguyễn Thị Bình", "--password-stdin", stdin=f"{PASSWORD}\n")  # fmt: skip
    paired = server.flask_json("device", "pair", "--point", "Q2", "--name", "Máy 2")
    engine = sa.create_engine(server.database_url)
    prepare_engine(engine)
    now = datetime.now(LOCAL_ZONE)  # noqa: TID251 - the server's clock runs
    with Session(engine) as session:
        _fill(session, now, paired["id"])
        session.commit()
    engine.dispose()
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log()


def _fill(session: Session, now: datetime, device_id: str) -> None:
    since = (now - timedelta(hours=9)).isoformat()
    day = timedelta(days=1)
    for kind, detail, raised, closed in (
        ("silence", {"since": since, "open_hours": 5}, now - timedelta(hours=2), None),
        ("battery", {"percent": 12}, now - timedelta(minutes=12), None),
        ("disk", {"free": 0.04, "free_mb": 900}, now - day, None),
        ("job", {"failure": "Đĩa sao lưu không gắn."}, now - 2 * day, None),
        ("away", {"since": since}, now - 9 * day, now - 8 * day),
        (
            "clock",
            {"minutes": 75},
            now - 5 * day,
            now - 5 * day + timedelta(minutes=40),
        ),
    ):
        subject = {"disk": "", "job": "backup"}.get(kind, device_id)
        known = "Trần Văn An" if kind == "job" else None
        session.add(
            Alarm(
                centre_id=FIRST_CENTRE_ID,
                id=new_id(),
                kind=kind,
                subject=subject,
                detail=detail,
                raised_at=raised,
                closed_at=closed,
                acknowledged_at=raised + timedelta(minutes=9) if known else None,
                acknowledged_by=known,
            )
        )


@pytest.fixture(scope="module")
def signed_in(browser: Browser, alarmed_server: Server) -> Any:
    """Sign in once; return the cookies."""
    context = browser.new_context(base_url=alarmed_server.url)
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
def open_page(
    browser: Browser, alarmed_server: Server, signed_in: Any, faults: Faults
) -> Iterator[Callable[..., Page]]:
    """Open addresses in browsers of several sizes."""
    contexts = []

    def open_with(address: str, **options: Any) -> Page:
        context = browser.new_context(
            base_url=alarmed_server.url,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
            storage_state=signed_in,
            **options,
        )
        contexts.append(context)
        faults.watch(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield open_with
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("address", "width", "height"),
    [
        ("/alarms?lang=vi", 1440, 900),
        ("/alarms?lang=en", 820, 1180),
        ("/alarms?lang=vi", 390, 844),
        ("/alarms?lang=en", 390, 844),
        ("/dashboard?lang=vi", 390, 844),
    ],
)
def test_nothing_is_in_anyones_way(
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    address: str,
    width: int,
    height: int,
) -> None:
    page = open_page(address, viewport={"width": width, "height": height})
    for size in ("100%", "200%"):
        page.evaluate(
            "(size) => { document.documentElement.style.fontSize = size }", size
        )
        assert axe(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_from_the_dashboard_to_a_known_alarm(open_page: Callable[..., Page]) -> None:
    page = open_page("/dashboard")
    today = page.locator("section", has=page.locator("#card-today"))
    # Those that nobody knows of, the oldest first; the fourth is only counted.
    expect(today.locator("a[href='/alarms']")).to_have_count(4)
    today.get_by_role("link", name="Máy 2: 0 phiếu trong 5 giờ mở cửa").click()

    expect(page).to_have_url(re.compile("/alarms$"))
    expect(page.locator("main h3")).to_have_count(4)
    button = page.get_by_role("button", name=re.compile("Tôi đã biết.*pin còn"))
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    button.click()

    expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận")
    expect(button).to_have_count(0)
    expect(page.get_by_text("Nguyễn Thị Bình đã biết lúc")).to_be_visible()
    expect(page.locator("main h3")).to_have_count(4)
