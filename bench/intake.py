"""What taking in an answer sheet costs, against an empty view of the same server."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.load import getter, requests_per_second, tail_at, tapper
from bench.servers import (
    ROOT,
    database_url,
    empty_server,
    our_server,
    pair,
    syncs_per_second,
)
from bench.table import Row

PAIRS = 3
BATCH = 50
RATE = 200
RATE_SECONDS = 8
# Not var/: that is its owner's alone, and PostgreSQL runs as somebody else.
DISK = ROOT / ".cache"
MEMORY = Path("/dev/shm")


class _Speeds(NamedTuple):
    """Medians: sheets a second, and how many for each request to the empty view."""

    single: float
    single_ratio: float
    batched: float
    batched_ratio: float


def rows() -> Iterator[Row]:
    """Measure both engines on the disk, and without its part."""
    DISK.mkdir(exist_ok=True)
    places = {"disk": DISK} | ({"memory": MEMORY} if MEMORY.is_dir() else {})
    with empty_server() as empty:
        for place, parent in places.items():
            for engine in ("sqlite", "postgresql"):
                with tempfile.TemporaryDirectory(dir=parent, prefix="bench-") as name:
                    directory = Path(name)
                    directory.chmod(0o755)
                    yield from _engine_rows(
                        f"{engine}, {place}", engine, directory, empty
                    )


def _engine_rows(label: str, engine: str, directory: Path, empty: int) -> Iterator[Row]:
    yield Row(
        f"durable 4 KiB writes ({label})",
        syncs_per_second(directory),
        "1/s",
        better="higher",
    )
    with (
        database_url(engine, directory) as url,
        our_server(url, directory) as server,
    ):
        key = pair(server)
        yield from _speed_rows(label, _paired(server.port, key, empty))
        tail = tail_at(RATE, RATE_SECONDS, tapper(server.port, key))
        none = tail_at(RATE, RATE_SECONDS, getter(empty, "/"))
        yield Row(
            f"p99 at {RATE} sheets/s ({label})",
            tail / none,
            "ratio",
            "empty view",
            bar=2.5,
        )


def _speed_rows(label: str, speeds: _Speeds) -> Iterator[Row]:
    yield Row(f"single sheets ({label})", speeds.single, "1/s", better="higher")
    yield Row(
        f"single sheets ({label})",
        speeds.single_ratio,
        "ratio",
        "empty view",
        better="higher",
        bar=0.30,
    )
    yield Row(
        f"sheets in batches of 50 ({label})", speeds.batched, "1/s", better="higher"
    )
    yield Row(
        f"sheets in batches of 50 ({label})",
        speeds.batched_ratio,
        "ratio",
        "empty view",
        better="higher",
        bar=1.0,
    )


def _paired(port: int, key: str, empty: int) -> _Speeds:
    url, nothing = f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{empty}/"
    requests_per_second(url, key=key, sheets=1)
    measured = []
    for _ in range(PAIRS):
        base = requests_per_second(nothing)
        single = requests_per_second(url, key=key, sheets=1)
        batched = requests_per_second(url, key=key, sheets=BATCH) * BATCH
        measured.append((single, single / base, batched, batched / base))
    return _Speeds(*map(median, zip(*measured, strict=True)))
