"""One request, one transaction: routes commit, a raised error rolls back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy.orm import Session

from kiosk.core.database import WRITING, write_turn
from kiosk.extensions import db


def reading() -> Session:
    """Return the request's session for reading."""
    return db.session()


def reading_when_needed() -> Session:
    """Return what makes the request's session at its first use.

    A tap whose device and survey are remembered reads nothing, and is spared it.
    """
    return cast("Session", db.session)


@contextmanager
def writing_session() -> Iterator[Session]:
    """Yield the request's session in a writing transaction, committed at the end.

    Whatever was read before in this session is read again: the writer must decide on
    what it sees while it holds the lock.
    """
    db.session.rollback()
    with write_turn(db.engine):
        session = db.session()
        session.connection(execution_options={WRITING: True})
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
