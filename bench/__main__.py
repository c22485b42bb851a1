"""`make bench`: measure, print, and write bench/results.json."""

import sys

from bench import figures, intake, pages, tablet
from bench.table import Row, save, show

PARTS = {
    "intake": intake.rows,
    "tablet": tablet.rows,
    "pages": pages.rows,
    "figures": figures.rows,
}


def main(chosen: list[str]) -> None:
    """Measure the chosen parts, or all of them; only a full run is saved."""
    rows: list[Row] = []
    for name in chosen or PARTS:
        for row in PARTS[name]():
            show(row)
            rows.append(row)
    if not chosen:
        save(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
