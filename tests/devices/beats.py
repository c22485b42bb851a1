"""What a tablet says of itself once a minute."""

from __future__ import annotations

from typing import Any


def beat(**changes: Any) -> dict[str, Any]:
    """Return a heartbeat of a tablet that is well."""
    return {
        "sent_at": "2026-11-22T08:15:00.120+07:00",
        "release": "4f2a9c01d3be",
        "browser": "Mozilla/5.0 (Linux; Android 14) Chrome/131.0.0.0",
        "battery": {"level": 0.82, "charging": True},
        "storage": {
            "kind": "indexeddb",
            "persisted": True,
            "usage": 180_224,
            "quota": 8_000_000_000,
        },
        "queue": 0,
        "oldest_unsent": None,
        "quarantine": 0,
        "tapped": 5012,
        "acknowledged": 5012,
        "clock_offset_ms": -250,
        "survey": "counter",
        "survey_version": 1,
    } | changes
