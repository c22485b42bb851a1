"""Small cells: what is hidden with them so that they do not come back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import disclosure
from analytics.disclosure import hide_cells, hide_table
from tests.analytics.attacker import exposed

counts = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 7, 20, 60])


@pytest.mark.parametrize(("n", "small"), [(0, False), (1, True), (4, True), (5, False)])
def test_one_to_four_sheets_are_small(n: int, small: bool) -> None:
    assert disclosure.is_small(n) is small


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        # One small cell needs a partner: the smallest other one.
        ([3, 20, 9, 40], {0, 2}),
        # Two small cells that make five or more cover each other.
        ([3, 2, 9], {0, 1}),
        # Two that make less than five do not.
        ([2, 1, 9, 7], {0, 1, 3}),
        # A zero is shown, and is no cover.
        ([3, 0, 9], {0, 2}),
        # Nothing small, nothing hidden.
        ([0, 5, 9], set()),
        # The total is small too and so not shown: nothing to subtract from.
        ([3, 0, 0], {0}),
    ],
)
def test_a_split_hides_the_partner_of_a_small_cell(
    cells: list[int], hidden: set[int]
) -> None:
    assert hide_cells(cells, [range(len(cells))]) == hidden


def test_without_a_published_sum_only_small_cells_hide() -> None:
    assert hide_cells([3, 20, 9], []) == {0}


def test_a_sum_of_one_cell_gives_it_away_whatever_is_hidden() -> None:
    assert hide_cells([3, 7], [[0, 1], [1]]) == {0, 1}


def test_forced_cells_hide_and_serve_as_cover() -> None:
    assert hide_cells([3, 20, 9], [range(3)], forced=[1]) == {0, 1}


def test_a_zero_is_hidden_where_no_other_cover_is_left() -> None:
    """Rows 10 and 30, columns 32 and 8: with the zero known, 2 would follow."""
    table = np.array([[2, 8], [30, 0]])
    assert hide_table(table).all()


def test_a_cover_needs_cover_in_its_own_column() -> None:
    table = np.array([[2, 8, 50], [9, 8, 60], [40, 9, 70]])
    flags = hide_table(table)
    assert flags[0, 0]
    assert (flags.sum(axis=0) != 1).all()
    assert (flags.sum(axis=1) != 1).all()


def test_a_hidden_row_is_hidden_whole() -> None:
    table = np.array([[3, 0, 0], [20, 30, 40], [50, 60, 70]])
    assert hide_table(table)[0].all()


def test_the_row_that_still_fills_hides_no_other() -> None:
    table = np.array([[20, 30], [50, 60], [2, 0]])
    assert not hide_table(table, open_row=2)[:2].any()
    assert hide_table(table)[0].all()


def test_a_zero_that_a_sum_pins_is_no_cover() -> None:
    """The first column is empty: hiding its zeros hides nothing of the 1 beside it."""
    table = np.array([[0, 5, 1], [0, 0, 5]])
    assert not exposed([int(n) for n in table.ravel()], published(table))


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    cells = draw(st.lists(counts, min_size=rows * columns, max_size=rows * columns))
    return np.array(cells).reshape(rows, columns)


def published(table: np.ndarray) -> list[list[int]]:
    """List what a reader of the table and of both margins is given."""
    rows, columns = table.shape
    places = np.arange(table.size).reshape(rows, columns)
    no_rows = hide_cells([int(n) for n in table.sum(axis=1)], [range(rows)])
    no_columns = hide_cells([int(n) for n in table.sum(axis=0)], [range(columns)])
    found = [places[row].tolist() for row in range(rows) if row not in no_rows]
    found += [places[:, c].tolist() for c in range(columns) if c not in no_columns]
    found += [[int(place)] for place in places[~hide_table(table)]]
    if not disclosure.is_small(int(table.sum())):
        found.append(places.ravel().tolist())
    return found


@settings(max_examples=80, deadline=None)
@given(tables())
def test_table_and_margins_give_no_small_cell(table: np.ndarray) -> None:
    assert not exposed([int(n) for n in table.ravel()], published(table))


@given(tables())
def test_every_small_cell_is_hidden(table: np.ndarray) -> None:
    small = (table > 0) & (table < 5)
    assert hide_table(table)[small].all()


@given(tables())
def test_a_table_without_small_cells_is_shown_whole(table: np.ndarray) -> None:
    assert not hide_table(table * 5).any()


def test_without_cover_the_attacker_wins() -> None:
    """The attack can succeed: hiding small cells alone gives one away."""
    cells = [3, 20, 9, 40]
    shown = [[0, 1, 2, 3], [1], [2], [3]]
    assert exposed(cells, shown) == [0]


@pytest.mark.parametrize(
    ("part", "cut"),
    [
        ([True, False, False, False], True),
        ([True, True, False, False], False),
        ([True, True, True, False], False),
        ([False, False, True, True], False),
        ([False, True, True, True], True),
    ],
)
def test_a_part_must_take_the_hidden_block_whole_or_not_at_all(
    part: list[bool], cut: bool
) -> None:
    block = np.array([True, True, False, False])
    assert disclosure.cuts(np.array(part), block) is cut
