"""Colour roles meet only in pairs that can be read, in colour and in grey."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static/css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")

TEXT = 4.5  # WCAG 2.2, 1.4.3
SHAPE = 3.0  # WCAG 2.2, 1.4.11
# Marks that lie in one chart: one step of grey apart after a photocopy.
GREY_STEP = 1.35

TEXT_PAIRS = [
    ("ink", "ground"),
    ("ink", "card"),
    ("ink", "hover"),
    ("ink", "accent-soft"),
    ("ink", "second-soft"),
    ("ink", "signal-soft"),
    ("muted", "ground"),
    ("muted", "card"),
    ("muted", "hover"),
    ("muted", "accent-soft"),
    ("muted", "signal-soft"),
    ("accent", "ground"),
    ("accent", "card"),
    ("accent", "hover"),
    ("accent", "accent-soft"),
    ("accent-strong", "ground"),
    ("accent-strong", "card"),
    ("accent-strong", "accent-soft"),
    ("second-ink", "ground"),
    ("second-ink", "card"),
    ("second-ink", "second-soft"),
    ("signal", "ground"),
    ("signal", "card"),
    ("signal", "hover"),
    ("signal", "signal-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
SHAPE_PAIRS = [
    ("accent", "track"),
    ("accent-mid", "card"),
    ("accent-mid", "ground"),
    ("second", "ground"),
    ("second", "card"),
    ("second", "second-soft"),
    ("context", "ground"),
    ("context", "card"),
    ("context", "accent-soft"),
    ("edge", "ground"),
    ("edge", "card"),
    ("signal", "accent-soft"),
    ("signal", "track"),
    ("focus", "ground"),
    ("focus", "card"),
    ("focus", "accent-soft"),
    ("focus", "signal-soft"),
]
# Rules between rows: nothing is lost when they are not seen.
DECORATION = {"hairline"}
GREY_PAIRS = [
    ("ink", "accent"),
    ("accent", "accent-mid"),
    ("accent", "second"),
    ("accent", "context"),
    ("accent", "accent-soft"),
    ("accent-mid", "track"),
    ("second", "second-soft"),
    ("context", "track"),
]


def roles(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


def block_after(selector: str) -> str:
    return TOKENS.split(selector, 1)[1].split("}", 1)[0]


PLAIN = roles(block_after("\n:root {"))
BY_ATTRIBUTE = roles(block_after(':root[data-contrast="more"] {'))
BY_SYSTEM = roles(block_after("(prefers-contrast: more) {\n  :root {"))
THEMES = {"plain": PLAIN, "more": PLAIN | BY_ATTRIBUTE}


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_can_be_read(theme, pair):
    colours = THEMES[theme]
    assert contrast(colours[pair[0]], colours[pair[1]]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", SHAPE_PAIRS, ids="-on-".join)
def test_shapes_can_be_seen(theme, pair):
    colours = THEMES[theme]
    assert contrast(colours[pair[0]], colours[pair[1]]) >= SHAPE


@pytest.mark.parametrize("pair", GREY_PAIRS, ids="-beside-".join)
def test_marks_of_one_chart_differ_in_grey(pair):
    assert contrast(PLAIN[pair[0]], PLAIN[pair[1]]) >= GREY_STEP


def test_every_colour_is_in_a_pair():
    measured = {role for pair in TEXT_PAIRS + SHAPE_PAIRS for role in pair}
    colours = {role for role, value in PLAIN.items() if value.startswith("#")}
    assert colours - DECORATION == measured


def test_both_ways_to_more_contrast_say_the_same():
    assert BY_ATTRIBUTE
    assert BY_ATTRIBUTE == BY_SYSTEM


def test_spaces_grow():
    spaces = [int(PLAIN[f"space-{step}"].removesuffix("px")) for step in range(1, 10)]
    assert all(small < large for small, large in pairwise(spaces))


def test_headings_leave_room_for_two_marks():
    assert float(PLAIN["leading-heading"]) >= 1.35


def test_layer_order_comes_first():
    without_comments = re.sub(r"/\*.*?\*/", "", TOKENS, flags=re.DOTALL)
    assert without_comments.strip().startswith("@layer ")


@pytest.mark.parametrize(
    "path", sorted(CSS.rglob("*.css")), ids=lambda path: str(path.relative_to(CSS))
)
def test_style_sheets_name_roles_that_exist(path):
    beside = "".join(other.read_text("utf-8") for other in path.parent.glob("*.css"))
    own = set(re.findall(r"(--[\w-]+)\s*:", beside))
    used = set(re.findall(r"var\((--[\w-]+)\)", path.read_text(encoding="utf-8")))
    assert used - own - {f"--{role}" for role in PLAIN} == set()


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(CSS.rglob("*.css")) if p.name != "tokens.css"],
    ids=lambda path: str(path.relative_to(CSS)),
)
def test_only_tokens_choose_colours(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    raw = set(re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", text))
    # The one-request form carries its style sheet inline, for browsers that may not
    # know custom properties: there the token's value stands written out.
    allowed = set(PLAIN.values()) if path.name == "form.css" else set()
    assert raw <= allowed
