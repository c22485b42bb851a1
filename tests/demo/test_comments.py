"""Comments as typed on phones: the slips are the ones of Vietnamese keyboards."""

from __future__ import annotations

import re
import unicodedata
from random import Random

import pytest

from kiosk.demo import wording
from kiosk.demo.comments import Pen, shortened, telex, without_accents
from kiosk.demo.opinions import Opinion
from kiosk.demo.traffic import JOBS

POOLS = (
    wording.LIKED,
    wording.MIXED,
    wording.DISLIKED,
    wording.IMPROVED,
    wording.ENGLISH_LIKED,
    wording.ENGLISH_DISLIKED,
)


def opinion(overall: int, *, improved: bool = False) -> Opinion:
    return Opinion(0.0, 1, overall, improved)


@pytest.mark.parametrize(
    ("word", "keys"),
    [
        ("được", "dduwowcj"),
        ("Hướng", "Huwowngs"),
        ("tốt.", "toots."),
        ("ngã", "ngax"),
        ("hỏi", "hoir"),
        ("ăn", "awn"),
        ("quê", "quee"),
        ("ba", "ba"),
    ],
)
def test_telex_keys(word: str, keys: str) -> None:
    assert telex(word) == keys


def test_a_keyboard_without_vietnamese() -> None:
    assert without_accents("Đường từ thôn lên xa") == "Duong tu thon len xa"


def test_short_forms_replace_whole_words_only() -> None:
    assert shortened("không được") == "ko đc"
    assert shortened("khôngg") == "khôngg"


@pytest.mark.parametrize("overall", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.field)
def test_what_is_written_is_clean_text(overall: int, job: object) -> None:
    pen = Pen(Random(7))
    field = job.field  # type: ignore[attr-defined]
    for improved in (True, False):
        for language in ("vi", "en"):
            text = pen.write(opinion(overall, improved=improved), field, language)
            assert text
            assert unicodedata.is_normalized("NFC", text)
            assert not re.search(r"[{}@]|\d{4}", text)


def test_a_wording_comes_back_only_when_all_were_used() -> None:
    pen = Pen(Random(7))
    written = [pen.write(opinion(1), "cu-tru", "en") for _ in wording.ENGLISH_DISLIKED]
    assert sorted(written) == sorted(wording.ENGLISH_DISLIKED)


@pytest.mark.parametrize("overall", [1, 2])
def test_the_dissatisfied_write_what_they_are_dissatisfied_with(overall: int) -> None:
    pen = Pen(Random(7))
    for _ in wording.DISLIKED:
        pen.write(opinion(overall), "cu-tru", "vi")
    assert pen._unused == {wording.DISLIKED: []}


def test_no_two_wordings_are_the_same() -> None:
    texts = [text for pool in POOLS for text in pool]
    assert len(texts) == len(set(texts))
