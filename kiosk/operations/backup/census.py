"""What a database holds, counted, so that a copy can be compared with its origin."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy.engine import Connection

from kiosk.capture.models import AnswerSheet
from kiosk.centre.models import Centre
from kiosk.insight.verification import verify
from kiosk.operations.backup.faults import BackupError

VERSION = sa.table("alembic_version", sa.column("version_num"))


class Census(BaseModel):
    """The migration reached, the rows of every table, and the answer sheets among them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: str
    tables: Mapping[str, int]
    sheets: int
    revisions: int
    newest_received_at: AwareDatetime | None


class Cube(BaseModel):
    """How the daily counts compare with the sheets; pending days wait to be counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheets: int
    pending: tuple[str, ...]
    differences: int


def table_names(connection: Connection) -> list[str]:
    """Return the tables of the database's own schema."""
    return sorted(sa.inspect(connection).get_table_names())


def take(connection: Connection) -> Census:
    """Count; the connection must read one snapshot, or a database nobody writes to."""
    names = table_names(connection)
    if not {VERSION.name, Centre.__tablename__} <= set(names):
        raise BackupError("not_started")
    tables = {name: connection.scalar(_count(name)) or 0 for name in names}
    if not tables[Centre.__tablename__]:
        raise BackupError("not_started")
    newest, sheets = connection.execute(
        sa.select(sa.func.max(AnswerSheet.received_at), _distinct_sheets())
    ).one()
    return Census(
        revision=connection.scalar(sa.select(VERSION.c.version_num)) or "",
        tables=tables,
        sheets=sheets,
        revisions=tables[AnswerSheet.__tablename__],
        newest_received_at=newest,
    )


def compare_cube(connection: Connection) -> Cube:
    """Count the sheets again beside the cube; the tables must be this release's."""
    centres = connection.scalars(sa.select(Centre.id)).all()
    found = [verify(connection, centre_id) for centre_id in centres]
    pending = {day.isoformat() for one in found for day in one.pending}
    return Cube(
        sheets=sum(one.sheets for one in found),
        pending=tuple(sorted(pending)),
        differences=sum(len(one.differences) for one in found),
    )


def sheets_in(connection: Connection) -> int:
    """Return how many answer sheets there are; 0 where the table is missing."""
    if AnswerSheet.__tablename__ not in table_names(connection):
        return 0
    return connection.scalar(sa.select(_distinct_sheets())) or 0


def differing(expected: Census, found: Census) -> str | None:
    """Name the first thing that differs, or None."""
    for name in sorted({*expected.tables, *found.tables}):
        wanted, got = expected.tables.get(name), found.tables.get(name)
        if wanted != got:
            return f"{name}: {got} / {wanted}"
    for field in Census.model_fields:
        wanted, got = getattr(expected, field), getattr(found, field)
        if wanted != got:
            return f"{field}: {got} / {wanted}"
    return None


def _count(name: str) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(sa.table(name))


def _distinct_sheets() -> sa.ScalarSelect[int]:
    keys = sa.select(AnswerSheet.centre_id, AnswerSheet.id).distinct().subquery()
    return sa.select(sa.func.count()).select_from(keys).scalar_subquery()
