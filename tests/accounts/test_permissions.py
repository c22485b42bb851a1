"""The permission table, against what was decided and why."""

from __future__ import annotations

import pytest

from kiosk.accounts.permissions import MANAGED, PERMISSIONS, Role, manages, may
from kiosk.edge.access import ENDPOINTS, Staff, StaffOrKey

USED = {
    access.permission
    for access in ENDPOINTS.values()
    if isinstance(access, Staff | StaffOrKey)
}


def test_every_role_has_its_row() -> None:
    assert set(PERMISSIONS) == set(MANAGED) == set(Role)


def test_no_endpoint_asks_for_a_permission_that_nobody_holds() -> None:
    assert set().union(*PERMISSIONS.values()) >= USED


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMIN])
def test_comments_are_not_for_the_counter_nor_for_the_machine_room(role: Role) -> None:
    assert not may(role, "comments.read")


def test_a_clerk_reads_the_dashboard_and_nothing_else() -> None:
    assert PERMISSIONS[Role.CLERK] == {"own.edit", "dashboard.read"}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEADER])
def test_who_watches_changes_nothing(role: Role) -> None:
    changing = {p for p in PERMISSIONS[role] if not p.endswith(".read")}
    assert changing == {"own.edit"}


def test_targets_are_the_heads_to_set() -> None:
    assert [role for role in Role if may(role, "targets.edit")] == [Role.HEAD]


def test_nobody_but_the_admin_reaches_a_more_powerful_account() -> None:
    """Whoever may reset an account may sign in with it."""
    beyond = [
        (role, other)
        for role in Role
        for other in Role
        if role is not Role.ADMIN
        and manages(role, other)
        and not PERMISSIONS[other] <= PERMISSIONS[role]
    ]
    assert not beyond


def test_an_unknown_permission_is_held_by_nobody() -> None:
    assert not [role for role in Role if may(role, "comments.write")]
