"""Bytes from a device become checked sheets, each fault with its code and its place."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kiosk.capture.rules import Sheet
from kiosk.capture.schema import Envelope, SheetIn
from kiosk.core.text import normalise
from kiosk.errors import EnvelopeError, NotJsonError
from kiosk.survey.rules import Survey, canonical_answers, check_answers

MAX_ECHO = 60
TYPE_CODES = {
    "missing": "field_missing",
    "extra_forbidden": "field_unknown",
    "literal_error": "option_unknown",
    "greater_than_equal": "value_range",
    "less_than_equal": "value_range",
    "string_too_long": "text_too_long",
    "too_long": "too_many",
    "too_short": "too_few",
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A sheet that cannot be kept; the device moves it to its own quarantine."""

    id: str | None
    code: str
    path: str


class Twice(dict[str, Any]):
    """An object in which a key stood twice; which of the two was meant is unknown."""

    key = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    seen: set[str] = set()
    marked = Twice(plain)
    for name, _ in pairs:
        if name in seen:
            marked.key = name
            break
        seen.add(name)
    return marked


def _no_constant(name: str) -> None:
    raise ValueError(name)


def read_batch(body: bytes) -> Envelope:
    """Read the envelope; raise NotJsonError or EnvelopeError with every fault."""
    try:
        document = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise NotJsonError from None
    if isinstance(document, Twice):
        raise EnvelopeError(
            faults=[{"code": "duplicate_key", "path": _echo(document.key)}]
        )
    try:
        return Envelope.model_validate(document)
    except ValidationError as error:
        faults = [{"code": _code(f), "path": _path(f)} for f in _first(error)]
        raise EnvelopeError(faults=faults) from None


@dataclass(frozen=True, slots=True)
class Fault:
    """A code and a place inside one sheet."""

    code: str
    path: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What the reader must know of the house to check one sheet.

    `origin` returns where the sheet comes from, or why it may not come from there;
    `survey` finds a published version.
    """

    origin: Callable[[SheetIn], str | Fault]
    survey: Callable[[str, int], Survey | None]
    has_point: Callable[[str], bool]


def read_sheet(raw: object, desk: Desk) -> Sheet | Rejected:
    """Check one sheet of a batch."""
    identity = identity_of(raw)
    fault = _duplicate_key(raw)
    if fault is None:
        try:
            checked = SheetIn.model_validate(raw)
        except ValidationError as error:
            first = _first(error)[0]
            fault = Fault(_code(first), _path(first))
        else:
            read = _in_the_house(checked, desk)
            if isinstance(read, Sheet):
                return read
            fault = read
    return Rejected(identity, fault.code, fault.path)


def _in_the_house(checked: SheetIn, desk: Desk) -> Sheet | Fault:
    if checked.slip is not None:
        return Fault("slip_unknown", "slip")
    if not desk.has_point(checked.point):
        return Fault("point_unknown", "point")
    origin = desk.origin(checked)
    if isinstance(origin, Fault):
        return origin
    survey = desk.survey(checked.survey, checked.survey_version)
    if survey is None:
        return Fault("survey_unknown", "survey")
    return _answered(checked, origin, survey)


def _answered(checked: SheetIn, origin: str, survey: Survey) -> Sheet | Fault:
    faults = check_answers(survey, checked.answers)
    if faults:
        return Fault(faults[0].code, faults[0].path)
    answers = canonical_answers(survey, checked.answers)
    comment = answers.pop("comment", None)
    return Sheet(
        id=checked.id,
        revision=checked.revision,
        survey=survey.code,
        survey_version=survey.version,
        point=checked.point,
        channel=checked.channel,
        origin=origin,
        captured_at=checked.captured_at,
        language=checked.language,
        outcome=checked.outcome,
        assisted=checked.assisted,
        flipped=checked.flipped,
        answers=answers,
        comment=comment if isinstance(comment, str) else None,
        clock_offset_ms=checked.clock_offset_ms,
    )


def _duplicate_key(raw: object) -> Fault | None:
    if isinstance(raw, Twice):
        return Fault("duplicate_key", _echo(raw.key))
    if isinstance(raw, dict) and isinstance(raw.get("answers"), Twice):
        return Fault("duplicate_key", f"answers.{_echo(raw['answers'].key)}")
    return None


def carries_code(raw: object) -> bool:
    """Tell whether a sheet brings a poster's code with it."""
    return isinstance(raw, dict) and bool(raw.get("qr"))


def identity_of(raw: object) -> str | None:
    """Return the id as it was sent, which is how the device knows the sheet."""
    identity = raw.get("id") if isinstance(raw, dict) else None
    return _echo(identity) if isinstance(identity, str) else None


def _first(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_input=False, include_url=False, include_context=False)


def _code(fault: ErrorDetails) -> str:
    return TYPE_CODES.get(fault["type"], "value_type")


def _path(fault: ErrorDetails) -> str:
    return ".".join(_echo(str(part)) for part in fault["loc"])


def _echo(text: str) -> str:
    # What came from outside goes back short, and without lone surrogates, which no
    # encoder writes.
    return normalise(text[:MAX_ECHO])
