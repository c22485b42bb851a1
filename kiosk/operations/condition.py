"""How the installation is: what the ledger says, what waits, what room is left."""

import shutil
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from kiosk.capture.models import DirtyMark
from kiosk.centre.models import Centre
from kiosk.config import Settings
from kiosk.core.database import UtcDateTime, is_sqlite, writing
from kiosk.operations import jobs
from kiosk.operations.rules import Condition, Disk
from kiosk.survey.models import SurveyVersion
from kiosk.watch import service as watch

# One row that every probe writes anew: a delete that finds nothing would take the lock
# and leave a full disk unseen.
PROBE = sa.text(
    "INSERT INTO job (centre_id, name, succeeded_at) "
    "SELECT id, 'probe', :now FROM centre WHERE true "
    "ON CONFLICT (centre_id, name) DO UPDATE SET succeeded_at = excluded.succeeded_at"
).bindparams(sa.bindparam("now", type_=UtcDateTime()))


def write_and_read(engine: Engine, now: datetime) -> Condition:
    """Write as an answer sheet does, then read how things are; raises as a tap would."""
    with writing(engine) as connection:
        connection.execute(PROBE, {"now": now})
    with engine.connect() as connection:
        centre_id = connection.scalar(sa.select(sa.func.min(Centre.id)))
        if centre_id is None:
            return Condition(installed_at=None)
        return _condition(connection, centre_id)


def read_condition(engine: Engine, centre_id: int) -> Condition:
    """Read how things are."""
    with engine.connect() as connection:
        return _condition(connection, centre_id)


def _condition(connection: Connection, centre_id: int) -> Condition:
    dirty = sa.select(sa.func.count(sa.distinct(DirtyMark.day))).where(
        DirtyMark.centre_id == centre_id
    )
    installed = sa.select(sa.func.min(SurveyVersion.published_at)).where(
        SurveyVersion.centre_id == centre_id
    )
    with Session(connection) as session:
        silent = watch.silent_devices(session, centre_id)
    return Condition(
        installed_at=connection.scalar(installed),
        jobs=jobs.states(connection, centre_id),
        dirty_days=connection.scalar(dirty) or 0,
        silent_devices=silent,
    )


def disk(engine: Engine, settings: Settings) -> Disk | None:
    """Return the room on the file system that has the least; None when one is away.

    Where PostgreSQL keeps its files is not ours to look at: it may be another machine.
    """
    folders = [settings.data_dir]
    # Made by the first backup; a disk of its own that is missing then fails that one.
    if settings.backups.is_dir():
        folders.append(settings.backups)
    database = engine.url.database
    if is_sqlite(engine) and database and database != ":memory:":
        folders.append(Path(database).parent)
    try:
        found = [shutil.disk_usage(folder) for folder in folders]
    except OSError:
        return None
    least = min(found, key=lambda usage: usage.free)
    return Disk(least.free, least.total)
