"""PostgreSQL's own programs: found, run, and what they say when they fail."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, Dialect

from kiosk.operations.backup.faults import BackupError

DEBIAN = Path("/usr/lib/postgresql")
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
NO_SPACE = "No space left on device"
LOCK_WAIT_MS = 60_000


# Roles of the old machine need not exist on the new one.
NO_RIGHTS = ("--no-owner", "--no-privileges")


@dataclass(frozen=True, slots=True)
class Target:
    """How libpq reaches a database; the password travels in the environment alone."""

    conninfo: str
    password: str

    @classmethod
    def of(cls, url: URL, dialect: Dialect) -> Self:
        """Translate SQLAlchemy's address."""
        _, named = dialect.create_connect_args(url)
        password = str(named.pop("password", "") or "")
        named.pop("context", None)  # psycopg's own
        return cls(make_conninfo("", **named), password)


@dataclass(frozen=True, slots=True)
class Clients:
    """Where PostgreSQL's programs lie, all of one version."""

    directory: Path
    major: int

    def dump(self, target: Target, snapshot: str, file: Path) -> None:
        """Write everything that a snapshot sees into one compressed file."""
        self.run("pg_dump", "--format=custom", f"--snapshot={snapshot}",
                 f"--lock-wait-timeout={LOCK_WAIT_MS}", "--no-password",
                 f"--file={file}", f"--dbname={target.conninfo}",
                 target=target)  # fmt: skip

    def load(self, target: Target, file: Path) -> None:
        """Fill an empty database from such a file."""
        self.run("pg_restore", *NO_RIGHTS, "--exit-on-error", "--no-password",
                 f"--dbname={target.conninfo}", str(file), target=target)  # fmt: skip

    def read_through(self, file: Path) -> None:
        """Decompress and read all of such a file, to nowhere."""
        self.run("pg_restore", "--file=/dev/null", str(file))

    def run(self, program: str, *arguments: str, target: Target | None = None) -> None:
        """Run a program to its end."""
        result = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [self.directory / program, *arguments],
            env=environment(target),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if result.returncode != 0:
            raise failed(program, result.stderr)

    def start(
        self,
        program: str,
        *arguments: str,
        stderr: IO[bytes],
        target: Target | None = None,
        listening: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a program whose output is read, and which listens if asked to."""
        return subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            [self.directory / program, *arguments],
            env=environment(target),
            stdin=subprocess.PIPE if listening else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )


def environment(target: Target | None) -> Mapping[str, str]:
    """Return what a program is given: nobody else's settings for libpq but ours."""
    own = {"LC_ALL": "C", "PGCONNECT_TIMEOUT": "15"}
    if target and target.password:
        own["PGPASSWORD"] = target.password
    return os.environ | own


def find(pg_bin: str, needed: int) -> Clients:
    """Return the oldest programs that are as new as the server.

    pg_dump refuses a server newer than itself; a much newer pg_restore says settings
    that an older server does not know.
    """
    found = [
        Clients(directory, major)
        for directory in _directories(pg_bin)
        if (major := _major(directory / "pg_dump"))
    ]
    if not found:
        raise BackupError("client_missing", program="pg_dump", needed=needed)
    fitting = [clients for clients in found if clients.major >= needed]
    if not fitting:
        newest = max(clients.major for clients in found)
        raise BackupError("client_old", program="pg_dump", found=newest, needed=needed)
    return min(fitting, key=lambda clients: clients.major)


def _directories(pg_bin: str) -> Sequence[Path]:
    if pg_bin:
        return [Path(pg_bin)]
    on_path = shutil.which("pg_dump")
    first = [Path(on_path).parent] if on_path else []
    return [*first, *sorted(DEBIAN.glob("*/bin"))]


def _major(program: Path) -> int | None:
    try:
        said = subprocess.run(  # noqa: S603 - a path that we found, no shell
            [program, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    match = VERSION.search(said)
    return int(match[1]) if match else None


def failed(program: str, stderr: bytes) -> BackupError:
    """Tell why a program failed: its first complaint, which holds no row's content."""
    lines = stderr.decode("utf-8", "replace").splitlines()
    if any(NO_SPACE in line for line in lines):
        return BackupError("disk_full", place=program)
    complaints = [
        line for line in lines if re.search(r"error|fatal", line, re.IGNORECASE)
    ]
    said = (complaints or lines or ["?"])[0].strip()
    return BackupError("client_failed", program=program, said=said[:200])
