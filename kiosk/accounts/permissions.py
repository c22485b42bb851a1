"""Who may do what: one table, role by role; everything else asks it.

The roles are those of Kế hoạch 47/KH-UBND, part IV.1.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person is to the centre."""

    HEAD = "head"
    CLERK = "clerk"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


# Everyone changes the own password and sees the figures of finished days, protected
# against small cells: they name nobody.
_EVERYONE = frozenset({"own.edit", "dashboard.read"})
# Figures that hold the running day, and the figures API: for those who do not see the
# citizens come and go, and so cannot tell whose answer has just arrived.
_DETAIL = frozenset({"figures.read"})

PERMISSIONS: dict[Role, frozenset[str]] = {
    # Answers for the service and for what citizens remark on (TTPVHCC: "khảo sát hài
    # lòng, xử lý PAKN"), so reads the comments and decides on hours, points and targets.
    Role.HEAD: _EVERYONE
    | _DETAIL
    | {
        "alarms.read",
        "alarms.acknowledge",
        "comments.read",
        "settings.edit",
        "targets.edit",
        "devices.manage",
        "accounts.manage",
        "audit.read",
    },
    # Aggregates only. A comment or a slice of one counter's day would tell the clerk
    # who wrote it (Luật 91/2025/QH15 Đ.3: purpose and minimum), and the kiosk promises
    # citizens that the counter cannot read their answers.
    Role.CLERK: _EVERYONE,
    # Chủ tịch and Phó Chủ tịch UBND: follow progress and results, run nothing here.
    Role.LEADER: _EVERYONE | _DETAIL | {"alarms.read", "comments.read", "audit.read"},
    # MTTQ and đoàn thể, "giám sát, phản biện": see what was said and what was done
    # with it, change nothing.
    Role.SUPERVISOR: _EVERYONE | _DETAIL | {"comments.read", "audit.read"},
    # The person who looks after the machines. What citizens wrote is not needed for
    # that (Đ.3 again), and targets are not a technical matter.
    Role.ADMIN: _EVERYONE
    | {
        "alarms.read",
        "alarms.acknowledge",
        "settings.edit",
        "devices.manage",
        "accounts.manage",
        "audit.read",
    },
}

# Whose accounts a role may make, reset and disable. A head who could reset the leader's
# password could sign in as the leader.
MANAGED: dict[Role, frozenset[Role]] = {
    Role.HEAD: frozenset({Role.CLERK}),
    Role.CLERK: frozenset(),
    Role.LEADER: frozenset(),
    Role.SUPERVISOR: frozenset(),
    Role.ADMIN: frozenset(Role),
}


def may(role: str, permission: str) -> bool:
    """Tell whether the role holds the permission; an unknown one is held by nobody."""
    return permission in PERMISSIONS[Role(role)]


def manages(role: str, other: str) -> bool:
    """Tell whether accounts of the other role are this role's to manage."""
    return Role(other) in MANAGED[Role(role)]
