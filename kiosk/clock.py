"""The one reader of the clock; everything below the entry points takes `now`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_shown: ContextVar[datetime | None] = ContextVar("shown", default=None)


def now() -> datetime:
    """Return the present moment as aware UTC."""
    return _shown.get() or datetime.now(UTC)


@contextmanager
def showing(moment: datetime) -> Iterator[None]:
    """Let the clock stand at a moment for whatever this context does.

    For the simulated year, whose answers reach the intake on the day they were given.
    """
    token = _shown.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _shown.reset(token)
