"""The one reader of the clock; everything below the entry points takes `now`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment as aware UTC."""
    return datetime.now(UTC)
