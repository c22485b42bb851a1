"""The furniture of a room: only its doors see a request, read the clock or speak.

Import contracts name modules; this names kinds of modules, so that a file with a new
name is not forgotten.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted(
    path.parent
    for path in ROOT.glob("kiosk/*/__init__.py")
    if path.parent.name not in {"core", "edge"}
)
DOORS = {"api", "cli", "forms", "pages", "views"}
# Doors under another name, each with what it does for a request.
OTHER_DOORS = {
    "kiosk/accounts/navigation.py": "links of the page that is being answered",
    "kiosk/accounts/session.py": "whose cookie the request carries",
    "kiosk/accounts/signing.py": "two short transactions around a slow hash",
    "kiosk/operations/health.py": "answers probes",
}
REQUEST = {"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms", "spectree"}
TRANSLATION = {"flask_babel"}
COMMITS = {"commit", "rollback"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_door(path: Path) -> bool:
    return named(path) in OTHER_DOORS or not DOORS.isdisjoint(path.stem.split("_"))


INNER = [
    path for room in ROOMS for path in sorted(room.rglob("*.py")) if not is_door(path)
]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def top(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", INNER, ids=named)
def test_only_doors_see_a_request(path: Path) -> None:
    assert not top(imports(path)) & REQUEST
    assert "kiosk.extensions" not in imports(path)


@pytest.mark.parametrize("path", INNER, ids=named)
def test_only_doors_read_the_clock(path: Path) -> None:
    assert "kiosk.clock" not in imports(path)


@pytest.mark.parametrize("path", INNER, ids=named)
def test_only_doors_and_message_tables_translate(path: Path) -> None:
    assert path.stem.endswith("messages") or not top(imports(path)) & TRANSLATION


@pytest.mark.parametrize("path", INNER, ids=named)
def test_only_doors_end_a_transaction(path: Path) -> None:
    calls = {
        f"{named(path)}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in COMMITS
    }
    assert not calls


def test_no_exception_is_dead() -> None:
    assert not [name for name in OTHER_DOORS if not (ROOT / name).exists()]


def test_a_package_that_is_only_a_folder_loads_nothing() -> None:
    """Importing a pure module must not load Flask through its package."""
    full = [named(path) for path in ROOT.glob("kiosk/**/__init__.py") if imports(path)]
    assert not full
