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
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from wsgi import app\n"
        "app.test_cli_runner().invoke(args=['init'], catch_exceptions=False)\n"
        "answer = app.test_client().get('/api/v1/ping')\n"
        "assert answer.status_code == 200, answer.text\n"
        "answer = app.test_client().post('/api/v1/responses', json={})\n"
        "assert answer.status_code == 401, answer.text"
    )
    loaded_by(code, tmp_path)
