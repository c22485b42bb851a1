"""What a questionnaire must satisfy before citizens may be asked."""

import re
from collections.abc import Iterable

from kiosk.survey.rules import Question, Survey, Wording

LANGUAGES = frozenset({"vi", "en"})
FACTORS = ("access", "procedure", "staff", "result", "feedback")
SCALE = (1, 2, 3, 4, 5)
# A seventh reason does not fit the tablet at the size an old eye reads.
MAX_REASONS = 6
CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
MAX_VERSION = 2**31 - 1


def survey_faults(survey: Survey) -> list[str]:
    """Return what keeps a questionnaire from being published, each with its key."""
    faults = []
    if not CODE.fullmatch(survey.code):
        faults.append("code: lower-case letters, digits and _ only")
    if not 0 < survey.version <= MAX_VERSION:
        faults.append("version: 1 or more")
    if not survey.questions:
        faults.append("questions: none")
    if len(survey.by_code) < len(survey.questions):
        faults.append("questions: a code is used twice")
    faults += _language_faults("title", survey.title, frozenset(survey.title))
    for question in survey.questions:
        key = f"questions.{question.code}"
        faults += [f"{key}.{fault}" for fault in _question_faults(question)]
        for part, wording in _wordings(question):
            languages = frozenset(survey.title)
            faults += _language_faults(f"{key}.{part}", wording, languages)
    return faults


def _question_faults(question: Question) -> Iterable[str]:
    if not CODE.fullmatch(question.code):
        yield "code: lower-case letters, digits and _ only"
    if question.required and question.kind not in {"scale", "choice"}:
        yield "required: only a scale or a choice can be"
    if question.factor is not None and not _is_factor_question(question):
        yield f"factor: one of {', '.join(FACTORS)}, on a labelled scale of that code"
    if (question.kind == "text") != (question.max_length is not None):
        yield "max_length: on a text, and on nothing else"
    yield from _option_faults(question)


def _is_factor_question(question: Question) -> bool:
    # Daily counts are kept by question code, measures asked for by factor.
    named = question.factor in FACTORS and question.factor == question.code
    return named and question.kind == "scale" and question.label is not None


def _option_faults(question: Question) -> Iterable[str]:
    values = tuple(option.value for option in question.options)
    if len(question.positions) < len(values):
        yield "options: a value is used twice"
    if len({type(value) for value in values}) > 1:
        yield "options: all values numbers, or all codes"
    if question.kind == "scale" and values != SCALE:
        yield "options: a scale is 1 to 5, in this order"
    if question.kind == "choice" and len(values) < 2:
        yield "options: two or more"
    if question.kind == "multi" and not 1 < len(values) <= MAX_REASONS:
        yield f"options: two to {MAX_REASONS}"
    if question.kind == "text" and values:
        yield "options: a text has none"


def _wordings(question: Question) -> Iterable[tuple[str, Wording]]:
    yield "text", question.text
    if question.label is not None:
        yield "label", question.label
    if question.hint is not None:
        yield "hint", question.hint
    for option in question.options:
        yield f"options.{option.value}", option.text


def _language_faults(
    key: str, wording: Wording, languages: frozenset[str]
) -> Iterable[str]:
    expected = languages | LANGUAGES
    if set(wording) != expected:
        yield f"{key}: wording in {', '.join(sorted(expected))}, no more and no less"
    if not all(text.strip() for text in wording.values()):
        yield f"{key}: an empty wording"
