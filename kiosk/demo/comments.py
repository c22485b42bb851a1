"""Comments as people type them on a phone: with accents and without, in haste, in Telex."""

import re
import unicodedata
from random import Random

from kiosk.demo import wording
from kiosk.demo.opinions import Opinion

TELEX_LETTERS = {
    "â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd",
}  # fmt: skip
GRAVE, ACUTE, HOOK, TILDE, DOT = (chr(point) for point in (768, 769, 777, 771, 803))
TELEX_TONES = {GRAVE: "f", ACUTE: "s", HOOK: "r", TILDE: "x", DOT: "j"}
SHORT = {
    "không": "ko", "được": "đc", "người": "ng", "hồ sơ": "hs", "cán bộ": "cb", "rồi": "r",
}  # fmt: skip
SATISFIED = 4


class Pen:
    """Writes comments; a wording comes back only when all of its kind were used."""

    def __init__(self, rng: Random) -> None:
        """Begin with every wording unused."""
        self._rng = rng
        self._unused: dict[tuple[str, ...], list[str]] = {}

    def write(self, opinion: Opinion, field: str, language: str) -> str:
        """Return a comment of somebody with that opinion on that field."""
        if language == "en":
            pleased = opinion.overall >= SATISFIED
            pool = wording.ENGLISH_LIKED if pleased else wording.ENGLISH_DISLIKED
            return self._draw(pool)
        text = self._draw(self._pool(opinion))
        text = text.format(job=self._rng.choice(wording.JOBS[field]))
        return self._typed(text[0].upper() + text[1:])

    def _pool(self, opinion: Opinion) -> tuple[str, ...]:
        if opinion.overall < 3:
            return wording.DISLIKED
        if opinion.overall == 3 or self._rng.random() < 0.2:
            return wording.MIXED
        if opinion.is_improved and self._rng.random() < 0.5:
            return wording.IMPROVED
        return wording.LIKED

    def _draw(self, pool: tuple[str, ...]) -> str:
        if not self._unused.get(pool):
            self._unused[pool] = self._rng.sample(pool, len(pool))
        return self._unused[pool].pop()

    def _typed(self, text: str) -> str:
        way = self._rng.random()
        if way < 0.2:
            return without_accents(text)
        if way < 0.38:
            return text.rstrip(".").lower()
        if way < 0.45:
            return self._slipped(text)
        return shortened(text) if way < 0.52 else text

    def _slipped(self, text: str) -> str:
        """Leave one word as the keys were struck before the keyboard was switched."""
        words = text.split(" ")
        accented = [n for n, word in enumerate(words) if not word.isascii()]
        if accented:
            place = self._rng.choice(accented)
            words[place] = telex(words[place])
        return " ".join(words)


def without_accents(text: str) -> str:
    """Return the text as typed on a keyboard without Vietnamese."""
    bare = text.replace("đ", "d").replace("Đ", "D")
    marks = unicodedata.normalize("NFD", bare)
    return "".join(letter for letter in marks if not unicodedata.combining(letter))


def telex(word: str) -> str:
    """Return the keys of a word: `được` is struck as d, d, u, w, o, w, c, j."""
    keys: list[str] = []
    tone = ""
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((TELEX_TONES[part] for part in parts if part in TELEX_TONES), tone)
        toneless = "".join(part for part in parts if part not in TELEX_TONES)
        plain = unicodedata.normalize("NFC", toneless)
        keys.append(TELEX_LETTERS.get(plain.lower(), plain))
    struck = "".join(keys)
    end = len(struck.rstrip(".,?"))
    return struck[:end] + tone + struck[end:]


def shortened(text: str) -> str:
    """Return the text with the short forms of text messages."""
    for word, short in SHORT.items():
        text = re.sub(rf"\b{word}\b", short, text)
    return text
