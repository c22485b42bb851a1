"""Rows of the benchmark table, on the screen and as JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `ratio_of` says against what, `bar` what we hold ourselves to."""

    name: str
    value: float
    unit: str
    ratio_of: str | None = None
    better: str = "lower"
    bar: float | None = None

    @property
    def held(self) -> bool | None:
        """Tell whether the bar was held; None without one."""
        if self.bar is None:
            return None
        if self.better == "lower":
            return self.value <= self.bar
        return self.value >= self.bar


def show(row: Row) -> None:
    """Print a row as soon as it is measured."""
    mark = {None: " ", True: "✓", False: "✗"}[row.held]
    bar = "" if row.bar is None else f"bar {row.bar:g}"
    against = f"of {row.ratio_of}" if row.ratio_of else ""
    print(
        f"{mark} {row.name:<58} {row.value:>10.4g} {row.unit:<12} {bar:<10} {against}"
    )


def save(rows: Iterable[Row]) -> None:
    """Write the rows in the form others read."""
    document = {"rows": [asdict(row) | {"held": row.held} for row in rows]}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
