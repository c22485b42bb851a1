"""Vendored files are the ones that were locked; no npm and no network needed."""

import base64
import hashlib
import json
import re
import unicodedata
from itertools import product
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from plotly.offline import get_plotlyjs_version

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "static/vendor"
LOCK = json.loads((VENDOR / "vendor.lock.json").read_text(encoding="utf-8"))
PACKAGE = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
NPM_LOCK = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
PLOTLY = VENDOR / "plotly/plotly-basic.min.js"

VOWELS = "aăâeêioôơuưy"
# Combining acute, grave, hook above, tilde, dot below.
TONES = ["", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"]
LETTERS = {
    unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product(VOWELS, TONES)
} | {"đ"}
ALPHABET = LETTERS | {letter.upper() for letter in LETTERS} | set("₫–—“”…·×−")


def test_hashes_match():
    for name, locked in LOCK["files"].items():
        digest = hashlib.sha384((VENDOR / name).read_bytes()).digest()
        assert "sha384-" + base64.b64encode(digest).decode() == locked, name


def test_no_file_is_unlisted():
    present = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file()
    }
    assert present == {*LOCK["files"], "vendor.lock.json"}


def test_every_folder_carries_its_licence():
    folders = {path.parent for path in VENDOR.rglob("*") if path.is_file()}
    for folder in folders - {VENDOR}:
        assert (folder / "LICENSE").stat().st_size > 500, folder


def test_plotly_js_is_the_one_that_python_writes_for():
    head = PLOTLY.read_text(encoding="utf-8")[:400]
    found = re.search(r"plotly\.js \(basic[^)]*\) v([\d.]+)", head)
    assert found is not None
    assert found[1] == get_plotlyjs_version()
    assert LOCK["packages"]["plotly.js-basic-dist-min"] == get_plotlyjs_version()


def test_locked_versions_are_the_pinned_ones():
    pins = {
        name.rpartition("/")[2]: pin for name, pin in PACKAGE["devDependencies"].items()
    }
    for name, version in LOCK["packages"].items():
        assert pins[name] == version


@pytest.mark.parametrize("name", PACKAGE["devDependencies"])
def test_npm_versions_are_exact_and_hashed(name):
    entry = NPM_LOCK["packages"][f"node_modules/{name}"]
    assert entry["version"] == PACKAGE["devDependencies"][name]
    assert entry["integrity"].startswith("sha512-")


def test_npm_lock_names_no_registry():
    assert [name for name, at in NPM_LOCK["packages"].items() if "resolved" in at] == []


def test_font_css_points_to_locked_files():
    css = (ROOT / "static/css/fonts.css").read_text(encoding="utf-8")
    named = set(re.findall(r'url\("\.\./vendor/([^"]+)"\)', css))
    assert named == {name for name in LOCK["files"] if name.endswith(".woff2")}


@pytest.mark.parametrize("weight", [400, 700])
def test_paper_fonts_know_every_vietnamese_letter(weight):
    font = TTFont(VENDOR / f"fonts/be-vietnam-pro-{weight}.ttf")
    known = font.getBestCmap()
    assert sorted(letter for letter in ALPHABET if ord(letter) not in known) == []


@pytest.mark.parametrize("weight", [400, 500, 700])
def test_web_fonts_know_every_vietnamese_letter(weight):
    known: set[int] = set()
    for path in (VENDOR / "fonts").glob(f"*-{weight}-normal.woff2"):
        known |= TTFont(path).getBestCmap().keys()
    assert sorted(letter for letter in ALPHABET if ord(letter) not in known) == []
