"""The durable store of answer sheets; what it returns is committed.

This is the one place below the routes that ends its own transaction: on PostgreSQL the
common case is a single statement which is its own transaction (measured: at least 1.4
times the sheets a second of BEGIN, statements, COMMIT), and what is reported stored
must be committed first.
"""

import sqlite3
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import Any

import psycopg
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from kiosk.capture.rules import Fate, Known, Sheet, Status, judge, place_in_time
from kiosk.capture.statements import (
    INSERT_FIRST,
    INSERT_ONE,
    POSTGRESQL,
    SQLITE,
    Driver,
    Placed,
    document,
    dump,
    mark_rows,
)
from kiosk.core.database import is_sqlite, write_turn, writing
from kiosk.core.ids import new_id


def store(
    engine: Engine,
    centre_id: int,
    sheets: Sequence[Sheet],
    *,
    sent_at: datetime,
    now: datetime,
) -> list[Status]:
    """Store the sheets and return one status for each, in order.

    Every returned status is durable. Any error means that nothing of this call may be
    taken as stored; sending all of it again is safe.
    """
    placed = [Placed(s, place_in_time(s, sent_at, now)) for s in sheets]
    # The usual case: a first tap that is new. Everything else is judged with a look.
    first_of_id = {
        item.sheet.id: item for item in reversed(placed) if item.sheet.revision == 1
    }
    stored: set[uuid.UUID] = set()
    if first_of_id:
        store_first = _store_first_in_file if is_sqlite(engine) else _store_first
        # In the order of the key, so that overlapping batches cannot wait for each other.
        ordered = sorted(first_of_id.values(), key=lambda item: item.sheet.id)
        stored = store_first(engine, centre_id, ordered, now)
    rest = [
        item
        for item in placed
        if item.sheet.id not in stored or first_of_id[item.sheet.id] is not item
    ]
    judged = _judge_and_store(engine, centre_id, rest, now) if rest else {}
    return [judged.get(id(item), Status.STORED) for item in placed]


def _judge_and_store(
    engine: Engine, centre_id: int, placed: Sequence[Placed], now: datetime
) -> dict[int, Status]:
    """Settle the sheets in one transaction; return the status of each by its identity."""
    driver = SQLITE if is_sqlite(engine) else POSTGRESQL
    with writing(engine) as connection:
        statuses = _settle(connection, driver, centre_id, placed, now)
    return {id(item): status for item, status in zip(placed, statuses, strict=True)}


def _store_first_in_file(
    engine: Engine, centre_id: int, placed: Sequence[Placed], now: datetime
) -> set[uuid.UUID]:
    """Store the first revisions whose key is free; return their ids.

    On the driver's own cursor: in a profile, SQLAlchemy's wrapping of each statement
    took several times as long as the statement.
    """
    stored: set[uuid.UUID] = set()
    with write_turn(engine), _raw(engine) as connection:
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        for item in placed:
            cursor.execute(INSERT_ONE, SQLITE.row(centre_id, item, now))
            if cursor.rowcount == 1:
                stored.add(item.sheet.id)
        days = sorted({i.timing.day for i in placed if i.sheet.id in stored})
        if days:
            marks = mark_rows(SQLITE, centre_id, days)
            cursor.execute(SQLITE.insert_marks(len(days)), marks)
        cursor.execute("COMMIT")
    return stored


def _store_first(
    engine: Engine, centre_id: int, placed: Sequence[Placed], now: datetime
) -> set[uuid.UUID]:
    """Do the same on PostgreSQL, in one statement."""
    parameters = (document(centre_id, placed, now),)
    with _raw(engine) as connection:
        driver: Any = connection.driver_connection
        driver.autocommit = True
        rows = driver.execute(INSERT_FIRST, parameters).fetchall()
        driver.autocommit = False
    return {row[0] for row in rows}


@contextmanager
def _raw(engine: Engine) -> Iterator[PoolProxiedConnection]:
    """Yield the driver's own connection; after an error it is not used again.

    Its errors become SQLAlchemy's, those of connecting too: what answers for a database
    that is away or full knows no other.
    """
    try:
        with closing(engine.raw_connection()) as connection:
            try:
                yield connection
            except BaseException:
                connection.invalidate()
                raise
    except (sqlite3.Error, psycopg.Error) as error:
        base = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
        raise DBAPIError.instance(None, None, error, base) from error


