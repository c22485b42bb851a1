"""Waits until a server answers and its database takes writes.

    ready.py URL SECONDS

Prints what /readyz complains of. Age of the backup, silent tablets and the like are told
and not waited for: no start of a program mends them. Standard library only.
"""

import json
import sys
import time
import urllib.error
import urllib.request

NO_ANSWER = "no answer"
# What a release may be blamed for right after its start.
FATAL = {NO_ANSWER, "database"}
PAUSE_SECONDS = 0.5


def complaints(url: str) -> list[str]:
    """Return why the server at this address is not ready; nothing when it is."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=10):  # noqa: S310 - our own
            return []
    except urllib.error.HTTPError as refusal:
        with refusal:
            return _told(refusal.read())
    except OSError:
        return [NO_ANSWER]


def _told(body: bytes) -> list[str]:
    try:
        return [str(reason) for reason in json.loads(body)["reasons"]]
    except (ValueError, KeyError, TypeError):
        return [NO_ANSWER]


def is_fatal(complaint: str) -> bool:
    """Tell whether this is the release's own fault: `database: OperationalError`."""
    return complaint.partition(":")[0] in FATAL


def main(url: str, seconds: str) -> int:
    """Wait; the exit status says whether anything fatal was left."""
    deadline = time.monotonic() + float(seconds)
    while True:
        found = complaints(url)
        fatal = any(map(is_fatal, found))
        if not fatal or time.monotonic() > deadline:
            break
        time.sleep(PAUSE_SECONDS)
    sys.stdout.write("".join(f"  /readyz: {complaint}\n" for complaint in found))
    return int(fatal)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
