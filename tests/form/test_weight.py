"""The first view on a poor network: one request, at most 14 kB, nothing inline but style."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kiosk.capture.form_views import style
from kiosk.edge.headers import style_hash

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.form.conftest import Phone

# One round trip of a new connection carries ten segments.
BUDGET = 14_000


def weight(page: TestResponse) -> int:
    head = sum(len(name) + len(value) + 4 for name, value in page.headers)
    return head + len(page.data)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_form_fits_one_round_trip_uncompressed(phone: Phone, language: str) -> None:
    page = phone.open(f"?lang={language}")
    assert "Content-Encoding" not in page.headers
    assert weight(page) <= BUDGET


def test_compressed_it_is_a_third(phone: Phone) -> None:
    page = phone.client.get(phone.address, headers={"Accept-Encoding": "br"})
    assert page.headers["Content-Encoding"] == "br"
    assert weight(page) <= BUDGET / 3


def test_the_page_asks_for_nothing_else(phone: Phone) -> None:
    text = phone.open().text
    assert not re.findall(r"<(?:script|img|iframe|link rel=.stylesheet)", text)
    assert not re.findall(r"url\(|@import|@font-face", text)
    assert '<link rel="icon" href="data:,">' in text


def test_the_policy_admits_exactly_this_style(phone: Phone) -> None:
    page = phone.open()
    (css,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    policy = page.headers["Content-Security-Policy"]
    assert css == style()
    assert style_hash(css) in policy
    assert "unsafe" not in policy


def test_the_style_is_for_old_phones(root: Path) -> None:
    css = (root / "static/css/form.css").read_text(encoding="utf-8")
    assert not re.findall(
        r"@layer|@container|@supports|:has\(|:is\(|var\(|oklch|&", css
    )
    depth = 0
    for sign in re.findall(r"[{}]", css):
        depth += 1 if sign == "{" else -1
        assert depth <= 1
    assert css.count("\n") <= 300


def test_squeezing_the_style_changes_no_rule(root: Path) -> None:
    css = (root / "static/css/form.css").read_text(encoding="utf-8")
    bare = re.sub(r"/\*.*?\*/|\s", "", css, flags=re.DOTALL)
    assert re.sub(r"\s", "", style()) == bare
    for kept in ("input:checked + span", "margin:0 auto", "header::after"):
        assert kept in style()
