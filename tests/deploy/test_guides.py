"""The guides for who keeps the service: what they name is there under that name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

from kiosk.app import create_app
from kiosk.config import Settings
from tests.server import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GUIDES = sorted((ROOT / "docs/huong-dan").glob("*.md"))
INSTALLING = (ROOT / "docs/huong-dan/cai-dat.md").read_text(encoding="utf-8")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"sudo kiosk ([a-z]+(?: [a-z]+)?)")
PROJECT_FILE = re.compile(r"\bdeploy/[\w./-]+\w")
SETTING = re.compile(r"`([A-Z]+_[A-Z_]+)`")


def anchors_of(path: Path) -> set[str]:
    """Return the anchors that a Markdown file's headings get on the web."""
    lines = path.read_text(encoding="utf-8").splitlines()
    headings = [line.lstrip("# ").lower() for line in lines if line.startswith("#")]
    return {re.sub(r"[^\w\s-]", "", text).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(guide: Path) -> None:
    links = LINK.findall(guide.read_text(encoding="utf-8"))
    for link in links:
        name, _, anchor = link.partition("#")
        target = (guide.parent / name).resolve() if name else guide
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


def test_every_command_exists(
    settings_for: Callable[[str], Settings], tmp_path: Path
) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/never-opened.db"))
    named = {match.split()[0]: match for match in COMMAND.findall(INSTALLING)}
    assert named
    for name, whole in named.items():
        command = app.cli.commands[name]
        if isinstance(command, click.Group):
            assert whole.split()[1] in command.commands, whole


def test_every_file_of_ours_exists() -> None:
    named = set(PROJECT_FILE.findall(INSTALLING))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_setting_exists() -> None:
    known = {name.upper() for name in Settings.model_fields}
    assert set(SETTING.findall(INSTALLING)) <= known
