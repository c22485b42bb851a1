"""Waits until a server answers and its database takes writes.

    ready.py URL SECONDS

Prints what /readyz complains of. Age of the backup, silent tablets and the like are told
and not waited for: no start of a program mends them. Standard library only.
"""

import http.client
import json
import sys
import time
import urllib.error
import urllib.request

NO_ANSWER = "no answer"
# Something answers, and not as this application does: waiting does not mend that.
STRANGE = "strange answer"
# What a release may be blamed for right after its start.
FATAL = {NO_ANSWER, STRANGE, "database"}
PAUSE_SECONDS = 0.5


def complaints(url: str) -> dict[str, str]:
    """Return why the server at this address is not ready, by code; nothing when it is."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=10):  # noqa: S310 - our own
            return {}
    except urllib.error.HTTPError as refusal:
        with refusal:
            return _told(refusal.read())
    except (OSError, http.client.HTTPException):
        return {NO_ANSWER: url}


def _told(body: bytes) -> dict[str, str]:
    try:
        reasons = json.loads(body)["reasons"]
        return {reason["code"]: reason["sentence"] for reason in reasons}
    except (ValueError, KeyError, TypeError):
        return {STRANGE: "/readyz"}


def main(url: str, seconds: str) -> int:
    """Wait; the exit status says whether anything fatal was left."""
    deadline = time.monotonic() + float(seconds)
    while True:
        found = complaints(url)
        fatal = FATAL & found.keys()
        if not fatal or STRANGE in fatal or time.monotonic() > deadline:
            break
        time.sleep(PAUSE_SECONDS)
    for code, sentence in found.items():
        sys.stdout.write(f"  /readyz: {code}: {sentence}\n")
    return int(bool(fatal))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
