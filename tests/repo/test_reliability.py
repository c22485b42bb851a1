"""The fault table: no row without a test that is there, no fault test without a row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
REFERENCE = re.compile(r"`(tests/[^`]+)`")
ROWS = [
    line
    for line in TABLE.splitlines()
    if line.startswith("| ") and REFERENCE.search(line)
]
# What the centre was promised: each of these words stands in a row.
PROMISED = [
    "5,000", "comes and goes", "200 with HTML", "| 500 |", "502", "429", "Slow-loris",
    "after the commit", "Two tabs", "middle of writing", "Tab crashes", "Storage full",
    "refused", "evicted", "a day slow", "3 h fast", "jumping", "8 writers",
    "Disk of the server", "locked for 30 s", "PostgreSQL restarted", "Migration",
    "Corrupt", "older than the tablet's queue",
]  # fmt: skip


def those_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:40])
def test_the_test_of_a_row_is_there(row: str) -> None:
    assert row.count("|") == 5
    for reference in REFERENCE.findall(row):
        name, _, test = reference.partition("::")
        assert (ROOT / name).is_file()
        if name.endswith(".py") and test:
            assert test in those_of(ROOT / name)


def test_every_row_names_one() -> None:
    table = TABLE.partition("## The table")[2].partition("What is **not**")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    assert lines[1:] == ROWS


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/faults/test_*.py")), ids=str)
def test_every_test_of_a_fault_has_its_row(path: Path) -> None:
    named = {reference for row in ROWS for reference in REFERENCE.findall(row)}
    missing = {
        test
        for test in those_of(path)
        if f"{path.relative_to(ROOT).as_posix()}::{test}" not in named
    }
    assert not missing


@pytest.mark.parametrize("words", PROMISED)
def test_what_was_promised_is_there(words: str) -> None:
    assert any(words in row for row in ROWS)
