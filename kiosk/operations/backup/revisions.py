"""The migrations that this release knows."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"


@cache
def known() -> Sequence[str]:
    """Return every revision, oldest first; the last one is this release's."""
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return [script.revision for script in reversed(list(scripts))]


def head() -> str:
    """Return the revision of this release's tables."""
    return known()[-1]
