"""How gunicorn runs the application; every value may be set by the environment."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import SettingsError, load_settings

if TYPE_CHECKING:
    from flask import Flask
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

try:
    _settings = load_settings()
except SettingsError as error:
    sys.exit(f"Settings are not usable:\n{error}")

bind = f"{_settings.host}:{_settings.port}"
proc_name = "kiosk"

# Sync workers behind a proxy kept the intake's tail short; threads with
# keep-alive were bimodal, one worker taking all connections.
worker_class = "sync"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
timeout = 30
graceful_timeout = 20
max_requests = 20_000
max_requests_jitter = 2_000
if Path("/dev/shm").is_dir():  # noqa: S108 - only gunicorn's heartbeat lies there
    worker_tmp_dir = "/dev/shm"  # noqa: S108

# A sheet batch is at most 256 KiB; headers and addresses of this application are short.
limit_request_line = 2_048
limit_request_fields = 60

# Only the application believes a proxy, and only as many as TRUSTED_PROXIES says. By
# default gunicorn lets every peer of this machine, so a proxy's every client, set the
# scheme and, with a header SCRIPT_NAME, where redirections lead.
forwarded_allow_ips = ""

# Nothing here talks to it, and it leaves a socket in the home directory.
control_socket_disable = True

# No access log: an address and a time are enough to name a person at the counter.
accesslog = None
errorlog = "-"
loglevel = "warning"

# Forking after the heavy imports shares their pages: 26 MiB a worker, not 97.
preload_app = True


class Discreet(logging.Filter):
    """Keeps who sent a request that failed, and what it said, out of the log."""

    kept = ("Invalid request", "Error handling request")

    def filter(self, record: logging.LogRecord) -> bool:
        """Leave of such a record that it happened, and where."""
        for beginning in self.kept:
            if str(record.msg).startswith(beginning):
                record.msg, record.args = beginning, ()
        return True


def on_starting(server: Arbiter) -> None:
    """Make the log discreet; import the figures' libraries once, before the fork.

    The intake does not need them: when they are broken it must start all the same.
    """
    server.log.error_log.addFilter(Discreet())
    if "INIT_FIRST" in os.environ:
        _init(server.app.wsgi())
    try:
        import pandas as pd  # noqa: F401 - imported to be shared
        import plotly.graph_objects as go  # noqa: F401
    except Exception as fault:  # noqa: BLE001 - any fault of theirs, not only ImportError
        server.log.warning("figures are not available: %s", fault)


def _init(app: Flask) -> None:
    """Do what `flask --app wsgi init` does, without loading everything twice."""
    from flask.cli import ScriptInfo

    info = ScriptInfo(create_app=lambda: app)
    app.cli.commands["init"].main([], standalone_mode=False, obj=info)


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Give each worker connections of its own: two processes must not share one."""
    from kiosk.extensions import db

    with worker.app.wsgi().app_context():
        db.engine.dispose(close=False)


def when_ready(server: Arbiter) -> None:
    """Say where the application answers, once it does.

    Not to systemd: it knows, and nobody at a journal can press Ctrl-C.
    """
    if "NOTIFY_SOCKET" in os.environ:
        return
    lines = [*_addresses(), *_first_account(server.app.wsgi()), "Dừng / stop: Ctrl-C"]
    with contextlib.suppress(BrokenPipeError):
        print("", *lines, sep="\n", flush=True)  # noqa: T201 - for who started it


def _addresses() -> list[str]:
    host, port = _settings.host, _settings.port
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared only
    pages = {
        "/": "Bắt đầu từ đây / start here",
        "/kiosk": "Máy tính bảng / tablet",
        "/login": "Cán bộ đăng nhập / staff sign-in",
    }
    return [f"http://{shown}:{port}{path:<10} {title}" for path, title in pages.items()]


def _first_account(app: Flask) -> list[str]:
    from kiosk.accounts.models import Account
    from kiosk.extensions import db

    with app.app_context():
        known = db.session.query(Account).first()
        db.session.remove()
        db.engine.dispose()  # the workers must not inherit this connection
    if known:
        return []
    return [
        "Chưa có tài khoản nào. Tạo tài khoản đầu tiên / create the first account:",
        "  .venv/bin/flask --app wsgi user create --email EMAIL --role admin",
    ]
