"""The commands that people and other programs rely on are there, with help."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

ROOT = Path(__file__).parents[2]
PUBLISHED = [
    "init",
    "user create",
    "user reset",
    "user disable",
    "device pair",
    "device list",
    "device revoke",
    "apikey create",
    "point list",
    "field list",
    "poster",
    "alarms list",
    "backup create",
    "backup verify",
    "backup restore",
    "cube rebuild",
    "cube verify",
    "demo fill",
    "canary run",
    "tick",
]
# Flask's and Flask-Migrate's own.
FOREIGN = {"db", "routes", "run", "shell"}


def commands_of(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        path = f"{prefix}{name}"
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{path} ")
        else:
            yield path


@pytest.mark.parametrize("command", PUBLISHED)
def test_a_published_command_explains_itself(bare_app: Flask, command: str) -> None:
    result = bare_app.test_cli_runner().invoke(args=[*command.split(), "--help"])
    assert result.exit_code == 0, result.output
    text = result.output.replace("\n", " ")
    assert re.search(r"\[OPTIONS\].*?  +\S.{15,}Options:", text), "says nothing"


@pytest.mark.parametrize("command", PUBLISHED)
def test_wrong_usage_has_its_own_exit_status(bare_app: Flask, command: str) -> None:
    result = bare_app.test_cli_runner().invoke(
        args=[*command.split(), "--no-such-option"]
    )
    assert result.exit_code == 2


def test_every_command_is_in_the_readme(bare_app: Flask) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    own = [c for c in commands_of(bare_app.cli) if c.split()[0] not in FOREIGN]
    assert own
    assert not [command for command in own if f"`{command}" not in readme]


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    published = ("run", "test", "check", "fix", "demo", "bench", "screenshots", "lock")
    assert not [
        t for t in published if not re.search(rf"^{t}:.*## \S", makefile, re.MULTILINE)
    ]
