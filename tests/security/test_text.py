"""Characters that nobody sees: none reaches a page, a name or an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.accounts.schema import name_of
from kiosk.core.text import normalise
from kiosk.errors import BadFieldError
from kiosk.survey.rules import Question, Survey, canonical_answers, check_answers

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, str] = {"vi": "Ý kiến", "en": "Comment"}
COMMENT = Question("comment", "text", WORDS, max_length=1000)
SURVEY = Survey("full", 1, WORDS, (COMMENT,))
TURNED = "tốt \u202egnôhk\u202c \u2066chút nào\u2069"
NOTHING = "\u200b\u2060\ufeff\u200e"


def test_no_comment_turns_what_stands_after_it() -> None:
    kept = canonical_answers(SURVEY, {"comment": TURNED})
    assert kept == {"comment": "tốt gnôhk chút nào"}


def test_an_answer_of_nothing_is_no_answer() -> None:
    [fault] = check_answers(SURVEY, {"comment": NOTHING})
    assert fault.code == "answer_required"


def test_nobody_has_a_name_that_nobody_sees() -> None:
    assert name_of("Nguyễn\u200b Bình\u202e") == name_of("Nguyễn Bình")
    with pytest.raises(BadFieldError):
        name_of(NOTHING)


@pytest.mark.parametrize(
    "text", ["👨\u200d👩\u200d👧", "❤\ufe0f", "Đường\tsố 5\nẤp 2", "ự ặ ễ ỡ"]
)
def test_what_can_be_seen_stays(text: str) -> None:
    assert normalise(text) == text
