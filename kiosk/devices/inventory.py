"""The tablets as the person who looks after them reads of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.centre.models import Point
from kiosk.centre.service import points
from kiosk.devices import service
from kiosk.devices.models import Device
from kiosk.devices.rules import Presence, presence
from kiosk.devices.schema import Heartbeat, read_report


@dataclass(frozen=True, slots=True)
class Line:
    """One tablet: where it stands, how it is, what it last said."""

    device: Device
    point: Point
    presence: Presence
    report: Heartbeat | None

    @property
    def missing(self) -> int:
        """Return how many sheets the tablet cannot account for; 0 when all is well."""
        told = self.report
        if told is None:
            return 0
        return told.tapped - told.acknowledged - told.queue - told.quarantine


def lines(session: Session, now: datetime, centre_id: int) -> list[Line]:
    """Return the tablets in use, then the revoked ones, each kind oldest first."""
    places = _places(session, centre_id)
    listed = service.list_devices(session, centre_id)
    ordered = sorted(listed, key=lambda device: device.revoked_at is not None)
    return [_line(device, places, now) for device in ordered]


def line(session: Session, now: datetime, device: Device) -> Line:
    """Return one tablet."""
    return _line(device, _places(session, device.centre_id), now)


def _places(session: Session, centre_id: int) -> dict[str, Point]:
    return {one.code: one for one in points(session, centre_id, with_retired=True)}


def _line(device: Device, places: Mapping[str, Point], now: datetime) -> Line:
    return Line(
        device,
        places[device.point_code],
        presence(device.seen_at, device.revoked_at, now),
        read_report(device.report),
    )
