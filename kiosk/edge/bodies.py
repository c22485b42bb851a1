"""Bodies are read whole or refused: half a form is not what a citizen answered.

gunicorn ends a body itself and says so with `wsgi.input_terminated`. Werkzeug then no
longer holds a body against its announced length: one that was cut on its way passed as
complete, and a chunked one beyond the limit was cut to it.
"""

from io import RawIOBase
from typing import IO, cast

from flask import Flask, Request
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestEntityTooLarge
from werkzeug.utils import cached_property


class WholeRequest(Request):
    """A request whose body is complete and within the limit whenever it can be read."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """Return the body; reading raises an HTTP error when it is not whole."""
        if self.content_length is None:
            if "wsgi.input_terminated" not in self.environ:
                return super().stream
            body = _Unannounced(self.environ["wsgi.input"], self.max_content_length)
            return cast("IO[bytes]", body)
        self.environ.pop("wsgi.input_terminated", None)
        return super().stream


class _Unannounced(RawIOBase):
    """A chunked body, of which nobody said how long it will be."""

    def __init__(self, source: IO[bytes], limit: int | None) -> None:
        self._source = source
        self._left = limit

    def readable(self) -> bool:
        """Tell that this is for reading."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read on; raise what the client is told when it cannot go on."""
        try:
            data = self._source.read(len(buffer))
        except OSError:
            raise ClientDisconnected from None
        except Exception:  # noqa: BLE001 - each server has its own for a torn chunk
            raise BadRequest from None
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise RequestEntityTooLarge
        buffer[: len(data)] = data
        return len(data)


def read_whole(app: Flask) -> None:
    """Let every request of the app be read whole or not at all."""
    app.request_class = WholeRequest
