"""Small files and small functions: the limits that keep a house readable.

Migrations are left out: they are written once, by the generator, and then history.
"""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_PAGE_LINES = 300
MAX_TEST_LINES = 500

LEFT_OUT = ("migrations/versions/", "static/vendor/")

# Files that may be longer, each with its reason. It starts empty and may only shrink.
ALLOWED: dict[str, str] = {}


def tracked(*patterns: str) -> list[str]:
    """List files of the checkout that git knows or would add; vendored ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(set(listed.stdout.splitlines()))
    return [
        name
        for name in names
        if not name.startswith(LEFT_OUT) and (ROOT / name).exists()
    ]


def limit_of(name: str) -> int:
    if name.startswith("tests/"):
        return MAX_TEST_LINES
    return MAX_MODULE_LINES if name.endswith(".py") else MAX_PAGE_LINES


@pytest.mark.parametrize(
    "name", tracked("*.py", "*.js", "*.mjs", "*.css", "*.html", "*.sh")
)
def test_a_file_stays_short(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").count("\n")
    assert lines <= limit_of(name) or name in ALLOWED, f"{name}: {lines} lines"


@pytest.mark.parametrize("name", tracked("*.py"))
def test_a_function_stays_short(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    long = [
        f"{name}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long


def test_the_allow_list_has_no_dead_entries() -> None:
    short = [
        name
        for name in ALLOWED
        if (ROOT / name).read_text(encoding="utf-8").count("\n") <= limit_of(name)
    ]
    assert not short
