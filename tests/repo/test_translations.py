"""Vietnamese wording is the source; every sentence of it has an English one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).parents[2]
ENGLISH = ROOT / "kiosk/translations/en/LC_MESSAGES/messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")
# Letters that English does not have; names of places and offices keep theirs.
VIETNAMESE = re.compile(
    r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE
)
PROPER_NAMES = ("Hà Nam", "Hải Phòng", "Tiếng Việt")
# What a document says above a signature is quoted as it is printed.
QUOTED = ("GIÁM ĐỐC", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Collect the wording of code and templates, as `make messages` does."""
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    pybabel = Path(sys.executable).with_name("pybabel")
    keywords = ("--keyword=lazy_gettext", "--keyword=lazy_ngettext:1,2")
    subprocess.run(
        [pybabel, "--quiet", "extract", "--mapping-file=pyproject.toml", *keywords,
         f"--output-file={target}", "."],
        cwd=ROOT,
        check=True,
    )  # fmt: skip
    with target.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def described(message: Message) -> str:
    where = ", ".join(f"{file}:{line}" for file, line in message.locations)
    return f"{texts(message.id)[0]} ({where})"


def test_wording_is_found_in_code_and_in_templates(used: Catalog) -> None:
    places = [file for message in used for file, _ in message.locations]
    assert any(file.endswith(".py") for file in places)
    assert any(file.endswith(".html") for file in places)


def test_every_sentence_has_an_english_one(used: Catalog, english: Catalog) -> None:
    missing = [
        described(message)
        for message in used
        if message.id
        and not ((known := english.get(message.id)) and all(texts(known.string)))
    ]
    assert not missing, "\n".join(missing)


def test_no_english_sentence_has_outlived_its_source(
    used: Catalog, english: Catalog
) -> None:
    unused = [texts(m.id)[0] for m in english if m.id and used.get(m.id) is None]
    assert not unused
    assert not english.obsolete


def test_no_translation_is_a_guess(english: Catalog) -> None:
    assert not [
        texts(message.id)[0] for message in english if message.id and message.fuzzy
    ]


def test_both_languages_fill_in_the_same_values(english: Catalog) -> None:
    different = [
        texts(message.id)[0]
        for message in english
        if message.id
        and any(
            Counter(PLACEHOLDER.findall(text))
            != Counter(PLACEHOLDER.findall(texts(message.id)[-1]))
            for text in texts(message.string)
        )
    ]
    assert not different


def test_the_english_is_english(english: Catalog) -> None:
    left = []
    for message in english:
        for text in texts(message.string) if message.id else []:
            bare = text
            for name in (*PROPER_NAMES, *QUOTED):
                bare = bare.replace(name, "")
            if VIETNAMESE.search(bare):
                left.append(text)
    assert not left
