"""A real mail server on this machine, with the faults that mail servers have."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import warnings
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import Envelope, Session

HOST = "127.0.0.1"
USER, PASSWORD = "motcua", "mai nha co con meo"


class PostOffice:
    """Keeps what it takes; `answer` replaces its reply to the message itself."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.was_encrypted: list[bool] = []
        self.answer = "250 OK"
        self.refused: set[str] = set()
        self.drops = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.drops:
            server.transport.abort()
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message: Any = message_from_bytes(envelope.content, policy=default)
            self.taken.append(message)
            self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
            self.was_encrypted.append(session.ssl is not None)
        return self.answer


class _NoTlsAfterAll(SMTP):
    """Offers STARTTLS and refuses it."""

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        await self.push("454 TLS not available")


class _Office(Controller):
    smtp_class: type[SMTP] = SMTP

    def factory(self) -> SMTP:
        return self.smtp_class(self.handler, **self.SMTP_kwargs)


@contextmanager
def opened(
    office: PostOffice,
    *,
    certificate: Path | None = None,
    refuses_tls: bool = False,
    password: str | None = None,
) -> Iterator[int]:
    """Serve until the end of the block; yield the port."""
    options: dict[str, Any] = {}
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        options["tls_context"] = context
    if password is not None:
        options |= {
            "authenticator": lambda *call: _check(call[-1], password),
            "auth_required": True,
            "auth_require_tls": certificate is not None,
        }
    controller = _Office(office, hostname=HOST, port=free_port(), **options)
    controller.smtp_class = _NoTlsAfterAll if refuses_tls else SMTP
    with warnings.catch_warnings():
        # That a password without TLS is a bad idea is what one of the tests is about.
        warnings.simplefilter("ignore", UserWarning)
        controller.start()
        try:
            yield controller.port
        finally:
            controller.stop()


def _check(given: LoginPassword, password: str) -> AuthResult:
    right = given == LoginPassword(USER.encode(), password.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def hanging() -> Iterator[int]:
    """Take connections and never say a word."""
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        taken: list[socket.socket] = []
        thread = threading.Thread(target=_take, args=(server, taken), daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in taken:
                connection.close()


def _take(server: socket.socket, taken: list[socket.socket]) -> None:
    while True:
        try:
            taken.append(server.accept()[0])
        except OSError:
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def make_certificate(directory: Path) -> Path:
    """Make a key and a certificate for this machine, signed by itself, in one file."""
    path = directory / "mail.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=mail",
         "-addext", f"subjectAltName=IP:{HOST}", "-keyout", path, "-out",
         directory / "cert.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + (directory / "cert.pem").read_text())
    return path
