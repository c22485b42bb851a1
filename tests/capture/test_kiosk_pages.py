"""What makes the kiosk page installable: manifest, icons, worker and its list."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from kiosk.capture import kiosk_views
from kiosk.edge import assets, static_files

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

ICONS = assets.STATIC_FOLDER / "icons"
HEAD = "self.KIOSK = "
# A home screen needs no photograph.
MAX_ICON_BYTES = 8_000


@pytest.fixture
def kept(client: FlaskClient) -> dict[str, Any]:
    """Return the line above the worker's script."""
    line = client.get("/kiosk/worker.js").text.partition("\n")[0]
    described: dict[str, Any] = json.loads(line.removeprefix(HEAD).removesuffix(";"))
    return described


@pytest.fixture
def manifest(client: FlaskClient) -> dict[str, Any]:
    """Return the manifest."""
    answer = client.get("/kiosk/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    described: dict[str, Any] = json.loads(answer.text)
    return described


class Addresses(HTMLParser):
    """Collects what the page's own markup loads."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.root: dict[str, str | None] = {}
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "html":
            self.root = named
        if tag in {"link", "script", "img"}:
            self.found |= {named.get("href") or "", named.get("src") or ""} - {""}


def addresses(kept: dict[str, Any]) -> set[str]:
    return {file["address"] for file in kept["files"]}


def digest(answer: TestResponse) -> str:
    found = hashlib.sha256(answer.data).digest()
    return "sha256-" + base64.b64encode(found).decode()


def test_every_listed_file_is_there_with_these_bytes(
    client: FlaskClient, kept: dict[str, Any]
) -> None:
    for file in kept["files"]:
        answer = client.get(file["address"], buffered=True)
        assert answer.status_code == 200, file
        assert digest(answer) == file["integrity"], file


def test_everything_that_the_page_names_is_listed(
    client: FlaskClient, kept: dict[str, Any]
) -> None:
    page = client.get("/kiosk").text
    found = Addresses(page).found
    assert len(found) > 20
    assert found <= addresses(kept)


def test_everything_that_the_styles_and_the_manifest_name_is_listed(
    kept: dict[str, Any], manifest: dict[str, Any]
) -> None:
    listed = addresses(kept)
    fonts = (assets.STATIC_FOLDER / "css/fonts.css").read_text(encoding="utf-8")
    named = re.findall(r'url\("\.\./(.+?)"\)', fonts)
    assert named
    base = f"/static/{assets.release()}/"
    assert {base + name for name in named} <= listed
    assert {icon["src"] for icon in manifest["icons"]} <= listed


def test_nothing_is_listed_twice(kept: dict[str, Any]) -> None:
    assert len(addresses(kept)) == len(kept["files"])


def test_every_module_of_the_folder_is_a_module_of_the_page() -> None:
    """A module that is imported and not listed would be missing without the network."""
    folder = assets.STATIC_FOLDER / "js/kiosk"
    named = {*kiosk_views.MODULES, *kiosk_views.ENTRIES}
    imported = {
        name
        for entry in named
        for name in re.findall(
            r'(?:from|import) "\./(.+?)"', (folder / entry).read_text(encoding="utf-8")
        )
    }
    assert imported == set(kiosk_views.MODULES)


def test_page_worker_and_addresses_speak_of_one_release(
    client: FlaskClient, kept: dict[str, Any]
) -> None:
    page = Addresses(client.get("/kiosk").text)
    assert page.root["data-release"] == kept["release"] == assets.release()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_is_the_same_for_everybody(
    client: FlaskClient, kept: dict[str, Any], language: str
) -> None:
    """The digest in the worker holds for whoever asks."""
    client.set_cookie("language", language)
    described = {file["address"]: file["integrity"] for file in kept["files"]}
    assert digest(client.get("/kiosk?lang=en")) == described["/kiosk"]
    manifest = client.get("/kiosk/manifest.webmanifest")
    assert digest(manifest) == described["/kiosk/manifest.webmanifest"]


def test_the_worker_may_serve_the_page_and_is_never_taken_from_a_cache(
    client: FlaskClient,
) -> None:
    answer = client.get("/kiosk/worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/kiosk"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    script = static_files.content("js/kiosk-worker.js").decode("utf-8")
    assert script
    assert answer.text.endswith("\n" + script)


def test_another_list_is_another_cache(app: Flask, client: FlaskClient) -> None:
    """Simulated figures and real ones may follow each other on one address."""

    def name() -> str:
        found = re.search('"list": "(.+?)"', client.get("/kiosk/worker.js").text)
        assert found
        return found[1]

    before = name()
    assert name() == before
    app.config["KIOSK"] = app.config["KIOSK"].model_copy(update={"demo": True})
    assert name() != before


def test_the_release_covers_scripts_and_wording(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    static, templates = tmp_path / "static", tmp_path / "templates"
    monkeypatch.setattr(assets, "STATIC_FOLDER", static)
    monkeypatch.setattr(assets, "TEMPLATE_FOLDER", templates)
    found = set()
    for folder, content in [(static, "a"), (static, "b"), (templates, "b")]:
        folder.mkdir(exist_ok=True)
        (folder / "text.json").write_text(content, encoding="utf-8")
        found.add(assets.release.__wrapped__())
    (static / "text.json").rename(static / "word.json")
    found.add(assets.release.__wrapped__())
    assert len(found) == 4


def test_the_manifest_is_what_a_tablet_needs(manifest: dict[str, Any]) -> None:
    assert manifest["name"] == "Ý kiến tại quầy"
    assert manifest["display"] == "fullscreen"
    assert manifest["orientation"] == "any"
    assert {manifest[key] for key in ("id", "start_url", "scope")} == {"/kiosk"}
    kinds = {(icon["purpose"], icon["sizes"]) for icon in manifest["icons"]}
    assert kinds == {
        (purpose, size)
        for purpose in ("any", "maskable")
        for size in ("192x192", "512x512")
    }


def test_its_colours_are_those_of_the_pages(manifest: dict[str, Any]) -> None:
    tokens = (assets.STATIC_FOLDER / "css/tokens.css").read_text(encoding="utf-8")
    first: dict[str, str] = {}
    for name, colour in re.findall(r"(--[\w-]+): (#\w{6});", tokens):
        first.setdefault(name, colour)
    assert manifest["background_color"] == first["--ground"]
    assert manifest["theme_color"] == first["--accent"]


@pytest.mark.parametrize("name", kiosk_views.ICONS)
def test_an_icon_is_small_square_and_drawn(name: str) -> None:
    path = ICONS / f"{name}.png"
    assert path.stat().st_size <= MAX_ICON_BYTES
    image = Image.open(path).convert("RGBA")
    side = int(name.rpartition("-")[2])
    assert image.size == (side, side)
    corner, ground = image.getpixel((0, 0)), image.getpixel((side // 2, side // 12))
    assert isinstance(corner, tuple)
    assert isinstance(ground, tuple)
    accent = bytes.fromhex(kiosk_views.ACCENT[1:])
    assert all(abs(a - b) <= 8 for a, b in zip(ground[:3], accent, strict=True))
    # Launchers that cut their own shape must not find our corners inside it.
    assert corner[3] == (0 if name.startswith("icon-") else 255)


def test_no_icon_is_forgotten() -> None:
    assert {path.stem for path in ICONS.iterdir()} == set(kiosk_views.ICONS)
