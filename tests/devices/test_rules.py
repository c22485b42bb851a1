"""Poster codes: whatever is not written with the centre's key leads nowhere."""

from __future__ import annotations

import pytest

from kiosk.devices.rules import (
    ALPHABET,
    SERIALS,
    hash_key,
    poster_code,
    read_poster_code,
)

KEY = bytes(range(32))
CODE = poster_code(KEY, 1, 123_456)


@pytest.mark.parametrize("serial", [0, 1, 31, 32, 123_456, SERIALS - 1])
def test_a_code_reads_back_as_its_serial(serial: int) -> None:
    assert read_poster_code(KEY, 1, poster_code(KEY, 1, serial)) == serial


def test_a_code_is_stable_for_ever() -> None:
    """Posters on walls were printed with it: changing the code's form kills them all."""
    assert CODE == "3RJ0-FF38K-ZCGY5"


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f" {CODE} ",
        CODE.replace("0", "O"),
        CODE.replace("0", "o"),
    ],
)
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert read_poster_code(KEY, 1, typed) == 123_456


@pytest.mark.parametrize("confused", ["I", "i", "l", "L"])
def test_letters_like_one_are_read_as_one(confused: str) -> None:
    serial = next(n for n in range(1000) if "1" in poster_code(KEY, 1, n))
    code = poster_code(KEY, 1, serial)
    assert read_poster_code(KEY, 1, code.replace("1", confused)) == serial


def test_every_single_slip_is_noticed() -> None:
    letters = CODE.replace("-", "")
    slips = [
        letters[:place] + other + letters[place + 1 :]
        for place, letter in enumerate(letters)
        for other in ALPHABET
        if other != letter
    ]
    assert len(slips) == 14 * 31
    assert not [slip for slip in slips if read_poster_code(KEY, 1, slip) is not None]


def test_another_centre_and_another_key_do_not_open() -> None:
    assert read_poster_code(KEY, 2, CODE) is None
    assert read_poster_code(bytes(32), 1, CODE) is None


@pytest.mark.parametrize(
    "text",
    ["", "-", "A", CODE[:-1], CODE + "0", "U" * 14, "Ư" * 14, "ß" * 7, "\x00" * 14,
     "٣" * 14, "😀" * 14, "'; DROP TABLE poster_code", "0" * 10_000],
)  # fmt: skip
def test_nonsense_is_no_code(text: str) -> None:
    assert read_poster_code(KEY, 1, text) is None


def test_the_check_has_at_least_fifty_bits() -> None:
    ends = {poster_code(KEY, 1, serial)[-11:] for serial in range(2_000)}
    assert len(ends) == 2_000
    for place in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10):
        assert {end[place] for end in ends} == set(ALPHABET)


def test_any_header_text_can_be_hashed() -> None:
    assert len(hash_key("khóa \udce9")) == 64
