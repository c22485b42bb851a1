"""The real server on a database of its own, as `make run` starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.config import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

ROOT = Path(__file__).parents[1]
START_SECONDS = 30
# Commands whose being a process of its own no test is about.
QUICK = {
    "alarms",
    "apikey",
    "canary",
    "cube",
    "device",
    "init",
    "point",
    "tick",
    "user",
}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """gunicorn with deploy/gunicorn.conf.py; may be stopped and started again."""

    def __init__(
        self,
        directory: Path,
        *,
        database_url: str = "",
        workers: int = 2,
        application: str = "wsgi:app",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.directory = directory
        self._log = directory / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        # Every setting is given, so that a developer's .env changes nothing.
        defaults = {
            name.upper(): str(field.default)
            for name, field in Settings.model_fields.items()
        }
        self._environment = {
            **os.environ,
            **defaults,
            "BASE_URL": self.url,
            "DATABASE_URL": database_url or f"sqlite:///{directory}/kiosk.db",
            "DATA_DIR": str(directory),
            "PORT": str(self.port),
            "SECRET_KEY": "only-for-tests-" + "x" * 32,
            "WEB_CONCURRENCY": str(workers),
            **(settings or {}),
        }
        self._application = application
        self.database_url = self._environment["DATABASE_URL"]
        self._app: Flask | None = None
        self.flask("init")

    def run(
        self,
        *arguments: str,
        stdin: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the application, however it ends."""
        if arguments[0] in QUICK and environment is None:
            return self._quickly(*arguments, stdin=stdin)
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env={**self._environment, **(environment or {})},
            input=stdin,
            capture_output=True,
            text=True,
        )

    def _quickly(self, *arguments: str, stdin: str) -> subprocess.CompletedProcess[str]:
        """Do the same in this process: a process of its own costs 1.5 s of a core."""
        from kiosk.extensions import db

        app = self._app = self._app or self._application_here()
        result = app.test_cli_runner().invoke(args=arguments, input=stdin)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return subprocess.CompletedProcess(
            arguments, result.exit_code, result.stdout, result.stderr
        )

    def _application_here(self) -> Flask:
        from kiosk.app import create_app

        named = {name.upper(): name for name in Settings.model_fields}
        chosen: dict[str, Any] = {
            field: self._environment[name] for name, field in named.items()
        }
        return create_app(Settings(_env_file=None, **chosen))

    def flask(self, *arguments: str, stdin: str = "") -> str:
        """Run a command of the application; return what it printed."""
        result = self.run(*arguments, stdin=stdin)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def flask_json(self, *arguments: str, stdin: str = "") -> Any:
        """Run a command with --json; return what it said."""
        return json.loads(self.flask(*arguments, "--json", stdin=stdin))

    def start(self) -> None:
        """Start, and return when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py",
                 self._application],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, gently or not."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=START_SECONDS)
            self._process = None

    def workers(self) -> list[int]:
        """Return the process numbers of the workers."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(number) for number in children.read_text().split()]

    def log(self) -> str:
        """Return what the server wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")
