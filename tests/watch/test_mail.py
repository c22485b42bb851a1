"""Handing a message in at real servers, good and bad."""

from __future__ import annotations

import ssl
import time
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller

from kiosk.watch.mail import MailError, MailServer, send
from tests.watch.post_office import (
    HOST,
    PASSWORD,
    USER,
    PostOffice,
    free_port,
    hanging,
    make_certificate,
    opened,
)

if TYPE_CHECKING:
    from pathlib import Path

KEY = f"{USER}:{quote(PASSWORD)}"


def letter(*recipients: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "motcua@hanam.example"
    message["To"] = ", ".join(recipients or ("head@hanam.example",))
    message["Subject"] = "Máy 2"
    message.set_content("Phiếu", cte="quoted-printable")
    return message


def server(port: int, scheme: str = "smtp", user: str = "") -> MailServer:
    return MailServer.of(f"{scheme}://{user and f'{user}@'}{HOST}:{port}")


def reason(target: MailServer, message: EmailMessage | None = None) -> str:
    with pytest.raises(MailError) as caught:
        send(target, message or letter(), timeout=1)
    return caught.value.reason


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("mail"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Trust the server's certificate, as an installation trusts its own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("cert.pem")))
    return certificate


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, False, "", "")),
        ("smtps://mail.example", MailServer("mail.example", 465, True, "", "")),
        (
            "smtp://m%40x:p%3Aw%2F%40@mail.example:25",
            MailServer("mail.example", 25, False, "m@x", "p:w/@"),
        ),
    ],
)
def test_the_address_of_the_server(url: str, expected: MailServer) -> None:
    assert MailServer.of(url) == expected


def test_a_password_is_not_printed() -> None:
    assert "hidden" not in repr(MailServer.of("smtp://a:hidden@mail.example"))


def test_a_plain_relay_takes_it() -> None:
    office = PostOffice()
    with opened(office) as port:
        assert send(server(port), letter("a@hanam.example", "b@hanam.example")) == 0
    (message,) = office.taken
    assert message["Subject"] == "Máy 2"
    assert message.get_content().strip() == "Phiếu"
    sender, recipients = office.envelopes[0]
    assert sender == "motcua@hanam.example"
    assert recipients == ["a@hanam.example", "b@hanam.example"]


def test_tls_is_taken_when_offered(trusted: Path) -> None:
    office = PostOffice()
    with opened(office, certificate=trusted, password=PASSWORD) as port:
        send(server(port, user=KEY), letter())
    assert office.was_encrypted == [True]


def test_tls_that_is_offered_and_refused_sends_nothing_in_clear(trusted: Path) -> None:
    office = PostOffice()
    with opened(office, certificate=trusted, refuses_tls=True) as port:
        assert reason(server(port)) == "refused"
    assert office.taken == []


def test_a_certificate_that_nobody_trusts(certificate: Path) -> None:
    office = PostOffice()
    with opened(office, certificate=certificate) as port:
        assert reason(server(port)) == "tls"
    assert office.taken == []


def test_implicit_tls(trusted: Path) -> None:
    """A port that speaks TLS from the first byte."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted)
    office = PostOffice()
    controller = Controller(
        office, hostname=HOST, port=free_port(), ssl_context=context
    )
    controller.start()
    try:
        assert send(server(controller.port, scheme="smtps"), letter()) == 0
    finally:
        controller.stop()
    assert len(office.taken) == 1


def test_smtps_towards_a_server_that_speaks_no_tls() -> None:
    with opened(PostOffice()) as port:
        assert reason(server(port, scheme="smtps")) in {"tls", "timeout", "unreachable"}


def test_a_wrong_password(trusted: Path) -> None:
    office = PostOffice()
    with opened(office, certificate=trusted, password=PASSWORD) as port:
        assert reason(server(port, user=f"{USER}:wrong")) == "auth"
        assert reason(server(port, user=f"{USER}:sai%20m%E1%BA%ADt")) == "auth"
    assert office.taken == []


def test_a_password_goes_in_clear_to_this_machine_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = PostOffice()
    with opened(office, password=PASSWORD) as port:
        own = server(port, user=KEY)
        send(own, letter())
        assert len(office.taken) == 1
        monkeypatch.setattr("kiosk.watch.mail.OWN", frozenset({"localhost"}))
        assert reason(own) == "no_tls"
    assert len(office.taken) == 1


def test_a_server_that_says_later() -> None:
    office = PostOffice()
    office.answer = "451 try again later"
    with opened(office) as port:
        assert reason(server(port)) == "refused"


def test_a_server_that_drops_the_line() -> None:
    office = PostOffice()
    office.drops = True
    with opened(office) as port:
        assert reason(server(port)) == "dropped"


def test_a_server_that_hangs() -> None:
    begun = time.monotonic()
    with hanging() as port:
        assert reason(server(port)) == "timeout"
    assert time.monotonic() - begun < 5


def test_nobody_listens() -> None:
    assert reason(server(free_port())) == "unreachable"


def test_one_bad_address_does_not_keep_the_others_from_it() -> None:
    office = PostOffice()
    office.refused = {"gone@hanam.example"}
    with opened(office) as port:
        both = letter("gone@hanam.example", "head@hanam.example")
        assert send(server(port), both) == 1
        assert office.envelopes[0][1] == ["head@hanam.example"]
        assert reason(server(port), letter("gone@hanam.example")) == "recipients"
