"""How a nightly backup is named, and which ones are no longer kept.

The rule looks at the names alone. What it keeps is the newest of each of the last
seven days, five weeks and twelve months that have a backup: counted in days that are
there, not in days that went by, so that a machine that was off for a month loses
nothing by being off.
"""

import re
from collections.abc import Callable, Collection, Hashable, Sequence
from datetime import datetime, timedelta

from kiosk.core.periods import LOCAL_ZONE, local_day

NAME = re.compile(r"kiosk-([0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6})\.tar(\.failed)?")
STAMP = "%Y-%m-%d-%H%M%S"
FAILED = ".failed"
FAILED_KEPT = 2

# Comments of citizens lie in a backup, and one that was erased on request must vanish
# from the backups too.
OLDEST = timedelta(days=366)
# A clock that jumped ahead by years would make everything old at once. A date is only
# believed when backups of so many different days bear it out.
DAYS_TO_BELIEVE = 7

PERIODS: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
    (7, local_day),
    (5, lambda moment: local_day(moment).isocalendar()[:2]),
    (12, lambda moment: (local_day(moment).year, local_day(moment).month)),
)


def name_at(moment: datetime) -> str:
    """Return the name of a nightly backup, in local time."""
    return f"kiosk-{moment.astimezone(LOCAL_ZONE):{STAMP}}.tar"


def moment_of(name: str) -> datetime | None:
    """Return when the backup of that name was made; None for any other file."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match[1], STAMP).replace(tzinfo=LOCAL_ZONE)
    except ValueError:
        return None


def removable(names: Collection[str], now: datetime) -> list[str]:
    """Return which files of a directory may go; only ever files named by `name_at`."""
    dated = {name: moment for name in names if (moment := moment_of(name))}
    good = [moment for name, moment in dated.items() if not name.endswith(FAILED)]
    failed = [moment for name, moment in dated.items() if name.endswith(FAILED)]
    kept_good = kept(good, now)
    horizon = _horizon(_until(good, now))
    newest_failed = _until(failed, now)[:FAILED_KEPT]
    return sorted(
        name
        for name, moment in dated.items()
        if moment <= now
        and (
            moment not in newest_failed or _expired(moment, horizon)
            if name.endswith(FAILED)
            else moment not in kept_good
        )
    )


def kept(moments: Collection[datetime], now: datetime) -> set[datetime]:
    """Return which of the good backups stay.

    What is dated after now was made under another clock: it stays, and counts for
    nothing.
    """
    past = _until(moments, now)
    horizon = _horizon(past)
    stay = {moment for moment in moments if moment > now}
    for count, period in PERIODS:
        newest: dict[Hashable, datetime] = {}
        for moment in past:
            newest.setdefault(period(moment), moment)
        stay |= set(list(newest.values())[:count])
    return {moment for moment in stay if not _expired(moment, horizon)}


def _until(moments: Collection[datetime], now: datetime) -> Sequence[datetime]:
    return sorted((m for m in moments if m <= now), reverse=True)


def _horizon(newest_first: Sequence[datetime]) -> datetime | None:
    """Return the moment before which a backup is too old, if the clock is believed."""
    if not newest_first:
        return None
    horizon = newest_first[0] - OLDEST
    days = {local_day(moment) for moment in newest_first if moment >= horizon}
    return horizon if len(days) >= DAYS_TO_BELIEVE else None


def _expired(moment: datetime, horizon: datetime | None) -> bool:
    return horizon is not None and moment < horizon
