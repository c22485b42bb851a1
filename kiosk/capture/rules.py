"""What an answer sheet is, when it happened, and what becomes of one that arrives."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
MILLISECOND = timedelta(milliseconds=1)
# An offset is known to half a round trip; a reply later than 15 s counts as none on the
# tablet. What seems to happen later than this beyond now was measured before a jump.
MEASURED_WITHIN = timedelta(seconds=15)


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
    # Our clock minus the device's, when the device knew it as it captured the sheet.
    clock_offset_ms: int | None = None

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
    if not sheet.origin.startswith(STAMPED_BY_US):
        return sheet
    is_old = sent_at - sheet.captured_at > POSTER_SHEET_LASTS
    captured_at = sent_at if is_old else sheet.captured_at
    return replace(sheet, captured_at=captured_at, clock_offset_ms=None)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a sheet happened, by the centre's clock."""

    occurred_at: datetime
    day: date
    hour: int
    late: bool
    clock_fault: bool
    # Our clock minus the device's: measured at capture, else between sending and receiving.
    offset_ms: int


def place_in_time(sheet: Sheet, sent_at: datetime, received_at: datetime) -> Timing:
    """Correct the device's clock; a sheet is never refused for its time.

    A device that knew its offset as it captured the sheet is believed: its clock may
    have been set since. Otherwise what counts is the sheet's age on the device's own
    clock, which is right even when that clock is wrong by years. A sheet captured
    after it was sent happened, as far as anyone knows, when it was received.
    """
    measured = _measured(sheet, received_at)
    if measured is not None:
        return _timing(measured, received_at, sheet.clock_offset_ms or 0)
    offset_ms = (received_at - sent_at) // MILLISECOND
    age = sent_at - sheet.captured_at
    if age >= timedelta(0):
        with suppress(OverflowError):
            return _timing(received_at - age, received_at, offset_ms)
    return replace(_timing(received_at, received_at, offset_ms), clock_fault=True)


def _measured(sheet: Sheet, received_at: datetime) -> datetime | None:
    """Return when it happened by the offset known at capture, if that can be."""
    if sheet.clock_offset_ms is None:
        return None
    try:
        occurred_at = sheet.captured_at + sheet.clock_offset_ms * MILLISECOND
        if occurred_at - received_at > MEASURED_WITHIN:
            return None
    except OverflowError:
        return None
    return min(occurred_at, received_at)


def _timing(occurred_at: datetime, received_at: datetime, offset_ms: int) -> Timing:
    day, hour = local_day(occurred_at), local_hour(occurred_at)
    late = received_at - occurred_at > LATE_AFTER
    return Timing(occurred_at, day, hour, late, clock_fault=False, offset_ms=offset_ms)


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
