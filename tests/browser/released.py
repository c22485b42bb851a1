"""A server whose release the test changes."""

from __future__ import annotations

import shutil
import uuid
from typing import TYPE_CHECKING

import sqlalchemy as sa

from kiosk.capture.models import AnswerSheet
from tests.server import ROOT, Server

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "templates/kiosk/text.json"


class ReleasedServer(Server):
    """The server with its own copy of static files and templates."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / "release"
        self._published = 0
        self.wording = "Chữ to"
        shutil.copytree(ROOT / "static", self._folder / "static")
        shutil.copytree(ROOT / "kiosk/templates", self._folder / "templates")
        super().__init__(
            directory,
            application="tests.browser.next_release:app",
            settings={"RELEASE_FOLDER": str(self._folder)},
        )

    def publish(self, file: str, old: str, new: str) -> None:
        """Change one place of one file and start again with it, as an update does."""
        path = self._folder / file
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new), encoding="utf-8")
        self.stop()
        self.start()

    def publish_wording(self) -> str:
        """Publish a release that differs in one button; return what stands on it."""
        old = self.wording
        self._published += 1
        self.wording = f"Chữ to {self._published}"
        self.publish(TEXT, f'"{old}"', f'"{self.wording}"')
        return self.wording

    def misbehave(self, how: str, what: str = "") -> None:
        """Answer 503 to every sheet ("away"); 404 or a stranger's page for one file."""
        (self._folder / how).write_text(what, encoding="utf-8")

    def behave(self) -> None:
        """Answer as usual again."""
        for how in ("away", "missing", "strange"):
            (self._folder / how).unlink(missing_ok=True)
        if self._process is None:
            self.start()

    def stored(self, ids: list[str]) -> int:
        """Count the rows of these answer sheets; a sheet stored twice would be two."""
        engine = sa.create_engine(self.database_url)
        rows = sa.select(sa.func.count()).where(AnswerSheet.id.in_(map(uuid.UUID, ids)))
        with engine.connect() as connection:
            count: int = connection.scalar(rows) or 0
        engine.dispose()
        return count
