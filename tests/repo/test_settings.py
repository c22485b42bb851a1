"""A setting that is not written down does not exist for whoever installs this."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from kiosk.config import Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]
NAMES = sorted(name.upper() for name in Settings.model_fields)


def names_in_example() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE))


def test_the_example_lists_exactly_the_settings() -> None:
    assert names_in_example() == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_explains_the_setting(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_itself_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    settings = Settings(_env_file=ROOT / ".env.example")
    assert settings.model_dump() == Settings(_env_file=None).model_dump()


def test_every_fault_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    faults = {
        "BASE_URL": "danhgia.example",
        "CANARY_URL": "danhgia.example",
        "DATABASE_URL": "mysql://x",
        "LOG_LEVEL": "LOUD",
        "PORT": "http",
        "SECRET_KEY": "short",
        "SMTP_URL": "mail.example",
        "TRUSTED_PROXIES": "-1",
    }
    for name, value in faults.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert {line.split(":")[0] for line in str(caught.value).splitlines()} == set(
        faults
    )


def test_a_secret_is_made_once_and_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    first = load_settings()
    assert len(first.secret_key) >= 32
    assert load_settings().secret_key == first.secret_key
    assert (tmp_path / "var/secret_key").stat().st_mode & 0o077 == 0


def test_secrets_are_not_printed() -> None:
    settings = Settings(
        _env_file=None,
        secret_key="k" * 40,
        smtp_url="smtp://a:hidden@b",
        mail_from="motcua@hanam.example",
    )
    assert "kkkk" not in repr(settings)
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("mail_from", {"smtp_url": "smtp://mail.example"}),
        ("mail_from", {"mail_from": "motcua@hanam.example\nBcc: x@example.com"}),
        ("mail_from", {"mail_from": "Một cửa <motcua@hanam.example>"}),
        ("smtp_url", {"smtp_url": "smtp://", "mail_from": "a@hanam.example"}),
        ("smtp_url", {"smtp_url": "smtps://mail:99999", "mail_from": "a@b.example"}),
    ],
)
def test_mail_is_set_whole_or_not_at_all(name: str, settings: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=None, **settings)
    assert [fault["loc"] for fault in caught.value.errors()] == [(name,)]
