"""Sends the simulated requests through the intake, and keeps count of their fates."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from kiosk.demo.rules import Batch

# Posts a request that arrives at a moment, with a device's key or without; returns the
# status and the document that came back.
Post = Callable[[datetime, str | None, Mapping[str, object]], tuple[int, Any]]


class RefusedError(Exception):
    """The intake did not take what a real device might send: a fault of ours."""


def send(
    batches: Iterable[Batch],
    post: Post,
    *,
    keys: Mapping[str, str],
    codes: Mapping[str, str],
) -> Counter[str]:
    """Send the batches; return how many sheets met which fate.

    `keys` are device keys and `codes` posters' codes, both by point.
    """
    fates: Counter[str] = Counter()
    for batch in batches:
        sheets: list[Mapping[str, object]] = list(batch.sheets)
        key = keys[batch.tablet] if batch.tablet else None
        if batch.tablet is None:
            sheets = [{**sheet, "qr": codes[sheet["point"]]} for sheet in batch.sheets]
        body = {"sent_at": batch.sent_at, "responses": sheets}
        status, answer = post(batch.at, key, body)
        fates.update(_fates(status, answer))
    return fates


def _fates(status: int, answer: Any) -> list[str]:
    if status != 200:
        raise RefusedError(f"{status}: {answer}")
    results = answer["results"]
    rejected = [result for result in results if result["status"] == "rejected"]
    if rejected:
        raise RefusedError(str(rejected[0]))
    return [result["status"] for result in results]
