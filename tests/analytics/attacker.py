"""A reader who subtracts: what published sums say about single cells."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import linprog


def exposed(
    truth: Sequence[int], published: Iterable[Iterable[int]], below: int = 5
) -> list[int]:
    """Return the small cells that the published sums of cells pin down to one number.

    The reader knows that counts are not negative and asks a linear program for the
    least and the greatest value each cell can have.
    """
    sums = [sorted(group) for group in published]
    small = [cell for cell, n in enumerate(truth) if 0 < n < below]
    if not sums:
        return []
    matrix = np.array(
        [[float(c in group) for c in range(len(truth))] for group in sums]
    )
    totals = matrix @ np.array(truth, dtype=float)
    return [c for c in small if _width(matrix, totals, c) < 1 - 1e-6]


def _width(matrix: np.ndarray, totals: np.ndarray, cell: int) -> float:
    goal = np.zeros(matrix.shape[1])
    goal[cell] = 1
    ends = []
    for sign in (1, -1):
        found = linprog(sign * goal, A_eq=matrix, b_eq=totals, bounds=(0, None))
        if found.status == 3:  # unbounded: nothing is known
            return float("inf")
        assert found.success, found.message
        ends.append(sign * found.fun)
    return ends[1] - ends[0]
