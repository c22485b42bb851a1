"""Caddy and nginx as delivered, before the real server: the same must hold for both."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.capture.conftest import raw_sheet
from tests.deploy.proxies import PROXIES, Nginx, Proxy, asked, program, rendered
from tests.server import Server
from tests.staff import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKERS = 2
DEVICE = "0198c7f2-6a3e-7c41-9b1e-1f0d2f6c5a77"
LARGE = b" " * (256 * 1024 + 1)
SLOW_POST = (
    b"POST /api/v1/responses HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(
        tmp_path_factory.mktemp("behind"),
        workers=WORKERS,
        settings={"TRUSTED_PROXIES": "1", "BASE_URL": "https://localhost"},
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    paired = server.flask_json("device", "pair", "--point", "Q1", "--name", "Máy 1")
    return str(paired["key"])


@pytest.fixture(scope="module", params=PROXIES)
def proxy(
    request: pytest.FixtureRequest,
    server: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Proxy]:
    proxy = PROXIES[request.param](tmp_path_factory.mktemp(request.param), server.port)
    proxy.start()
    yield proxy
    proxy.stop()


def tap(proxy: Proxy, key: str, number: int) -> list[str]:
    """Send one sheet; return what became of it."""
    sheet = raw_sheet(id=f"0198c7f2-6a3e-7c41-9b1e-{number:012x}")
    body = json.dumps({"sent_at": "2026-11-22T08:15:31+07:00", "responses": [sheet]})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = proxy.ask("POST", "/api/v1/responses", body, headers)
    assert answer.status == 200, answer.body
    return [result["status"] for result in json.loads(answer.body)["results"]]


@contextmanager
def slow_clients(connections: list[socket.socket]) -> Iterator[None]:
    """Send a byte a second on each, from the middle of an answer sheet."""
    over = threading.Event()

    def drip() -> None:
        while not over.wait(1):
            for connection in connections:
                connection.sendall(b" ")

    for connection in connections:
        connection.sendall(SLOW_POST)
    dripping = threading.Thread(target=drip)
    dripping.start()
    time.sleep(0.5)
    yield
    over.set()
    dripping.join()
    for connection in connections:
        connection.close()


def test_a_page_comes_over_tls_and_the_application_knows_it(proxy: Proxy) -> None:
    """HSTS is the application's: it says it only when it believes X-Forwarded-Proto."""
    answer = proxy.ask("GET", "/quyen-rieng-tu", headers={"X-Forwarded-Proto": "http"})
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    with proxy.connect("h2", "http/1.1") as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_plain_http_leads_to_https(proxy: Proxy) -> None:
    answer = proxy.ask_plainly("/q/7K3M?lang=en")
    assert answer.status == 301
    there = answer.headers["Location"].replace(f":{proxy.https}", "")
    assert there == "https://localhost/q/7K3M?lang=en"


def test_a_claim_about_who_asks_ends_at_the_proxy(proxy: Proxy) -> None:
    lies = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    answer = proxy.ask("GET", "/dashboard", headers=lies)
    assert answer.status == 302
    assert "evil.example" not in answer.headers["Location"]
    assert "Strict-Transport-Security" in answer.headers


