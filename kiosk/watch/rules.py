"""What is wrong with a tablet, from its last heartbeat and from what it took in.

An alarm must not come and go. It is raised at one limit and kept until a better one;
one for silence ends when a sheet came, one for absence when a heartbeat came, and what a
heartbeat said stands until another says otherwise. Nothing ends because the doors closed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kiosk.core.periods import day_bounds, local_day
from kiosk.watch.hours import HOUR, Hours
from kiosk.watch.silence import DAYS_OF_HABIT, Cells, habit_of, is_silent

MINUTE = timedelta(minutes=1)
# A heartbeat comes every minute; a Wi-Fi that restarts or a tablet that updates is back
# within this time of opening hours.
AWAY_AFTER = timedelta(minutes=20)
# With no look for this long the service itself was off: the tablets get until the next
# look to report, and nobody is accused of what nobody could have heard.
BLIND_AFTER = timedelta(minutes=15)
STUCK_AFTER = timedelta(hours=1)
# A sender waits five minutes at most between two attempts.
SENDING_WITHIN = timedelta(minutes=5)
# At ten minutes the hour of a sheet begins to be wrong; kept until it is well below.
CLOCK_WRONG, CLOCK_RIGHT = timedelta(minutes=10), timedelta(minutes=5)
BATTERY_LOW, BATTERY_FINE = 0.15, 0.25

Detail = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that is wrong now; `detail` holds what its sentence needs, as JSON."""

    kind: str
    subject: str = ""
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one tablet took in lately."""

    taken: Cells
    last: datetime
    received: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What a tablet's last heartbeat said; both moments are by the tablet's clock.

    `missing` are sheets that it took in and cannot account for; `left` is the charge of
    its battery, 0 to 1, and None where it is plugged in or does not say; `offset` is the
    server's clock minus the tablet's.
    """

    sent_at: datetime
    queue: int = 0
    oldest_unsent: datetime | None = None
    quarantine: int = 0
    missing: int = 0
    in_memory: bool = False
    left: float | None = None
    offset: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tablet in use, what is known of it, and the alarms that are open about it."""

    id: str
    paired_at: datetime
    seen_at: datetime | None
    report: Report | None
    traffic: Traffic | None
    back_at: datetime | None
    alarms: Mapping[str, Detail]


def is_blind(looked_at: datetime | None, now: datetime) -> bool:
    """Tell whether nobody has looked for a while, so that absence proves nothing."""
    return looked_at is None or now - looked_at > BLIND_AFTER


def server_clock(tablets: Iterable[Tablet]) -> Cause | None:
    """Return the fault of our own clock: every tablet says that it is wrong, and alike.

    Several tablets do not lose the same minutes; the one clock that they are compared
    with does.
    """
    offsets = [one.report.offset for one in tablets if one.report is not None]
    if len(offsets) < 2 or min(abs(offset) for offset in offsets) <= CLOCK_WRONG:
        return None
    if max(offsets) - min(offsets) > CLOCK_RIGHT:
        return None
    middle = sorted(offsets)[len(offsets) // 2]
    return Cause("server_clock", detail={"minutes": round(middle / MINUTE)})


def causes_of(
    tablet: Tablet, hours: Hours, now: datetime, *, blind: bool
) -> Iterator[Cause]:
    """Yield everything that is wrong with a tablet."""
    if tablet.report is not None:
        yield from _reported(tablet, tablet.report)
    is_away = _is_away(tablet, hours, now)
    may_raise = not blind and hours.is_open(now)
    if is_away and tablet.seen_at and (may_raise or "away" in tablet.alarms):
        yield Cause("away", tablet.id, {"since": tablet.seen_at.isoformat()})
    since = _silent_since(tablet, hours, now, heard=not blind and not is_away)
    if since is not None:
        open_hours = int(hours.open_time(since, now) / HOUR)
        detail = {"since": since.isoformat(), "open_hours": open_hours}
        yield Cause("silence", tablet.id, detail)


def _is_away(tablet: Tablet, hours: Hours, now: datetime) -> bool:
    """Tell whether it was once heard and now is not; it may rest when the doors do."""
    if tablet.seen_at is None:
        return False
    return hours.open_time(tablet.seen_at, now) >= AWAY_AFTER


def _silent_since(
    tablet: Tablet, hours: Hours, now: datetime, *, heard: bool
) -> datetime | None:
    """Return since when a tablet that is there takes in nothing, if that is too long.

    One that is away, or whose sheets wait to be sent, has an alarm of its own: no sheet
    is no sign there.
    """
    known = tablet.alarms.get("silence")
    last = tablet.traffic.last if tablet.traffic else None
    if known is not None:
        began = datetime.fromisoformat(known["since"])
        if last is None or last <= began:
            return began
    if not heard or not last or not tablet.traffic:
        return None
    if tablet.report is None or tablet.report.queue:
        return None
    first = day_bounds(local_day(now) - timedelta(days=DAYS_OF_HABIT))[0]
    habit = habit_of(tablet.traffic.taken, hours, max(first, tablet.paired_at), last)
    # While it was switched off nobody could answer; that time had its own alarm.
    since = max(last, tablet.back_at or last)
    return since if habit and is_silent(habit, hours, since, now) else None


def _reported(tablet: Tablet, report: Report) -> Iterator[Cause]:
    for kind, judge in _JUDGES.items():
        detail = judge(tablet, report)
        if detail is not None:
            yield Cause(kind, tablet.id, detail)


def _clock(tablet: Tablet, report: Report) -> Detail | None:
    limit = CLOCK_RIGHT if "clock" in tablet.alarms else CLOCK_WRONG
    if abs(report.offset) <= limit:
        return None
    return {"minutes": round(report.offset / MINUTE)}


def _quarantine(_tablet: Tablet, report: Report) -> Detail | None:
    return {"sheets": report.quarantine} if report.quarantine else None


def _missing(_tablet: Tablet, report: Report) -> Detail | None:
    return {"sheets": report.missing} if report.missing > 0 else None


def _stuck(tablet: Tablet, report: Report) -> Detail | None:
    """Tell of sheets that wait although the tablet is heard.

    One that was without network sends when it is back: what arrives shows it.
    """
    if not report.queue or report.oldest_unsent is None or tablet.seen_at is None:
        return None
    waited = report.sent_at - report.oldest_unsent
    received = tablet.traffic.received if tablet.traffic else None
    is_sending = received is not None and received > tablet.seen_at - SENDING_WITHIN
    if waited < STUCK_AFTER or is_sending:
        return None
    return {"sheets": report.queue, "since": (tablet.seen_at - waited).isoformat()}


def _memory(_tablet: Tablet, report: Report) -> Detail | None:
    return {} if report.in_memory else None


def _battery(tablet: Tablet, report: Report) -> Detail | None:
    limit = BATTERY_FINE if "battery" in tablet.alarms else BATTERY_LOW
    if report.left is None or report.left > limit:
        return None
    return {"percent": round(report.left * 100)}


_JUDGES: Mapping[str, Callable[[Tablet, Report], Detail | None]] = {
    "clock": _clock,
    "quarantine": _quarantine,
    "missing": _missing,
    "stuck": _stuck,
    "memory": _memory,
    "battery": _battery,
}
