"""Settings: read once from the environment and `.env`, all faults told at once."""

import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+")
DATABASE_SCHEMES = ("sqlite:///", "postgresql+psycopg://")


class SettingsError(Exception):
    """The environment is not usable; the message lists every fault."""


class Settings(BaseSettings):
    """What an installation may choose; each name is the environment's in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    database_url: str = "sqlite:///var/kiosk.db"
    secret_key: str = Field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    base_url: str = ""
    canary_url: str = ""
    data_dir: Path = Path("var")
    backup_dir: str = ""
    pg_bin: str = ""
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = Field(default="", validate_default=True)
    log_level: str = "INFO"
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    demo: bool = False

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if not value.startswith(DATABASE_SCHEMES):
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @field_validator("base_url", "canary_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
        return value.upper()

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        if not value:
            return value
        if not value.startswith(("smtp://", "smtps://")):
            raise ValueError("must begin with smtp:// or smtps://")
        parts = urlsplit(value)
        # Reading the port checks that it is a number and not too large.
        if not parts.hostname or parts.port == 0:
            raise ValueError("must name a host, like smtp://mail.example:587")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str, others: ValidationInfo) -> str:
        if value and not ADDRESS.fullmatch(value):
            raise ValueError("must be one address, like motcua@hanam.example")
        if not value and others.data.get("smtp_url"):
            raise ValueError("must be given together with SMTP_URL")
        return value

    @property
    def database_location(self) -> str:
        """Return the URL with an embedded file's path made absolute.

        Flask-SQLAlchemy would look for a relative one in its instance folder.
        """
        path = self.database_url.removeprefix("sqlite:///")
        if path == self.database_url or path.startswith("/") or path == ":memory:":
            return self.database_url
        return f"sqlite:///{Path(path).resolve()}"

    @property
    def backups(self) -> Path:
        """Return where the nightly backups lie."""
        return Path(self.backup_dir) if self.backup_dir else self.data_dir / "backups"

    @property
    def public_url(self) -> str:
        """Return the address that QR codes point to."""
        return self.base_url or f"http://{self.host}:{self.port}"

    @property
    def canary_address(self) -> str:
        """Return where the canary sends its sheets: here, unless a way is named."""
        # A server that listens everywhere is also reached from its own machine.
        own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared only
        host = f"[{own}]" if ":" in own else own
        return self.canary_url or f"http://{host}:{self.port}"


def load_settings() -> Settings:
    """Read the settings; raise SettingsError with every fault, one a line."""
    try:
        settings = Settings()
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(faults)) from None
    if settings.secret_key:
        return settings
    return settings.model_copy(update={"secret_key": _kept_secret(settings.data_dir)})


def _kept_secret(data_dir: Path) -> str:
    """Return the key made at the first start, readable by its owner alone."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
