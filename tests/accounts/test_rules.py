"""What a password must be, how long a guesser waits, where a sign-in may lead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.accounts import rules

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
EMAIL, NAME = "nguyen.binh@hanam.example", "Nguyễn Thị Bình"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "password_short"),
        ("ngắn quá rồi", None),  # twelve characters, one of them a space
        ("ngắn quá rồ", "password_short"),
        ("x7" * 65, "password_long"),
        ("031085012345", "password_digits"),  # as long as a căn cước
        ("٠١٢٣٤٥٦٧٨٩٠١", "password_digits"),
        ("aaaaaaaaaaaaaaaa", "password_repeats"),
        ("abababababababab", "password_repeats"),
        ("nguyen.binh@hanam.example", "password_personal"),
        ("NGUYENBINH123", "password_personal"),
        ("nguyễn thị bình", "password_personal"),
        ("Thị Bình Nguyễn 1990", "password_personal"),
        ("matkhau12345", "password_common"),
        ("Mật khẩu 2026", "password_common"),
        ("Hanam@202611", "password_common"),
        ("Hải Phòng 2026!", "password_common"),
        ("qwertyuiop[]", "password_common"),
        ("abcdefghijkl", "password_common"),
        ("bà Bình trồng khoai lang", None),
        ("!@#$%^&*()_+", None),
        ("con trâu đi trước", None),
    ],
)
def test_a_password_is_judged(password: str, fault: str | None) -> None:
    assert rules.password_fault(password, email=EMAIL, name=NAME) == fault


@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_every_text_gets_a_verdict(password: str, email: str, name: str) -> None:
    fault = rules.password_fault(password, email=email, name=name)
    assert (fault == "password_short") == (len(password) < rules.MIN_LENGTH)


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=m) for m in minutes]


@pytest.mark.parametrize(
    ("earlier", "seconds"),
    [
        ([], 0),
        (minutes_ago(1, 2, 3, 4), 0),
        (minutes_ago(1, 2, 3, 4, 5), 600),  # until the fifth leaves the window
        (minutes_ago(5, 4, 3, 2, 1), 600),
        (minutes_ago(1, 2, 3, 4, 14.99), 1),
        (minutes_ago(1, 2, 3, 4, 15), 0),
        (minutes_ago(1, 2, 3, 4, 5, 6, 7), 600),
        (minutes_ago(0, 0, 0, 0, 0), 900),
    ],
)
def test_the_sixth_attempt_waits(earlier: list[datetime], seconds: int) -> None:
    wait = rules.wait_seconds(
        earlier, limit=rules.FAILURES, window=rules.FAILURE_WINDOW, now=NOW
    )
    assert wait == seconds


@pytest.mark.parametrize(
    ("age", "silence", "over"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(minutes=29, seconds=59), timedelta(minutes=29, seconds=59), False),
        (timedelta(minutes=30), timedelta(minutes=30), True),
        (timedelta(hours=7, minutes=59), timedelta(minutes=1), False),
        (timedelta(hours=8), timedelta(0), True),
    ],
)
def test_a_session_ends_by_silence_and_by_age(
    age: timedelta, silence: timedelta, over: bool
) -> None:
    assert rules.is_over(NOW - age, NOW - silence, NOW) is over


@pytest.mark.parametrize(
    "target", ["/", "/dashboard", "/a?b=c&d=%2F%2Fevil.vn", "/a#b"]
)
def test_a_path_of_ours_is_followed(target: str) -> None:
    assert rules.is_own_path(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "dashboard",
        "//evil.vn",
        "///evil.vn",
        "/\\evil.vn",
        "\\/evil.vn",
        "/\t/evil.vn",
        "/\n/evil.vn",
        "/ /evil.vn",
        "https://evil.vn",
        "https:evil.vn",
        "javascript:alert(1)",
        " //evil.vn",
        "/a\x00b",
    ],
)
def test_nothing_else_is(target: str) -> None:
    assert not rules.is_own_path(target)
