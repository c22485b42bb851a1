"""Logs: one JSON line an event on standard error; never an address, a name or a text."""

import logging
import sys

import structlog


def set_up(level: str) -> None:
    """Send structlog's and the libraries' records to standard error."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s")
    for talkative in ("alembic", "werkzeug"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
