"""Staff who look after the tablets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.accounts.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient


@pytest.fixture
def head(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """Return the browser of the centre's head."""
    return sign_in(Role.HEAD)
