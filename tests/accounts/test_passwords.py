"""Hashes: their strength, their number at once, and what they tell of nobody."""

from __future__ import annotations

import threading
import unicodedata

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from kiosk.accounts import passwords
from kiosk.errors import BadFieldError, UnavailableError
from tests.accounts.conftest import PASSWORD


def new_hash(password: str) -> str:
    return passwords.new_hash(password, email="a@b.example", name="Trần An")


def test_the_product_hashes_with_argon2id_at_rfc_9106s_second_choice() -> None:
    fresh = PasswordHasher()
    parameters = extract_parameters(fresh.hash("x"))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost) == (64 * 1024, 3)
    assert extract_parameters(passwords.STAND_IN) == parameters


def test_a_hash_fits_its_password_alone() -> None:
    kept = new_hash(PASSWORD)
    assert PASSWORD not in kept
    assert passwords.fits(kept, PASSWORD)
    assert not passwords.fits(kept, PASSWORD + " ")


def test_it_fits_whatever_form_the_keyboard_composes() -> None:
    kept = new_hash(PASSWORD)
    assert passwords.fits(kept, unicodedata.normalize("NFD", PASSWORD))


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
def test_what_is_no_hash_fits_nothing(kept: str) -> None:
    assert not passwords.fits(kept, PASSWORD)


def test_a_lone_surrogate_is_no_crash() -> None:
    assert not passwords.fits(new_hash(PASSWORD), "\ud800" + PASSWORD + "x")


def test_a_bad_password_is_refused_by_name_not_by_value() -> None:
    with pytest.raises(BadFieldError) as caught:
        new_hash("matkhau12345")
    assert caught.value.details == {"field": "password", "reason": "password_common"}


def test_an_older_hash_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    older = new_hash(PASSWORD)
    assert passwords.stronger_hash(older, PASSWORD) is None
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    renewed = passwords.stronger_hash(older, PASSWORD)
    assert renewed
    assert passwords.fits(renewed, PASSWORD)


def test_the_stand_in_costs_a_whole_hash_and_fits_nothing() -> None:
    assert not PasswordHasher().check_needs_rehash(passwords.STAND_IN)
    assert not passwords.fits(passwords.STAND_IN, PASSWORD)


class SlowHasher:
    """Counts who is inside."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.lock = threading.Lock()

    def hash(self, password: str) -> str:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.entered.release()
        self.open.wait(5)
        with self.lock:
            self.inside -= 1
        return "hash"


def test_few_hashes_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowHasher()
    monkeypatch.setattr(passwords, "HASHER", slow)
    count = passwords.CONCURRENT_HASHES + 3
    threads = [threading.Thread(target=new_hash, args=[PASSWORD]) for _ in range(count)]
    for thread in threads:
        thread.start()
    assert all(
        slow.entered.acquire(timeout=5) for _ in range(passwords.CONCURRENT_HASHES)
    )
    slow.open.set()
    for thread in threads:
        thread.join()
    assert slow.most == passwords.CONCURRENT_HASHES


def test_whoever_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    with passwords._turn(), pytest.raises(UnavailableError):
        new_hash(PASSWORD)


def test_a_one_time_password_is_new_and_acceptable() -> None:
    made = {passwords.one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert len(password) == 19
        assert passwords.fits(new_hash(password), password)
