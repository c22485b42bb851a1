"""Static files: only what lies in the folder, each under one name, kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.edge import static_files

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

FILE = "css/tokens.css"
DETOURS = (
    "css/../css/tokens.css",
    "css/./tokens.css",
    "js/kiosk/../../css/tokens.css",
    "../static/css/tokens.css",
)
NOT_THERE = (
    "../pyproject.toml",
    "..",
    "css",
    "css/tokens.css/x",
    "css/%00",
    "a" * 300,
)


@pytest.mark.parametrize("name", DETOURS)
def test_a_detour_to_a_file_is_refused_and_takes_no_memory(
    app: Flask, client: FlaskClient, name: str
) -> None:
    assert client.get(f"{app.static_url_path}/{FILE}").status_code == 200
    kept = static_files.content.cache_info().currsize
    assert client.get(f"{app.static_url_path}/{name}").status_code == 404
    with pytest.raises(FileNotFoundError):
        static_files.content(name)
    assert static_files.content.cache_info().currsize == kept


@pytest.mark.parametrize("name", NOT_THERE)
def test_what_is_no_file_of_the_folder_is_not_there(
    app: Flask, client: FlaskClient, name: str
) -> None:
    assert client.get(f"{app.static_url_path}/{name}").status_code == 404
