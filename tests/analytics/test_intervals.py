"""Intervals against the tables printed by Newcombe and against two other libraries."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, hypergeom
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
)

from analytics.intervals import (
    Interval,
    around,
    difference,
    effective_size,
    newcombe,
    proportion,
    wilson,
)


@st.composite
def samples(draw: st.DrawFn, largest: int = 5000) -> tuple[int, int]:
    n = draw(st.integers(1, largest))
    return draw(st.integers(0, n)), n


confidences = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, Table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_newcombes_printed_table(
    hits: int, n: int, low: float, high: float
) -> None:
    found = wilson(hits, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # The numbers of the help page, in whole percent.
        (5, 5, 57, 100),
        (8, 8, 68, 100),
        (10, 10, 72, 100),
        (20, 20, 84, 100),
        (27, 30, 74, 97),
        (29, 30, 83, 99),
        (57, 60, 86, 98),
        (90, 100, 83, 94),
        (95, 100, 89, 98),
        (190, 200, 91, 97),
        (360, 400, 87, 93),
        (475, 500, 93, 97),
    ],
)
def test_wilson_gives_the_numbers_of_the_help_page(
    hits: int, n: int, low: int, high: int
) -> None:
    found = wilson(hits, n)
    assert (round(100 * found.low), round(100 * found.high)) == (low, high)


@given(samples(), confidences)
def test_wilson_agrees_with_scipy(sample: tuple[int, int], confidence: float) -> None:
    found = wilson(*sample, confidence)
    other = binomtest(*sample).proportion_ci(confidence, method="wilson")
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)


@given(samples(), confidences)
def test_wilson_agrees_with_statsmodels(
    sample: tuple[int, int], confidence: float
) -> None:
    found = wilson(*sample, confidence)
    other = proportion_confint(*sample, alpha=1 - confidence, method="wilson")
    assert (found.low, found.high) == pytest.approx(other, abs=1e-12)


@given(samples(), confidences)
def test_wilson_stays_around_its_value(
    sample: tuple[int, int], confidence: float
) -> None:
    found = wilson(*sample, confidence)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(samples())
def test_wilson_turns_over_with_the_answers(sample: tuple[int, int]) -> None:
    hits, n = sample
    found, mirror = wilson(hits, n), wilson(n - hits, n)
    assert (found.low, found.high) == pytest.approx((1 - mirror.high, 1 - mirror.low))


@given(samples(), st.integers(2, 50))
def test_more_answers_of_the_same_kind_narrow_wilson(
    sample: tuple[int, int], times: int
) -> None:
    hits, n = sample
    few, many = wilson(hits, n), wilson(times * hits, times * n)
    assert many.high - many.low < few.high - few.low


@given(samples())
def test_a_higher_confidence_widens_wilson(sample: tuple[int, int]) -> None:
    narrow, wide = wilson(*sample, 0.9), wilson(*sample, 0.99)
    assert wide.high - wide.low > narrow.high - narrow.low


@given(samples())
def test_one_more_hit_raises_both_bounds(sample: tuple[int, int]) -> None:
    hits, n = sample
    less, more = wilson(hits, n + 1), wilson(hits + 1, n + 1)
    assert more.low > less.low or less.low == 0
    assert more.high > less.high or more.high == 1


@pytest.mark.parametrize(
    ("hits", "n", "confidence"),
    [(1, 0, 0.95), (3, 2, 0.95), (-1, 2, 0.95), (1, 2, 0.0), (1, 2, 1.0)],
)
def test_wilson_refuses_what_is_no_share(hits: int, n: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="no "):
        wilson(hits, n, confidence)


@pytest.mark.parametrize(("hits", "n"), [(3, 2), (0, 0), (-1, 4)])
def test_a_proportion_refuses_what_is_no_share(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        proportion(hits, n, 100)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_lies_between_none_and_all(share: float) -> None:
    with pytest.raises(ValueError, match="no share"):
        around(share, 10)


def test_the_published_example_uses_the_population() -> None:
    found = proportion(57, 60, 412)
    assert (round(found.low, 4), round(found.high, 4)) == (0.8717, 0.9815)


def test_up_to_five_percent_of_the_population_nothing_is_corrected() -> None:
    assert effective_size(50, 50, 1000) == 50
    assert effective_size(51, 51, 1000) == pytest.approx(51 * 999 / 949)


def test_everybody_asked_leaves_the_share_itself() -> None:
    assert proportion(57, 60, 60) == Interval(0.95, 0.95, 0.95)


def test_more_sheets_than_dossiers_are_not_corrected() -> None:
    assert proportion(57, 60, 59) == wilson(57, 60)


@given(samples(400), st.integers(1, 2000))
def test_a_population_never_widens_the_interval(
    sample: tuple[int, int], more: int
) -> None:
    plain, corrected = wilson(*sample), proportion(*sample, sample[1] + more)
    assert corrected.low >= plain.low - 1e-12
    assert corrected.high <= plain.high + 1e-12


def covered(population: int, n: int, hits_in_all: int) -> tuple[float, float]:
    """Enumerate all samples: chance that the true share is inside, ours and plain."""
    chances = hypergeom(population, hits_in_all, n)
    share = hits_in_all / population
    ours = plain = 0.0
    for hits in range(n + 1):
        chance = float(chances.pmf(hits))
        mine, other = proportion(hits, n, population), wilson(hits, n)
        ours += chance * (mine.low - 1e-12 <= share <= mine.high + 1e-12)
        plain += chance * (other.low - 1e-12 <= share <= other.high + 1e-12)
    return ours, plain


@pytest.mark.parametrize(("population", "n"), [(60, 20), (120, 80), (240, 40)])
def test_the_corrected_interval_covers_a_drawn_population(
    population: int, n: int
) -> None:
    """Over all possible populations it covers 95 %; plain Wilson covers far more."""
    every = [covered(population, n, k) for k in range(population + 1)]
    ours = sum(mine for mine, _ in every) / len(every)
    plain = sum(other for _, other in every) / len(every)
    assert 0.94 < ours < 0.965
    assert plain > ours


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873, Table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_difference_gives_newcombes_printed_table(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = newcombe(first, second)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(samples(800), samples(800), confidences)
def test_the_difference_agrees_with_statsmodels(
    first: tuple[int, int], second: tuple[int, int], confidence: float
) -> None:
    found = newcombe(first, second, confidence)
    other = confint_proportions_2indep(
        *first, *second, method="newcomb", compare="diff", alpha=1 - confidence
    )
    assert (found.low, found.high) == pytest.approx(other, abs=1e-9)


@given(samples(), samples())
def test_the_difference_turns_over_with_its_parts(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    there, back = newcombe(first, second), newcombe(second, first)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))


@given(samples(), samples())
def test_the_difference_lies_between_its_bounds(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    found = newcombe(first, second)
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_two_known_shares_have_a_known_difference() -> None:
    found = difference(around(0.9, math.inf), around(0.7, math.inf))
    assert (found.low, found.high) == pytest.approx((0.2, 0.2))


@pytest.mark.parametrize(
    ("low", "high", "outside"),
    [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False), (0.0, 0.1, False)],
)
def test_zero_is_excluded_only_from_outside(
    low: float, high: float, outside: bool
) -> None:
    assert Interval(0.0, low, high).excludes_zero is outside
