"""A tablet on the wire: sends batches until each is answered."""

import http.client
import itertools
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.capture.conftest import raw_sheet

GIVE_UP_SECONDS = 60
SIZE = 10


def batch(seed: int, place: int, size: int) -> list[dict[str, Any]]:
    """Return the same sheets for the same seed and place, with made-up but fixed ids."""
    return [
        raw_sheet(
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{seed}/{place}/{number}")),
            answers={"overall": 1 + number % 5},
        )
        for number in range(size)
    ]


def batches(seed: int, count: int, size: int) -> list[list[dict[str, Any]]]:
    """Return the first batches of a seed."""
    return [batch(seed, place, size) for place in range(count)]


@dataclass
class Account:
    """What a tablet was told."""

    acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)
    http: Counter[int] = field(default_factory=Counter)
    cut: int = 0


def send_all(
    port: int, key: str, work: Sequence[list[dict[str, Any]]], die_first: bool = False
) -> Account:
    """Send every batch, again and again until it is answered with 200."""
    account = Account()
    for batch in work:
        _send(account, port, key, batch, die_first)
    return account


def send_until(
    port: int,
    key: str,
    seed: int,
    over: threading.Event,
    *,
    least: int = 0,
    pause_seconds: float = 0,
) -> Account:
    """Send batches until enough is enough, at least so many; none is left unanswered."""
    account = Account()
    for place in itertools.count():
        if place >= least and over.is_set():
            break
        _send(account, port, key, batch(seed, place, SIZE), die=False)
        time.sleep(pause_seconds)
    return account


def sent(seed: int, account: Account) -> list[list[dict[str, Any]]]:
    """Return the batches that such a tablet has sent."""
    return batches(seed, len(account.acknowledged) // SIZE, SIZE)


def _send(
    account: Account, port: int, key: str, batch: list[dict[str, Any]], die: bool
) -> None:
    body = json.dumps({"sent_at": "2026-11-22T08:15:31+07:00", "responses": batch})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        extra = {"X-Die": "1"} if die else {}
        die = False
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", "/api/v1/responses", body, headers | extra)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            account.cut += 1
            time.sleep(0.05)
            continue
        finally:
            connection.close()
        account.http[answer.status] += 1
        if answer.status == 200:
            for result in json.loads(text)["results"]:
                account.statuses[result["status"]] += 1
                account.acknowledged.add(result["id"])
            return
        time.sleep(0.05)
    raise TimeoutError("the batch was never answered")
