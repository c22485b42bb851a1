"""What a backup says of itself; the restore proves every word of it."""

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kiosk.operations.backup.census import Census, Cube
from kiosk.operations.backup.faults import BackupError

FORMAT: Literal[1] = 1
Kind = Literal["sqlite", "postgresql"]
MEMBERS: Mapping[Kind, str] = {
    "sqlite": "database.sqlite",
    "postgresql": "database.dump",
}


class Content(BaseModel):
    """The database's file inside the backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: int = Field(ge=0)
    sha256: str


class Manifest(BaseModel):
    """The first file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    created_at: AwareDatetime
    release: str = Field(description="Of the program that made it")
    engine: Kind
    engine_version: str
    census: Census
    cube: Cube | None = Field(description="None: the tables were not this release's")
    database: Content

    @property
    def server_major(self) -> int:
        """Return the major version of the engine that the data came from."""
        return int(self.engine_version.partition(".")[0])

    def to_bytes(self) -> bytes:
        """Write it so that a person can read it."""
        return (self.model_dump_json(indent=2) + "\n").encode("utf-8")


def read_manifest(raw: bytes, name: str) -> Manifest:
    """Read what `to_bytes` wrote; refuse anything else."""
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise BackupError("changed", name=name, part="manifest.json") from error
    version = found.get("format") if isinstance(found, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise BackupError("newer_format", name=name)
    try:
        manifest = Manifest.model_validate_json(raw)
    except ValidationError as error:
        raise BackupError("changed", name=name, part="manifest.json") from error
    if manifest.database.name != MEMBERS[manifest.engine]:
        raise BackupError("changed", name=name, part="manifest.json")
    return manifest
