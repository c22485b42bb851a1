"""A tablet process that sends on and on, until it is told that enough is enough."""

from __future__ import annotations

from pathlib import Path

from tests.durability.tablet import Account, batches, send_all

SIZE = 10
MOST = 2_000


def send_until(port: int, key: str, seed: int, over: Path, least: int) -> Account:
    """Send batches until the file is there, at least so many."""
    whole = Account()
    for number, batch in enumerate(batches(seed, MOST, SIZE)):
        if number >= least and over.exists():
            return whole
        one = send_all(port, key, [batch])
        whole.acknowledged |= one.acknowledged
        whole.statuses += one.statuses
        whole.http += one.http
    raise AssertionError("it was never over")


def sent(seed: int, account: Account) -> list[list[dict[str, object]]]:
    """Return the batches that such a tablet has sent."""
    count = len(account.acknowledged) // SIZE
    return batches(seed, count, SIZE)
