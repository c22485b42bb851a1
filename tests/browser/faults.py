"""What a page may never do: report an error, break its own policy, call elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

OWN_HOSTS = {"127.0.0.1", "localhost"}
REPORT_VIOLATIONS = """
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI}`);
  });
"""


class Faults:
    """Everything that went wrong in the watched contexts."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def watch(self, context: BrowserContext) -> None:
        """Listen to all pages and workers of a context, present and future."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)

    def allow(self, pattern: str) -> None:
        """Expect this one in the present test, for example a server that is away."""
        self._allowed.append(re.compile(pattern))

    @property
    def unexpected(self) -> list[str]:
        """Return what no test allowed."""
        return [
            fault
            for fault in self._found
            if not any(pattern.search(fault) for pattern in self._allowed)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._found.append(f"{message.type}: {message.text} ({message.location})")

    def _on_error(self, error: WebError) -> None:
        self._found.append(f"exception: {error.error}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if (
            parts.scheme in {"http", "https", "ws", "wss"}
            and parts.hostname not in OWN_HOSTS
        ):
            self._found.append(f"request to another host: {request.url}")
