"""A quick hash: what is tested here is when one is computed, not what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from kiosk.accounts import passwords
from tests.staff import hire

if TYPE_CHECKING:
    from flask import Flask

    from kiosk.accounts.session import Person

EMAIL = "binh@hanam.example"
PASSWORD = "con trâu đi trước, cái cày theo sau"


@pytest.fixture(autouse=True)
def _quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", quick)


@pytest.fixture
def binh(app: Flask) -> Person:
    """Return the head, who has a password."""
    return hire(app, "head", email=EMAIL, password_hash=passwords.HASHER.hash(PASSWORD))
