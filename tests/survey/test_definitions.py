"""Questionnaire files: read whole, refused with file and key, and worded as agreed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import ReferenceDataError
from kiosk.survey.definition import FACTORS, MAX_REASONS
from kiosk.survey.rules import Survey
from kiosk.survey.schema import definition_of, parse_survey, read_survey, sha256_of
from kiosk.survey.service import REFERENCE_FOLDER

COUNTER = read_survey(REFERENCE_FOLDER / "counter-1.toml")
FULL = read_survey(REFERENCE_FOLDER / "full-1.toml")
LABELS = [
    "Rất không hài lòng",
    "Không hài lòng",
    "Bình thường",
    "Hài lòng",
    "Rất hài lòng",
]


def small(**question: Any) -> dict[str, Any]:
    words = {"vi": "Chữ", "en": "Words"}
    base = {
        "code": "visits",
        "kind": "choice",
        "required": False,
        "text": words,
        "options": [{"value": 1, "text": words}, {"value": 2, "text": words}],
    }
    questions = [{**base, **question}]
    return {"code": "small", "version": 1, "title": words, "questions": questions}


def faults_of(definition: dict[str, Any]) -> str:
    with pytest.raises(ReferenceDataError) as refused:
        parse_survey(definition, origin="small.toml")
    return str(refused.value.details["faults"])


def options(*values: object) -> list[dict[str, Any]]:
    return [{"value": value, "text": {"vi": "a", "en": "b"}} for value in values]


def test_a_small_questionnaire_is_read() -> None:
    assert (
        parse_survey(small(), origin="small.toml").by_code["visits"].required is False
    )


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ({"code": "Visits"}, "questions.Visits.code"),
        ({"kind": "stars"}, "questions.0.kind"),
        ({"required": "no"}, "questions.0.required"),
        ({"colour": "red"}, "questions.0.colour"),
        ({"text": {"vi": "Chữ"}}, "questions.visits.text: wording in en, vi"),
        ({"text": {"vi": "Chữ", "en": " "}}, "questions.visits.text: an empty"),
        ({"hint": {"vi": "Chữ"}}, "questions.visits.hint"),
        ({"options": options(1, 1)}, "a value is used twice"),
        ({"options": options(1, "2")}, "all values numbers, or all codes"),
        ({"options": options(1)}, "options: two or more"),
        ({"options": options(True, 2)}, "questions.0.options.0.value"),
        ({"options": options(1.5, 2)}, "questions.0.options.0.value"),
        ({"kind": "scale"}, "a scale is 1 to 5"),
        ({"kind": "scale", "options": options(5, 4, 3, 2, 1)}, "in this order"),
        ({"kind": "multi", "options": options(*"abcdefg")}, f"two to {MAX_REASONS}"),
        ({"kind": "multi", "required": True}, "questions.visits.required"),
        ({"kind": "text", "max_length": 10}, "a text has none"),
        ({"kind": "text", "options": []}, "questions.visits.max_length"),
        ({"max_length": 10}, "questions.visits.max_length"),
        ({"factor": "visits"}, "questions.visits.factor"),
        ({"code": "staff", "factor": "access"}, "questions.staff.factor"),
        ({"code": "staff", "factor": "staff"}, "questions.staff.factor"),
    ],
)
def test_a_wrong_question_is_refused_by_its_key(
    question: dict[str, Any], named: str
) -> None:
    faults = faults_of(small(**question))
    assert named in faults
    assert "small.toml: " in faults


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ({"version": 0}, "version: 1 or more"),
        ({"version": "1"}, "version: "),
        ({"code": "Small"}, "code: lower-case"),
        ({"questions": []}, "questions: none"),
        ({"title": {"vi": "Chữ", "en": ""}}, "title: an empty wording"),
        (
            {"title": {"vi": "a", "en": "b", "tyz": "c"}},
            "questions.visits.text: wording",
        ),
    ],
)
def test_a_wrong_questionnaire_is_refused_by_its_key(
    part: dict[str, Any], named: str
) -> None:
    assert named in faults_of({**small(), **part})


def test_a_question_code_is_used_once() -> None:
    definition = small()
    definition["questions"] *= 2
    assert "a code is used twice" in faults_of(definition)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken-1.toml"
    path.write_bytes(b"code = \xff")
    with pytest.raises(ReferenceDataError) as refused:
        read_survey(path)
    assert "broken-1.toml" in str(refused.value.details["faults"])


def test_the_wording_is_kept_composed() -> None:
    definition = small(text={"vi": "Chu\u031b\u0303", "en": "Words"})
    text = parse_survey(definition, origin="x").by_code["visits"].text
    assert text["vi"] == "Chữ"


@pytest.mark.parametrize("survey", [COUNTER, FULL], ids=["counter", "full"])
def test_a_definition_reads_back_as_the_same_questionnaire(survey: Survey) -> None:
    definition = definition_of(survey)
    again = parse_survey(definition, origin="database")
    assert again == survey
    assert sha256_of(definition_of(again)) == sha256_of(definition)


def test_a_changed_word_changes_the_hash() -> None:
    changed = definition_of(COUNTER)
    changed["title"] = {"vi": "Khác", "en": "Other"}
    assert sha256_of(changed) != sha256_of(definition_of(COUNTER))


def test_every_scale_has_the_ministrys_five_labels() -> None:
    scales = [q for q in (*COUNTER.questions, *FULL.questions) if q.kind == "scale"]
    assert len(scales) == 7
    for question in scales:
        assert [option.text["vi"] for option in question.options] == LABELS


def test_the_tablet_asks_what_the_contract_says() -> None:
    assert [question.code for question in COUNTER.questions] == [
        "overall",
        "reasons",
        "visits",
    ]
    assert [option.value for option in COUNTER.by_code["reasons"].options] == [
        "staff",
        "guidance",
        "time",
        "publicity",
        "place",
        "result",
    ]
    assert COUNTER.by_code["overall"].required


def test_the_phone_form_asks_the_five_factors_by_their_official_names() -> None:
    factors = [question for question in FULL.questions if question.factor]
    assert tuple(question.code for question in factors) == FACTORS
    assert [question.label and question.label["vi"] for question in factors] == [
        "Tiếp cận dịch vụ",
        "Thủ tục hành chính",
        "Công chức",
        "Kết quả",
        "Tiếp nhận, xử lý góp ý, phản ánh, kiến nghị",
    ]


def test_nothing_on_the_phone_form_is_required() -> None:
    assert FULL.required == ()


@pytest.mark.parametrize("survey", [COUNTER, FULL], ids=["counter", "full"])
def test_every_question_names_its_source(survey: Survey) -> None:
    assert all(question.source for question in survey.questions)


@pytest.mark.parametrize("survey", [COUNTER, FULL], ids=["counter", "full"])
def test_no_wording_begs(survey: Survey) -> None:
    """Praise asked for is not praise: no exclamation, no "please rate us well"."""
    words = str(definition_of(survey)).lower()
    assert not [beg for beg in ("!", "đánh giá tốt", "rate us") if beg in words]
