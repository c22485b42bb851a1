"""Logs: one JSON line an event on standard error; never an address, a name or a text."""

import logging
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import TextIO, cast

import structlog

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up(level: str) -> None:
    """Send structlog's and the libraries' records to standard error."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s")
    for talkative in ("alembic", "werkzeug"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_told),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level]
        ),
        logger_factory=structlog.PrintLoggerFactory(
            cast("TextIO", _Patient(sys.stderr))
        ),
        cache_logger_on_first_use=False,
    )


class _Patient:
    """A stream whose full disk is nobody else's trouble.

    Where the log lies on the disk that is full, writing it failed inside the answer to
    a tablet: it was told 500 and not 503 with the time to come back.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        """Push it out, as far as that goes."""
        with suppress(OSError):
            self._stream.flush()


def _told(exc_info: ExcInfo) -> str:
    """Write where it happened and what kind of error it was, never its message.

    A message may hold what was sent: PostgreSQL's «Failing row contains (…)» repeats a
    citizen's words, a ValueError the text that could not be read.
    """
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        kind = type(error)
        state = getattr(error, "sqlstate", None)
        frames = "".join(traceback.format_tb(error.__traceback__))
        name = f"{kind.__module__}.{kind.__qualname__}"
        lines.append(f"{frames}{name} {state}" if state else f"{frames}{name}")
        error = error.__cause__ or error.__context__
    return "\ncaused by\n".join(lines)
