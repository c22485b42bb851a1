"""What a module loads, seen in a fresh interpreter: import contracts cannot see that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in ROOT.glob("kiosk/*/rules.py")
)
ANALYTICS = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in ROOT.glob("analytics/**/*.py")
    if path.name != "__init__.py"
)
WEB_AND_STORE = {"alembic", "flask", "sqlalchemy", "werkzeug", "wtforms"}
FIGURES = {"analytics", "numpy", "pandas", "plotly"}


# The names that this looks up first are those in its own directory.
STORE_A_SHEET = """
import json
from wsgi import app

def run(*arguments):
    result = app.test_cli_runner().invoke(args=arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout

run("init")
tablet = json.loads(run("device", "pair", "--point", "Q1", "--name", "1", "--json"))
sheet = {
    "id": "0198c7f2-6a3e-7c41-9b1e-1f0d2f6c5a77", "revision": 1, "survey": "counter",
    "survey_version": 1, "point": "Q1", "channel": "kiosk", "language": "vi",
    "captured_at": "2026-11-22T08:15:29.870+07:00", "outcome": "completed",
    "assisted": False, "slip": None, "flipped": False, "answers": {"overall": 5},
}
answer = app.test_client().post(
    "/api/v1/responses",
    json={"sent_at": "2026-11-22T08:15:30.120+07:00", "responses": [sheet]},
    headers={"Authorization": f"Bearer {tablet['key']}"},
)
assert answer.json["results"][0]["status"] == "stored", answer.text
"""


def loaded_by(code: str, directory: Path) -> set[str]:
    """Return the top-level modules that the code loads."""
    report = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": str(directory)}
    result = subprocess.run(
        [sys.executable, "-c", report],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return {name.partition(".")[0] for name in json.loads(result.stdout)}


def test_there_are_rules_and_measures_to_look_at() -> None:
    assert RULES
    assert ANALYTICS


@pytest.mark.parametrize("module", RULES)
def test_rules_load_no_framework(module: str, tmp_path: Path) -> None:
    assert not loaded_by(f"import {module}", tmp_path) & (WEB_AND_STORE | FIGURES)


def test_analytics_loads_neither_web_nor_store(tmp_path: Path) -> None:
    loaded = loaded_by(f"import {', '.join(ANALYTICS)}", tmp_path)
    assert "pandas" in loaded
    assert not loaded & (WEB_AND_STORE | {"kiosk"})


def test_the_application_starts_without_pandas_and_plotly(tmp_path: Path) -> None:
    loaded = loaded_by("import wsgi", tmp_path)
    assert "flask" in loaded
    assert not loaded & {"numpy", "pandas", "plotly"}


def test_a_tap_is_taken_in_when_pandas_is_broken(tmp_path: Path) -> None:
    for name in ("numpy", "pandas", "plotly"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('broken')\n")
    loaded_by(STORE_A_SHEET, tmp_path)
