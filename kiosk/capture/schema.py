"""The intake's JSON, as contract and as check: what comes in, what goes out."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    WithJsonSchema,
)

from kiosk.core.ids import parse_id
from kiosk.core.strict import Moment, Strict, whole
from kiosk.core.text import normalise

MAX_SHEETS = 50
MAX_BODY_BYTES = 256 * 1024
MAX_REVISION = 1000
# Three thousand years: any clock a tablet can have.
MAX_OFFSET_MS = 10**14
UUID_SCHEMA = {"type": "string", "format": "uuid"}


def _identity(value: object) -> object:
    # Anything but text has no canonical form either: the one fault covers both.
    return parse_id(value if isinstance(value, str) else "")


Identity = Annotated[UUID, BeforeValidator(_identity), WithJsonSchema(UUID_SCHEMA)]
Code = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(normalise)]
Revision = Annotated[int, Field(ge=1, le=MAX_REVISION), BeforeValidator(whole)]
Offset = Annotated[
    int,
    Field(
        ge=-MAX_OFFSET_MS,
        le=MAX_OFFSET_MS,
        description="Server clock minus device clock when the sheet was captured, in ms",
    ),
    BeforeValidator(whole),
]
Version = Annotated[int, Field(ge=1, le=32_000), BeforeValidator(whole)]


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
