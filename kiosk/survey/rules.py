"""Questionnaires as frozen types, and what an answer sheet may answer to them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from kiosk.core.text import normalise

Kind = Literal["scale", "choice", "multi", "text"]
Wording = Mapping[str, str]
Value = int | str

# A hostile sheet may hold thousands of unknown keys; nobody reads more than a few faults.
MAX_FAULTS = 10
MAX_ECHOED_CHARACTERS = 40

# In the words of the answering device's log and of a clerk who types in a paper form.
FAULT_TEXTS: Mapping[str, Wording] = {
    "question_unknown": {
        "vi": "Phiếu không có câu hỏi này.",
        "en": "The questionnaire has no such question.",
    },
    "option_unknown": {
        "vi": "Câu hỏi không có lựa chọn này.",
        "en": "The question has no such option.",
    },
    "value_type": {
        "vi": "Câu trả lời không đúng kiểu.",
        "en": "The answer is not of the right type.",
    },
    "value_range": {
        "vi": "Câu trả lời phải là một mức từ 1 đến 5.",
        "en": "The answer must be a level from 1 to 5.",
    },
    "text_too_long": {
        "vi": "Nội dung dài quá {limit} ký tự.",
        "en": "The text is longer than {limit} characters.",
    },
    "answer_required": {
        "vi": "Cần trả lời câu hỏi này.",
        "en": "This question needs an answer.",
    },
    "duplicate_option": {
        "vi": "Một lựa chọn được chọn hai lần.",
        "en": "An option was chosen twice.",
    },
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that cannot be kept; `code` is stable, `path` like answers.overall."""

    code: str
    path: str
    limit: int | None = None

    def message(self, language: str) -> str:
        """Say it to a person, in English unless `language` is known."""
        texts = FAULT_TEXTS[self.code]
        return texts.get(language, texts["en"]).format(limit=self.limit)


@dataclass(frozen=True, slots=True)
class Option:
    """One value that may be chosen, and its words in every language."""

    value: Value
    text: Wording


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `source` names the law or form that it comes from."""

    code: str
    kind: Kind
    text: Wording
    required: bool = False
    factor: str | None = None
    label: Wording | None = None
    hint: Wording | None = None
    options: tuple[Option, ...] = ()
    max_length: int | None = None
    source: str | None = None
    path: str = field(init=False, repr=False, compare=False)
    positions: Mapping[Value, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare what the intake looks up for every sheet."""
        positions = {option.value: place for place, option in enumerate(self.options)}
        object.__setattr__(self, "path", f"answers.{self.code}")
        object.__setattr__(self, "positions", MappingProxyType(positions))


@dataclass(frozen=True, slots=True)
class Survey:
    """One version of a questionnaire."""

    code: str
    version: int
    title: Wording
    questions: tuple[Question, ...]
    by_code: Mapping[str, Question] = field(init=False, repr=False, compare=False)
    required: tuple[Question, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare what the intake looks up for every sheet."""
        by_code = {question.code: question for question in self.questions}
        required = tuple(question for question in self.questions if question.required)
        object.__setattr__(self, "by_code", MappingProxyType(by_code))
        object.__setattr__(self, "required", required)


def check_answers(survey: Survey, answers: Mapping[str, object]) -> list[Fault]:
    """Return what cannot be kept of the answers, at most MAX_FAULTS; usually nothing.

    Strict: nothing is rounded or converted, so a fault of a device is seen and not
    turned into an opinion that nobody had.
    """
    faults: list[Fault] = []
    by_code = survey.by_code
    for code, value in answers.items():
        question = by_code.get(code)
        if question is None:
            faults.append(Fault("question_unknown", f"answers.{_echo(code)}"))
        else:
            faults.extend(CHECKS[question.kind](question, value))
        if len(faults) >= MAX_FAULTS:
            return faults[:MAX_FAULTS]
    faults.extend(
        Fault("answer_required", question.path)
        for question in survey.required
        if question.code not in answers
    )
    if not faults and all(map(_is_blank, answers.values())):
        faults.append(Fault("answer_required", "answers"))
    return faults


def canonical_answers(
    survey: Survey, answers: Mapping[str, object]
) -> dict[str, Value | list[Value]]:
    """Return checked answers in one form: two devices that mean the same say the same.

    Questions and chosen options in the questionnaire's order, text normalised (its
    control characters out), blanks left out.
    """
    canonical: dict[str, Value | list[Value]] = {}
    for question in survey.questions:
        value = answers.get(question.code)
        if isinstance(value, list):
            value = sorted(value, key=question.positions.__getitem__)
        elif question.kind == "text" and isinstance(value, str):
            value = _kept(value)
        if isinstance(value, int | str | list) and value not in ("", []):
            canonical[question.code] = value
    return canonical


def _check_scale(question: Question, value: object) -> Iterable[Fault]:
    # type() and not isinstance: True is an int to Python, and no answer.
    if type(value) is not int:
        return (Fault("value_type", question.path),)
    if value not in question.positions:
        return (Fault("value_range", question.path),)
    return ()


def _check_choice(question: Question, value: object) -> Iterable[Fault]:
    return _check_option(question, value, question.path)


def _check_multi(question: Question, value: object) -> Iterable[Fault]:
    if not isinstance(value, list):
        return (Fault("value_type", question.path),)
    # One more than there are options must hold a stranger or a double.
    chosen = value[: len(question.options) + 1]
    faults = [
        fault
        for place, item in enumerate(chosen)
        for fault in _check_option(question, item, f"{question.path}.{place}")
    ]
    if not faults and len(set(chosen)) < len(chosen):
        faults.append(Fault("duplicate_option", question.path))
    return faults


def _check_option(question: Question, value: object, path: str) -> Iterable[Fault]:
    kind = type(value)
    if kind is not type(question.options[0].value):
        return (Fault("value_type", path),)
    if value not in question.positions:
        return (Fault("option_unknown", path),)
    return ()


def _check_text(question: Question, value: object) -> Iterable[Fault]:
    if not isinstance(value, str):
        return (Fault("value_type", question.path),)
    limit = question.max_length
    if limit is not None and len(_kept(value)) > limit:
        return (Fault("text_too_long", question.path, limit),)
    return ()


CHECKS: Mapping[str, Callable[[Question, object], Iterable[Fault]]] = {
    "scale": _check_scale,
    "choice": _check_choice,
    "multi": _check_multi,
    "text": _check_text,
}


def _is_blank(value: object) -> bool:
    return value == [] or (isinstance(value, str) and not _kept(value))


def _kept(text: str) -> str:
    return normalise(text).strip()


def _echo(code: str) -> str:
    return normalise(code[:MAX_ECHOED_CHARACTERS])
