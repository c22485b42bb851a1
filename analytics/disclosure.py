"""Small cells: what must not be shown, so that no person's answer can be read off.

Always the last step: figures are computed in full, then ``protect`` takes away.

Bands (contract, "small cells"), by the number of sheets behind a figure:
    1 to 4    nothing is shown
    5 to 29   counts and interval; no verdict, no comparison ("thin")
    from 30   everything
    0         shown as zero: nobody's answer stands behind it

A hidden cell must not come back by subtraction. The figures of one month are parts of
known sums (the month, a point over the months, …), so ``hide_cells`` takes further
cells away until in every sum the hidden cells are at least two and hold at least five
sheets together, and until no small cell follows from all sums together (checked by the
rank of the equations, not by eye). What gives way is the smallest cell that causes the
least further hiding.

Protected, for one set of filters:
    - a split against its total, month by month and over the whole range;
    - a month against the whole range, split or not;
    - a figure under a filter (class, channels, points) against the same figure without
      it, and against any other filter on the same dimension: what one month shows of a
      dimension is always a union of shown cells and the whole hidden block
      (``cuts``), so no chain of filters isolates a part of the block;
    - a factor against the other factors and the index that they add up to.
A zero cell is shown as zero, and serves as cover only where no other cell can: a
reader may know that a point was closed.

Not protected:
    - two different ranges of months whose difference is one hidden month: the cover of
      a month is chosen inside the range that was asked for;
    - filters on two dimensions at once, combined with each other's totals;
    - the same question before and after one more answer arrived: a caller that shows
      figures to people who see who comes in must show closed days only. For the same
      reason the month that is still filling may be left out of the sums over months;
    - unanimity: where all of five or more gave the same answer, each is known to have;
    - bounds: a hidden cell is known to be small, or at most the rest of its sum;
    - sums of several small cells of different sums;
    - knowledge from outside, for instance of one's own answer.
A release to the public (open data, a report) passes its whole table through
``hide_cells`` with all of its sums at once; then the first two do not arise.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol, Self, TypeVar

import numpy as np

HIDE_BELOW = 5
JUDGE_FROM = 30

Counts = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Figure(Protocol):
    """A row of figures that can be shown whole, unjudged or not at all."""

    @property
    def sheets(self) -> int | None:
        """Answer sheets behind the figure."""

    @property
    def minimum_n(self) -> int:
        """Sheets from which the figure may be judged and compared."""

    def unjudged(self) -> Self:
        """Return the row without verdict and comparison."""

    def withheld(self) -> Self:
        """Return the row without any number."""


FigureT = TypeVar("FigureT", bound=Figure)


def protect(rows: Iterable[FigureT], hidden: Iterable[bool]) -> list[FigureT]:
    """Return the rows as they may be shown; ``hidden`` marks cover cells as well."""
    return [
        _shown(row, covered=bool(cover))
        for row, cover in zip(rows, hidden, strict=True)
    ]


def _shown(row: FigureT, *, covered: bool) -> FigureT:
    sheets = row.sheets
    if covered or sheets is None or is_small(sheets):
        return row.withheld()
    if sheets < max(JUDGE_FROM, row.minimum_n):
        return row.unjudged()
    return row


def is_small(n: int) -> bool:
    """Whether so few sheets must not be shown; zero is nobody's."""
    return 0 < n < HIDE_BELOW


def hide_cells(
    counts: Sequence[int],
    sums: Iterable[Collection[int]],
    forced: Iterable[int] = (),
) -> set[int]:
    """Return the cells (positions) to hide when these sums of cells are published.

    A sum that is small itself counts as not published. ``forced`` cells are hidden in
    any case. What a published sum of a single cell gives away cannot be hidden here.
    Cost: cells × sums for each cell hidden.
    """
    groups = [frozenset(group) for group in sums]
    known = [g for g in groups if not is_small(sum(counts[cell] for cell in g))]
    hidden = {cell for cell, n in enumerate(counts) if is_small(n)}
    hidden |= {cell for cell in forced if counts[cell]}
    while True:
        extra = _for_weak_sum(counts, known, hidden)
        if extra is None:
            extra = _for_exposed_cell(counts, known, hidden)
        if extra is None:
            return hidden
        hidden.add(extra)


