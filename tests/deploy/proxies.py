"""The proxies of deploy/, real ones, on ports of this machine."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from tests.server import ROOT, START_SECONDS, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message
    from pathlib import Path


def program(name: str) -> str:
    """Return where a program lies; Debian keeps servers out of a person's PATH."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert path, f"{name} is missing: deploy/test-tools.sh installs it"
    return path


def rendered(source: str, replacements: Mapping[str, str]) -> str:
    """Return a file of deploy/ for this machine; each replacement must find its place."""
    text = (ROOT / "deploy" / source).read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert old in text, f"{source} no longer says {old}"
        text = text.replace(old, new)
    return text


class Answer(NamedTuple):
    """What came back, whole."""

    status: int
    headers: Message
    body: bytes


def asked(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request; close the connection."""
    with closing(connection):
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


class Proxy(ABC):
    """A running proxy; `log` is all that it wrote."""

    def __init__(self, directory: Path, backend: int) -> None:
        self.directory = directory
        self.backend = backend
        self.http = free_port()
        self.https = free_port()
        self._authority = ""
        self._output = directory / "output.log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """Write the configuration; return what to run, in the foreground."""

    @abstractmethod
    def authority(self) -> str:
        """Return the certificate to trust, as PEM."""

    def start(self) -> None:
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                self.command(),
                stdout=output,
                stderr=output,
                env={**os.environ, "HOME": str(self.directory)},
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            self.ask("GET", "/healthz")
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=START_SECONDS)

    def memory_mb(self) -> int:
        """Return what it holds, its workers too."""
        assert self._process is not None
        pid = str(self._process.pid)
        held = subprocess.run(
            ["ps", "-o", "rss=", "--pid", pid, "--ppid", pid],
            capture_output=True,
            check=True,
        )
        return sum(map(int, held.stdout.split())) // 1024

    def log(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def context(self, *protocols: str) -> ssl.SSLContext:
        """Trust this proxy's certificate and no other."""
        if not self._authority:
            self._authority = self.authority()
        context = ssl.create_default_context(cadata=self._authority)
        context.set_alpn_protocols(list(protocols or ("http/1.1",)))
        return context

    def connect(self, *protocols: str) -> ssl.SSLSocket:
        context = self.context(*protocols)
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=10)
        return context.wrap_socket(plain, server_hostname="localhost")

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPSConnection(
            "localhost", self.https, context=self.context(), timeout=20
        )
        return asked(connection, method, path, body, headers)

    def ask_plainly(self, path: str) -> Answer:
        """Ask without TLS."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=10)
        return asked(connection, "GET", path, headers={"Host": "localhost"})


class Nginx(Proxy):
    """deploy/nginx/kiosk.conf with a certificate made for the test."""

    log_file = "kiosk.log"

    def __init__(self, directory: Path, backend: int) -> None:
        super().__init__(directory, backend)
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-addext", "subjectAltName=DNS:localhost",
             "-keyout", directory / "key.pem", "-out", directory / "cert.pem"],
            check=True,
            capture_output=True,
        )  # fmt: skip

    def write(self) -> Path:
        """Write nginx.conf with the site in it; return where it lies."""
        certificate = "/etc/letsencrypt/live/danhgia.example.vn"
        site = self.directory / "kiosk.conf"
        site.write_text(
            rendered(
                "nginx/kiosk.conf",
                {
                    "listen [::]:80;": "",
                    "listen 80;": f"listen 127.0.0.1:{self.http};",
                    "listen [::]:443 ssl http2;": "",
                    "listen 443 ssl": f"listen 127.0.0.1:{self.https} ssl",
                    "server 127.0.0.1:8000;": f"server 127.0.0.1:{self.backend};",
                    f"{certificate}/fullchain.pem": f"{self.directory}/cert.pem",
                    f"{certificate}/privkey.pem": f"{self.directory}/key.pem",
                    "/var/log/nginx/kiosk.log": f"{self.directory}/{self.log_file}",
                },
            )
        )
        user = "user root;" if os.geteuid() == 0 else ""
        main = self.directory / "nginx.conf"
        main.write_text(
            f"{user} daemon off; pid {self.directory}/pid; error_log stderr alert;"
            f"events {{}} http {{ client_body_temp_path {self.directory}/body;"
            f"proxy_temp_path {self.directory}/proxy; access_log stderr;"
            f"fastcgi_temp_path {self.directory}/f; scgi_temp_path {self.directory}/s;"
            f"uwsgi_temp_path {self.directory}/u; include {site}; }}"
        )
        return main

    def command(self) -> list[str]:
        return [program("nginx"), "-c", str(self.write()), "-e", "stderr"]

    def authority(self) -> str:
        return (self.directory / "cert.pem").read_text()

    def log(self) -> str:
        own = self.directory / self.log_file
        return super().log() + (own.read_text() if own.exists() else "")


class Caddy(Proxy):
    """deploy/caddy/Caddyfile.lan, which is its own certificate authority."""

    def command(self) -> list[str]:
        (self.directory / "kiosk.caddy").write_text(
            rendered(
                "caddy/kiosk.caddy", {"127.0.0.1:8000": f"127.0.0.1:{self.backend}"}
            )
        )
        main = self.directory / "Caddyfile"
        main.write_text(
            rendered(
                "caddy/Caddyfile.lan",
                {
                    "skip_install_trust\n": "skip_install_trust\n\tadmin off\n"
                    f"\thttp_port {self.http}\n\thttps_port {self.https}\n"
                    f"\tstorage file_system {self.directory}/data\n",
                    "https://danhgia.lan": f"https://localhost:{self.https}",
                    "http://danhgia.lan": f"http://localhost:{self.http}",
                    "/var/lib/caddy/.local/share/caddy": f"{self.directory}/data",
                    "https://{host}{uri}": f"https://{{host}}:{self.https}{{uri}}",
                },
            )
        )
        return [
            program("caddy"),
            "run",
            "--adapter",
            "caddyfile",
            "--config",
            str(main),
        ]

    def authority(self) -> str:
        """Fetch it as a tablet does."""
        answer = self.ask_plainly("/ca.crt")
        if answer.status != 200:
            raise OSError(answer.status)
        return answer.body.decode("ascii")


PROXIES: dict[str, type[Proxy]] = {"nginx": Nginx, "caddy": Caddy}
