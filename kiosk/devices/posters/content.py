"""What differs from poster to poster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Content:
    """The names by language, and the address that the QR code carries.

    `demo` marks a poster whose answers go among simulated ones.
    """

    point: Mapping[str, str]
    centre: Mapping[str, str]
    address: str
    issued_at: datetime
    demo: bool = False
