"""The release id in every static address, so that browsers may keep files for ever."""

import base64
import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC_FOLDER = ROOT / "static"
TEMPLATE_FOLDER = ROOT / "kiosk/templates"


@cache
def release() -> str:
    """Return twelve hex digits over the names and contents of all files of the pages.

    Templates count too: a tablet keeps its page, and must notice that one word changed.
    """
    digest = hashlib.sha256()
    for folder in (STATIC_FOLDER, TEMPLATE_FOLDER):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(folder).as_posix().encode("utf-8"))
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def integrity(content: bytes) -> str:
    """Return the digest by which a browser refuses any other content (W3C SRI)."""
    digest = hashlib.sha256(content).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
