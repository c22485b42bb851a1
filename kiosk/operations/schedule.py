"""The periodic work of an installation, in the order in which a tick does it.

First what people wait for; the backup last, because it is long. What failed in a tick
and comes after the watch becomes an alarm at the next one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.engine import Engine

from kiosk.config import Settings
from kiosk.insight import service as insight
from kiosk.operations.backup import service as backup
from kiosk.operations.canary import service as canary
from kiosk.operations.condition import disk, read_condition
from kiosk.operations.jobs import Job
from kiosk.operations.rules import (
    Condition,
    Detail,
    Disk,
    Rhythm,
    failing,
    reasons,
)
from kiosk.watch import delivery
from kiosk.watch import service as watch
from kiosk.watch.rules import Cause

# Its sheets stay for ever: 5 scores × 7 points × 4 flights are 140 rows a day, 51,000 a
# year (19 MiB in a file), beside some 75,000 of citizens (27 MiB). Hourly flights would
# be four times their number; one a day would let a refused score go unseen all day.
CANARY_EVERY = timedelta(hours=6)
# What is broken is seen mended within the hour; each try leaves up to 35 rows.
CANARY_RETRY = timedelta(hours=1)
DAILY = timedelta(days=1)
BACKUP_LEASE = timedelta(hours=6)
MIB = 1024**2


def canary_job(engine: Engine, centre_id: int, url: str) -> Job:
    """Return the canary's flight to an address."""
    rhythm = Rhythm(every=CANARY_EVERY, retry=CANARY_RETRY)
    return Job("canary", rhythm, partial(canary.run, engine, centre_id, url))


def jobs(engine: Engine, centre_id: int, settings: Settings) -> tuple[Job, ...]:
    """Return all periodic work."""
    nightly = Rhythm(every=DAILY, lease=BACKUP_LEASE)
    return (
        Job("cube", Rhythm(), partial(_cube, engine, centre_id)),
        canary_job(engine, centre_id, settings.canary_address),
        Job("watch", Rhythm(), partial(_watch, engine, centre_id, settings)),
        Job("mail", Rhythm(), partial(_mail, engine, centre_id, settings)),
        Job("backup", nightly, partial(backup.run, engine, centre_id, settings)),
    )


def _cube(engine: Engine, centre_id: int, _now: datetime) -> Detail:
    return {"days": insight.refresh(engine, centre_id)}


def _watch(engine: Engine, centre_id: int, settings: Settings, now: datetime) -> Detail:
    condition = read_condition(engine, centre_id)
    looked_at = condition.job("watch").succeeded_at
    changes = watch.look(
        engine,
        now,
        centre_id,
        looked_at=looked_at,
        found=list(_causes(condition, disk(engine, settings), now)),
    )
    return {"raised": changes.raised, "closed": changes.closed}


def _causes(condition: Condition, disk: Disk | None, now: datetime) -> Iterator[Cause]:
    """Yield what is wrong in this room; the devices are the watch's own affair.

    One cause is one alarm: a job that failed says why, so its age is not told besides.
    """
    failed = failing(condition.jobs)
    for name, sentence in failed.items():
        if name != "mail":  # the watch tells that itself
            yield Cause("job", name, {"failure": sentence})
    found = set(reasons(condition, now)) - failed.keys()
    for name in found & {"backup", "canary"}:
        last = condition.job(name).succeeded_at
        yield Cause(name, "", {"since": last and last.isoformat()})
    if "cube" in found:
        yield Cause("cube", "", {"days": condition.dirty_days})
    if disk is not None and disk.is_low:
        share = disk.free / disk.total
        yield Cause("disk", "", {"free": share, "free_mb": disk.free // MIB})


def _mail(engine: Engine, centre_id: int, settings: Settings, now: datetime) -> Detail:
    post = delivery.post_of(settings)
    return {"outcome": delivery.deliver(engine, now, centre_id, post)}
