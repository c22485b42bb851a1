"""What an answer sheet is, when it happened, and what becomes of one that arrives."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from kiosk.core.periods import local_day, local_hour

LATE_AFTER = timedelta(days=92)
# The poster's page is stamped by our clock at each submit, so its time is no content.
STAMPED_BY_US = "poster:"
# As long as such a page may stay open.
POSTER_SHEET_LASTS = timedelta(hours=24)


class Status(StrEnum):
    """What became of a sheet; the device may delete it in each case."""

    STORED = "stored"
    REVISED = "revised"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Sheet:
    """One revision of one citizen's answers, checked and in normal form."""

    id: uuid.UUID
    revision: int
    survey: str
    survey_version: int
    point: str
    channel: str
    origin: str
    captured_at: datetime
    language: str
    outcome: str
    assisted: bool
    flipped: bool
    answers: Mapping[str, Any]
    comment: str | None = None

    @cached_property
    def content(self) -> dict[str, Any]:
        """Return what must be equal for two sheets of one id to be duplicates."""
        content: dict[str, Any] = {
            "survey": self.survey,
            "survey_version": self.survey_version,
            "point": self.point,
            "channel": self.channel,
            "language": self.language,
            "outcome": self.outcome,
            "assisted": self.assisted,
            "flipped": self.flipped,
            "answers": dict(self.answers),
            "comment": self.comment,
        }
        if not self.origin.startswith(STAMPED_BY_US):
            content["captured_at"] = self.captured_at.astimezone(UTC).isoformat()
        return content

    @cached_property
    def content_sha256(self) -> str:
        """Return the SHA-256 of the content's canonical JSON, in hex."""
        canonical = json.dumps(
            self.content, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def believed(sheet: Sheet, sent_at: datetime) -> Sheet:
    """Return a sheet whose time is believed: of a poster's, a day back and no more.

    Whoever photographed a poster can send answers; they must not reach months that
    have been reported.
    """
    is_old = sent_at - sheet.captured_at > POSTER_SHEET_LASTS
    if is_old and sheet.origin.startswith(STAMPED_BY_US):
        return replace(sheet, captured_at=sent_at)
    return sheet


@dataclass(frozen=True, slots=True)
class Timing:
    """When a sheet happened, by the centre's clock."""

    occurred_at: datetime
    day: date
    hour: int
    late: bool
    clock_fault: bool


def place_in_time(
    captured_at: datetime, sent_at: datetime, received_at: datetime
) -> Timing:
    """Correct the device's clock by the offset between sending and receiving.

    What counts is the sheet's age on the device's own clock, which is right even when
    that clock is wrong by years. A sheet is never refused for its time: one captured
    after it was sent happened, as far as anyone knows, when it was received.
    """
    age = sent_at - captured_at
    clock_fault = age < timedelta(0)
    occurred_at = received_at
    if not clock_fault:
        try:
            occurred_at = received_at - age
        except OverflowError:
            clock_fault = True
    late = not clock_fault and age > LATE_AFTER
    day = local_day(occurred_at)
    return Timing(occurred_at, day, local_hour(occurred_at), late, clock_fault)


@dataclass(frozen=True, slots=True)
class Known:
    """A stored revision of an id."""

    revision: int
    origin: str
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of an arriving sheet, and why when it is kept apart."""

    status: Status
    reason: str | None = None


def judge(sheet: Sheet, known: Sequence[Known]) -> Fate:
    """Decide from what is already stored under the sheet's id.

    Revisions may arrive in any order. A first one is new whatever overtook it; a later
    one that comes from elsewhere than what is stored is kept apart for a person to
    see: nothing is lost, and nobody's answer is replaced by another's.
    """
    for stored in known:
        if stored.revision == sheet.revision:
            if stored.content_sha256 == sheet.content_sha256:
                return Fate(Status.DUPLICATE)
            return Fate(Status.CONFLICT, "content")
    if not known or sheet.revision == 1:
        return Fate(Status.STORED)
    if any(stored.origin != sheet.origin for stored in known):
        return Fate(Status.CONFLICT, "origin")
    return Fate(Status.REVISED)
