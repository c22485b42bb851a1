"""The index: answers of one sheet hang together, and the interval has to know it."""

import random
from collections import Counter

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.intervals import Ratio, around, needed_more, pooled, ratio, wilson

Sheets = list[tuple[int, int]]


@st.composite
def drawn(draw: st.DrawFn) -> Sheets:
    """Draw sheets as (answered, hits)."""
    answered = draw(st.lists(st.integers(1, 5), min_size=1, max_size=60))
    return [(a, draw(st.integers(0, a))) for a in answered]


def counted(sheets: Sheets) -> list[tuple[int, int, int]]:
    return [(a, h, n) for (a, h), n in Counter(sheets).items()]


def clustered_variance(sheets: Sheets) -> float:
    """Return the sheet-robust variance of the mean answer, by regression."""
    answers, sheet = [], []
    for number, (answered, hits) in enumerate(sheets):
        answers += [1.0] * hits + [0.0] * (answered - hits)
        sheet += [number] * answered
    fit = sm.OLS(answers, np.ones(len(answers))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(sheet)}
    )
    return float(fit.cov_params()[0, 0])


@given(drawn())
def test_the_design_effect_is_that_of_a_cluster_robust_regression(
    sheets: Sheets,
) -> None:
    found = ratio(counted(sheets))
    assume(len(sheets) > 1)
    assume(0 < found.hits < found.answers)
    independent = found.value * (1 - found.value) / (found.answers - 1)
    expected = max(1.0, clustered_variance(sheets) / independent)
    assert found.design_effect == pytest.approx(expected, rel=1e-6)


def test_leaving_out_each_sheet_in_turn_gives_the_same_variance() -> None:
    rng = random.Random(3)
    sheets = [(a, sum(rng.random() < p for _ in range(a)))
              for a, p in ((rng.randint(1, 5), rng.betavariate(4, 1)) for _ in range(300))]  # fmt: skip
    answers, hits = sum(a for a, _ in sheets), sum(h for _, h in sheets)
    without = np.array([(hits - h) / (answers - a) for a, h in sheets])
    jackknife = (len(sheets) - 1) * without.var()
    found = ratio(counted(sheets))
    variance = found.value * (1 - found.value) / (answers - 1) * found.design_effect
    assert variance == pytest.approx(jackknife, rel=0.02)


@given(st.integers(1, 400), st.data())
def test_one_answer_a_sheet_is_wilson(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    found = ratio([(1, 1, hits), (1, 0, n - hits)]).interval()
    plain = wilson(hits, n)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=1e-9)


@given(drawn())
def test_a_sheet_is_worth_at_most_its_answers(sheets: Sheets) -> None:
    found = ratio(counted(sheets))
    assert found.effective <= found.answers


@given(drawn())
def test_the_interval_stays_around_its_value(sheets: Sheets) -> None:
    found = ratio(counted(sheets)).interval()
    assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize("hits", [0, 5])
def test_full_agreement_counts_each_sheet_once(hits: int) -> None:
    found = ratio([(5, hits, 30)])
    assert found.interval() == around(hits / 5, 30)


def test_sheets_that_never_differ_within_count_once() -> None:
    found = ratio([(5, 5, 90), (5, 0, 10)])
    assert found.effective == pytest.approx(100, rel=0.02)


def test_a_single_sheet_counts_once() -> None:
    assert ratio([(5, 3, 1)]).effective == 1


def test_sheets_more_even_than_chance_get_no_bonus() -> None:
    """Each of ten sheets has exactly one dissatisfied answer: luck, not knowledge."""
    assert ratio([(5, 4, 10)]).design_effect == 1


def test_the_population_is_one_of_sheets() -> None:
    found = ratio([(5, 5, 50), (5, 3, 10)])
    assert found.interval(60) == around(found.value, float("inf"))


def test_no_answers_have_no_ratio() -> None:
    with pytest.raises(ValueError, match="no answers"):
        ratio([(5, 3, 0)])


def test_the_interval_covers_where_independence_would_not() -> None:
    """Answers of a sheet share its mood (correlation 0.3): 1,500 months of 60 sheets."""
    rng = np.random.default_rng(20261122)
    truth, runs, ours, naive = 0.9, 1500, 0, 0
    for _ in range(runs):
        mood = rng.beta(truth * 7 / 3, (1 - truth) * 7 / 3, size=60)
        answered = rng.choice([1, 4, 5], size=60, p=[0.1, 0.2, 0.7])
        hits = rng.binomial(answered, mood)
        sheets = list(zip(answered.tolist(), hits.tolist(), strict=True))
        found = ratio(counted(sheets))
        mine, plain = found.interval(), wilson(found.hits, found.answers)
        ours += mine.low <= truth <= mine.high
        naive += plain.low <= truth <= plain.high
    assert 0.92 < ours / runs < 0.98
    assert naive / runs < 0.87


@given(st.lists(drawn(), min_size=1, max_size=4))
def test_pooling_keeps_all_answers_and_what_they_are_worth(parts: list[Sheets]) -> None:
    each = [ratio(counted(part)) for part in parts]
    found = pooled(each)
    assert found.answers == sum(one.answers for one in each)
    assert found.effective == pytest.approx(sum(one.effective for one in each))


def test_nothing_cannot_be_pooled() -> None:
    with pytest.raises(ValueError, match="no answers"):
        pooled([])


def share(hits: int, n: int) -> Ratio:
    return Ratio(hits / n, hits, n, n, 1.0)


def by_trying(
    seen: Ratio, target: float, population: int | None, minimum: int
) -> int | None:
    """Add sheet after sheet until the interval leaves the target out."""
    for more in range(20_000):
        sheets = seen.sheets + more
        grown = Ratio(
            seen.value, 0, round(seen.answers / seen.sheets * sheets), sheets,
            seen.answers / seen.sheets * sheets / (seen.effective / seen.sheets * sheets),
        )  # fmt: skip
        found = grown.interval(population)
        settled = found.low >= target or found.high < target
        if sheets >= minimum and settled:
            return more
    return None


@pytest.mark.parametrize(
    ("hits", "n", "target", "population"),
    [
        (155, 166, 0.9, None),
        (155, 166, 0.9, 512),
        (155, 166, 0.95, None),
        (60, 60, 0.9, None),
        (8, 8, 0.9, None),
        (8, 8, 0.9, 40),
        (40, 50, 0.9, 3000),
        (40, 50, 0.9, 50),
        (29, 30, 0.9, 700),
        (20, 40, 0.9, None),
    ],
)
def test_needed_more_is_what_trying_finds(
    hits: int, n: int, target: float, population: int | None
) -> None:
    seen = share(hits, n)
    expected = by_trying(seen, target, population, 30)
    assert needed_more(seen, target, population=population) == expected


def test_needed_more_counts_sheets_when_answers_hang_together() -> None:
    seen = ratio([(5, 5, 80), (5, 2, 20), (3, 3, 10)])
    assert needed_more(seen, 0.9) == by_trying(seen, 0.9, None, 30)


def test_thirty_five_of_thirty_five_demonstrate_ninety_percent() -> None:
    assert needed_more(share(34, 34), 0.9) == 1
    assert needed_more(share(35, 35), 0.9) == 0


def test_a_share_on_the_target_never_settles() -> None:
    assert needed_more(share(45, 50), 0.9) is None
