"""A published formula does not change in silence, and asks what the surveys ask."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from analytics.catalogue import Formula, load

ROOT = Path(__file__).parents[2]
DEFINITIONS = load()
SCALE = (1, 2, 3, 4, 5)
SATISFIED = (4, 5)
FACTORS = ("access", "procedure", "staff", "result", "feedback")

# What each version counts. A change of formula is a new version with a line of its own.
PUBLISHED = {
    ("satisfaction", 1): Formula("share", ("overall",), SCALE, SATISFIED, mean=True),
    ("factor", 1): Formula("share", FACTORS, SCALE, SATISFIED, mean=True),
    ("index", 1): Formula("ratio", FACTORS, SCALE, SATISFIED, mean=True),
    ("one_visit", 1): Formula("share", ("visits",), (1, 2, 3), (1,), mean=False),
}


def test_the_published_measures_are_there() -> None:
    assert {(d.code, d.formula_version) for d in DEFINITIONS.values()} == set(PUBLISHED)


@pytest.mark.parametrize(("code", "version"), PUBLISHED)
def test_a_version_counts_what_it_counted(code: str, version: int) -> None:
    assert DEFINITIONS[code].formula == PUBLISHED[code, version]


@pytest.mark.parametrize("code", sorted(DEFINITIONS))
def test_a_definition_is_reviewed_within_two_years(code: str) -> None:
    definition = DEFINITIONS[code]
    assert definition.next_review <= definition.reviewed + timedelta(days=731)


@pytest.mark.parametrize("code", sorted(DEFINITIONS))
def test_a_definition_asks_what_a_survey_asks(code: str) -> None:
    asked = {
        question["code"]: {option["value"] for option in question.get("options", ())}
        for path in ROOT.glob("kiosk/survey/data/*.toml")
        for question in tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
    }
    formula = DEFINITIONS[code].formula
    assert set(formula.questions) <= set(asked)
    for question in formula.questions:
        assert asked[question] == set(formula.values)
