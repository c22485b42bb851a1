"""The intake's JSON, as contract and as check: what comes in, what goes out."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from kiosk.core.ids import parse_id
from kiosk.core.text import normalise

MAX_SHEETS = 50
MAX_BODY_BYTES = 256 * 1024
MAX_REVISION = 1000
# Three thousand years: any clock a tablet can have.
MAX_OFFSET_MS = 10**14
UUID_SCHEMA = {"type": "string", "format": "uuid"}
MOMENT_SCHEMA = {"type": "string", "format": "date-time"}
FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


def _whole(value: object) -> object:
    # JSON Schema knows no difference between 2 and 2.0; True is no number there.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _moment(value: object) -> object:
    """Read RFC 3339; a moment beyond the calendar in UTC becomes its end."""
    if not isinstance(value, str) or len(value) < 20 or value[10] not in "Tt ":
        raise ValueError("moment")
    moment = datetime.fromisoformat(value.upper())
    if moment.tzinfo is None:
        raise ValueError("moment without offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return FIRST_MOMENT if moment.year == 1 else LAST_MOMENT


def _identity(value: object) -> object:
    # Anything but text has no canonical form either: the one fault covers both.
    return parse_id(value if isinstance(value, str) else "")


Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(MOMENT_SCHEMA)]
Identity = Annotated[UUID, BeforeValidator(_identity), WithJsonSchema(UUID_SCHEMA)]
Code = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(normalise)]
Revision = Annotated[int, Field(ge=1, le=MAX_REVISION), BeforeValidator(_whole)]
Offset = Annotated[
    int, Field(ge=-MAX_OFFSET_MS, le=MAX_OFFSET_MS), BeforeValidator(_whole)
]
Version = Annotated[int, Field(ge=1, le=32_000), BeforeValidator(_whole)]


class Strict(BaseModel):
    """Nothing is converted, nothing unknown is passed over."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SheetIn(Strict):
    """One revision of one citizen's answer sheet, as a device sends it."""

    id: Identity
    revision: Revision
    survey: Code
    survey_version: Version
    point: Code
    channel: Literal["kiosk", "qr", "slip", "assisted", "paper", "phone", "canary"]
    captured_at: Moment
    language: Literal["vi", "en"]
    outcome: Literal["completed", "skipped", "timeout"]
    assisted: bool = False
    slip: Annotated[str, Field(max_length=64)] | None = None
    qr: Annotated[str, Field(max_length=64)] | None = None
    flipped: bool = False
    clock_offset_ms: Offset | None = None
    answers: dict[str, Any]


class BatchIn(Strict):
    """What a device sends: its clock, and at most 50 sheets."""

    sent_at: Moment
    responses: Annotated[list[SheetIn], Field(min_length=1, max_length=MAX_SHEETS)]


class Envelope(Strict):
    """A batch whose sheets are not looked at yet.

    Each is checked on its own: one fault must not harm its neighbours.
    """

    sent_at: Moment
    responses: Annotated[list[Any], Field(min_length=1, max_length=MAX_SHEETS)]


class ResultOut(BaseModel):
    """What became of one sheet."""

    id: str | None = Field(description="As it was sent; null when it had none")
    status: Literal["stored", "revised", "duplicate", "conflict", "rejected"]
    code: str | None = Field(None, description="Why it was rejected; stable")
    path: str | None = Field(None, description="Where the fault is")
    message: str | None = Field(None, description="The same for a person")


class BatchOut(BaseModel):
    """One result for every sheet, in order."""

    received_at: str = Field(json_schema_extra={"format": "date-time"})
    results: list[ResultOut]


class PingOut(BaseModel):
    """Proof that this service, and no captive portal, answered; and its clock."""

    service: Literal["kiosk"]
    now: str = Field(json_schema_extra={"format": "date-time"})
