"""The systemd units: nothing misspelt, shut in as far as measured, alike where they must."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kiosk.config import Settings
from tests.deploy.proxies import program
from tests.server import ROOT

UNITS = ROOT / "deploy/systemd"
SERVICES = ("kiosk.service", "kiosk-tick.service")
# Measured with systemd 252: 1.1 and 1.2 of 10 (the tick reaches the mail server). What is
# left is the network, sockets, and the machine's own root directory.
THRESHOLD = {"kiosk.service": 12, "kiosk-tick.service": 13}


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("systemd-analyze"), *arguments], capture_output=True, text=True
    )


def lines_of(name: str) -> list[str]:
    text = (UNITS / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """Misspelt names are only warned about when a unit starts; here they fail."""
    home = tmp_path / "current"
    home.symlink_to(ROOT)
    for path in UNITS.glob("kiosk*"):
        if path.suffix in {".service", ".timer"}:
            text = path.read_text(encoding="utf-8")
            text = text.replace("/opt/kiosk/current", str(home))
            (tmp_path / path.name).write_text(text)
    units = sorted(tmp_path.glob("kiosk*"))
    assert len(units) == 3
    result = analyze("verify", *units)
    assert result.returncode == 0
    assert result.stdout + result.stderr == ""


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_shut_in_as_far_as_it_was_measured(name: str) -> None:
    result = analyze(
        "security", "--offline=true", f"--threshold={THRESHOLD[name]}", UNITS / name
    )
    assert result.returncode == 0, result.stdout


def test_both_services_are_shut_in_alike() -> None:
    def hardening(name: str) -> list[str]:
        lines = lines_of(name)
        lines = lines[lines.index("CapabilityBoundingSet=") :]
        return lines[: lines.index("SystemCallFilter=~@privileged @resources") + 1]

    first, second = map(hardening, SERVICES)
    assert first == second


@pytest.mark.parametrize("name", SERVICES)
def test_data_and_what_is_written_belong_to_the_service_alone(name: str) -> None:
    lines = lines_of(name)
    assert {"UMask=0077", "StateDirectory=kiosk", "StateDirectoryMode=0700"} <= {*lines}
    assert "User=kiosk" in lines
    assert "EnvironmentFile=/etc/kiosk/kiosk.env" in lines


def test_the_server_reaches_this_machine_only_and_the_tick_the_mail_server() -> None:
    assert "IPAddressDeny=any" in lines_of("kiosk.service")
    assert "IPAddressAllow=localhost" in lines_of("kiosk.service")
    assert not [line for line in lines_of("kiosk-tick.service") if "IPAddress" in line]


def test_periodic_work_runs_every_five_minutes_and_after_a_power_cut() -> None:
    assert {"OnCalendar=*:0/5", "Persistent=true", "RandomizedDelaySec=30"} <= {
        *lines_of("kiosk-tick.timer")
    }
    result = analyze("calendar", "*:0/5")
    assert result.returncode == 0, result.stderr


def test_the_account_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    result = subprocess.run(
        [
            program("systemd-sysusers"),
            f"--root={tmp_path}",
            UNITS / "kiosk.sysusers.conf",
        ],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    account = (tmp_path / "etc/passwd").read_text().strip().split(":")
    assert account[0] == "kiosk"
    assert account[5:] == ["/var/lib/kiosk", "/usr/sbin/nologin"]


def test_only_the_service_reads_data_and_settings(tmp_path: Path) -> None:
    """Made for real where the tests may give files away, else read."""
    wanted = {"var/lib/kiosk": "700", "var/backups/kiosk": "700", "etc/kiosk": "750"}
    conf = UNITS / "kiosk.tmpfiles.conf"
    said = dict(line.split()[1:3] for line in lines_of(conf.name))
    assert {path: said[f"/{path}"].lstrip("0") for path in wanted} == wanted
    assert said["/etc/kiosk/kiosk.env"] == "0640"
    if os.geteuid() != 0:
        return
    (tmp_path / "etc").mkdir()
    own = f"--root={tmp_path}"
    for tool, name in (
        ("systemd-sysusers", "kiosk.sysusers.conf"),
        ("systemd-tmpfiles", conf.name),
    ):
        create = ["--create"] if tool == "systemd-tmpfiles" else []
        subprocess.run([program(tool), own, *create, UNITS / name], check=True)
    found = {path: f"{(tmp_path / path).stat().st_mode & 0o777:o}" for path in wanted}
    assert found == wanted


def test_the_settings_that_are_installed_are_settings() -> None:
    """Behind one proxy, with the data where the units let them be written."""
    settings = Settings(_env_file=UNITS / "kiosk.env")
    assert settings.database_url == "sqlite:////var/lib/kiosk/kiosk.db"
    assert settings.data_dir == Path("/var/lib/kiosk")
    assert settings.trusted_proxies == 1
    text = (UNITS / "kiosk.env").read_text(encoding="utf-8")
    offered = {line.lstrip("# ").partition("=")[0] for line in text.splitlines()}
    offered = {name for name in offered if name.isupper()}
    assert offered <= {name.upper() for name in Settings.model_fields}


def test_scripts_are_clean() -> None:
    result = subprocess.run(
        [
            program("shellcheck"),
            "--external-sources",
            *sorted(ROOT.glob("deploy/*.sh")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout
