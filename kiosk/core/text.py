"""Text from outside: one normal form, and no characters that a database refuses."""

import unicodedata

# Line feed and tab are the only control characters a citizen can mean.
KEPT_CONTROLS = frozenset("\n\t")
# Marks that nobody sees: they turn the text after them round, let a name look like
# another one, and make an answer of nothing. The joiners stay: emoji need them.
UNSEEN = frozenset(
    chr(code)
    for first, last in (
        (0x200B, 0x200B),
        (0x200E, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0xFEFF, 0xFEFF),
    )
    for code in range(first, last + 1)
)


def normalise(text: str) -> str:
    """Return NFC text without control, surrogate, unassigned or unseen characters.

    PostgreSQL refuses U+0000 and lone surrogates; combining marks have no glyphs in
    the web font, so decomposed Vietnamese would be drawn with gaps.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if composed.isprintable():
        return composed
    return "".join(c for c in composed if c in KEPT_CONTROLS or not _is_control(c))


def _is_control(character: str) -> bool:
    return character in UNSEEN or unicodedata.category(character) in {
        "Cc",
        "Cs",
        "Cn",
        "Co",
    }
