"""Every page has a title, one heading, no inline code, and speaks both languages."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2] / "kiosk/templates"
ALL = {path.relative_to(ROOT).as_posix(): path for path in ROOT.rglob("*.html")}
LAYOUTS = sorted(
    name for name in ALL if name.startswith("layouts/") and "/_" not in name
)
COMPONENTS = sorted(name for name in ALL if name.startswith("components/"))
PAGES = sorted(
    name
    for name in ALL
    if not name.startswith(("layouts/", "components/")) and "/_" not in name
)

EITHER = "\x1f"  # stands between the two outcomes of a condition
GETTEXT = {"_", "gettext", "ngettext", "pgettext"}
LETTER = re.compile(r"[^\W\d_]")
BEYOND_ASCII = re.compile(r"[^\W\d_a-zA-Z]")
READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description", "label"}
# Each language is named in itself, so that its readers find it.
UNTRANSLATED = {"English", "Tiếng Việt"}
# May carry a <style>, admitted by its hash: the form comes in one round trip.
INLINE_STYLE = {"layouts/form.html"}

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def source(name: str) -> str:
    return ALL[name].read_text(encoding="utf-8")


def parsed(name: str) -> nodes.Template:
    return ENVIRONMENT.parse(source(name))


def is_gettext(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name in GETTEXT
    )


def shown(node: nodes.Node) -> str:
    """The markup of a node; what an expression works out to stands as a digit."""
    if isinstance(node, nodes.TemplateData):
        return node.data
    if isinstance(node, nodes.Const):
        return node.value if isinstance(node.value, str) else "0"
    if isinstance(node, nodes.CondExpr):
        other = shown(node.expr2) if node.expr2 else ""
        return shown(node.expr1) + EITHER + other
    if isinstance(node, nodes.Concat | nodes.Or | nodes.And | nodes.Add):
        return "".join(shown(child) for child in node.iter_child_nodes())
    if isinstance(node, nodes.Expr):
        return "0"
    kinds = (nodes.Expr,) if isinstance(node, nodes.Output) else (nodes.Stmt,)
    return "".join(
        shown(child) for child in node.iter_child_nodes() if isinstance(child, kinds)
    )


class Page(HTMLParser):
    """Collects what a reader sees or hears, and what the policy would refuse."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.spoken: list[str] = []
        self.refused: list[str] = []
        self.styles = 0
        self._raw = False
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._raw = tag in {"script", "style"}
        self.styles += tag == "style"
        # A block of data is never run: the kiosk's wording in both languages.
        if (
            tag == "script"
            and "src" not in named
            and named.get("type") != "application/json"
        ):
            self.refused.append("<script> without src")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.refused.append(f"<{tag} {name}>")
            if (value or "").strip().startswith("javascript:"):
                self.refused.append(f"<{tag} {name}=javascript:>")
            if name in READ_ALOUD:
                self.spoken.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._raw = False

    def handle_data(self, data: str) -> None:
        if not self._raw:
            self.spoken.append(data)


def page(name: str) -> Page:
    return Page(shown(parsed(name)))


def bare_constants(node: nodes.Node) -> list[str]:
    """Strings with Vietnamese letters in expressions, outside gettext calls."""
    if is_gettext(node):
        return []
    found = [
        text for child in node.iter_child_nodes() for text in bare_constants(child)
    ]
    if (
        isinstance(node, nodes.Const)
        and isinstance(node.value, str)
        and BEYOND_ASCII.search(node.value)
    ):
        found.append(node.value)
    return found


def headings(node: nodes.Node) -> int:
    """The most <h1> that one rendering can show: of branches, the fullest."""
    if isinstance(node, nodes.TemplateData):
        return len(re.findall(r"<h1[\s>]", node.data))
    if isinstance(node, nodes.If):
        branches = [node.body, *(branch.body for branch in node.elif_), node.else_]
        return max(sum(map(headings, branch)) for branch in branches)
    return sum(headings(child) for child in node.iter_child_nodes())


def block(name: str, wanted: str) -> nodes.Block | None:
    blocks = parsed(name).find_all(nodes.Block)
    return next((found for found in blocks if found.name == wanted), None)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_extends_a_layout(name: str) -> None:
    parents = [
        node.template.as_const() for node in parsed(name).find_all(nodes.Extends)
    ]
    assert len(parents) == 1
    assert parents[0] in LAYOUTS


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title(name: str) -> None:
    title = block(name, "title")
    assert title is not None
    assert shown(title).strip()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_heading(name: str) -> None:
    assert headings(parsed(name)) == 1


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_leaves_the_heading_to_the_page(name: str) -> None:
    assert headings(parsed(name)) == 0


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_names_its_language(name: str) -> None:
    assert re.search(r'<html lang="[^"]+"', shown(parsed(name)))


@pytest.mark.parametrize("name", sorted(ALL))
def test_nothing_is_inline(name: str) -> None:
    found = page(name)
    assert found.refused == []
    assert found.styles == 0 or name in INLINE_STYLE


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_visible_string_can_be_translated(name: str) -> None:
    outcomes = [part for text in page(name).spoken for part in text.split(EITHER)]
    spoken = {text.strip() for text in outcomes if LETTER.search(text)}
    written = set(bare_constants(parsed(name)))
    assert (spoken | written) - UNTRANSLATED == set()


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_imported_macro_is_used(name: str) -> None:
    tree = parsed(name)
    imported = {
        alias[1] if isinstance(alias, tuple) else alias
        for node in tree.find_all(nodes.FromImport)
        for alias in node.names
    } | {node.target for node in tree.find_all(nodes.Import)}
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    assert imported - used == set()


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_begins_with_how_to_call_it(name: str) -> None:
    text = source(name)
    assert text.startswith("{#")
    comment = text.partition("#}")[0]
    macros = [macro.name for macro in parsed(name).find_all(nodes.Macro)]
    assert macros
    assert [macro for macro in macros if f"{macro}(" not in comment] == []


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_used(name: str) -> None:
    users = [other for other in ALL if f'"{name}"' in source(other).replace("'", '"')]
    assert users


BAD = {
    "handler": '<p onclick="x()">{{ _("Chào") }}</p>',
    "style": '<p style="color:red">{{ _("Chào") }}</p>',
    "script": "<script>x()</script>",
}


@pytest.mark.parametrize("kind", BAD)
def test_the_parser_sees_inline_code(kind: str) -> None:
    assert Page(shown(ENVIRONMENT.parse(BAD[kind]))).refused


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Xin chào</p>",
        '<img alt="cổng">',
        '{{ "Hello" if x else "" }}',
        "{% if a %}<b>Hello</b>{% endif %}",
    ],
)
def test_the_parser_sees_bare_text(markup: str) -> None:
    spoken = Page(shown(ENVIRONMENT.parse(markup))).spoken
    assert any(LETTER.search(text) for text in spoken)


def test_the_parser_sees_bare_arguments() -> None:
    assert bare_constants(ENVIRONMENT.parse('{{ field(x, hint="Viết rõ") }}'))
    assert not bare_constants(ENVIRONMENT.parse('{{ field(x, hint=_("Viết rõ")) }}'))


def test_branches_are_not_added_up() -> None:
    either = "{% if a %}<h1>{{ a }}</h1>{% else %}<h1>{{ b }}</h1>{% endif %}"
    assert headings(ENVIRONMENT.parse(either)) == 1
    assert headings(ENVIRONMENT.parse(either + "<h1>{{ c }}</h1>")) == 2
