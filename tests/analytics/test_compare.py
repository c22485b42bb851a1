"""Which part differs from the rest: rarely claimed by chance, found when it is so."""

import numpy as np
import pytest

from analytics.compare import compare
from analytics.measures import MeasureRequest, MeasureRow, compute
from tests.analytics.sheets import cube, overall

POINTS = ("Q1", "Q2", "Q3", "EXIT")
REQUEST = MeasureRequest("satisfaction", "2026-10", "2026-11", split="point")


def part(key: str, hits: int, n: int) -> MeasureRow:
    return MeasureRow(
        "satisfaction",
        "2026-10",
        split="point",
        key=key,
        numerator=hits,
        denominator=n,
        value=hits / n,
        sheets=n,
        design_effect=1.0,
    )


def parts(*seen: tuple[int, int]) -> list[MeasureRow]:
    return [part(f"P{place}", hits, n) for place, (hits, n) in enumerate(seen)]


def test_one_bad_part_does_not_make_the_others_look_good() -> None:
    found = compare(parts((930, 1000), (925, 1000), (800, 1000), (935, 1000)))
    assert (found.keys("lower"), found.keys("higher")) == (("P2",), ())


def test_a_finding_says_by_how_much() -> None:
    [finding] = compare(parts((93, 100), (95, 100), (60, 100))).findings
    assert (finding.value, finding.rest) == (0.6, 0.94)
    assert finding.difference.high < 0


def test_the_clearest_comes_first() -> None:
    found = compare(parts((900, 1000), (905, 1000), (700, 1000), (950, 1000)))
    assert [one.key for one in found.findings] == ["P2", "P3"]


def test_equal_parts_do_not_differ() -> None:
    found = compare(parts((90, 100), (91, 100), (89, 100)))
    assert (found.code, found.findings) == ("no_signal", ())


def test_two_parts_make_one_finding() -> None:
    found = compare(parts((95, 100), (60, 100)))
    assert (found.keys("lower"), found.keys("higher")) == (("P1",), ())


@pytest.mark.parametrize(("n", "code"), [(29, "too_few"), (30, "differs")])
def test_a_thin_part_is_left_out(n: int, code: str) -> None:
    found = compare(parts((95, 100), (0, n)))
    assert found.code == code
    assert found.left_out == (("P1",) if n < 30 else ())


def test_a_hidden_part_is_left_out() -> None:
    sheets = [
        sheet
        for point, n in zip(POINTS, (3, 50, 60, 70), strict=True)
        for sheet in overall(n, n, point=point)
    ]
    found = compare(compute(REQUEST, cube(sheets)))
    assert (found.compared, found.left_out) == (("Q3", "EXIT"), ("Q1", "Q2"))


def test_one_period_at_a_time() -> None:
    rows = compute(
        MeasureRequest("satisfaction", "2026-09", "2026-11", split="point"), cube([])
    )
    with pytest.raises(ValueError, match="several periods"):
        compare(rows)


@pytest.mark.parametrize("count", [2, 5, 8])
def test_among_equal_parts_a_difference_is_claimed_once_in_twenty(count: int) -> None:
    rng = np.random.default_rng(11)
    runs = 600
    claimed = sum(
        compare(parts(*((int(h), 120) for h in rng.binomial(120, 0.9, count)))).code
        == "differs"
        for _ in range(runs)
    )
    assert claimed / runs < 0.07


def test_answers_of_the_same_people_make_the_rule_quieter() -> None:
    """Five factors of one sheet share its mood: fewer claims than independent ones make."""
    rng = np.random.default_rng(12)
    runs, claimed = 400, 0
    for _ in range(runs):
        mood = rng.beta(0.9 / 2, 0.1 / 2, size=120)
        hits = rng.binomial(1, np.repeat(mood[:, None], 5, axis=1)).sum(axis=0)
        claimed += compare(parts(*((int(h), 120) for h in hits))).code == "differs"
    assert claimed / runs < 0.02


def test_a_part_ten_points_lower_is_found() -> None:
    rng = np.random.default_rng(13)
    runs = 200
    found = 0
    for _ in range(runs):
        hits = rng.binomial(400, [0.92, 0.92, 0.82, 0.92, 0.92])
        found += compare(parts(*((int(h), 400) for h in hits))).keys("lower")[:1] == (
            "P2",
        )
    assert found / runs > 0.95
