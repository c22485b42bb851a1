"""JSON from a device: read strictly, each fault with its code and its place."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from kiosk.core.text import normalise
from kiosk.errors import EnvelopeError, NotJsonError

MAX_ECHO = 60
MOMENT_SCHEMA = {"type": "string", "format": "date-time"}
FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
# A day before the calendar's end: local time, hours ahead of UTC, has to reach it too.
LAST_MOMENT = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
# The largest whole number that every JSON reader keeps (RFC 8259 §6).
MOST = 2**53 - 1


def whole(value: object) -> object:
    """Take 2.0 for 2: JSON Schema knows no difference; True is no number there."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _moment(value: object) -> object:
    """Read RFC 3339; a moment beyond the calendar becomes its end."""
    if not isinstance(value, str) or len(value) < 20 or value[10] not in "Tt ":
        raise ValueError("moment")
    moment = datetime.fromisoformat(value.upper())
    if moment.tzinfo is None:
        raise ValueError("moment without offset")
    try:
        return min(moment.astimezone(UTC), LAST_MOMENT)
    except OverflowError:
        return FIRST_MOMENT if moment.year == 1 else LAST_MOMENT


Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(MOMENT_SCHEMA)]
Count = Annotated[int, Field(ge=0, le=MOST), BeforeValidator(whole)]
Whole = Annotated[int, Field(ge=-MOST, le=MOST), BeforeValidator(whole)]
Label = Annotated[str, Field(max_length=40), AfterValidator(normalise)]


class Strict(BaseModel):
    """Nothing is converted, nothing unknown is passed over."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def read_json(body: bytes) -> Any:
    """Read a document; raise NotJsonError."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotJsonError from None


def refusal(error: ValidationError) -> EnvelopeError:
    """Turn what a model refused into the error that names every place."""
    faults = [
        {"code": fault["type"], "path": ".".join(_echo(part) for part in fault["loc"])}
        for fault in error.errors(
            include_input=False, include_url=False, include_context=False
        )
    ]
    return EnvelopeError(faults=faults)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _echo(part: object) -> str:
    # What came from outside goes back short, and without lone surrogates, which no
    # encoder writes.
    return normalise(str(part)[:MAX_ECHO])