def _settle(
    connection: Connection,
    driver: Driver,
    centre_id: int,
    placed: Sequence[Placed],
    now: datetime,
) -> list[Status]:
    """Judge and store inside the caller's transaction, whatever is stored already."""
    fates: dict[int, Fate] = {}
    days: set[date] = set()
    waiting = list(placed)
    while waiting:
        known, known_days = _known(connection, driver, centre_id, waiting)
        days |= known_days
        chosen: list[Placed] = []
        for item in waiting:
            fate = judge(item.sheet, known[item.sheet.id])
            fates[id(item)] = fate
            if fate.status in {Status.STORED, Status.REVISED}:
                chosen.append(item)
                known[item.sheet.id].append(_as_known(item.sheet))
        inserted = _insert(connection, driver, centre_id, chosen, now)
        # Another process stored the same key between the look and the insert: by now
        # its row is visible, so the next look judges against it.
        waiting = [
            item
            for item in chosen
            if (item.sheet.id, item.sheet.revision) not in inserted
        ]
        days |= {item.timing.day for item in chosen}
    _keep_apart(connection, driver, centre_id, placed, fates, now)
    _mark(connection, driver, centre_id, placed, fates, days)
    return [fates[id(item)].status for item in placed]


def _as_known(sheet: Sheet) -> Known:
    return Known(sheet.revision, sheet.origin, sheet.content_sha256)


def _known(
    connection: Connection, driver: Driver, centre_id: int, placed: Iterable[Placed]
) -> tuple[defaultdict[uuid.UUID, list[Known]], set[date]]:
    ids = sorted({item.sheet.id for item in placed})
    rows = connection.exec_driver_sql(
        driver.known(len(ids)), (centre_id, *(driver.id(value) for value in ids))
    )
    known: defaultdict[uuid.UUID, list[Known]] = defaultdict(list)
    days: set[date] = set()
    for row in rows:
        identity = row.id if driver.native else uuid.UUID(row.id)
        known[identity].append(Known(row.revision, row.origin, row.content_sha256))
        day = row.local_day
        days.add(day if driver.native else date.fromisoformat(day))
    return known, days


def _insert(
    connection: Connection,
    driver: Driver,
    centre_id: int,
    chosen: list[Placed],
    now: datetime,
) -> set[tuple[uuid.UUID, int]]:
    if not chosen:
        return set()
    ordered = sorted(chosen, key=lambda item: (item.sheet.id, item.sheet.revision))
    parameters: tuple[object, ...] = ()
    for item in ordered:
        parameters += driver.row(centre_id, item, now)
    rows = connection.exec_driver_sql(driver.insert_sheets(len(ordered)), parameters)
    return {
        (row.id if driver.native else uuid.UUID(row.id), row.revision) for row in rows
    }


def _keep_apart(
    connection: Connection,
    driver: Driver,
    centre_id: int,
    placed: Iterable[Placed],
    fates: dict[int, Fate],
    now: datetime,
) -> None:
    for item in placed:
        reason = fates[id(item)].reason
        if reason is None:
            continue
        sheet = item.sheet
        connection.exec_driver_sql(
            driver.insert_conflict(),
            (
                centre_id,
                driver.id(new_id()),
                driver.id(sheet.id),
                sheet.revision,
                reason,
                sheet.origin,
                driver.moment(now),
                dump(sheet.content),
                sheet.content_sha256,
            ),
        )


def _mark(
    connection: Connection,
    driver: Driver,
    centre_id: int,
    placed: Iterable[Placed],
    fates: dict[int, Fate],
    days: set[date],
) -> None:
    changing = {Status.STORED, Status.REVISED}
    if not any(fates[id(item)].status in changing for item in placed):
        return
    ordered = sorted(days)
    connection.exec_driver_sql(
        driver.insert_marks(len(ordered)), mark_rows(driver, centre_id, ordered)
    )
