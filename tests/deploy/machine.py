"""A machine in a directory, for the scripts of deploy/: install, upgrade, go back.

Code is copied and run as on a real one, and the service is the real server. Only the
libraries are borrowed from this checkout, and systemd and the change of user are played.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.durability.tablet import Account, batches, send_all
from tests.server import ROOT, free_port

RELEASED = (
    "analytics", "deploy", "kiosk", "migrations", "requirements.txt", "static", "wsgi.py"
)  # fmt: skip
VENV = ROOT / ".venv/bin"
# What deploy/venv.sh makes, in no time: the same programs with the same libraries.
BORROWED_VENV = f"""#!/bin/sh
set -eu
mkdir -p .venv/bin .venv/lib var
for name in python flask gunicorn dotenv pybabel; do
  printf '#!/bin/sh\\nexec "{VENV}/%s" "$@"\\n' "$name" >".venv/bin/$name"
  chmod 755 ".venv/bin/$name"
done
"""
SETPRIV = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
ROOT_ID = "#!/bin/sh\necho 0\n"
TMPFILES = """#!/bin/sh
sed -n 's/^d \\([^ ]*\\).*/\\1/p' "$KIOSK_ROOT/etc/tmpfiles.d/kiosk.conf" |
  while read -r place; do mkdir -p "$KIOSK_ROOT$place"; done
"""


class Machine:
    """Directories as on a server below `root`, and what was tapped on its one tablet."""

    def __init__(self, directory: Path, database_url: str = "") -> None:
        self.root = directory / "root"
        self.root.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = (
            database_url or f"sqlite:///{self.root}/var/lib/kiosk/kiosk.db"
        )
        self.current = self.root / "opt/kiosk/current"
        self._programs = directory / "programs"
        self._programs.mkdir()
        fake = ROOT / "tests/deploy/fake_systemctl.py"
        self._play("systemctl", f'#!/bin/sh\nexec "{sys.executable}" "{fake}" "$@"\n')
        self._play("setpriv", SETPRIV)
        if os.geteuid() != 0:
            self._play("id", ROOT_ID)
            self._play("systemd-tmpfiles", TMPFILES)
        self._environment = {
            **os.environ,
            "KIOSK_ROOT": str(self.root),
            "PATH": f"{self._programs}:{os.environ['PATH']}:/usr/sbin:/sbin",
        }
        self._key = ""
        self._seed = 0

    def _play(self, name: str, script: str) -> None:
        path = self._programs / name
        path.write_text(script)
        path.chmod(0o755)

    def write_settings(self) -> None:
        """Write the settings that an installation keeps when it finds them."""
        path = self.root / "etc/kiosk/kiosk.env"
        path.parent.mkdir(parents=True)
        state = self.root / "var/lib/kiosk"
        path.write_text(
            f"PORT={self.port}\nHOST=127.0.0.1\nBASE_URL={self.url}\n"
            f"DATABASE_URL={self.database_url}\nDATA_DIR={state}\n"
        )

    def script(self, source: Path, name: str, *arguments: str) -> Any:
        """Start a script of an unpacked release."""
        return subprocess.Popen(
            [source / "deploy" / name, *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, source: Path, name: str, *arguments: str) -> tuple[int, str]:
        """Run a script to its end; return its exit status and what it said."""
        with self.script(source, name, *arguments) as process:
            said, _ = process.communicate(timeout=300)
        return process.returncode, said

    def install(self, source: Path) -> None:
        """Install, and pair a tablet."""
        self.write_settings()
        status, said = self.run(source, "install.sh")
        assert status == 0, said
        paired = self.command("device", "pair", "--point", "Q1", "--name", "Máy 1")
        self._key = json.loads(paired)["key"]

    def command(self, *arguments: str) -> str:
        """Run what `sudo kiosk …` runs."""
        result = subprocess.run(
            [self.root / "usr/local/bin/kiosk", *arguments, "--json"],
            env=self._environment,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def tap(self) -> Account:
        """Send four new sheets, again and again until they are answered."""
        self._seed += 1
        return send_all(self.port, self._key, batches(self._seed, 1, 4))

    def sheets(self) -> int:
        """Count the answer sheets of citizens, straight in the database."""
        return int(
            self._scalar("SELECT count(*) FROM answer_sheet WHERE channel = 'kiosk'")
        )

    def revision(self) -> str:
        return str(self._scalar("SELECT version_num FROM alembic_version"))

    def has_table(self, name: str) -> bool:
        engine = sa.create_engine(self.database_url)
        found = sa.inspect(engine).has_table(name)
        engine.dispose()
        return found

    def _scalar(self, statement: str) -> Any:
        engine = sa.create_engine(self.database_url)
        with engine.connect() as connection:
            found = connection.exec_driver_sql(statement).scalar()
        engine.dispose()
        return found

    def serves(self) -> str:
        """Return the release that answers; it is the one that would start, too."""
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=10) as answer:
            assert answer.status == 200
        pid = int((self.root / "kiosk.pid").read_text())
        running = Path(f"/proc/{pid}/cwd").readlink()
        assert running == self.current.readlink()
        return str(running)

    def journal(self) -> str:
        path = self.root / "journal"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def kill(self, process: Any) -> None:
        """Take its power away in the middle of what it does; the service too."""
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def switch_off(self) -> None:
        subprocess.run(
            [self._programs / "systemctl", "stop", "kiosk.service"],
            env=self._environment,
            check=True,
        )


def unpack(directory: Path) -> Path:
    """Return a copy of this checkout's release in a directory of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *RELEASED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in set(listed.stdout.splitlines()):
        if (ROOT / name).is_file():
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    venv = directory / "deploy/venv.sh"
    venv.write_text(BORROWED_VENV)
    venv.chmod(0o755)
    return directory