def test_a_batch_that_is_too_large_is_refused_as_one_that_will_never_fit(
    proxy: Proxy, key: str
) -> None:
    """A 502 or 503 would make a tablet send the same again for ever."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = proxy.ask("POST", "/api/v1/responses", LARGE, headers)
    assert answer.status == 413
    assert json.loads(answer.body)["error"]["code"] == "too_large"


def test_the_rescue_page_alone_takes_more(proxy: Proxy) -> None:
    """Whoever is not signed in is refused by the application, not by the proxy."""
    path = f"/settings/devices/{DEVICE}/rescue"
    answer = proxy.ask("POST", path, LARGE * 4)
    assert answer.status >= 300
    assert "Content-Security-Policy" in answer.headers
    assert proxy.ask("POST", "/login", LARGE * 4).status == 413


def signed_in(proxy: Proxy, server: Server) -> http.cookiejar.CookieJar:
    """Sign in through the proxy as somebody who looks after the tablets."""
    email, password = f"{proxy.https}@example.com", "correct horse battery staple 9"
    server.flask("user", "create", "--email", email, "--role", "admin",
                 "--password-stdin", stdin=f"{password}\n")  # fmt: skip
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=proxy.context()),
        urllib.request.HTTPCookieProcessor(jar),
    )
    login = f"https://localhost:{proxy.https}/login"
    found = TOKEN.search(browser.open(login).read().decode())
    assert found
    form = {"csrf_token": found[1], "email": email, "password": password}
    sent = urllib.request.Request(
        login, urlencode(form).encode(), {"Referer": login, "Origin": login[:-6]}
    )
    assert browser.open(sent).url != login
    return jar


def test_a_large_body_is_taken_in_from_whoever_may_send_it_and_no_stranger(
    proxy: Proxy, server: Server, key: str
) -> None:
    path = f"/settings/devices/{DEVICE}/rescue"
    cookies = "; ".join(f"{one.name}={one.value}" for one in signed_in(proxy, server))
    headers = {"Cookie": cookies, "Content-Type": "multipart/form-data; boundary=end"}
    file = b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    form = b"--end\r\n" + file + LARGE * 40 + b"\r\n--end--\r\n"
    whole = proxy.ask("POST", path, form, headers)
    # Without the token of a form of ours, which is looked for to the body's end.
    assert whole.status == 400
    assert "Content-Security-Policy" in whole.headers
    before = proxy.memory_mb()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20900000\r\n\r\n"
    )
    strangers = [proxy.connect() for _ in range(10)]
    for stranger in strangers:
        with suppress(OSError):
            stranger.sendall(head.encode())
            for _ in range(18):
                stranger.sendall(bytes(1024 * 1024))
    grown = proxy.memory_mb() - before
    for stranger in strangers:
        stranger.close()
    assert grown < 150  # 450 of a proxy that keeps what strangers send
    assert tap(proxy, key, 3)[0] in {"stored", "duplicate"}


def test_figures_about_the_machine_stay_inside(proxy: Proxy) -> None:
    answer = proxy.ask("GET", "/metrics")
    assert answer.status == 403
    assert "Content-Security-Policy" not in answer.headers, "the application was asked"


def test_slow_clients_do_not_stop_a_tap(proxy: Proxy, key: str) -> None:
    connections: list[socket.socket] = [proxy.connect() for _ in range(2 * WORKERS)]
    with slow_clients(connections):
        began = time.monotonic()
        first = tap(proxy, key, 1)
        others = [tap(proxy, key, 2)[0] for _ in range(10)]
        seconds = time.monotonic() - began
    assert first[0] in {"stored", "duplicate"}  # the second proxy sends it again
    assert set(others[1:]) == {"duplicate"}
    # A worker that waited for one of them would wait gunicorn's 30 s.
    assert seconds < 20


def test_without_a_proxy_slow_clients_do_stop_it(server: Server) -> None:
    """What the buffering above is for."""
    address = ("127.0.0.1", server.port)
    connections = [socket.create_connection(address) for _ in range(2 * WORKERS)]
    with slow_clients(connections):
        waiting = http.client.HTTPConnection("127.0.0.1", server.port, timeout=2)
        with pytest.raises(TimeoutError):
            asked(waiting, "GET", "/healthz")


def test_all_tablets_of_one_wifi_may_come_back_at_once(proxy: Proxy) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: proxy.ask("GET", "/api/v1/ping").status, range(150))
        )
    assert set(answers) == {200}


def test_nothing_about_a_request_is_written_down(proxy: Proxy, server: Server) -> None:
    """An address and a time are enough to name a person at a counter."""
    proxy.ask("GET", "/q/7K3M")
    proxy.ask("GET", "/metrics")
    proxy.ask("POST", "/q/7K3M", LARGE)
    with proxy.connect() as broken:
        broken.sendall(b"GET /q/7K3M nonsense\r\n\r\n")
        broken.recv(1000)
    server.stop()
    try:
        proxy.ask("GET", "/q/7K3M")
    finally:
        server.start()
    written = proxy.log()
    assert "7K3M" not in written
    assert '"remote' not in written
    assert "client: " not in written
    assert "127.0.0.1" not in written.replace(f"127.0.0.1:{proxy.backend}", "")
    if isinstance(proxy, Nginx):
        assert written == ""


def test_while_the_server_is_away_programs_and_people_are_told_to_come_back(
    proxy: Proxy, server: Server
) -> None:
    server.stop()
    try:
        program_told = proxy.ask("POST", "/api/v1/responses", b"{}")
        person_told = proxy.ask("POST", "/q/7K3M", b"overall=5")
    finally:
        server.start()
    for told in (program_told, person_told):
        assert told.status == 503
        assert int(told.headers["Retry-After"]) > 0
    assert json.loads(program_told.body)["error"]["code"] == "unavailable"
    assert "chưa ghi nhận gì" in person_told.body.decode("utf-8")
    assert person_told.headers["Content-Type"] == "text/html; charset=utf-8"
    assert proxy.ask("GET", "/healthz").status == 200


def test_the_public_caddyfile_is_valid(tmp_path: Path) -> None:
    for name in ("Caddyfile", "kiosk.caddy"):
        (tmp_path / name).write_text(rendered(f"caddy/{name}", {}))
    result = subprocess.run(
        [program("caddy"), "validate", "--adapter", "caddyfile", "--config",
         tmp_path / "Caddyfile"],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
