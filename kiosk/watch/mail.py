"""Handing one message to the mail server of the settings, or saying why not."""

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 10.0
PORTS = {"smtp": 587, "smtps": 465}
# A password may travel without TLS to this machine alone.
OWN = frozenset({"localhost", "127.0.0.1", "::1"})

# By the first class that matches; each reason has its sentence in messages.py. What the
# server answered is not kept: it often repeats addresses.
REASONS: Mapping[type[Exception], str] = {
    smtplib.SMTPAuthenticationError: "auth",
    smtplib.SMTPRecipientsRefused: "recipients",
    smtplib.SMTPSenderRefused: "sender",
    smtplib.SMTPServerDisconnected: "dropped",
    smtplib.SMTPConnectError: "refused",
    smtplib.SMTPResponseException: "refused",
    smtplib.SMTPException: "refused",
    ssl.SSLError: "tls",
    TimeoutError: "timeout",
    OSError: "unreachable",
    ValueError: "address",
}


class Letterhead(EmailPolicy):
    """Writes the subject with the older `Header`, which keeps every space.

    The newer folding loses the one between a plain and an encoded word at the end of a
    line (CPython 3.11.7): 7 % of long Vietnamese subjects with a plain word in them.
    """

    def fold(self, name: str, value: str) -> str:
        """Write one header as the lines of a message."""
        if name != "Subject":
            return str(super().fold(name, value))
        text = Header(str(value), "utf-8", header_name=name).encode(
            linesep=self.linesep
        )
        return f"{name}: {text}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write one header as smtplib asks for it."""
        if name != "Subject":
            return super().fold_binary(name, value)
        return self.fold(name, value).encode("ascii")


class MailError(Exception):
    """The server did not take the message; `reason` says why."""

    def __init__(self, reason: str) -> None:
        """Keep the code of the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in: smtp:// takes TLS when it is offered, smtps:// demands it."""

    host: str
    port: int
    implicit_tls: bool
    user: str
    password: str = field(repr=False)

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """Read smtp://user:password@host:port; the settings have checked its form."""
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "",
            port=parts.port or PORTS[parts.scheme],
            implicit_tls=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


def send(
    server: MailServer, message: EmailMessage, timeout: float = TIMEOUT_SECONDS
) -> int:
    """Return how many recipients the server refused; raise MailError when it took none."""
    try:
        return _send(server, message, timeout)
    except tuple(REASONS) as error:
        raise MailError(_reason(error)) from error


def _reason(error: Exception) -> str:
    # smtplib tells of a silence in mid-conversation as of a line that was dropped.
    if isinstance(error.__context__, TimeoutError):
        return "timeout"
    kinds = (kind for kind in REASONS if isinstance(error, kind))
    return REASONS[next(kinds)]


def _send(server: MailServer, message: EmailMessage, timeout: float) -> int:
    smtp = _connected(server, str(message["From"]).rpartition("@")[2], timeout)
    try:
        if not server.implicit_tls:
            smtp.ehlo()
            if smtp.has_extn("starttls"):
                # Refused, or with a certificate that does not hold: no mail, never in clear.
                smtp.starttls(context=ssl.create_default_context())
        if server.user:
            _sign_in(smtp, server)
        return len(smtp.send_message(message))
    finally:
        # The message is taken or not by now: a server that hangs at the farewell
        # must not make it be sent again.
        with suppress(OSError):
            smtp.close()


def _connected(server: MailServer, own_name: str, timeout: float) -> smtplib.SMTP:
    # Without a name given, smtplib asks the DNS for ours, which may take long.
    name = own_name.strip("> ") or "localhost"
    if server.implicit_tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            server.host, server.port, name, timeout=timeout, context=context
        )
    return smtplib.SMTP(server.host, server.port, name, timeout=timeout)


def _sign_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    is_secret = isinstance(smtp.sock, ssl.SSLSocket) or server.host in OWN
    if not is_secret:
        raise MailError("no_tls")
    try:
        smtp.login(server.user, server.password)
    except UnicodeError:
        # smtplib knows names and passwords of ASCII only.
        raise MailError("auth") from None
