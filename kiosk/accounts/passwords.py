"""Password hashes: Argon2id, few at a time, at one cost whoever asks."""

import base64
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.accounts import rules
from kiosk.core.text import normalise
from kiosk.errors import BadFieldError, UnavailableError

# The library's defaults are RFC 9106's second choice: 64 MiB and 130 to 230 ms a hash.
HASHER = PasswordHasher()
# 64 MiB each: what a worker with threads may hold at once.
CONCURRENT_HASHES = 2
WAIT_SECONDS = 10
_turns = threading.BoundedSemaphore(CONCURRENT_HASHES)

# Without 0, 1, i, l, o: read from a screen and typed on another.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS = 4
GROUP_LENGTH = 4


def _stand_in() -> str:
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).decode("ascii").rstrip("=")
        for length in (HASHER.salt_len, HASHER.hash_len)
    )
    return (
        f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},"
        f"p={HASHER.parallelism}${salt}${digest}"
    )


# No password fits it. Where there is no account it is checked instead, so that an
# unknown address takes as long as a known one.
STAND_IN = _stand_in()


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise UnavailableError
    try:
        yield
    finally:
        _turns.release()


def new_hash(password: str, *, email: str, name: str) -> str:
    """Return the hash of an acceptable new password; raise BadFieldError otherwise.

    Takes 130 to 230 ms: call it outside of transactions.
    """
    password = normalise(password)
    fault = rules.password_fault(password, email=email, name=name)
    if fault is not None:
        raise BadFieldError(field="password", reason=fault)
    with _turn():
        return HASHER.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Tell whether the password belongs to the hash; takes as long as `new_hash`."""
    with _turn():
        try:
            return HASHER.verify(password_hash, normalise(password))
        except (InvalidHashError, VerificationError):
            return False


def stronger_hash(password_hash: str, password: str) -> str | None:
    """Return a hash with today's parameters where the kept one has older ones."""
    if not HASHER.check_needs_rehash(password_hash):
        return None
    with _turn():
        return HASHER.hash(normalise(password))


def one_time_password() -> str:
    """Return 79 random bits in groups that can be read out."""
    groups = (
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH))
        for _ in range(GROUPS)
    )
    return "-".join(groups)
