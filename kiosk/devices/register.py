"""The paired tablets and the points, remembered for a moment to spare a tap two queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.centre.service import point_keys
from kiosk.devices.models import Device
from kiosk.devices.rules import hash_key

# A revoked tablet is refused within the first. A new one is known at once: its key is
# not remembered, and guessed keys make a process look only so often.
REMEMBERED_FOR = timedelta(seconds=5)
LOOK_AGAIN_AFTER = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True)
class Sender:
    """A paired tablet, or the canary."""

    centre_id: int
    device_id: UUID
    kind: str

    @property
    def origin(self) -> str:
        """Return how its answer sheets name it."""
        return f"device:{self.device_id}"


class Register:
    """What one process remembers of the devices and points of the database."""

    def __init__(self) -> None:
        """Begin with nothing remembered."""
        self._read_at: datetime | None = None
        self._devices: Mapping[str, Sender] = {}
        self._points: frozenset[tuple[int, str]] = frozenset()

    def sender(self, session: Session, key: str, now: datetime) -> Sender | None:
        """Return the device whose key this is, unless unknown or revoked."""
        hashed = hash_key(key)
        self._refresh(session, now, REMEMBERED_FOR)
        if hashed not in self._devices:
            self._refresh(session, now, LOOK_AGAIN_AFTER)
        return self._devices.get(hashed)

    def has_point(
        self, session: Session, centre_id: int, code: str, now: datetime
    ) -> bool:
        """Tell whether a point exists; retired ones still receive late sheets."""
        self._refresh(session, now, REMEMBERED_FOR)
        if (centre_id, code) not in self._points:
            self._refresh(session, now, LOOK_AGAIN_AFTER)
        return (centre_id, code) in self._points

    def _refresh(self, session: Session, now: datetime, age: timedelta) -> None:
        if self._read_at and timedelta(0) <= now - self._read_at < age:
            return
        rows = session.execute(
            sa.select(Device.key_hash, Device.centre_id, Device.id, Device.kind).where(
                Device.revoked_at.is_(None)
            )
        )
        self._devices = {
            row.key_hash: Sender(row.centre_id, row.id, row.kind) for row in rows
        }
        self._points = frozenset(point_keys(session))
        self._read_at = now
