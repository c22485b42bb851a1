"""The guards of the browser tests catch what they are there for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, Faults]]:
    """Yield a page with a strict policy of its own, and its fault book."""
    book = Faults()
    context = browser.new_context()
    book.watch(context)
    context.route("**/*", lambda route: route.fulfill(
        body='<html lang="en"><title>t</title><main><h1>t</h1></main></html>',
        headers={"Content-Security-Policy": "default-src 'self'",
                 "Content-Type": "text/html"},
    ))  # fmt: skip
    page = context.new_page()
    page.goto("http://127.0.0.1/")
    yield page, book
    context.close()


def test_a_quiet_page_has_no_faults(watched: tuple[Page, Faults]) -> None:
    assert watched[1].unexpected == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("() => { console.error('broken') }", "error: broken"),
        ("() => { setTimeout(() => { throw new Error('late') }) }", "exception: "),
        ("() => { document.body.innerHTML = '<p style=\"color:red\">x</p>' }", "CSP"),
        ("() => fetch('http://elsewhere.example/').catch(() => 0)", "CSP violation"),
        ("() => { location.href = 'http://elsewhere.example/' }", "another host"),
    ],
)
def test_a_fault_is_noticed(
    watched: tuple[Page, Faults], script: str, said: str
) -> None:
    page, book = watched
    page.evaluate(script)
    page.wait_for_timeout(200)
    assert any(said in fault for fault in book.unexpected), book.unexpected


def test_an_allowed_fault_passes(watched: tuple[Page, Faults]) -> None:
    page, book = watched
    book.allow("broken")
    page.evaluate("() => { console.error('broken') }")
    assert book.unexpected == []


def test_axe_sees_a_button_without_a_name(
    watched: tuple[Page, Faults], axe: Callable[[Page], list[str]]
) -> None:
    page, _ = watched
    assert axe(page) == []
    page.evaluate(
        "() => document.querySelector('main').append(document.createElement('button'))"
    )
    assert [fault for fault in axe(page) if fault.startswith("button-name")]
