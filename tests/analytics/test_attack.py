"""Whoever subtracts published figures from each other finds no small cell."""

import random
from itertools import combinations

import pytest

from analytics.measures import CubeFrames, MeasureRequest, MeasureRow, compute, months
from tests.analytics.attacker import exposed
from tests.analytics.sheets import CLASSES, FIELDS, Sheet, cube, draw

FIRST, END = "2026-01", "2026-07"
MONTHS = [months.label(m) for m in range(months.ordinal(FIRST), months.ordinal(END))]
CHANNELS = [name for name in CLASSES if CLASSES[name] != "synthetic"]
SEEDS = range(12)


def released(rows: list[MeasureRow]) -> list[MeasureRow]:
    return [row for row in rows if not row.suppressed]


def months_of(row: MeasureRow) -> list[str]:
    return [row.month] if row.end_month is None else MONTHS


def ask(frames: CubeFrames, **choice: object) -> list[MeasureRow]:
    """Ask by month and for the whole range."""
    return [
        row
        for by in ("month", "period")
        for row in compute(
            MeasureRequest("satisfaction", FIRST, END, by=by, **choice),  # type: ignore[arg-type]
            frames,
        )
    ]


def counts(sheets: list[Sheet], attribute: str, keys: list[str]) -> list[int]:
    """Count sheets by month and key, months outside."""
    return [
        sum(
            s.month == month
            and getattr(s, attribute) == key
            and s.channel != "canary"
            and "overall" in s.answers
            for s in sheets
        )
        for month in MONTHS
        for key in keys
    ]


def cells(row: MeasureRow, keys: list[str], taken: list[str]) -> set[int]:
    return {
        MONTHS.index(month) * len(keys) + keys.index(key)
        for month in months_of(row)
        for key in taken
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mean", [1, 3, 8])
def test_points_fields_and_totals_give_no_small_cell(seed: int, mean: int) -> None:
    sheets = draw(random.Random(seed), FIRST, END, mean / 3)
    frames = cube(sheets)
    keys = list(FIELDS)
    served = {"ho_tich": ["Q1", "Q3"], "dat_dai": ["Q2"], None: ["EXIT"]}
    published = [cells(r, keys, keys) for r in released(ask(frames))]
    published += [
        cells(r, keys, [str(r.key)]) for r in released(ask(frames, split="point"))
    ]
    published += [
        cells(r, keys, served[r.key]) for r in released(ask(frames, split="field"))
    ]
    assert not exposed(counts(sheets, "point", keys), published)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mean", [1, 3, 8])
def test_no_chain_of_channel_filters_gives_a_small_cell(seed: int, mean: int) -> None:
    sheets = draw(random.Random(seed), FIRST, END, mean / 3)
    frames = cube(sheets)
    published = [
        cells(r, CHANNELS, [str(r.key)]) for r in released(ask(frames, split="channel"))
    ]
    for size in range(1, len(CHANNELS) + 1):
        for taken in combinations(CHANNELS, size):
            rows = ask(frames, channels=frozenset(taken))
            published += [cells(r, CHANNELS, list(taken)) for r in released(rows)]
    assert not exposed(counts(sheets, "channel", CHANNELS), published)
