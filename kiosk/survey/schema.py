"""Questionnaire definitions, TOML or JSON, into frozen types and back."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kiosk.core.text import normalise
from kiosk.errors import ReferenceDataError
from kiosk.survey import rules
from kiosk.survey.definition import survey_faults

Text = Annotated[str, AfterValidator(normalise)]
Wording = dict[str, Text]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class OptionDefinition(_Strict):
    """An option as a file or the database holds it."""

    value: int | str
    text: Wording


class QuestionDefinition(_Strict):
    """A question as a file or the database holds it."""

    code: str
    kind: rules.Kind
    required: bool
    factor: str | None = None
    source: Text | None = None
    label: Wording | None = None
    text: Wording
    hint: Wording | None = None
    options: list[OptionDefinition] = []
    max_length: int | None = Field(default=None, ge=1, le=4000)


class SurveyDefinition(_Strict):
    """A questionnaire as a file or the database holds it."""

    code: str
    version: int
    title: Wording
    questions: list[QuestionDefinition]


def read_survey(path: Path) -> rules.Survey:
    """Read a questionnaire file; raise ReferenceDataError naming file and key."""
    try:
        definition = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReferenceDataError(faults=[f"{path.name}: {error}"]) from error
    return parse_survey(definition, origin=path.name)


def parse_survey(definition: Mapping[str, object], *, origin: str) -> rules.Survey:
    """Turn a definition into a Survey; raise ReferenceDataError naming origin and key."""
    try:
        parsed = SurveyDefinition.model_validate(definition)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        ]
    else:
        survey = rules.Survey(
            code=parsed.code,
            version=parsed.version,
            title=parsed.title,
            questions=tuple(_question(question) for question in parsed.questions),
        )
        faults = survey_faults(survey)
        if not faults:
            return survey
    raise ReferenceDataError(faults=[f"{origin}: {fault}" for fault in faults])


def _question(parsed: QuestionDefinition) -> rules.Question:
    options = tuple(rules.Option(row.value, row.text) for row in parsed.options)
    return rules.Question(
        code=parsed.code,
        kind=parsed.kind,
        text=parsed.text,
        required=parsed.required,
        factor=parsed.factor,
        label=parsed.label,
        hint=parsed.hint,
        options=options,
        max_length=parsed.max_length,
        source=parsed.source,
    )


def definition_of(survey: rules.Survey) -> dict[str, object]:
    """Return the definition as it is published: JSON types, wording in all languages."""
    return {
        "code": survey.code,
        "version": survey.version,
        "title": dict(survey.title),
        "questions": [_definition_of(question) for question in survey.questions],
    }


def _definition_of(question: rules.Question) -> dict[str, object]:
    definition: dict[str, object] = {
        "code": question.code,
        "kind": question.kind,
        "required": question.required,
        "factor": question.factor,
        "text": dict(question.text),
        "options": [
            {"value": option.value, "text": dict(option.text)}
            for option in question.options
        ],
    }
    if question.label is not None:
        definition["label"] = dict(question.label)
    if question.hint is not None:
        definition["hint"] = dict(question.hint)
    if question.max_length is not None:
        definition["max_length"] = question.max_length
    if question.source is not None:
        definition["source"] = question.source
    return definition


def canonical_json(definition: Mapping[str, object]) -> bytes:
    """Return the one spelling of a definition: keys sorted, no spaces, UTF-8."""
    text = json.dumps(
        definition, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return text.encode()


def sha256_of(definition: Mapping[str, object]) -> str:
    """Return the SHA-256, in hexadecimal, of the definition's canonical JSON."""
    return hashlib.sha256(canonical_json(definition)).hexdigest()
