"""The Containerfile, read: no engine can run here, so what can be wrong is looked for."""

from __future__ import annotations

import re

import pytest

from kiosk.config import Settings
from tests.server import ROOT

TEXT = (ROOT / "deploy/container/Containerfile").read_text(encoding="utf-8")
JOINED = re.sub(r"\\\n\s*", " ", TEXT)
STEPS = [
    tuple(line.split(maxsplit=1))
    for line in JOINED.splitlines()
    if line.strip() and not line.startswith("#")
]


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in STEPS if name == instruction]


def test_the_base_is_one_release_of_one_distribution() -> None:
    (base,) = arguments("FROM")
    assert re.fullmatch(
        r"docker\.io/library/python:3\.\d+-slim-[a-z]+(@sha256:\w+)?", base
    )
    assert "sha256" in TEXT, "says how to pin the digest"


def test_it_does_not_run_as_root() -> None:
    assert arguments("USER") == ["kiosk"]
    assert [name for name, _ in STEPS].index("USER") < [n for n, _ in STEPS].index(
        "CMD"
    )


@pytest.mark.parametrize("copied", arguments("COPY"))
def test_what_is_copied_is_there_and_part_of_the_project(copied: str) -> None:
    *sources, target = copied.split()
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert not source.startswith((".", "/", "var"))
    assert target


def test_everything_that_the_server_imports_is_copied() -> None:
    copied = " ".join(arguments("COPY")).split()
    needed = {
        "analytics",
        "kiosk",
        "migrations",
        "static",
        "wsgi.py",
        "requirements.txt",
    }
    assert needed <= {*copied}


def test_no_secret_is_baked_in() -> None:
    (pairs,) = arguments("ENV")
    names = {pair.partition("=")[0] for pair in pairs.split()}
    assert names <= {name.upper() for name in Settings.model_fields} | {"INIT_FIRST"}
    assert not names & {"SECRET_KEY", "SMTP_URL"}
    assert "ARG" not in dict(STEPS)


def test_it_serves_what_make_run_serves_and_says_whether_it_lives() -> None:
    assert arguments("CMD")[-1].count("deploy/gunicorn.conf.py") == 1
    assert "wsgi:app" in arguments("CMD")[-1]
    (check,) = arguments("HEALTHCHECK")
    assert "/healthz" in check
    assert "VOLUME /var/lib/kiosk" in JOINED
    assert "DATA_DIR=/var/lib/kiosk" in JOINED
