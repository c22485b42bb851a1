"""Copies the vendored files out of node_modules into static/vendor and locks them.

Run by hand when a version in package.json changes:

    npm ci --ignore-scripts && python deploy/vendor.py

Needs Chromium, because plotly.js makes its style sheet in the browser. The result is
committed; tests/repo/test_vendor.py checks it without npm, network or browser.
"""

import base64
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static/vendor"
FONT_CSS = ROOT / "static/css/fonts.css"

FAMILY = "be-vietnam-pro"
FONTS = MODULES / "@fontsource" / FAMILY
PLOTLY = MODULES / "plotly.js-basic-dist-min"
SUBSETS = ("vietnamese", "latin")
WEB_WEIGHTS = (400, 500, 700)
PAPER_WEIGHTS = (400, 700)
STYLE_ID = "plotly.js-style-global"


def copy_fonts() -> None:
    """Copies the web subsets and the licence."""
    target = VENDOR / "fonts"
    target.mkdir(parents=True)
    for weight in WEB_WEIGHTS:
        for subset in SUBSETS:
            name = f"{FAMILY}-{subset}-{weight}-normal.woff2"
            shutil.copyfile(FONTS / "files" / name, target / name)
    shutil.copyfile(FONTS / "LICENSE", target / "LICENSE")


def write_font_css() -> None:
    """Writes fonts.css with fontsource's unicode ranges, for the subsets we carry."""
    rules = []
    for weight in WEB_WEIGHTS:
        source = (FONTS / f"{weight}.css").read_text(encoding="utf-8")
        rules += [font_face(source, subset, weight) for subset in SUBSETS]
    head = "/* Written by deploy/vendor.py. Not edited by hand. */\n"
    FONT_CSS.write_text(head + "\n".join(rules), encoding="utf-8")


def font_face(source: str, subset: str, weight: int) -> str:
    """One @font-face rule; raises ValueError when fontsource changed its layout."""
    name = f"{FAMILY}-{subset}-{weight}-normal"
    found = re.search(rf"/\* {name} \*/.*?unicode-range: ([^;]+);", source, re.DOTALL)
    if found is None:
        raise ValueError(name)
    ranges = found[1].replace(",", ", ").lower().replace("u+", "U+")
    return (
        "@font-face {\n"
        '  font-family: "Be Vietnam Pro";\n'
        "  font-style: normal;\n"
        f"  font-weight: {weight};\n"
        "  font-display: swap;\n"
        f'  src: url("../vendor/fonts/{name}.woff2") format("woff2");\n'
        f"  unicode-range:\n    {ranges};\n"
        "}\n"
    )


def merge_paper_fonts() -> None:
    """Merges the subsets into one TTF a weight: PDF makers know no unicode-range."""
    for weight in PAPER_WEIGHTS:
        with TemporaryDirectory() as folder:
            parts = [unpack(subset, weight, Path(folder)) for subset in SUBSETS]
            merged = Merger().merge(parts)
        # A fixed date keeps the file, and so its hash, the same in every run.
        merged["head"].created = merged["head"].modified = 0
        merged.recalcTimestamp = False
        merged.save(VENDOR / "fonts" / f"{FAMILY}-{weight}.ttf")


def unpack(subset: str, weight: int, folder: Path) -> str:
    """Writes one subset as plain TTF and returns its path."""
    font = TTFont(FONTS / "files" / f"{FAMILY}-{subset}-{weight}-normal.woff2")
    font.flavor = None
    path = folder / f"{subset}.ttf"
    font.save(path)
    return str(path)


def copy_plotly() -> None:
    """Copies the basic bundle and the style sheet that it would inject."""
    target = VENDOR / "plotly"
    target.mkdir()
    shutil.copyfile(PLOTLY / "plotly-basic.min.js", target / "plotly-basic.min.js")
    shutil.copyfile(PLOTLY / "LICENSE", target / "LICENSE")
    rules = injected_rules(PLOTLY / "plotly-basic.min.js")
    (target / "plotly.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def injected_rules(bundle: Path) -> list[str]:
    """The rules of plotly.js's own <style>, which our CSP refuses, read from the CSSOM."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page()
        page.set_content("<!doctype html><div id='plot'></div>")
        page.add_script_tag(path=bundle)
        page.evaluate("() => Plotly.newPlot('plot', [{y: [1, 2]}])")
        rules: list[str] = page.evaluate(
            "id => [...document.getElementById(id).sheet.cssRules]"
            ".map(rule => rule.cssText)",
            STYLE_ID,
        )
        browser.close()
    return rules


def write_lock() -> None:
    """Writes version, source and SHA-384 of every vendored file."""
    files = {
        path.relative_to(VENDOR).as_posix(): sha384(path)
        for path in sorted(VENDOR.rglob("*"))
        if path.is_file()
    }
    lock = {"packages": {p.name: version(p) for p in (FONTS, PLOTLY)}, "files": files}
    text = json.dumps(lock, indent=2) + "\n"
    (VENDOR / "vendor.lock.json").write_text(text, encoding="utf-8")


def sha384(path: Path) -> str:
    """The hash in the form of the integrity attribute."""
    digest = hashlib.sha384(path.read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode("ascii")


def version(package: Path) -> str:
    """The installed version of an npm package."""
    text = (package / "package.json").read_text(encoding="utf-8")
    return str(json.loads(text)["version"])


def main() -> int:
    """Lays static/vendor anew."""
    if not MODULES.is_dir():
        sys.stderr.write("node_modules is missing: run npm ci --ignore-scripts\n")
        return 2
    shutil.rmtree(VENDOR, ignore_errors=True)
    copy_fonts()
    write_font_css()
    merge_paper_fonts()
    copy_plotly()
    write_lock()
    return 0


if __name__ == "__main__":
    sys.exit(main())
