"""When periodic work is due, and what keeps a service from being ready."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

Detail = Mapping[str, Any]
Result = Literal["done", "failed", "not_due", "under_way"]

# A timer calls the tick this often. Work is done at the tick nearest to its time:
# what waited for the next one would come later every day.
TICK = timedelta(minutes=5)
NOTHING = timedelta(0)

TICK_LATE = timedelta(minutes=20)
TICK_MUST_HAVE_RUN = timedelta(days=1)
DIRTY_LATE = timedelta(hours=1)
# Daily, and two hours for what is slow.
BACKUP_LATE = timedelta(hours=26)
# Two of its runs missed, and an hour.
CANARY_LATE = timedelta(hours=13)

GIB = 1024**3
# A commune's year is some 50 MiB in a file (383 bytes a sheet, and the cube), so 1 GiB is room for the nightly backup, the drill
# that restores it and the write-ahead log, for years. On a large disk other programs
# fill such a rest within a day, hence 5 %; beyond 5 GiB that would be a false alarm.
DISK_LEAST = GIB
DISK_SHARE = 0.05
DISK_ENOUGH = 5 * GIB


class JobFailedError(Exception):
    """A job could not do its work; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence, which names no person and no secret."""
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a job is done, tried again, and how long it may be under way."""

    every: timedelta = NOTHING
    retry: timedelta = NOTHING
    lease: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class JobState:
    """A job's row in the ledger; `failure` is there when its last end was one."""

    started_at: datetime | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None
    detail: Mapping[str, Any] | None = None


NEVER = JobState()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a tick left a job."""

    name: str
    result: Result
    detail: Detail | None = None
    failure: str | None = None


def is_due(rhythm: Rhythm, state: JobState, now: datetime) -> bool:
    """Tell whether a job is to be done at this tick.

    An end that lies in the future was written while the clock was wrong: it counts
    for nothing, or the job would rest until then.
    """
    if state.failure is None:
        last, wait = state.succeeded_at, rhythm.every
    else:
        last, wait = state.failed_at, rhythm.retry
    return last is None or not NOTHING <= now - last < wait - TICK


def is_under_way(rhythm: Rhythm, state: JobState, now: datetime) -> bool:
    """Tell whether somebody is at it; who has been for too long is dead."""
    started = state.started_at
    return started is not None and abs(now - started) < rhythm.lease


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of the file system that has the least left."""

    free: int
    total: int

    @property
    def is_low(self) -> bool:
        """Tell whether somebody must make room."""
        return self.free < max(DISK_LEAST, min(self.total * DISK_SHARE, DISK_ENOUGH))


@dataclass(frozen=True, slots=True)
class Condition:
    """What the database says of the installation, right after it took a write."""

    installed_at: datetime | None
    jobs: Mapping[str, JobState] = field(default_factory=dict)
    dirty_days: int = 0
    silent_devices: int = 0

    def job(self, name: str) -> JobState:
        """Return a job's state, also of one that never ran."""
        return self.jobs.get(name, NEVER)

    def age(self, name: str, now: datetime) -> timedelta | None:
        """Return how long ago a job succeeded; None when it never did.

        Not negative: the clock may have been set back.
        """
        succeeded = self.job(name).succeeded_at
        return None if succeeded is None else max(NOTHING, now - succeeded)

    def waited(self, name: str, now: datetime) -> timedelta:
        """Return the age, counted from the installation until something ran."""
        age = self.age(name, now)
        if age is not None:
            return age
        return NOTHING if self.installed_at is None else now - self.installed_at


def reasons(condition: Condition, now: datetime) -> list[str]:
    """Return the codes of what keeps the service from being ready."""
    if condition.installed_at is None:
        return ["init"]
    canary = condition.job("canary")
    ticked = condition.job("tick").succeeded_at is not None
    tick_limit = TICK_LATE if ticked else TICK_MUST_HAVE_RUN
    found = {
        "cube": condition.dirty_days > 0 and condition.waited("cube", now) > DIRTY_LATE,
        "tick": condition.waited("tick", now) > tick_limit,
        "backup": condition.waited("backup", now) > BACKUP_LATE,
        "canary": canary.failure is not None
        or condition.waited("canary", now) > CANARY_LATE,
        "devices": condition.silent_devices > 0,
    }
    return [code for code, is_reason in found.items() if is_reason]


def failing(jobs: Mapping[str, JobState]) -> dict[str, str]:
    """Return the jobs whose last end was a failure, with its sentence."""
    return {
        name: state.failure for name, state in jobs.items() if state.failure is not None
    }
