"""Sheets that staff carried from a tablet in a file, when the tablet could not send them.

They go the way of sheets that were sent: the same checks, the same store, the same ids.
So a file may be brought in twice, or while the tablet sends as well.
"""

import base64
import binascii
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
LABEL = f"{FORMAT} {VERSION}"
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
    """What a tablet saved, opened with its key."""

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
    """Open a file that this tablet sealed; raise RescueFileError with the reason.

    It holds citizens' answers, and who carries it shall not read them: only the tablet
    and the server have the key, made from the hash of the tablet's own.
    """
    document = _object(data)
    if document.get("format") != FORMAT:
        raise RescueFileError(reason="format")
    if document.get("version") != VERSION:
        raise RescueFileError(reason="version")
    nonce, sealed = _bytes(document, "nonce"), _bytes(document, "sealed")
    # Told first: a stranger's file cannot be opened with this tablet's key.
    if document.get("device") != str(device_id):
        raise RescueFileError(reason="device")
    body = _object(_unsealed(nonce, sealed, device_id, key_hash))
    exported_at = normalise(str(body.get("exported_at", ""))[:MAX_SAID])
    return RescueFile(exported_at, tuple(_entries(body)))


def _unsealed(nonce: bytes, sealed: bytes, device_id: UUID, key_hash: str) -> bytes:
    """Open AES-256 in GCM (NIST SP 800-38D), whose label names format and tablet."""
    # Here and not above: taking in a tap needs no cipher.
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    kept = key_hash.encode("ascii")
    key = hmac.new(kept, LABEL.encode("ascii"), hashlib.sha256).digest()
    try:
        return AESGCM(key).decrypt(
            nonce, sealed, f"{LABEL} {device_id}".encode("ascii")
        )
    except (InvalidTag, ValueError):
        raise RescueFileError(reason="seal") from None


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


def _bytes(document: Mapping[str, Any], name: str) -> bytes:
    found = document.get(name)
    if not isinstance(found, str):
        raise RescueFileError(reason="format")
    try:
        return base64.b64decode(found, validate=True)
    except (binascii.Error, ValueError):
        raise RescueFileError(reason="seal") from None


def _list(body: Mapping[str, Any], name: str) -> list[Any]:
    found = body.get(name)
    return found if isinstance(found, list) else []
