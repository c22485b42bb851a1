"""Load on a server of ours on this machine: closed loop by wrk, open loop by threads."""

import http.client
import json
import os
import re
import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

CONNECTIONS = 16
SECONDS = 4
SENDERS = 12
SCRIPT = Path(__file__).parent / "sheets.lua"


def requests_per_second(url: str, *, key: str = "", sheets: int = 0) -> float:
    """Return what 16 connections get from a server; every answer must be a 200."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    if sheets:
        command += ["-s", str(SCRIPT)]
    environment = os.environ | {"BENCH_KEY": key, "BENCH_SHEETS": str(sheets)}
    said = subprocess.run(
        [*command, url], env=environment, capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"not every answer was a 200:\n{said}")
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    if found is None:
        raise SystemExit(said)
    return float(found[1])


def tail_at(rate: int, seconds: int, send: Callable[[], None]) -> float:
    """Return the 99th percentile in ms of requests that come at a fixed rate.

    Open loop: a request is due at its time whether or not the one before it was
    answered, and its latency counts from when it was due.
    """
    start = time.monotonic() + 0.2
    numbers = iter(range(rate * seconds))
    lock = threading.Lock()
    latencies: list[float] = []

    def work() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = start + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            send()
            latencies.append(time.monotonic() - due)

    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return quantiles(latencies, n=100)[98] * 1000


def getter(port: int, path: str) -> Callable[[], None]:
    """Return a sender of GET requests."""

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        _must_be_ok(connection)

    return send


def tapper(port: int, key: str) -> Callable[[], None]:
    """Return a sender of single answer sheets."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    sheet = {
        "revision": 1,
        "survey": "counter",
        "survey_version": 1,
        "point": "Q1",
        "channel": "kiosk",
        "captured_at": "2026-11-22T08:15:29+07:00",
        "language": "vi",
        "outcome": "completed",
        "answers": {"overall": 5, "reasons": ["staff"], "visits": 1},
    }

    def send() -> None:
        tap = sheet | {"id": str(uuid.uuid4())}
        body = {"sent_at": "2026-11-22T08:15:30+07:00", "responses": [tap]}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/api/v1/responses", json.dumps(body), headers)
        _must_be_ok(connection)

    return send


def _must_be_ok(connection: http.client.HTTPConnection) -> None:
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"answered {answer.status}")
