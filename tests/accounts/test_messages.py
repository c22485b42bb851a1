"""Everything that a page or a command may have to say has its words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import kiosk
from kiosk.accounts import messages, rules
from kiosk.accounts.permissions import PERMISSIONS, Role
from kiosk.edge.access import ENDPOINTS, Staff, StaffOrKey

ROOT = Path(kiosk.__path__[0])
ACTION = re.compile(r"[a-z]+(\.[a-z_]+)|sign_(in|out)")


def strings_given_as(argument: str, under: Path = ROOT) -> set[str]:
    """Collect the constants that the code passes under this name, or to `_record`."""
    found = set()
    for path in under.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            named = [word.value for word in node.keywords if word.arg == argument]
            is_own = argument == "action" and getattr(node.func, "id", "") == "_record"
            for value in [*named, *(node.args[1:2] if is_own else [])]:
                found |= {
                    part.value
                    for part in ast.walk(value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def test_every_recorded_deed_has_its_words() -> None:
    deeds = {deed for deed in strings_given_as("action") if ACTION.fullmatch(deed)}
    deeds |= strings_given_as("failure") | {"account.enable", "account.reset"}
    assert deeds == set(messages.ACTIONS)


def test_every_fault_of_a_password_has_its_words() -> None:
    code = (ROOT / "accounts/rules.py").read_text(encoding="utf-8")
    faults = set(re.findall(r'"(password_[a-z]+)"', code))
    assert len(faults) == 6
    assert faults <= set(messages.FAULTS)


def test_every_reason_has_its_words() -> None:
    reasons = strings_given_as("reason", ROOT / "accounts")
    assert reasons
    assert reasons < set(messages.FAULTS)


@pytest.mark.parametrize("role", Role)
def test_every_role_is_named_and_described(role: Role) -> None:
    assert str(messages.ROLES[role])
    assert str(messages.ROLE_RIGHTS[role])


def test_every_permission_opens_something() -> None:
    asked = {
        access.permission
        for access in ENDPOINTS.values()
        if isinstance(access, Staff | StaffOrKey)
    }
    texts = [p.read_text(encoding="utf-8") for p in ROOT.rglob("*.py")]
    asked |= {
        name for text in texts for name in re.findall(r'may\("([a-z.]+)"\)', text)
    }
    assert set().union(*PERMISSIONS.values()) == asked


def test_the_shortest_password_is_told_as_it_is() -> None:
    assert str(rules.MIN_LENGTH) in str(messages.FAULTS["password_short"])
