"""The cube counted a second time, in another way: sheet by sheet, in plain Python.

It shares neither SQL nor grouping with the rebuild, so that a fault of one is not
repeated by the other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kiosk.capture.models import AnswerSheet
from kiosk.core.database import Base
from kiosk.insight.counting import CUBES
from kiosk.insight.cube import dirty_days
from kiosk.insight.rules import FACTORS, SATISFIED

ROWS_AT_ONCE = 5_000
FLAGS = ("assisted", "late", "clock_fault")
OUTER = {"centre_id", "day"}
# Table, counted column, day, and the table's other dimensions with their names.
Key = tuple[str, str, date, tuple[tuple[str, Any], ...]]
Counts = Counter[Key]


@dataclass(frozen=True, slots=True)
class Difference:
    """A count in the cube that the answer sheets do not bear out."""

    table: str
    key: Mapping[str, str | int]
    column: str
    cube: int
    sheets: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared; marked days are not, they wait for their rebuild."""

    sheets: int
    pending: tuple[date, ...]
    differences: tuple[Difference, ...]


def verify(connection: Connection, centre_id: int) -> Verification:
    """Compare the cube with the sheets; the connection must read one snapshot.

    Memory grows with the cube, not with the sheets.
    """
    pending = dirty_days(connection, centre_id)
    expected: Counts = Counter()
    counted = 0
    for sheet in _last_revisions(connection, centre_id):
        if sheet.local_day not in pending:
            counted += 1
            _count(expected, sheet)
    found: Counts = Counter()
    for cube in CUBES:
        _read(connection, centre_id, cube, found)
    differences = [
        _difference(key, found[key], expected[key])
        for key in sorted(expected.keys() | found.keys(), key=repr)
        if found[key] != expected[key] and key[2] not in pending
    ]
    return Verification(counted, tuple(pending), tuple(differences))


def _last_revisions(connection: Connection, centre_id: int) -> Iterator[sa.Row[Any]]:
    sheets = (
        sa.select(
            AnswerSheet.id,
            AnswerSheet.local_day,
            AnswerSheet.local_hour,
            AnswerSheet.point,
            AnswerSheet.channel,
            AnswerSheet.outcome,
            AnswerSheet.assisted,
            AnswerSheet.late,
            AnswerSheet.clock_fault,
            AnswerSheet.overall,
            AnswerSheet.answers,
        )
        .where(AnswerSheet.centre_id == centre_id)
        .order_by(AnswerSheet.id, AnswerSheet.revision)
    )
    rows: Iterable[sa.Row[Any]] = connection.execution_options(
        yield_per=ROWS_AT_ONCE
    ).execute(sheets)
    for _, revisions in groupby(rows, key=lambda row: row.id):
        *_, last = revisions
        yield last


def _count(counts: Counts, sheet: sa.Row[Any]) -> None:
    place = {"channel": sheet.channel, "point": sheet.point}
    for table, column, dimensions in _expected(sheet):
        names = tuple(sorted({**place, **dimensions}.items()))
        counts[(table, column, sheet.local_day, names)] += 1


def _expected(sheet: sa.Row[Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what one sheet adds 1 to: table, column, the dimensions but day and place."""
    for question, value in sheet.answers.items():
        if isinstance(value, int):
            yield "cube_answer", "n", {"question": question, "value": value}
    scores = [sheet.answers[code] for code in FACTORS if code in sheet.answers]
    if scores:
        good = len([score for score in scores if score >= SATISFIED])
        yield "cube_index", "sheets", {"answered": len(scores), "satisfied": good}
    if sheet.overall is not None:
        yield "cube_hour", "n", {"hour": sheet.local_hour}
        if sheet.overall >= SATISFIED:
            yield "cube_hour", "satisfied", {"hour": sheet.local_hour}
        for reason in sheet.answers.get("reasons", []):
            yield "cube_reason", "n", {"reason": reason, "overall": sheet.overall}
    flags = [flag for flag in FLAGS if getattr(sheet, flag)]
    for column in ("sheets", *flags):
        yield "cube_sheet", column, {"outcome": sheet.outcome}


def _read(
    connection: Connection, centre_id: int, cube: type[Base], counts: Counts
) -> None:
    table = Base.metadata.tables[cube.__tablename__]
    dimensions = sorted({column.name for column in table.primary_key} - OUTER)
    counted = [column.name for column in table.c if not column.primary_key]
    rows = sa.select(table).where(table.c.centre_id == centre_id)
    for row in connection.execute(rows).mappings():
        names = tuple((name, row[name]) for name in dimensions)
        for column in counted:
            if row[column]:
                counts[(table.name, column, row["day"], names)] += row[column]


def _difference(key: Key, cube: int, sheets: int) -> Difference:
    table, column, day, names = key
    where = {"day": day.isoformat(), **dict(names)}
    return Difference(table, where, column, cube, sheets)
