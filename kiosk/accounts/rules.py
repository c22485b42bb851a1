"""What a password must be, how long a guesser waits, and where a sign-in may lead."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil

# NIST SP 800-63B-4 §3.1.1.2: length and a list of what is guessed first; no rules on
# classes of characters, no expiry.
MIN_LENGTH = 12
MAX_LENGTH = 128
MIN_DISTINCT = 5
# What must be left of a password when the words below and the person's own are taken out.
MIN_REST = 8
MIN_WORD = 3
COMMON_WORDS = (
    "password",
    "passwd",
    "matkhau",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "abcdefghijkl",
    "abcdef",
    "123456789",
    "1234567",
    "987654321",
    "welcome",
    "letmein",
    "iloveyou",
    "anhyeuem",
    "administrator",
    "admin",
    "quantri",
    "haiphong",
    "hanam",
    "vietnam",
    "motcua",
    "trungtam",
    "hanhchinhcong",
    "uynhandan",
    "ubnd",
)

FAILURES = 5
FAILURE_WINDOW = timedelta(minutes=15)
# Each failure costs a hash of 130 to 230 ms on a worker that also takes in answers:
# strangers together may cost thirty in five minutes. Short, so that whoever floods the
# form keeps staff out only as long as the flood lasts.
CENTRE_FAILURES = 30
CENTRE_WINDOW = timedelta(minutes=5)

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)


def password_fault(password: str, *, email: str, name: str) -> str | None:
    """Return what is wrong with a new password, or None."""
    checks = {
        "password_short": len(password) < MIN_LENGTH,
        "password_long": len(password) > MAX_LENGTH,
        # Twelve digits are an identity number (căn cước), ten a telephone number.
        "password_digits": password.isdecimal(),
        "password_repeats": len(set(password)) < MIN_DISTINCT,
        "password_personal": _is_little_more_than(password, _own_words(email, name)),
        "password_common": _is_little_more_than(
            password, [*_own_words(email, name), *COMMON_WORDS]
        ),
    }
    return next((code for code, is_wrong in checks.items() if is_wrong), None)


def _own_words(email: str, name: str) -> list[str]:
    words = [email, *email.split("@"), name, *name.split()]
    return [_plain(word) for word in words]


def _is_little_more_than(password: str, words: Iterable[str]) -> bool:
    """Tell whether a guesser who tries the words has little left to guess."""
    plain = _plain(password)
    rest = plain
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= MIN_WORD:
            rest = rest.replace(word, "")
    return len(rest) < min(MIN_REST, len(plain))


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(character for character in bare if character.isalnum())


def wait_seconds(
    earlier: Sequence[datetime], *, limit: int, window: timedelta, now: datetime
) -> int:
    """Return how long the next attempt waits after these failures, 0 when it need not."""
    recent = sorted((at for at in earlier if at > now - window), reverse=True)
    if len(recent) < limit:
        return 0
    return ceil((recent[limit - 1] + window - now).total_seconds())


def is_over(started: datetime, seen: datetime, now: datetime) -> bool:
    """Tell whether a session has ended by itself."""
    return now - started >= ABSOLUTE or now - seen >= IDLE


def is_own_path(target: str) -> bool:
    """Tell whether a browser would stay on this site when sent to the target.

    Browsers read a backslash as a slash and drop tabs and line feeds, so `/\\evil.vn`
    and `/<tab>/evil.vn` lead away (WHATWG URL Standard, basic URL parser).
    """
    return (
        target.startswith("/")
        and not target.startswith("//")
        and "\\" not in target
        and all(character > " " for character in target)
    )
