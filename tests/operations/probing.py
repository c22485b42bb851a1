"""What monitoring does: asks an address and reads the answer, whatever its status."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

SECONDS = 20


def ask(url: str, **headers: str) -> tuple[int, str]:
    """Return the status and the text of an answer."""
    request = urllib.request.Request(
        url, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def readiness(url: str) -> tuple[int, list[str]]:
    """Return the status of /readyz and the codes of its reasons."""
    status, text = ask(f"{url}/readyz")
    document: dict[str, Any] = json.loads(text)
    return status, [reason["code"] for reason in document.get("reasons", [])]
