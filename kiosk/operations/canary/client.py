"""The canary's way to the server: the same HTTP that a tablet speaks.

With the standard library: no connection is kept, no redirect followed, and a
certificate that is not believed is an error (SSL_CERT_FILE names a centre's own).
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SECONDS = 10
MAX_ANSWER = 1024 * 1024


class UnreachableError(Exception):
    """No HTTP answer came; the text is the name of what happened."""

    def __init__(self, error: Exception) -> None:
        """Keep its name, and whether anybody was there to send to."""
        super().__init__(type(error).__name__)
        self.nothing_sent = isinstance(error, ConnectionRefusedError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered."""

    status: int
    body: bytes


class Client:
    """Sends single requests to one server."""

    def __init__(self, url: str) -> None:
        """Read the address; nothing is opened yet."""
        self._parts = urlsplit(url)
        self._base = self._parts.path.rstrip("/")

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._request("GET", path, None, {})

    def post(self, path: str, document: Mapping[str, Any], key: str) -> Answer:
        """Send JSON with a device's key."""
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
        }
        return self._request("POST", path, json.dumps(document), headers)

    def _request(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> Answer:
        try:
            connection = self._connection()
            try:
                connection.request(method, self._base + path, body, dict(headers))
                answer = connection.getresponse()
                return Answer(answer.status, answer.read(MAX_ANSWER))
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(error) from error

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            trusted = ssl.create_default_context()
            return http.client.HTTPSConnection(
                host, port, timeout=SECONDS, context=trusted
            )
        return http.client.HTTPConnection(host, port, timeout=SECONDS)
