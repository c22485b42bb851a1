"""The ledger of periodic work: who is at a job, and how it ended last.

Two ticks may run at once, and a tick may die: a job is taken in a short transaction
of its own, done outside of any, and its end is written by whoever still holds it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from kiosk.core.database import is_sqlite, writing
from kiosk.operations import messages
from kiosk.operations.models import Job as Row
from kiosk.operations.rules import (
    Detail,
    JobFailedError,
    JobState,
    Outcome,
    Rhythm,
    is_due,
    is_under_way,
)

logger = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of periodic work; `run` raises JobFailedError when it cannot do it."""

    name: str
    rhythm: Rhythm
    run: Callable[[datetime], Detail]


def states(connection: Connection, centre_id: int) -> dict[str, JobState]:
    """Return every row of the ledger by its job's name."""
    rows = connection.execute(sa.select(Row.__table__).where(_of(centre_id)))
    return {row["name"]: _state(row) for row in rows.mappings()}


class Ledger:
    """The ledger of a centre; every call is a transaction of its own."""

    def __init__(self, engine: Engine, centre_id: int) -> None:
        """Keep where the ledger lies."""
        self._engine, self._centre_id = engine, centre_id

    def read(self) -> dict[str, JobState]:
        """Return every row by its job's name."""
        with self._engine.connect() as connection:
            return states(connection, self._centre_id)

    def take(
        self, job: Job, now: datetime, *, when_due: bool = True
    ) -> Literal["taken", "not_due", "under_way"]:
        """Make the job ours when it is due and nobody is at it."""
        with writing(self._engine) as connection:
            connection.execute(self._first_row(job.name, is_sqlite(connection)))
            # PostgreSQL: the second of two ticks waits here and then reads our lease.
            row = sa.select(Row.__table__).where(self._one(job.name)).with_for_update()
            state = _state(connection.execute(row).mappings().one())
            if is_under_way(job.rhythm, state, now):
                return "under_way"
            if when_due and not is_due(job.rhythm, state, now):
                return "not_due"
            taken: dict[str, Any] = {"started_at": now}
            if state.started_at is not None:
                taken |= {"failed_at": state.started_at, "failure": messages.DIED}
            self._change(connection, self._one(job.name), taken)
        return "taken"

    def succeed(
        self, name: str, started: datetime, now: datetime, detail: Detail
    ) -> None:
        """Write a good end, unless the job was taken from us meanwhile."""
        end = {"succeeded_at": now, "failure": None, "detail": dict(detail)}
        self._end(name, started, end)

    def fail(self, name: str, started: datetime, now: datetime, sentence: str) -> None:
        """Write a failure, unless the job was taken from us meanwhile."""
        self._end(name, started, {"failed_at": now, "failure": sentence})

    def stamp(self, name: str, now: datetime) -> None:
        """Write that something ran which needs no lease."""
        with writing(self._engine) as connection:
            connection.execute(self._first_row(name, is_sqlite(connection)))
            self._change(connection, self._one(name), {"succeeded_at": now})

    def _end(self, name: str, started: datetime, end: Mapping[str, Any]) -> None:
        ours = sa.and_(self._one(name), Row.started_at == started)
        with writing(self._engine) as connection:
            self._change(connection, ours, {"started_at": None, **end})

    def _one(self, name: str) -> sa.ColumnElement[bool]:
        return sa.and_(_of(self._centre_id), Row.name == name)

    def _first_row(self, name: str, in_file: bool) -> sa.Insert:  # noqa: FBT001 - private
        insert = sqlite.insert if in_file else postgresql.insert
        row = insert(Row).values(centre_id=self._centre_id, name=name)
        return row.on_conflict_do_nothing()

    @staticmethod
    def _change(
        connection: Connection, where: sa.ColumnElement[bool], values: Mapping[str, Any]
    ) -> None:
        connection.execute(sa.update(Row).where(where).values(**values))


def attempt(
    ledger: Ledger, job: Job, clock: Callable[[], datetime], *, when_due: bool = True
) -> Outcome:
    """Do a job when it is its time; whatever happens is told, nothing is raised."""
    try:
        started = clock()
        taken = ledger.take(job, started, when_due=when_due)
        if taken != "taken":
            return Outcome(job.name, taken)
        return _do(ledger, job, started, clock)
    except SQLAlchemyError as error:
        logger.exception("ledger is away", job=job.name, exc_info=error)
        return Outcome(job.name, "failed", failure=messages.LEDGER_AWAY)


def _do(
    ledger: Ledger, job: Job, started: datetime, clock: Callable[[], datetime]
) -> Outcome:
    try:
        detail = job.run(started)
    except JobFailedError as error:
        sentence = error.sentence
    except Exception as error:  # one job's failure stops no other job
        logger.exception("job failed", job=job.name, exc_info=error)
        sentence = messages.unexpected(error)
    else:
        ledger.succeed(job.name, started, clock(), detail)
        return Outcome(job.name, "done", detail)
    ledger.fail(job.name, started, clock(), sentence)
    return Outcome(job.name, "failed", failure=sentence)


def _of(centre_id: int) -> sa.ColumnElement[bool]:
    return Row.centre_id == centre_id


def _state(row: sa.RowMapping) -> JobState:
    return JobState(
        row["started_at"],
        row["succeeded_at"],
        row["failed_at"],
        row["failure"],
        row["detail"],
    )
