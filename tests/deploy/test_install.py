"""deploy/install.sh on a machine that has nothing, and again on one that has all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.deploy.machine import Machine, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(tmp_path_factory.mktemp("unpacked"))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    if machine.current.exists():
        machine.switch_off()


def mode(path: Path) -> str:
    return f"{path.stat().st_mode & 0o777:o}"


def test_a_check_says_what_it_would_do_and_does_nothing(
    machine: Machine, source: Path
) -> None:
    status, said = machine.run(source, "install.sh", "--check")
    assert status == 0
    for what in (
        "kiosk.env",
        "opt/kiosk/releases",
        "kiosk-tick.timer",
        "/var/lib/kiosk",
    ):
        assert what in said
    assert not list(machine.root.iterdir())


def test_one_command_installs_and_serves(machine: Machine, source: Path) -> None:
    machine.install(source)
    assert machine.serves()
    assert machine.tap().statuses == {"stored": 4}
    asked = (machine.root / "systemctl.log").read_text()
    assert "enable kiosk.service kiosk-tick.timer" in asked
    assert "start kiosk.service kiosk-tick.timer" in asked
    # A server under systemd has nobody to tell where to click.
    assert "Ctrl-C" not in machine.journal()
    assert [point["code"] for point in json.loads(machine.command("point", "list"))]
    assert mode(machine.root / "var/lib/kiosk/kiosk.db") == "600"


def test_a_second_run_mends_what_is_missing_and_changes_no_data(
    machine: Machine, source: Path
) -> None:
    machine.install(source)
    machine.tap()
    state = machine.root / "var/lib/kiosk"
    secret = (state / "secret_key").read_text()
    settings = (machine.root / "etc/kiosk/kiosk.env").read_text()
    serving = machine.serves()
    unit = machine.root / "etc/systemd/system/kiosk-tick.timer"
    unit.unlink()
    status, said = machine.run(source, "install.sh")
    assert status == 0, said
    assert "deploy/upgrade.sh" in said
    assert unit.exists()
    assert machine.serves() == serving
    assert machine.sheets() == 4
    assert (state / "secret_key").read_text() == secret
    assert (machine.root / "etc/kiosk/kiosk.env").read_text() == settings


def test_a_fresh_machine_gets_settings_that_only_the_service_reads(
    machine: Machine, source: Path
) -> None:
    """Its data would lie outside this test's root, so it is only looked at."""
    template = (source / "deploy/systemd/kiosk.env").read_text(encoding="utf-8")
    settings = machine.root / "etc/kiosk/kiosk.env"
    broken = source.parent / "broken"
    unpack(broken)
    (broken / "deploy/venv.sh").write_text("#!/bin/sh\nexit 1\n")
    status, said = machine.run(broken, "install.sh")
    assert status != 0
    assert "not laid" in said
    assert settings.read_text(encoding="utf-8") == template
    assert mode(settings) == "640"
    assert not machine.current.exists()
    assert not list((machine.root / "opt/kiosk/releases").iterdir())
