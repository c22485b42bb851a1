"""Logs: one JSON line an event on standard error; never an address, a name or a text."""

import logging
import sys
import traceback
from types import TracebackType

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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


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
