"""The wire between a tablet and the server, where a test says what goes wrong."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PORTAL = b"<!doctype html><title>Wi-Fi</title><p>Xin dong y dieu khoan</p>"
BAD_GATEWAY = b"<html><h1>502 Bad Gateway</h1></html>"
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "date", "server"}


class Reply:
    """What the server answered, or what somebody else says in its name."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class Connection(BaseHTTPRequestHandler):
    """One request on the wire."""

    wire: Wire

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)

        def forward() -> Reply:
            return self._ask_server(body)

        fault = self.wire.fault_for(self.path)
        with suppress(ConnectionError, TimeoutError):
            if fault is None:
                self.answer(forward())
            else:
                fault(self, forward)
        self.close_connection = True

    def _ask_server(self, body: bytes) -> Reply:
        server = http.client.HTTPConnection("127.0.0.1", self.wire.server_port, 60)
        try:
            server.request(self.command, self.path, body or None, dict(self.headers))
            answer = server.getresponse()
            headers = {
                name: value
                for name, value in answer.getheaders()
                if name.lower() not in HOP_BY_HOP
            }
            return Reply(answer.status, headers, answer.read())
        finally:
            server.close()

    def answer(self, reply: Reply) -> None:
        """Send a whole answer."""
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def cut(self) -> None:
        """Close the connection under the client's hands."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class Wire:
    """Listens for the tablet and passes on to the server, unless there is a fault."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.fault: Callable[[Connection, Callable[[], Reply]], None] | None = None
        self.everything = False
        self.seen = 0
        handler = type("Handler", (Connection,), {"wire": self})
        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._listener.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._listener.server_port}"
        self._thread = threading.Thread(target=self._listener.serve_forever)
        self._thread.start()

    def fault_for(
        self, path: str
    ) -> Callable[[Connection, Callable[[], Reply]], None] | None:
        """Return what goes wrong with a request, if anything does."""
        if not (self.everything or path.startswith("/api/")):
            return None
        if path == "/api/v1/responses":
            self.seen += 1
        return self.fault

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


def portal(connection: Connection, _forward: object) -> None:
    """Answer 200 with a page of terms and conditions, as a captive portal does."""
    connection.answer(Reply(200, {"Content-Type": "text/html"}, PORTAL))


def bad_gateway(connection: Connection, _forward: object) -> None:
    """Answer as a proxy does whose server is away."""
    connection.answer(Reply(502, {"Content-Type": "text/html"}, BAD_GATEWAY))


def broken(connection: Connection, _forward: object) -> None:
    """Answer 500."""
    connection.answer(Reply(500, {}, b""))


def too_many(connection: Connection, _forward: object) -> None:
    """Ask to be left alone for 20 seconds."""
    connection.answer(Reply(429, {"Retry-After": "20"}, b"{}"))


def cut_after_commit(connection: Connection, forward: Callable[[], Reply]) -> None:
    """Let the server store, and cut the line before its answer."""
    forward()
    connection.cut()


def half_an_answer(connection: Connection, forward: Callable[[], Reply]) -> None:
    """Cut the answer in its middle."""
    reply = forward()
    connection.send_response(reply.status)
    connection.send_header("Content-Type", "application/json")
    connection.send_header("Content-Length", str(len(reply.body)))
    connection.end_headers()
    connection.wfile.write(reply.body[: len(reply.body) // 2])
    connection.wfile.flush()
    connection.cut()


def slow_loris(connection: Connection, forward: Callable[[], Reply]) -> None:
    """Let the server store, and pass its answer on one letter a second."""
    reply = forward()
    connection.send_response(reply.status)
    connection.send_header("Content-Type", "application/json")
    connection.send_header("Content-Length", str(len(reply.body)))
    connection.end_headers()
    for place in range(len(reply.body)):
        connection.wfile.write(reply.body[place : place + 1])
        connection.wfile.flush()
        time.sleep(1)


def flapping(period: float) -> Callable[[Connection, Callable[[], Reply]], None]:
    """Cut every request of every other period, some before the server, some after it."""

    def flap(connection: Connection, forward: Callable[[], Reply]) -> None:
        if int(time.monotonic() / period) % 2:
            connection.answer(forward())
        elif int(time.monotonic() * 1000) % 2:
            cut_after_commit(connection, forward)
        else:
            connection.cut()

    return flap
