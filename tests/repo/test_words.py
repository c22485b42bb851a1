"""What is written in the files: finished, in one normal form, with nothing left behind."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNFINISHED = re.compile(
    r"\b(TODO|FIXME|XXX|HACK)\b|coming soon|lorem ipsum|sắp ra mắt", re.IGNORECASE
)
LEFT_OUT = (
    "static/vendor/",
    "package-lock.json",
    "LICENSE",
    "tests/repo/test_words.py",
)
BINARY = (
    ".png",
    ".woff2",
    ".ico",
    ".webp",
    ".jpg",
    ".gz",
    ".br",
    ".pdf",
    ".wav",
    ".ogg",
)


def text_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(
        name
        for name in set(listed.stdout.splitlines())
        if not name.startswith(LEFT_OUT)
        and not name.endswith(BINARY)
        and (ROOT / name).is_file()
    )


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", text_files())
def test_nothing_is_left_for_later(name: str) -> None:
    found = [line for line in read(name).splitlines() if UNFINISHED.search(line)]
    assert not found


def test_text_is_in_normal_form_c() -> None:
    """Decomposed Vietnamese has no glyphs in the web font, and compares unequal."""
    assert not [
        n for n in text_files() if not unicodedata.is_normalized("NFC", read(n))
    ]


def test_lines_end_the_same_way_everywhere() -> None:
    files = [name for name in text_files() if (text := read(name)) and text.strip()]
    assert not [name for name in files if not read(name).endswith("\n")]
    assert not [name for name in files if "\r" in read(name)]
    assert not [name for name in files if name.endswith(".py") and "\t" in read(name)]


def test_the_checkout_has_only_the_agreed_places() -> None:
    """The owner fixed the top level; a new place there is a decision, not a habit."""
    agreed = {
        "analytics", "bench", "deploy", "docs", "kiosk", "migrations", "static", "tests",
        "wsgi.py", "requirements.in", "requirements.txt", "requirements-dev.in",
        "requirements-dev.txt", "pyproject.toml", "Makefile", "biome.json",
        "package.json", "package-lock.json", "README.md", "LICENSE", "CONTRIBUTING.md",
        "CHANGELOG.md", "SECURITY.md",
    }  # fmt: skip
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    top = {name.partition("/")[0] for name in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= agreed
