"""Guessing is slow, however many hands guess at once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from kiosk.accounts import passwords, rules, signing
from kiosk.accounts.models import SignInFailure
from kiosk.errors import TooManyAttemptsError
from tests.accounts.conftest import EMAIL, PASSWORD
from tests.staff import hire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.usefixtures("binh")


@pytest.fixture
def visit(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def fail(now: datetime, count: int, email: str = EMAIL) -> None:
    for _ in range(count):
        assert signing.sign_in(email, "wrong", now=now) is None


@pytest.mark.usefixtures("visit")
def test_after_five_failures_even_the_right_password_waits(now: datetime) -> None:
    fail(now, rules.FAILURES)
    with pytest.raises(TooManyAttemptsError) as caught:
        signing.sign_in(EMAIL, PASSWORD, now=now + timedelta(minutes=1))
    assert caught.value.details["retry_after"] == 14 * 60


@pytest.mark.usefixtures("visit")
def test_asking_again_does_not_prolong_the_wait(now: datetime) -> None:
    fail(now, rules.FAILURES)
    for minute in range(15):
        with pytest.raises(TooManyAttemptsError):
            signing.sign_in(EMAIL, PASSWORD, now=now + timedelta(minutes=minute))
    assert signing.sign_in(EMAIL, PASSWORD, now=now + rules.FAILURE_WINDOW)


@pytest.mark.usefixtures("visit")
def test_a_success_clears_the_slate(now: datetime) -> None:
    fail(now, rules.FAILURES - 1)
    assert signing.sign_in(EMAIL, PASSWORD, now=now)
    fail(now, rules.FAILURES)


@pytest.mark.usefixtures("visit")
def test_another_spelling_of_the_address_is_the_same_person(now: datetime) -> None:
    fail(now, rules.FAILURES, EMAIL.upper() + " ")
    with pytest.raises(TooManyAttemptsError):
        signing.sign_in(EMAIL, PASSWORD, now=now)


def test_one_persons_failures_are_not_anothers(app: Flask, now: datetime) -> None:
    other = hire(app, "clerk", password_hash=passwords.HASHER.hash(PASSWORD))
    with app.test_request_context():
        fail(now, rules.FAILURES)
        assert signing.sign_in(other.email, PASSWORD, now=now)


@pytest.mark.usefixtures("visit")
def test_an_unknown_address_waits_like_a_known_one(now: datetime) -> None:
    fail(now, rules.FAILURES, "nobody@hanam.example")
    with pytest.raises(TooManyAttemptsError):
        signing.sign_in("nobody@hanam.example", "wrong", now=now)


@pytest.mark.usefixtures("visit")
def test_strangers_together_cost_the_centre_few_hashes(now: datetime) -> None:
    for number in range(rules.CENTRE_FAILURES):
        fail(now, 1, f"{number}@elsewhere.example")
    with pytest.raises(TooManyAttemptsError) as caught:
        signing.sign_in(EMAIL, PASSWORD, now=now)
    assert caught.value.details["retry_after"] == 5 * 60
    assert signing.sign_in(EMAIL, PASSWORD, now=now + rules.CENTRE_WINDOW)


@pytest.mark.usefixtures("visit")
def test_what_no_longer_counts_is_forgotten(session: Session, now: datetime) -> None:
    fail(now, 3)
    fail(now + rules.FAILURE_WINDOW, 1)
    assert session.scalar(sa.select(sa.func.count(SignInFailure.id))) == 1


@pytest.mark.usefixtures("visit")
def test_what_was_typed_is_not_kept(session: Session, now: datetime) -> None:
    fail(now, 1, "my password by mistake")
    row = session.execute(sa.select(SignInFailure.__table__)).one()
    assert "mistake" not in str(row)
    assert len(row.subject) == 64


def test_of_many_at_once_no_more_than_five_are_looked_at(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    refused: list[int] = []
    monkeypatch.setattr(passwords, "fits", lambda *seen: looked_at.append(seen))

    def guess() -> None:
        with app.test_request_context():
            try:
                signing.sign_in(EMAIL, "wrong", now=now)
            except TooManyAttemptsError:
                refused.append(1)

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) <= rules.FAILURES
    assert len(looked_at) + len(refused) == 20
    counted = session.scalar(sa.select(sa.func.count(SignInFailure.id)))
    assert counted == len(looked_at)
