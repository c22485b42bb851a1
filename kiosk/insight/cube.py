"""Counting days of the cube again: delete the day, insert the day, in one transaction.

Why nothing is lost. The intake appends a mark in the transaction that stores a sheet,
so a mark that can be read belongs to sheets that can be read. The rebuild reads the
marks first and the sheets second, and deletes only the marks that it read.

SQLite: a writing transaction has the database to itself. PostgreSQL: READ COMMITTED,
in which each statement sees what was committed before it began. A sheet committed
between the two reads is counted at once, its mark stays, and the day is counted once
more; read the other way round, the mark of a sheet that was not counted would be
deleted. REPEATABLE READ would be no safer, and the second of two rebuilds would see
the rows that the first one has replaced; here it waits for the centre's lock first.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.base import Executable

from kiosk.capture.models import AnswerSheet, DirtyMark
from kiosk.core.database import is_sqlite
from kiosk.insight.counting import CENTRE, CUBES, DAYS, inserts


def days_with_rows(
    connection: Connection, centre_id: int, first: date, end: date
) -> list[date]:
    """Return the days from `first` to before `end` that hold sheets or cube rows."""
    found: set[date] = set()
    for day, owner in (
        (AnswerSheet.local_day, AnswerSheet.centre_id),
        *((cube.day, cube.centre_id) for cube in CUBES),
    ):
        days = sa.select(day).distinct().where(owner == centre_id)
        found.update(connection.scalars(days.where(day >= first, day < end)))
    return sorted(found)


def dirty_days(connection: Connection, centre_id: int) -> list[date]:
    """Return the days that carry a mark."""
    marked = sa.select(DirtyMark.day).where(DirtyMark.centre_id == centre_id)
    return sorted(connection.scalars(marked.distinct()))


def rebuild_days(
    connection: Connection, centre_id: int, days: Collection[date]
) -> None:
    """Count the days again in the caller's writing transaction (READ COMMITTED)."""
    wanted = {"centre": centre_id, "days": list(days)}
    _take_turn(connection, centre_id)
    marks = connection.execute(_marked(), wanted).all()
    for statement in _recount(sqlite=is_sqlite(connection)):
        connection.execute(statement, wanted)
    _forget(connection, centre_id, marks)


def _take_turn(connection: Connection, centre_id: int) -> None:
    """Let one rebuild of a centre work at a time, until its transaction ends."""
    if is_sqlite(connection):
        return
    digest = hashlib.sha256(f"cube of centre {centre_id}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


# Made once: building the statements took as long as running them for one day.
@cache
def _marked() -> sa.Select[date, UUID]:
    return sa.select(DirtyMark.day, DirtyMark.token).where(
        DirtyMark.centre_id == CENTRE, DirtyMark.day.in_(DAYS)
    )


@cache
def _recount(*, sqlite: bool) -> Sequence[Executable]:
    clear: list[Executable] = [
        sa.delete(cube).where(cube.centre_id == CENTRE, cube.day.in_(DAYS))
        for cube in CUBES
    ]
    if sqlite:
        return [*clear, *inserts(sqlite=True)]
    # One statement: one scan of the sheets, and one snapshot for all five tables.
    parts = [
        insert.cte(f"into_{cube.__tablename__}")
        for cube, insert in zip(CUBES, inserts(sqlite=False), strict=True)
    ]
    return [*clear, sa.select(sa.literal(1)).add_cte(*parts)]


def _forget(
    connection: Connection, centre_id: int, marks: Sequence[sa.Row[date, UUID]]
) -> None:
    if not marks:
        return
    read = sa.delete(DirtyMark).where(
        DirtyMark.centre_id == centre_id,
        DirtyMark.day == sa.bindparam("read_day"),
        DirtyMark.token == sa.bindparam("read_token"),
    )
    connection.execute(
        read, [{"read_day": mark.day, "read_token": mark.token} for mark in marks]
    )
