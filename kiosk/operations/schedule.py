"""The periodic work of an installation, in the order in which a tick does it."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.engine import Engine

from kiosk.config import Settings
from kiosk.insight import service as insight
from kiosk.operations.canary import service as canary
from kiosk.operations.jobs import Job
from kiosk.operations.rules import Detail, Rhythm

# Its sheets stay for ever: 5 scores × 7 points × 4 flights are 140 rows a day, 51,000 a
# year, where citizens leave some 75,000. Hourly flights would be four times their
# number; one a day would let a refused score go unseen for a day of taps.
CANARY_EVERY = timedelta(hours=6)
# What is broken is seen mended within the hour; each try leaves up to 35 rows.
CANARY_RETRY = timedelta(hours=1)


def canary_job(engine: Engine, centre_id: int, url: str) -> Job:
    """Return the canary's flight to an address."""
    rhythm = Rhythm(every=CANARY_EVERY, retry=CANARY_RETRY)
    return Job("canary", rhythm, partial(canary.run, engine, centre_id, url))


def jobs(engine: Engine, centre_id: int, settings: Settings) -> tuple[Job, ...]:
    """Return all periodic work."""
    return (
        Job("cube", Rhythm(), partial(_cube, engine, centre_id)),
        canary_job(engine, centre_id, settings.canary_address),
    )


def _cube(engine: Engine, centre_id: int, _now: datetime) -> Detail:
    return {"days": insight.refresh(engine, centre_id)}
