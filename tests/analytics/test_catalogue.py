"""Definitions are complete, and a broken file says all that is wrong with it."""

from importlib.resources import files
from unicodedata import is_normalized

import pytest

from analytics import catalogue
from analytics.catalogue import CatalogueError, Definition

CODES = ["factor", "index", "one_visit", "satisfaction"]
TEXT = (files("analytics") / "definitions" / "satisfaction.toml").read_text("utf-8")


def test_this_release_publishes_four_definitions() -> None:
    assert sorted(catalogue.load()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_definition_speaks_both_languages(code: str) -> None:
    definition = catalogue.load()[code]
    texts = [
        definition.title,
        definition.why,
        definition.not_meaning,
        definition.numerator,
        definition.denominator,
        *definition.parts.values(),
    ]
    assert all(text.vi and text.en and text.vi != text.en for text in texts)
    assert all(is_normalized("NFC", text.vi) for text in texts)


def test_the_parts_of_factor_are_its_questions() -> None:
    factor = catalogue.load()["factor"]
    assert tuple(factor.parts) == factor.formula.questions


def test_the_index_is_made_of_the_factors() -> None:
    definitions = catalogue.load()
    assert (
        definitions["index"].formula.questions
        == definitions["factor"].formula.questions
    )


@pytest.mark.parametrize(
    ("measure", "questions"),
    [
        ("satisfaction", ("overall",)),
        ("one_visit", ("visits",)),
        ("factor:staff", ("staff",)),
        ("index", ("access", "procedure", "staff", "result", "feedback")),
    ],
)
def test_a_measure_is_found_by_its_id(measure: str, questions: tuple[str, ...]) -> None:
    assert catalogue.find(measure).questions == questions


def test_a_part_has_its_own_title() -> None:
    assert catalogue.find("factor:staff").title.en == "Civil servants"


@pytest.mark.parametrize(
    "measure", ["", "factor", "factor:", "factor:kindness", "index:staff", "on_time"]
)
def test_an_unknown_measure_is_refused(measure: str) -> None:
    with pytest.raises(CatalogueError, match="no measure"):
        catalogue.find(measure)


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (changed('direction = "higher"', 'direction = "up"'), "direction"),
        (changed("minimum_n = 30", "minimum_n = 5"), "minimum_n"),
        (changed("minimum_n = 30", 'minimum_n = "30"'), "minimum_n"),
        (changed("next_review = 2027", "next_review = 2025"), "next_review"),
        (changed('unit = "percent"\n', ""), "unit: missing"),
        (changed("unit =", "units ="), "units: not part of the form"),
        (changed('en = "Satisfaction"\n', ""), "title: wants vi and en"),
        (changed('method = "share"', 'method = "sum"'), "formula.method"),
        (changed("hits = [4, 5]", "hits = [4, 6]"), "formula.hits"),
        (changed("hits = [4, 5]\n", ""), "formula: wants"),
        (changed('questions = ["overall"]', "questions = []"), "formula.questions"),
        (TEXT[: TEXT.index("source")] + "source = []" + TEXT[TEXT.index("\n[title]") :], "source"),
        ("code = ", "Invalid value"),
    ],
)  # fmt: skip
def test_a_broken_definition_says_why(text: str, fault: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        catalogue.parse(text)
    assert fault in str(caught.value)


def test_all_faults_of_a_definition_come_at_once() -> None:
    text = changed("minimum_n = 30", "minimum_n = 5").replace('"higher"', '"up"')
    with pytest.raises(CatalogueError, match=r"direction.*minimum_n"):
        catalogue.parse(text)


@pytest.fixture
def folder(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    (tmp_path / "definitions").mkdir()
    monkeypatch.setattr(catalogue, "files", lambda _: tmp_path)
    catalogue.load.cache_clear()
    yield tmp_path / "definitions"
    catalogue.load.cache_clear()


def test_the_file_bears_the_code_of_its_definition(folder) -> None:  # type: ignore[no-untyped-def]
    (folder / "happiness.toml").write_text(TEXT, "utf-8")
    (folder / "notes.md").write_text("not a definition", "utf-8")
    with pytest.raises(CatalogueError, match="code is 'satisfaction'"):
        catalogue.load()


def test_every_broken_file_is_named(folder) -> None:  # type: ignore[no-untyped-def]
    for name in ("one.toml", "two.toml"):
        (folder / name).write_text("code = 1", "utf-8")
    with pytest.raises(CatalogueError, match=r"one\.toml.*two\.toml"):
        catalogue.load()


def test_a_good_definition_is_read() -> None:
    assert isinstance(catalogue.parse(TEXT), Definition)
