"""The form behind a QR code on a phone: small, old, without script, at 200 % text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page, Request, Route

    from tests.browser.faults import Faults
    from tests.server import Server

    Axe = Callable[[Page], list[str]]

PHONES = {"usual": (390, 844), "small": (320, 640)}
LARGE_TEXT = "() => { document.documentElement.style.fontSize = '200%' }"
OVERFLOWING = """() => [...document.querySelectorAll("html, body, body *")]
  .filter((e) => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).display !== "inline")
  .map((e) => e.outerHTML.slice(0, 80))"""
HAS_OUTLINE = """() => {
  const focused = document.activeElement;
  return [focused, focused.nextElementSibling].filter(Boolean).map(getComputedStyle)
    .some((s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2);
}"""
FOCUSED = "() => document.activeElement.name || document.activeElement.localName"
# What does not depend on the width is looked at on one phone.
ONE_PHONE = pytest.mark.parametrize("context_options", ["usual"], indirect=True)
UNSTYLED = re.compile(r"<style>.*?</style>", re.DOTALL)


@pytest.fixture(scope="module")
def codes(
    live_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Return a code in use, a replaced one and a forged one."""
    listed = live_server.flask_json("point", "list")
    code = {point["code"]: point["qr_url"].rpartition("/")[2] for point in listed}
    out = tmp_path_factory.mktemp("poster") / "poster.svg"
    live_server.flask("poster", "--point", "Q6", "--out", str(out), "--new")
    return {"good": code["Q1"], "retired": code["Q6"], "forged": "7K3M-P9XQ2-W4HTD"}


@pytest.fixture(params=PHONES)
def context_options(
    context_options: dict[str, Any], request: pytest.FixtureRequest
) -> dict[str, Any]:
    width, height = PHONES[request.param]
    return context_options | {"viewport": {"width": width, "height": height}}


@pytest.fixture
def old_phone(browser: Browser, context_options: dict[str, Any]) -> Iterator[Page]:
    """Yield a page in a browser that runs no script."""
    context = browser.new_context(**context_options, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def form(page: Page, codes: dict[str, str]) -> Page:
    page.goto(f"/q/{codes['good']}")
    return page


def row(page: Page, name: str, value: object) -> Locator:
    radio = page.locator(f'input[name="{name}"][value="{value}"]')
    return page.locator("label").filter(has=radio)


def send(page: Page) -> None:
    page.get_by_role("button").click()


def test_a_citizen_answers_without_script(
    old_phone: Page, codes: dict[str, str]
) -> None:
    old_phone.goto(f"/q/{codes['good']}")
    row(old_phone, "overall", 4).click()
    row(old_phone, "visits", 1).click()
    old_phone.locator("summary").click()
    row(old_phone, "access", 5).click()
    row(old_phone, "dossier_channel", "online").click()
    old_phone.locator("textarea").fill("Cảm ơn, rất nhanh")
    send(old_phone)
    expect(old_phone.get_by_role("heading", level=1)).to_have_text("Cảm ơn Ông/Bà")
    assert old_phone.url.endswith("/cam-on?lang=vi")
    assert old_phone.context.cookies() == []


@ONE_PHONE
def test_mending_a_form_without_script(old_phone: Page, codes: dict[str, str]) -> None:
    old_phone.goto(f"/q/{codes['good']}")
    old_phone.locator("textarea").fill("x" * 1001)
    send(old_phone)
    expect(old_phone.get_by_role("alert")).to_contain_text("Xin bớt 1 ký tự")
    expect(old_phone.locator("textarea")).to_have_value("x" * 1001)
    old_phone.locator("textarea").fill("Đã bớt")
    row(old_phone, "overall", 2).click()
    send(old_phone)
    expect(old_phone.get_by_role("heading", level=1)).to_have_text("Cảm ơn Ông/Bà")


@ONE_PHONE
def test_the_first_view_is_one_request(page: Page, codes: dict[str, str]) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - playwright marks it
    answer = page.goto(f"/q/{codes['good']}", wait_until="networkidle")
    assert answer is not None
    assert [request.url for request in asked if request.url.startswith("http")] == [
        answer.url
    ]
    sizes = asked[0].sizes()
    assert sizes["responseHeadersSize"] + sizes["responseBodySize"] <= 14_000


def test_every_answer_is_large_enough_for_a_thumb(form: Page) -> None:
    form.locator("summary").click()
    targets = [*form.locator("label > span").all(), form.locator("summary")]
    targets += [form.get_by_role("button"), form.locator(".language a")]
    assert len(targets) == 6 * 5 + 3 + 4 + 3
    for target in targets:
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 48, target
        assert box["width"] >= 48, target


@ONE_PHONE
def test_a_level_stands_on_one_screen_with_its_face(form: Page) -> None:
    expect(form.locator("fieldset").first.locator("svg")).to_have_count(5)
    words = form.locator("fieldset").first.locator("label").all_inner_texts()
    assert words[0].strip() == "Rất hài lòng"
    assert words[4].strip() == "Rất không hài lòng"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_cut_at_twice_the_text(
    page: Page, codes: dict[str, str], language: str
) -> None:
    page.goto(f"/q/{codes['good']}?lang={language}")
    page.locator("summary").click()
    assert page.evaluate(OVERFLOWING) == []
    page.evaluate(LARGE_TEXT)
    assert page.evaluate(OVERFLOWING) == []
    for label in page.locator("label:has(input)").all():
        radio, words = label.locator("input").bounding_box(), text_box(label)
        assert radio is not None
        apart = (
            radio["x"] >= words["right"] - 0.5
            or radio["x"] + radio["width"] <= words["left"] + 0.5
        )
        assert apart, label.inner_text()


def text_box(label: Locator) -> dict[str, float]:
    """Return the edges of the words themselves, not of the row around them."""
    box: dict[str, float] = label.evaluate("""(label) => {
      const range = document.createRange();
      range.selectNode(label.querySelector("span").lastChild);
      const { left, right } = range.getBoundingClientRect();
      return { left, right };
    }""")
    return box


@ONE_PHONE
def test_the_keyboard_alone_is_enough(form: Page) -> None:
    order = []
    for key in ("Tab", "Tab", "ArrowDown", "Tab", "Space", "Tab", "Enter", "Tab"):
        form.keyboard.press(key)
        order.append(form.evaluate(FOCUSED))
        assert form.evaluate(HAS_OUTLINE), order
    assert order == ["a", "overall", "overall", "visits", "visits", "summary",
                     "summary", "access"]  # fmt: skip
    expect(form.locator('input[name="overall"][value="4"]')).to_be_checked()
    expect(form.locator('input[name="visits"][value="1"]')).to_be_checked()
    form.locator("textarea").focus()
    form.keyboard.type("Tốt")
    form.keyboard.press("Tab")
    form.keyboard.press("Enter")
    expect(form.get_by_role("heading", level=1)).to_have_text("Cảm ơn Ông/Bà")


@ONE_PHONE
def test_a_fault_takes_the_focus_and_leads_to_its_place(
    form: Page, faults: Faults
) -> None:
    faults.allow("422")
    form.locator("summary").click()
    row(form, "staff", 1).click()
    send(form)
    summary = form.get_by_role("alert")
    expect(summary).to_be_focused()
    form.keyboard.press("Tab")
    form.keyboard.press("Enter")
    assert form.evaluate(FOCUSED) == "overall"
    expect(form.locator('input[name="staff"][value="1"]')).to_be_checked()
    expect(form.locator('input[name="staff"][value="1"]')).to_be_visible()


@ONE_PHONE
def test_the_form_works_and_reads_without_its_style(
    page: Page, codes: dict[str, str]
) -> None:
    def undress(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=UNSTYLED.sub("", answer.text()))

    page.route("**/q/*", undress)
    page.goto(f"/q/{codes['good']}")
    assert page.evaluate("() => document.styleSheets.length") == 0
    assert page.evaluate(OVERFLOWING) == []
    tops = [label.bounding_box() for label in row_labels(page, "overall")]
    heights = [box["y"] for box in tops if box]
    assert heights == sorted(heights)
    assert len(set(heights)) == 5
    page.unroute("**/q/*")
    row(page, "overall", 3).click()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cảm ơn Ông/Bà")


def row_labels(page: Page, name: str) -> list[Locator]:
    return page.locator(f'label:has(input[name="{name}"])').all()


@ONE_PHONE
def test_a_choice_is_seen_in_forced_colours(form: Page) -> None:
    form.emulate_media(forced_colors="active")
    radio = row(form, "overall", 4).locator("input")
    before = radio.screenshot()
    row(form, "overall", 4).click()
    form.mouse.move(0, 0)
    assert radio.screenshot() != before


@ONE_PHONE
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "kind", ["form", "open", "faults", "thanks", "retired", "forged"]
)
def test_axe_finds_nothing(
    page: Page,
    codes: dict[str, str],
    axe: Axe,
    faults: Faults,
    kind: str,
    language: str,
) -> None:
    faults.allow("422|410|404")
    code = codes.get(kind, codes["good"])
    page.goto(f"/q/{code}?lang={language}")
    if kind == "open":
        page.locator("summary").click()
    if kind == "faults":
        page.locator("textarea").fill("x" * 1001)
        send(page)
        expect(page.get_by_role("alert")).to_be_visible()
    if kind == "thanks":
        row(page, "overall", 5).click()
        send(page)
        page.wait_for_url("**/cam-on*")
    assert page.locator("html").get_attribute("lang") == language
    assert axe(page) == []
