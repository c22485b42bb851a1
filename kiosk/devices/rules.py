"""Keys of tablets, codes of posters: made, written, read, without any look-up."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

# Crockford's base 32: no I, L, O, U, so that a code can be read out and typed in.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CONFUSED = str.maketrans("ILO", "110")
SEPARATORS = str.maketrans("", "", "- ")
GROUPS = (4, 5, 5)

SERIAL_LETTERS = 4
# 50 bits: at a thousand tries a second, 18,000 years for one forged code.
CHECK_LETTERS = 10
SERIALS = 32**SERIAL_LETTERS

State = Literal["ok", "retired", "unknown"]

# 32 random bytes, as a tablet writes them in an address or a header.
KEY = re.compile(r"[A-Za-z0-9_-]{43}")
# Only signed-in staff can try a code: 30 bits tell apart what is open, they guard nothing.
PAIRING_LETTERS = 6
PAIRING_CODES = 32**PAIRING_LETTERS
PAIRING_LASTS = timedelta(minutes=10)
PIN_DIGITS = 6
PINS = 10**PIN_DIGITS
# Three heartbeats are missing.
SILENT_AFTER = timedelta(minutes=3)

Presence = Literal["running", "silent", "never", "revoked"]


@dataclass(frozen=True, slots=True)
class Poster:
    """A poster that hangs at a point; `code` is what its QR code carries."""

    serial: int
    code: str
    point_code: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class PosterTarget:
    """Where a code leads: `unknown` is forged, mistyped, or never issued here."""

    state: State
    centre_id: int = 0
    serial: int = 0
    point_code: str = ""

    @property
    def origin(self) -> str:
        """Return how answer sheets name the poster they came from."""
        return f"poster:{self.serial}"


UNKNOWN = PosterTarget("unknown")


def hash_key(key: str) -> str:
    """Return what is stored of a device key.

    A plain SHA-256 is enough: the key has 256 random bits, so there is nothing to guess.
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def is_key(text: str) -> bool:
    """Tell whether a text can be a key that a tablet made."""
    return KEY.fullmatch(text) is not None


def pairing_code(number: int) -> str:
    """Write a number as the letters of a pairing code, without the dash."""
    return _letters(number, PAIRING_LETTERS)


def show_pairing_code(code: str) -> str:
    """Write a code as people read it out, for example K7M-3Q9."""
    half = PAIRING_LETTERS // 2
    return f"{code[:half]}-{code[half:]}"


def read_pairing_code(text: str) -> str | None:
    """Return the letters of a code, however it was typed; None for anything else."""
    letters = _typed(text)
    if len(letters) != PAIRING_LETTERS or set(letters) - set(ALPHABET):
        return None
    return letters


def pin_sha256(device_id: UUID, pin: str) -> str:
    """Return what a tablet compares a typed PIN with.

    Whoever can read it can try a million PINs: it keeps hands off the panel, and the
    panel shows and changes nobody's answers.
    """
    return hashlib.sha256(f"{device_id}:{pin}".encode("ascii")).hexdigest()


def presence(
    seen_at: datetime | None, revoked_at: datetime | None, now: datetime
) -> Presence:
    """Tell from its last heartbeat how a tablet is."""
    if revoked_at is not None:
        return "revoked"
    if seen_at is None:
        return "never"
    return "running" if now - seen_at < SILENT_AFTER else "silent"


def poster_code(key: bytes, centre_id: int, serial: int) -> str:
    """Write a poster's serial and its check in groups, for example 7K3M-P9XQ2-W4HTD."""
    letters = _letters(serial, SERIAL_LETTERS) + _check(key, centre_id, serial)
    groups = []
    for size in GROUPS:
        groups.append(letters[:size])
        letters = letters[size:]
    return "-".join(groups)


def read_poster_code(key: bytes, centre_id: int, text: str) -> int | None:
    """Return the serial of a genuine code, however it was typed; None for any other."""
    letters = _typed(text)
    if len(letters) != SERIAL_LETTERS + CHECK_LETTERS or set(letters) - set(ALPHABET):
        return None
    serial = _number(letters[:SERIAL_LETTERS])
    genuine = _check(key, centre_id, serial)
    return serial if hmac.compare_digest(letters[SERIAL_LETTERS:], genuine) else None


def _typed(text: str) -> str:
    return text.upper().translate(SEPARATORS).translate(CONFUSED)


def _check(key: bytes, centre_id: int, serial: int) -> str:
    signed = f"poster|{centre_id}|{serial}".encode("ascii")
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    bits = int.from_bytes(digest, "big") >> (8 * len(digest) - 5 * CHECK_LETTERS)
    return _letters(bits, CHECK_LETTERS)


def _letters(number: int, count: int) -> str:
    return "".join(
        ALPHABET[number >> 5 * place & 31] for place in reversed(range(count))
    )


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    return number
