"""The phone form's fields, and the ticket that makes its answers one sheet."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from itsdangerous import BadData, URLSafeSerializer

from kiosk.core.text import normalise
from kiosk.survey.rules import Survey, Value, canonical_answers, check_answers

TICKET_FIELD = "ticket"
# Keeps its signatures apart from those of other pages.
TICKET_SALT = "phone-form"
# A form opened in the morning may be sent after the evening meal.
TICKET_LIFETIME = timedelta(hours=24)
# What every figure counts; the questionnaire itself would accept a sheet without it.
FIRST_QUESTION = "overall"
# As a browser sends it: "5x", "4.5", "05" and other scripts' digits are no answers.
WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,3})")


class Fields(Protocol):
    """What a form sends: names that may stand more than once."""

    def lists(self) -> Iterable[tuple[str, list[str]]]: ...


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a page carries so that its answers, however often sent, are one sheet."""

    id: uuid.UUID
    serial: int
    survey_version: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class FormFault:
    """One thing to mend; without a question it concerns the form as a whole."""

    code: str
    question: str | None = None
    length: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What was sent: as typed, what is wrong with it, and the answers in normal form."""

    typed: Mapping[str, str]
    faults: tuple[FormFault, ...]
    answers: Mapping[str, Value | list[Value]]
    comment: str | None


BLANK = Entry(MappingProxyType({}), (), MappingProxyType({}), None)


def write_ticket(secret: str, ticket: Ticket) -> str:
    """Sign a ticket for a hidden field."""
    opened = int(ticket.opened_at.timestamp())
    payload = [ticket.id.hex, ticket.serial, ticket.survey_version, opened]
    return str(_serializer(secret).dumps(payload))


def read_ticket(secret: str, text: str, serial: int, now: datetime) -> Ticket | None:
    """Return the ticket of a page of that poster; None when forged, foreign or too old."""
    try:
        identity, own_serial, version, opened = _serializer(secret).loads(text)
    except BadData:
        return None
    opened_at = datetime.fromtimestamp(opened, UTC)
    # A minute of grace: two servers' clocks may differ, and so may a second's rounding.
    age = now - opened_at
    if own_serial != serial or not timedelta(minutes=-1) <= age <= TICKET_LIFETIME:
        return None
    return Ticket(uuid.UUID(hex=identity), serial, version, opened_at)


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=TICKET_SALT)


def read_form(survey: Survey, fields: Fields) -> Entry:
    """Read what a browser sent; nothing is guessed, everything typed is given back."""
    typed: dict[str, str] = {}
    faults: list[FormFault] = []
    answers: dict[str, object] = {}
    for name, values in fields.lists():
        question = survey.by_code.get(name)
        if name == TICKET_FIELD:
            continue
        if question is None:
            faults.append(FormFault("question_unknown"))
        elif len(values) > 1:
            faults.append(FormFault("repeated", name))
        elif text := normalise(values[0]):
            typed[name] = text
            answers[name] = text if question.kind == "text" else _value(text)
    faults += _refused(survey, answers)
    if FIRST_QUESTION not in answers and FIRST_QUESTION in survey.by_code:
        faults.insert(0, FormFault("answer_required", FIRST_QUESTION))
    if faults:
        return Entry(typed, tuple(dict.fromkeys(faults)), {}, None)
    canonical = canonical_answers(survey, answers)
    comment = canonical.pop("comment", None)
    return Entry(typed, (), canonical, comment if isinstance(comment, str) else None)


def _refused(survey: Survey, answers: Mapping[str, object]) -> Iterator[FormFault]:
    for fault in check_answers(survey, answers):
        name = fault.path.removeprefix("answers.")
        if fault.code == "answer_required":
            continue
        length = len(str(answers.get(name, "")))
        yield FormFault(fault.code, name, length, fault.limit or 0)


def _value(text: str) -> Value:
    return int(text) if WHOLE.fullmatch(text) else text
