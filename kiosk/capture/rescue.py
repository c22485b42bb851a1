"""Sheets that staff carried from a tablet in a file, when the tablet could not send them.

They go the way of sheets that were sent: the same checks, the same store, the same ids.
So a file may be brought in twice, or while the tablet sends as well.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Engine

from kiosk.capture.reading import Desk, Rejected, read_sheet
from kiosk.capture.rules import Sheet
from kiosk.capture.schema import MAX_SHEETS
from kiosk.capture.storage import store
from kiosk.core.text import normalise
from kiosk.errors import RescueFileError

FORMAT = "kiosk-queue"
VERSION = 1
# The largest body of this address, which the web server in front knows as well.
MAX_BODY_BYTES = 20 * 1024 * 1024
# What a browser puts around the file is far less than the rest.
MAX_BYTES = MAX_BODY_BYTES - 64 * 1024
# Longest text that the page repeats of what the file says about itself.
MAX_SAID = 60
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """A sheet as it lay on the tablet, and where in the file."""

    place: str
    raw: object


@dataclass(frozen=True, slots=True)
class RescueFile:
    """What a tablet saved, its signature checked."""

    exported_at: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that could not be kept: where it lies, and why."""

    place: str
    code: str
    path: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many sheets came to what, and those that were refused."""

    counts: Mapping[str, int]
    refused: Sequence[Refused]


def open_file(data: bytes, device_id: UUID, key_hash: str) -> RescueFile:
    """Read a file that this tablet signed; raise RescueFileError with the reason.

    Its key signs, in the only form in which the server knows it: the hash.
    """
    document = _object(data)
    if document.get("format") != FORMAT:
        raise RescueFileError(reason="format")
    if document.get("version") != VERSION:
        raise RescueFileError(reason="version")
    text, signature = document.get("body"), document.get("signature")
    if not isinstance(text, str) or not isinstance(signature, str):
        raise RescueFileError(reason="format")
    signed = text.encode("utf-8", "surrogatepass")
    body = _object(signed)
    # Told first: of a stranger's file the signature must be wrong.
    if _member(body, "device").get("id") != str(device_id):
        raise RescueFileError(reason="device")
    genuine = hmac.new(key_hash.encode("ascii"), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(genuine.encode(), signature.encode("utf-8", "replace")):
        raise RescueFileError(reason="signature")
    exported_at = normalise(str(body.get("exported_at", ""))[:MAX_SAID])
    return RescueFile(exported_at, tuple(_entries(body)))


def bring_in(
    engine: Engine,
    centre_id: int,
    now: datetime,
    read: Sequence[tuple[Entry, Sheet | Rejected]],
) -> Outcome:
    """Store what was read, batch by batch; every batch that is counted is durable."""
    sheets = [sheet for _, sheet in read if isinstance(sheet, Sheet)]
    counts: Counter[str] = Counter()
    for first in range(0, len(sheets), MAX_SHEETS):
        batch = sheets[first : first + MAX_SHEETS]
        # The tablet's clock as it is: the file may have lain in a drawer.
        statuses = store(engine, centre_id, batch, sent_at=now, now=now)
        counts.update(status.value for status in statuses)
    refused = [
        Refused(entry.place, fault.code, fault.path)
        for entry, fault in read
        if isinstance(fault, Rejected)
    ]
    counts["rejected"] += len(refused)
    return Outcome(counts, refused)


def read_entries(
    entries: Sequence[Entry], desk: Desk
) -> list[tuple[Entry, Sheet | Rejected]]:
    """Check every sheet on its own: a corrupt one does not keep its neighbours out."""
    return [(entry, _read(entry.raw, desk)) for entry in entries]


def _read(raw: object, desk: Desk) -> Sheet | Rejected:
    if not isinstance(raw, dict):
        return Rejected(None, UNREADABLE, "")
    return read_sheet(raw, desk)


def _entries(body: Mapping[str, Any]) -> Iterator[Entry]:
    """List the queue, then what the server refused before: it may have learned since."""
    for place, raw in enumerate(_list(body, "queue"), start=1):
        yield Entry(f"queue.{place}", raw)
    for name in ("quarantine", UNREADABLE):
        for place, found in enumerate(_list(body, name), start=1):
            raw = found.get("sheet") if isinstance(found, dict) else None
            yield Entry(f"{name}.{place}", raw)


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise RescueFileError(reason="format") from None
    if not isinstance(document, dict):
        raise RescueFileError(reason="format")
    return document


def _member(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _list(body: Mapping[str, Any], name: str) -> list[Any]:
    found = body.get(name)
    return found if isinstance(found, list) else []