def hide_table(counts: Counts, open_row: int | None = None) -> Flags:
    """Return what to hide of a table of periods (rows) × parts (columns).

    Published sums: every row, every column, the whole. A row whose total is hidden is
    hidden whole, zeros too. ``open_row`` still fills and is left out of the sums over
    rows (see the module's text).
    """
    rows, columns = counts.shape
    closed = [row for row in range(rows) if row != open_row]
    totals = [int(total) for total in counts.sum(axis=1)]
    hidden_rows = hide_cells(totals, [closed])
    over_rows = [int(total) for total in counts[closed].sum(axis=0)]
    hidden_columns = hide_cells(over_rows, [range(columns)])

    def cells(some_rows: Iterable[int], some_columns: Iterable[int]) -> list[int]:
        parts = list(some_columns)
        return [row * columns + column for row in some_rows for column in parts]

    everything = range(columns)
    sums = [cells([row], everything) for row in range(rows) if row not in hidden_rows]
    sums += [cells(closed, [c]) for c in everything if c not in hidden_columns]
    sums += [cells(hidden_rows - {open_row}, everything), cells(closed, hidden_columns)]
    forced = cells(hidden_rows, everything)
    found = hide_cells([int(n) for n in counts.ravel()], sums, forced)
    flags = np.zeros(rows * columns, dtype=bool)
    flags[sorted(found)] = True
    table: Flags = flags.reshape(rows, columns)
    table[sorted(hidden_rows)] = True
    return table


def cuts(part: Flags, hidden: Flags) -> bool:
    """Whether a part of the cells holds some, but not all, of the hidden block.

    Such a part cannot be shown: what it shares with the block would follow.
    """
    inside = hidden & part
    return bool(inside.any()) and bool((inside != hidden).any())


def _for_weak_sum(
    counts: Sequence[int], sums: Sequence[frozenset[int]], hidden: set[int]
) -> int | None:
    """Return a cell to hide in a sum that leaves one cell, or too few sheets."""
    for group in sums:
        inside = group & hidden
        weak = len(inside) == 1 or 0 < sum(counts[c] for c in inside) < HIDE_BELOW
        filled = [cell for cell in group if counts[cell]]
        if weak and (extra := _cheapest(counts, sums, hidden, filled)) is not None:
            return extra
    return None


def _for_exposed_cell(
    counts: Sequence[int], sums: Sequence[frozenset[int]], hidden: set[int]
) -> int | None:
    """Return a cell to hide because a small one follows from all sums together.

    First from the sums of that cell, then from any that meet a hidden one; a zero cell
    only where no other is left. Hidden zeros are taken as known: counts are not
    negative, so a sum may pin them however many of them it holds.
    """
    unknown = {cell for cell in hidden if counts[cell]}
    exposed = {c for c in _found_out(sums, unknown) if is_small(counts[c])}
    if not exposed:
        return None
    near = {c for group in sums if group & exposed for c in group}
    reach = {c for group in sums if group & hidden for c in group}
    filled = [{cell for cell in cells if counts[cell]} for cells in (near, reach)]
    for wanted in (*filled, near, reach):
        if (extra := _cheapest(counts, sums, hidden, wanted)) is not None:
            return extra
    return None


def _cheapest(
    counts: Sequence[int],
    sums: Sequence[frozenset[int]],
    hidden: set[int],
    candidates: Collection[int],
) -> int | None:
    """Return the shown cell that opens the fewest other sums, then the smallest."""
    shown = [cell for cell in candidates if cell not in hidden]
    if not shown:
        return None

    def cost(cell: int) -> tuple[int, int, int]:
        opened = sum(1 for group in sums if cell in group and not group & hidden)
        return opened, counts[cell], cell

    return min(shown, key=cost)


def _found_out(sums: Sequence[frozenset[int]], hidden: set[int]) -> list[int]:
    """Return the hidden cells that the sums determine.

    Shown cells subtracted, each sum is an equation in its hidden cells. A cell is
    determined when it is zero in every vector that all equations send to zero.
    """
    unknown = sorted(hidden)
    equations = [group & hidden for group in sums if group & hidden]
    if not equations:
        return []
    matrix = np.array([[float(c in group) for c in unknown] for group in equations])
    _, sizes, rotations = np.linalg.svd(matrix)
    rank = int((sizes > 1e-9).sum())
    free = rotations[rank:]
    moves = np.abs(free).max(axis=0, initial=0.0)
    return [cell for cell, move in zip(unknown, moves, strict=True) if move < 1e-9]
