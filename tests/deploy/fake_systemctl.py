"""systemctl for a machine below $KIOSK_ROOT: runs what the installed unit says.

Only kiosk.service is a process; what was asked is written down in `systemctl.log`.
"""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ["KIOSK_ROOT"])
UNIT = ROOT / "etc/systemd/system/kiosk.service"
PID = ROOT / "kiosk.pid"
START_SECONDS = 60


def below(text: str) -> str:
    """Return a unit's text with its absolute places below the root."""
    for place in ("/opt/kiosk", "/etc/kiosk"):
        text = text.replace(place, f"{ROOT}{place}")
    return text


def told() -> dict[str, list[str]]:
    unit: dict[str, list[str]] = {}
    for line in below(UNIT.read_text(encoding="utf-8")).splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            unit.setdefault(name, []).append(value)
    return unit


def settings(path: str) -> dict[str, str]:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return dict(
        line.split("=", 1) for line in lines if line and not line.startswith("#")
    )


def start() -> int:
    if PID.exists():
        return 0
    unit = told()
    notify = ROOT / "notify"
    notify.unlink(missing_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        **settings(unit["EnvironmentFile"][0]),
        "NOTIFY_SOCKET": str(notify),
    }
    where = unit["WorkingDirectory"][0]
    with (
        (ROOT / "journal").open("ab") as journal,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready,
    ):
        ready.bind(str(notify))
        ready.settimeout(0.1)
        for command in unit.get("ExecStartPre", []):
            done = subprocess.run(
                shlex.split(command),
                cwd=where,
                env=environment,
                stdout=journal,
                stderr=journal,
            )
            if done.returncode:
                return 1
        process = subprocess.Popen(
            shlex.split(unit["ExecStart"][0]),
            cwd=where,
            env=environment,
            stdout=journal,
            stderr=journal,
            start_new_session=True,
        )
        return await_ready(process, ready)


def await_ready(process: "subprocess.Popen[bytes]", ready: socket.socket) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            message = ready.recv(4096)
        except TimeoutError:
            continue
        if b"READY=1" in message:
            PID.write_text(str(process.pid))
            return 0
    process.kill()
    return 1


def stop() -> int:
    if not PID.exists():
        return 0
    pid = int(PID.read_text())
    PID.unlink()
    os.kill(pid, signal.SIGTERM)
    while Path(f"/proc/{pid}/stat").exists():
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    return 0


def main(arguments: list[str]) -> int:
    with (ROOT / "systemctl.log").open("a") as log:
        log.write(" ".join(arguments) + "\n")
    if "kiosk.service" not in arguments:
        return 0
    return {"start": start, "stop": stop}.get(arguments[0], lambda: 0)()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
