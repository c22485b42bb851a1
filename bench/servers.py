"""The servers that are measured: ours on each engine, and one that does nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import getter
from tests.engines import PostgresServer
from tests.server import Server, free_port

ROOT = Path(__file__).parents[1]
WORKERS = 2
START_SECONDS = 20


@contextmanager
def empty_server() -> Iterator[int]:
    """Serve an empty Flask view with as many workers; yield its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS)]
    command += [
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
        "bench.empty:app",
    ]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            getter(port, "/")()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def database_url(engine: str, directory: Path) -> Iterator[str]:
    """Yield a database that waits for the disk at each commit."""
    if engine == "sqlite":
        yield f"sqlite:///{directory}/kiosk.db"
        return
    server = PostgresServer(durable=True, parent=directory)
    server.start()
    try:
        yield server.url_of("kiosk")
    finally:
        server.stop()


@contextmanager
def our_server(url: str, directory: Path) -> Iterator[Server]:
    """Serve the application as `make run` does."""
    server = Server(directory, database_url=url, workers=WORKERS)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def pair(server: Server) -> str:
    """Return the key of a tablet at counter 1."""
    paired = server.flask_json("device", "pair", "--point", "Q1", "--name", "Bench")
    return str(paired["key"])


def syncs_per_second(directory: Path) -> float:
    """Return how many writes of 4 KiB a second the disk makes durable, one by one."""
    path = directory / "sync"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    start = time.monotonic()
    count = 0
    while time.monotonic() - start < 2:
        os.write(descriptor, b"x" * 4096)
        os.fdatasync(descriptor)
        count += 1
    os.close(descriptor)
    path.unlink()
    return count / 2
