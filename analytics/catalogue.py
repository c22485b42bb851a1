"""The catalogue: what each measure counts, why, and with what authority.

One file a measure in ``definitions/``; the text there is shown as it stands.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Method = Literal["share", "ratio"]
Direction = Literal["higher", "lower"]


class CatalogueError(ValueError):
    """A definition is unknown, or its file breaks the form; all faults are named."""


@dataclass(frozen=True)
class Text:
    """Wording in both languages."""

    vi: str
    en: str


@dataclass(frozen=True)
class Formula:
    """How a definition counts.

    ``share``: one answer a sheet to one question. ``ratio``: several answers a sheet,
    so sheets are the clusters. ``values`` are all values that count, ``hits`` those of
    the numerator; ``mean`` says whether the values are a scale that has a mean.
    """

    method: Method
    questions: tuple[str, ...]
    values: tuple[int, ...]
    hits: tuple[int, ...]
    mean: bool


@dataclass(frozen=True)
class Definition:
    """One measure as published."""

    code: str
    formula_version: int
    title: Text
    why: Text
    not_meaning: Text
    numerator: Text
    denominator: Text
    unit: str
    direction: Direction
    minimum_n: int
    source: tuple[str, ...]
    author: str
    reviewed: date
    next_review: date
    formula: Formula
    parts: Mapping[str, Text]


@dataclass(frozen=True)
class Measure:
    """A definition, or one part of it: ``factor:staff`` is part of ``factor``."""

    id: str
    definition: Definition
    questions: tuple[str, ...]
    title: Text


@cache
def load() -> Mapping[str, Definition]:
    """Read every definition; keys are codes. Raises CatalogueError with all faults."""
    found, faults = {}, []
    folder = files("analytics") / "definitions"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            definition = parse(file.read_text(encoding="utf-8"))
        except CatalogueError as error:
            faults.append(f"{file.name}: {error}")
            continue
        if f"{definition.code}.toml" != file.name:
            faults.append(f"{file.name}: code is {definition.code!r}")
        found[definition.code] = definition
    if faults:
        raise CatalogueError("; ".join(faults))
    return found


def find(measure: str) -> Measure:
    """Return a measure by its id, ``satisfaction`` or ``factor:staff``.

    Raises CatalogueError when there is none.
    """
    code, _, part = measure.partition(":")
    definition = load().get(code)
    if definition is None or (part not in definition.parts and definition.parts):
        raise CatalogueError(f"no measure {measure!r}")
    if not definition.parts:
        if measure != code:
            raise CatalogueError(f"no measure {measure!r}")
        return Measure(code, definition, definition.formula.questions, definition.title)
    return Measure(measure, definition, (part,), definition.parts[part])


def parse(text: str) -> Definition:
    """Read one definition file. Raises CatalogueError with all faults."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(str(error)) from error
    known = {field.name for field in fields(Definition)}
    faults = [f"{name}: missing" for name in sorted(known - set(raw) - {"parts"})]
    faults += [f"{name}: not part of the form" for name in sorted(set(raw) - known)]
    if not faults:
        faults = _faults(raw)
    if faults:
        raise CatalogueError("; ".join(faults))
    return _definition(raw)


TEXTS = ("title", "why", "not_meaning", "numerator", "denominator")


def _faults(raw: Mapping[str, Any]) -> list[str]:
    texts = {name: raw[name] for name in TEXTS}
    texts |= {f"parts.{key}": text for key, text in raw.get("parts", {}).items()}
    faults = [
        f"{name}: wants vi and en"
        for name, text in texts.items()
        if not isinstance(text, dict) or set(text) != {"vi", "en"}
    ]
    if raw["direction"] not in get_args(Direction):
        faults.append("direction: higher or lower")
    # Below 30 nothing is judged (small cells); a definition may only ask for more.
    if not isinstance(raw["minimum_n"], int) or raw["minimum_n"] < 30:
        faults.append("minimum_n: at least 30")
    if not raw["source"]:
        faults.append("source: missing")
    if raw["next_review"] <= raw["reviewed"]:
        faults.append("next_review: not after reviewed")
    return faults + _formula_faults(raw["formula"])


def _formula_faults(raw: Mapping[str, Any]) -> list[str]:
    wanted = {field.name for field in fields(Formula)}
    if set(raw) != wanted:
        return [f"formula: wants {', '.join(sorted(wanted))}"]
    faults = []
    if raw["method"] not in get_args(Method):
        faults.append("formula.method: share or ratio")
    if not raw["questions"]:
        faults.append("formula.questions: missing")
    if not set(raw["hits"]) < set(raw["values"]):
        faults.append("formula.hits: not a part of values")
    return faults


def _definition(raw: Mapping[str, Any]) -> Definition:
    formula = raw["formula"]
    return Definition(
        code=raw["code"],
        formula_version=raw["formula_version"],
        title=Text(**raw["title"]),
        why=Text(**raw["why"]),
        not_meaning=Text(**raw["not_meaning"]),
        numerator=Text(**raw["numerator"]),
        denominator=Text(**raw["denominator"]),
        unit=raw["unit"],
        direction=raw["direction"],
        minimum_n=raw["minimum_n"],
        source=tuple(raw["source"]),
        author=raw["author"],
        reviewed=raw["reviewed"],
        next_review=raw["next_review"],
        formula=Formula(
            method=formula["method"],
            questions=tuple(formula["questions"]),
            values=tuple(formula["values"]),
            hits=tuple(formula["hits"]),
            mean=formula["mean"],
        ),
        parts={key: Text(**text) for key, text in raw.get("parts", {}).items()},
    )
