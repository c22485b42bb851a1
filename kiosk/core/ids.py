"""Identifiers: UUIDv7 for our own rows, any UUID from devices."""

import re
import secrets
import time
import uuid

CANONICAL = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562 §5.7): sorted by time, so B-trees grow at one end."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | secrets.randbits(80)
    value &= ~(0xF << 76) & ~(0x3 << 62)
    return uuid.UUID(int=value | (0x7 << 76) | (0x2 << 62))


def parse_id(text: str) -> uuid.UUID:
    """Return the UUID written in its canonical form; raise ValueError otherwise."""
    if not CANONICAL.fullmatch(text):
        raise ValueError(text)
    return uuid.UUID(text)
