"""What an answer sheet may say to a questionnaire, and the one form it is kept in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.survey.rules import (
    FAULT_TEXTS,
    MAX_FAULTS,
    Fault,
    Survey,
    canonical_answers,
    check_answers,
)
from kiosk.survey.schema import read_survey
from kiosk.survey.service import REFERENCE_FOLDER

COUNTER = read_survey(REFERENCE_FOLDER / "counter-1.toml")
FULL = read_survey(REFERENCE_FOLDER / "full-1.toml")


def faults(survey: Survey, answers: dict[str, object]) -> list[tuple[str, str]]:
    return [(fault.code, fault.path) for fault in check_answers(survey, answers)]


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_every_level_of_the_scale_is_taken(level: int) -> None:
    assert faults(COUNTER, {"overall": level}) == []


def test_a_whole_sheet_is_taken() -> None:
    answers = {"overall": 5, "reasons": ["staff", "time"], "visits": 1}
    assert faults(COUNTER, answers) == []


def test_every_question_of_the_phone_form_is_taken() -> None:
    answers = {
        **dict.fromkeys(["overall", "access", "procedure", "staff"], 4),
        **dict.fromkeys(["result", "feedback"], 1),
        "visits": 3,
        "dossier_channel": "online",
        "comment": "Hướng dẫn rõ.",
    }
    assert faults(FULL, answers) == []


@pytest.mark.parametrize("value", [True, False, 4.5, 5.0, "5", None, [5], {"v": 5}])
def test_a_level_is_a_whole_number_and_nothing_like_it(value: object) -> None:
    assert faults(COUNTER, {"overall": value}) == [("value_type", "answers.overall")]


@pytest.mark.parametrize("value", [0, 6, -1, 10**30])
def test_a_level_lies_on_the_scale(value: int) -> None:
    assert faults(COUNTER, {"overall": value}) == [("value_range", "answers.overall")]


def test_an_unknown_question_is_named() -> None:
    answers = {"overall": 3, "mood": 1}
    assert faults(COUNTER, answers) == [("question_unknown", "answers.mood")]


def test_what_is_echoed_of_a_hostile_key_is_short_and_printable() -> None:
    (fault,) = check_answers(COUNTER, {"overall": 3, "\x00\ud800" + "x" * 9000: 1})
    assert fault.path == "answers." + "x" * 38


def test_a_hostile_sheet_gets_a_short_list() -> None:
    answers: dict[str, object] = {f"q{number}": 1 for number in range(5000)}
    assert len(check_answers(COUNTER, answers)) == MAX_FAULTS


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({"visits": 4}, ("option_unknown", "answers.visits")),
        ({"visits": 0}, ("option_unknown", "answers.visits")),
        ({"visits": "1"}, ("value_type", "answers.visits")),
        ({"visits": True}, ("value_type", "answers.visits")),
        ({"visits": None}, ("value_type", "answers.visits")),
        ({"reasons": "staff"}, ("value_type", "answers.reasons")),
        ({"reasons": ["staff", "weather"]}, ("option_unknown", "answers.reasons.1")),
        ({"reasons": [["staff"]]}, ("value_type", "answers.reasons.0")),
        ({"reasons": ["staff", "staff"]}, ("duplicate_option", "answers.reasons")),
        ({"reasons": ["staff"] * 9000}, ("duplicate_option", "answers.reasons")),
    ],
)
def test_a_choice_is_one_of_the_options(
    answers: dict[str, object], fault: tuple[str, str]
) -> None:
    assert faults(COUNTER, {"overall": 3, **answers}) == [fault]


def test_a_choice_by_code_takes_no_number() -> None:
    answers: dict[str, object] = {"dossier_channel": 1}
    assert faults(FULL, answers) == [("value_type", "answers.dossier_channel")]


@pytest.mark.parametrize("answers", [{}, {"visits": 1}, {"reasons": ["staff"]}])
def test_the_score_is_required_at_the_counter(answers: dict[str, object]) -> None:
    assert faults(COUNTER, answers) == [("answer_required", "answers.overall")]


@pytest.mark.parametrize("answers", [{}, {"comment": " \n\x07"}])
def test_a_sheet_says_something(answers: dict[str, object]) -> None:
    assert faults(FULL, answers) == [("answer_required", "answers")]


def test_a_comment_alone_is_an_answer() -> None:
    assert faults(FULL, {"comment": "Cảm ơn"}) == []


def test_a_comment_has_a_limit_counted_as_it_is_kept() -> None:
    typed = unicodedata.normalize("NFD", "ễ" * 1000) + "\r\n\x00"
    assert len(typed) > 3000
    assert faults(FULL, {"comment": typed}) == []
    (fault,) = check_answers(FULL, {"comment": "ễ" * 1001})
    assert fault == Fault("text_too_long", "answers.comment", limit=1000)


@pytest.mark.parametrize("value", [5, None, True, ["a"]])
def test_a_comment_is_text(value: object) -> None:
    assert faults(FULL, {"comment": value}) == [("value_type", "answers.comment")]


def test_chosen_reasons_are_kept_in_the_questionnaires_order() -> None:
    answers: dict[str, object] = {"reasons": ["result", "staff", "time"], "overall": 2}
    canonical = canonical_answers(COUNTER, answers)
    assert list(canonical.items()) == [
        ("overall", 2),
        ("reasons", ["staff", "time", "result"]),
    ]


def test_the_sent_answers_are_left_as_they_came() -> None:
    answers: dict[str, object] = {"overall": 2, "reasons": ["result", "staff"]}
    canonical_answers(COUNTER, answers)
    assert answers["reasons"] == ["result", "staff"]


def test_blanks_are_no_answers() -> None:
    answers: dict[str, object] = {"overall": 3, "comment": " \n\x07 "}
    assert canonical_answers(FULL, answers) == {"overall": 3}
    assert canonical_answers(COUNTER, {"overall": 3, "reasons": []}) == {"overall": 3}


def test_a_comment_is_kept_composed_and_without_control_characters() -> None:
    typed = unicodedata.normalize("NFD", " Chờ lâu\r\nquá\x00 ")
    assert canonical_answers(FULL, {"comment": typed}) == {"comment": "Chờ lâu\nquá"}


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
LIKELY = st.integers(0, 6) | st.lists(st.sampled_from(["staff", "time", "place"]))


# Hypothesis tabulates Unicode at its first text, which takes a second on a busy machine.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["overall", "reasons", "visits", "comment", "staff", "other"]),
        LIKELY | ANY_JSON,
    )
)
def test_whatever_is_sent_is_judged_and_never_breaks(
    answers: dict[str, object],
) -> None:
    for survey in (COUNTER, FULL):
        if not check_answers(survey, answers):
            kept = canonical_answers(survey, answers)
            assert check_answers(survey, kept) == []
            assert canonical_answers(survey, kept) == kept


@pytest.mark.parametrize("code", sorted(FAULT_TEXTS))
def test_every_fault_can_be_said_in_both_languages(code: str) -> None:
    fault = Fault(code, "answers.comment", limit=1000)
    assert fault.message("vi") != fault.message("en")
    assert fault.message("tyz") == fault.message("en")


def test_a_too_long_text_is_told_the_limit() -> None:
    fault = Fault("text_too_long", "answers.comment", limit=1000)
    assert fault.message("vi") == "Nội dung dài quá 1000 ký tự."
