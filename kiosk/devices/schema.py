"""What tablets and the server tell each other about the tablet itself."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from kiosk.core.strict import (
    Count,
    Label,
    Moment,
    Strict,
    Whole,
    read_json,
    refusal,
)
from kiosk.core.text import normalise

# One heartbeat is about 600 bytes.
MAX_HEARTBEAT_BYTES = 8 * 1024


class Battery(Strict):
    """As the browser's Battery API tells it."""

    level: Annotated[float, Field(ge=0, le=1)]
    charging: bool


class Storage(Strict):
    """Where the sheets wait, and whether the browser promised not to clear it."""

    kind: Literal["indexeddb", "memory"]
    persisted: bool | None
    usage: Count | None
    quota: Count | None


class Heartbeat(Strict):
    """What a tablet says of itself once a minute; every member is always there.

    Every sheet that was ever tapped is acknowledged, queued or in quarantine:
    `tapped` is the sum of the three.
    """

    sent_at: Moment
    release: Label
    browser: Annotated[str, Field(max_length=300), AfterValidator(normalise)] | None
    battery: Battery | None
    storage: Storage
    queue: Count
    oldest_unsent: Moment | None
    quarantine: Count
    tapped: Count
    acknowledged: Count
    clock_offset_ms: Annotated[
        Whole | None, Field(description="The server's clock minus the tablet's")
    ]
    survey: Label | None
    survey_version: Count | None


class HeartbeatOut(BaseModel):
    """The heartbeat was heard, and when."""

    received_at: str = Field(json_schema_extra={"format": "date-time"})


class PairingOut(BaseModel):
    """What the tablet shows until staff have typed it in."""

    code: str = Field(description="Two groups of three, as K7M-3Q9")
    expires_at: str = Field(json_schema_extra={"format": "date-time"})
    expires_in: int = Field(description="Seconds left: the tablet's clock may be wrong")


class NamesOut(BaseModel):
    """What something is called in each language."""

    vi: str
    en: str


class DeviceNameOut(BaseModel):
    """The tablet."""

    id: str = Field(json_schema_extra={"format": "uuid"})
    name: str


class PointOut(BaseModel):
    """The point where the tablet stands."""

    code: str
    name: NamesOut


class CentreOut(BaseModel):
    """The centre that the point belongs to."""

    name: NamesOut


class DeviceOut(BaseModel):
    """What a paired tablet must know of itself."""

    device: DeviceNameOut
    point: PointOut
    centre: CentreOut
    survey: str
    pin_sha256: str | None = Field(
        description="SHA-256 of `<device id>:<PIN>` in hex: the tablet checks the staff "
        "PIN without the network; null when it has none"
    )


def read_heartbeat(body: bytes) -> Heartbeat:
    """Read a heartbeat; raise NotJsonError, or EnvelopeError with the faults."""
    try:
        return Heartbeat.model_validate(read_json(body))
    except ValidationError as error:
        raise refusal(error) from None


def stored_report(heartbeat: Heartbeat) -> dict[str, Any]:
    """Return what is kept of a heartbeat: all of it, as JSON."""
    return heartbeat.model_dump(mode="json")


def read_report(report: Mapping[str, Any] | None) -> Heartbeat | None:
    """Read what was kept; None for nothing, or for what another release kept."""
    if report is None:
        return None
    try:
        return Heartbeat.model_validate(report)
    except ValidationError:
        return None
