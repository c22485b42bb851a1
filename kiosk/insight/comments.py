"""What citizens wrote, shown late and in company, so that no writer can be told.

A comment names no score and no hour. It appears a week after its week has ended, with
the name of its counter when at least ten sheets of that counter and week stand behind
it; otherwise with those of the whole centre, of the week or else of the month, again
when at least ten sheets do. Within a group the order is that of a hash, not of time.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kiosk.capture.models import AnswerSheet
from kiosk.insight.models import CubeSheet

SHOW_AFTER = timedelta(days=7)
IN_COMPANY = 10
WEEKS_SHOWN = 10
COMMENTS_SHOWN = 12

Key = tuple[str | None, date, date]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, where and in which week it was left; Monday stands for the week."""

    id: uuid.UUID
    point: str
    monday: date
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Comments shown together: of one point or the whole centre, from day to day."""

    point: str | None
    first: date
    last: date
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The groups, the newest first, and how many comments still wait for company."""

    groups: tuple[Group, ...]
    waiting: int


def latest(session: Session, centre_id: int, today: date) -> Board:
    """Return the comments of the last weeks that may be shown today."""
    end = last_shown_day(today) + timedelta(days=1)
    # Whole months, because a month is the widest company that a comment can get.
    first = (end - timedelta(weeks=WEEKS_SHOWN)).replace(day=1)
    comments = _comments(session, centre_id, first, end)
    return arrange(comments, _sheets(session, centre_id, first, end), end)


def last_shown_day(today: date) -> date:
    """Return the last Sunday that lies a week or more back."""
    day = today - SHOW_AFTER
    return day - timedelta(days=(day.weekday() + 1) % 7)


def arrange(
    comments: Iterable[Comment], sheets: Mapping[tuple[str, date], int], end: date
) -> Board:
    """Put each comment into the narrowest company that is large enough.

    `sheets` counts by point and Monday, of the weeks before the Monday `end`.
    """
    company = _Company(sheets, end)
    found: dict[Key, list[Comment]] = {}
    waiting = 0
    for comment in comments:
        key = company.of(comment)
        if key is None:
            waiting += 1
        else:
            found.setdefault(key, []).append(comment)
    return Board(_newest_first(found), waiting)


class _Company:
    """Which groups are large enough.

    Those of the whole centre hold only what could not stand in a narrower one, so that
    nothing follows from the difference.
    """

    def __init__(self, sheets: Mapping[tuple[str, date], int], end: date) -> None:
        self._end = end
        self._alone = {key for key, count in sheets.items() if count >= IN_COMPANY}
        self._of_week: Counter[date] = Counter()
        self._of_month: Counter[date] = Counter()
        for key, count in sheets.items():
            if key not in self._alone:
                self._of_week[key[1]] += count
        for monday, count in self._of_week.items():
            if count < IN_COMPANY:
                self._of_month[monday.replace(day=1)] += count

    def of(self, comment: Comment) -> Key | None:
        """Return point (None for the centre), first and last day; None to wait."""
        monday, month = comment.monday, comment.monday.replace(day=1)
        week = (monday, monday + timedelta(days=6))
        if (comment.point, monday) in self._alone:
            return comment.point, *week
        if self._of_week[monday] >= IN_COMPANY:
            return None, *week
        month_end = _last_sunday_of(month)
        if self._of_month[month] >= IN_COMPANY and month_end < self._end:
            return None, month, month_end
        return None


def _newest_first(found: Mapping[Key, Sequence[Comment]]) -> tuple[Group, ...]:
    groups: list[Group] = []
    shown = 0
    for key in sorted(found, key=lambda k: (k[2], k[0] or ""), reverse=True):
        texts = tuple(c.text for c in sorted(found[key], key=_shuffled))
        # A group is never cut: what is left of it would be a smaller company.
        if groups and shown + len(texts) > COMMENTS_SHOWN:
            break
        shown += len(texts)
        groups.append(Group(*key, texts))
    return tuple(groups)


def _shuffled(comment: Comment) -> bytes:
    """Sort by nothing that anybody knows; the ids themselves are sorted by time."""
    return hashlib.sha256(comment.id.bytes).digest()


def _last_sunday_of(month: date) -> date:
    """Return the Sunday that ends the last week begun in the month."""
    next_month = (month + timedelta(days=31)).replace(day=1)
    last_monday = next_month - timedelta(days=1)
    last_monday -= timedelta(days=last_monday.weekday())
    return last_monday + timedelta(days=6)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _comments(
    session: Session, centre_id: int, first: date, end: date
) -> list[Comment]:
    later = aliased(AnswerSheet)
    is_revised = sa.exists().where(
        later.centre_id == AnswerSheet.centre_id,
        later.id == AnswerSheet.id,
        later.revision > AnswerSheet.revision,
    )
    rows = session.execute(
        sa.select(
            AnswerSheet.id,
            AnswerSheet.point,
            AnswerSheet.local_day,
            AnswerSheet.comment,
        ).where(
            AnswerSheet.centre_id == centre_id,
            AnswerSheet.local_day >= _monday(first),
            AnswerSheet.local_day < end,
            AnswerSheet.comment.is_not(None),
            AnswerSheet.channel != "canary",
            ~is_revised,
        )
    )
    return [
        Comment(row.id, row.point, _monday(row.local_day), row.comment) for row in rows
    ]


def _sheets(
    session: Session, centre_id: int, first: date, end: date
) -> Counter[tuple[str, date]]:
    rows = session.execute(
        sa.select(CubeSheet.point, CubeSheet.day, sa.func.sum(CubeSheet.sheets))
        .where(
            CubeSheet.centre_id == centre_id,
            CubeSheet.day >= _monday(first),
            CubeSheet.day < end,
            CubeSheet.channel != "canary",
        )
        .group_by(CubeSheet.point, CubeSheet.day)
    )
    counts: Counter[tuple[str, date]] = Counter()
    for point, day, count in rows:
        counts[point, _monday(day)] += int(count)
    return counts
