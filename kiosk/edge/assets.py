"""The release id in every static address, so that browsers may keep files for ever."""

import hashlib
from functools import cache
from pathlib import Path

STATIC_FOLDER = Path(__file__).resolve().parents[2] / "static"


@cache
def release() -> str:
    """Return twelve hex digits over the names and contents of all static files."""
    digest = hashlib.sha256()
    for path in sorted(STATIC_FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC_FOLDER).as_posix().encode("utf-8"))
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
