"""Every import contract bites: each is broken once, on a bare copy of the house."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {
    contract["id"]: contract
    for contract in SETTINGS["tool"]["importlinter"]["contracts"]
}
ROOMS_FURNITURE = ("api", "cli", "models", "rules", "schema", "service", "views")

# Contract → (module that breaks it, what it imports).
VIOLATIONS = [
    ("floors", "kiosk.core.ids", "kiosk.edge"),
    ("floors", "kiosk.centre.service", "kiosk.survey.service"),
    ("floors", "kiosk.survey.service", "kiosk.devices.service"),
    ("floors", "kiosk.capture.service", "kiosk.insight.service"),
    ("floors", "kiosk.operations.service", "kiosk.demo.service"),
    ("floors", "kiosk.insight.service", "kiosk.app"),
    ("analytics-below", "analytics.frames", "kiosk.core"),
    ("analytics-floors", "analytics.frames", "analytics.measures"),
    ("analytics-floors", "analytics.trend", "analytics.charts"),
    ("analytics-pure", "analytics.measures", "sqlalchemy"),
    ("analytics-pure", "analytics.charts", "flask"),
    ("rules-pure", "kiosk.survey.rules", "os"),
    ("rules-pure", "kiosk.capture.rules", "sqlalchemy"),
    ("rules-pure", "kiosk.insight.rules", "kiosk.centre.models"),
    ("below-the-request", "kiosk.capture.service", "flask"),
    ("below-the-request", "kiosk.accounts.schema", "wtforms"),
    ("below-the-request", "kiosk.centre.models", "flask_babel"),
    ("intake-light", "kiosk.capture.api", "pandas"),
    ("intake-light", "kiosk.edge.headers", "plotly"),
    ("intake-light", "kiosk.survey.views", "analytics.catalogue"),
    ("one-clock", "kiosk.capture.service", "kiosk.clock"),
    ("one-clock", "kiosk.core.ids", "kiosk.clock"),
    ("acyclic", "kiosk.survey.rules", "kiosk.survey.service"),
    ("acyclic", "analytics.trend", "analytics.compare"),
]
# What makes the second half of a cycle, or gives models their database.
STANDING = {
    "kiosk.survey.service": "import kiosk.survey.rules\n",
    "analytics.compare": "import analytics.trend\n",
    "kiosk.centre.models": "import sqlalchemy\n",
}


def names_in(layers: list[str]) -> list[str]:
    return [name for layer in layers for name in re.findall(r"\w+", layer)]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Make every module that a contract names, empty."""
    (tmp_path / "pyproject.toml").write_text(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    single = {"app", "clock", "config", "errors", "extensions", "logs"}
    for package, contract in (("kiosk", "floors"), ("analytics", "analytics-floors")):
        write(tmp_path, f"{package}.__init__", "")
        for name in names_in(CONTRACTS[contract]["layers"]):
            if package == "analytics" or name in single:
                write(tmp_path, f"{package}.{name}", "")
                continue
            write(tmp_path, f"{package}.{name}.__init__", "")
            for furniture in ROOMS_FURNITURE:
                write(tmp_path, f"{package}.{name}.{furniture}", "")
    for module in named_one_by_one():
        write(tmp_path, module, "")
    for module, code in STANDING.items():
        write(tmp_path, module, code)
    return tmp_path


def named_one_by_one() -> set[str]:
    """List the modules that a contract excepts by their full name."""
    listed = {
        module
        for contract in CONTRACTS.values()
        for module in contract.get("allowed_importers", ())
    }
    return {name for name in listed if "*" not in name and name.count(".") > 1}


def write(house: Path, module: str, code: str) -> None:
    path = house / (module.replace(".", "/") + ".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")


def lint(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [linter, "--no-logo", "--no-cache", *arguments],
        cwd=house,
        env={"PYTHONPATH": str(house), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )


def test_an_empty_house_keeps_every_contract(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "importer", "imported"), VIOLATIONS)
def test_a_violation_is_reported_by_its_contract(
    house: Path, contract: str, importer: str, imported: str
) -> None:
    write(house, importer, STANDING.get(importer, "") + f"import {imported}\n")
    result = lint(house, "--contract", contract)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{CONTRACTS[contract]['name']} BROKEN" in result.stdout
    assert importer.split(".")[1] in result.stdout.partition("Broken contracts")[2]


@pytest.mark.parametrize(
    ("contract", "module"),
    [("floors", "kiosk.tickets"), ("analytics-floors", "analytics.odd")],
)
def test_a_new_room_must_be_placed(house: Path, contract: str, module: str) -> None:
    write(house, module, "")
    result = lint(house, "--contract", contract)
    assert result.returncode == 1
    assert module in result.stdout


@pytest.mark.parametrize("entry", ["api", "cli", "views"])
def test_entry_points_read_the_clock(house: Path, entry: str) -> None:
    write(house, f"kiosk.capture.{entry}", "import kiosk.clock\n")
    result = lint(house, "--contract", "one-clock")
    assert result.returncode == 0, result.stdout


def test_every_contract_is_broken_once() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(CONTRACTS)
