"""Text from outside: one normal form, and no characters that a database refuses."""

import unicodedata

# Line feed and tab are the only control characters a citizen can mean.
KEPT_CONTROLS = frozenset("\n\t")


def normalise(text: str) -> str:
    """Return NFC text without control, surrogate or unassigned characters.

    PostgreSQL refuses U+0000 and lone surrogates; combining marks have no glyphs in
    the web font, so decomposed Vietnamese would be drawn with gaps.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if composed.isprintable():
        return composed
    return "".join(c for c in composed if c in KEPT_CONTROLS or not _is_control(c))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"}
