"""A restore that is killed with SIGKILL at a chosen point: `python -m … POINT FILE`."""

import os
import signal
import sys
from typing import Any

from kiosk.operations.backup import exchange, restoring, sqlite
from wsgi import app


def die(*_: object, **__: object) -> Any:
    """End as a power cut ends a process: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def at_page_stretch(number: int) -> None:
    """Die after so many stretches of pages were written into the live database."""
    sqlite.PAGES_A_STRETCH = 10
    left = [number]

    def patience(_place: object) -> Any:
        def look(*_: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                die()

        return look

    usual = sqlite.swap

    def swap(*arguments: Any) -> None:
        sqlite._patience = patience
        usual(*arguments)

    restoring.sqlite.swap = swap


def in_the_dump(share: float) -> None:
    """Die when that share of the dump's statements was sent to psql."""

    def copy_part(source: Any, target: Any) -> None:
        script = source.read()
        target.write(script[: int(len(script) * share)])
        target.flush()
        die()

    exchange.shutil.copyfileobj = copy_part


POINTS: dict[str, Any] = {
    "before the safety copy": lambda: setattr(restoring._Task, "keep", die),
    "before the first page": lambda: setattr(restoring.sqlite, "swap", die),
    "first pages": lambda: at_page_stretch(1),
    "half the pages": lambda: at_page_stretch(8),
    "before the dump": lambda: in_the_dump(0),
    "half the dump": lambda: in_the_dump(0.5),
    "the whole dump, not counted": lambda: in_the_dump(1),
    "counted, not committed": lambda: setattr(exchange, "_compare", die),
    "replaced, not told": lambda: setattr(restoring, "_restored", die),
}

if __name__ == "__main__":
    point, file = sys.argv[1:]
    POINTS[point]()
    app.test_cli_runner().invoke(args=["backup", "restore", "--force", file])
    sys.exit("was not killed")
