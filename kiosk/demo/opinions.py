"""What a visitor thinks of the visit, and which of it he would say on which question.

A normal mood is cut into five levels so that 88 to 95 of 100 are satisfied, as in the
surveys of Hải Phòng; counters that people sit at show 99.8 and nobody believes them.
"""

from dataclasses import dataclass
from random import Random

from kiosk.demo.traffic import HOT_MONTHS, Visit

# Lower bounds of 5, 4, 3 and 2 on the mood's scale, whose unit is a standard deviation.
LEVELS = ((5, 0.0), (4, -1.5), (3, -2.1), (2, -2.55))
TYPICAL = 0.14
EACH_VISIT_MORE = -0.42
CROWD = -0.35
HEAT = -0.1
# What a second clerk and clear guidance do: fewer visits, and a better mood.
IMPROVED_ONCE = 0.24
IMPROVED_MOOD = 0.4
# Away from the officer, and by one's own choice, people are more critical.
CHANNEL = {"kiosk": 0.0, "exit": -0.12, "assisted": 0.1, "qr": -0.35}

# Handling of complaints is the weakest of the five nationwide (82.27 against 83.03).
FACTORS = {
    "access": -0.1,
    "procedure": 0.05,
    "staff": 0.1,
    "result": 0.05,
    "feedback": -0.3,
}
FACTOR_NOISE = 0.6
IMPROVED_FACTORS = {"staff": 0.45, "access": 0.35}

REASONS_LIKED = {
    "staff": 45, "time": 30, "guidance": 32, "result": 20, "place": 14, "publicity": 9,
}  # fmt: skip
REASONS_DISLIKED = {
    "time": 42, "guidance": 36, "staff": 16, "publicity": 15, "result": 14, "place": 11,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opinion:
    """How the visit went for one person."""

    mood: float
    visits: int
    overall: int
    is_improved: bool


def opinion_of(rng: Random, visit: Visit, way: str, *, improved: bool) -> Opinion:
    """Draw what a visitor thinks who answers in that way."""
    times = _times(rng, visit, improved=improved)
    mood = (
        TYPICAL
        + visit.job.quality
        + EACH_VISIT_MORE * (times - 1)
        + CROWD * max(0.0, visit.load - 1)
        + HEAT * (visit.at.month in HOT_MONTHS and visit.at.hour >= 13)
        + IMPROVED_MOOD * improved
        + CHANNEL[way]
        + rng.gauss(0, 1)
    )
    return Opinion(mood, times, level(mood), improved)


def _times(rng: Random, visit: Visit, *, improved: bool) -> int:
    once = min(0.96, visit.job.once + IMPROVED_ONCE * improved)
    if rng.random() < once:
        return 1
    return 2 if rng.random() < 0.72 else 3


def level(mood: float) -> int:
    """Return the face, 1 to 5, that fits a mood."""
    return next((score for score, least in LEVELS if mood > least), 1)


def factor_score(rng: Random, opinion: Opinion, factor: str) -> int:
    """Return the answer to a factor's question."""
    moved = IMPROVED_FACTORS.get(factor, 0.0) if opinion.is_improved else 0.0
    mood = 0.8 * opinion.mood + FACTORS[factor] + moved + rng.gauss(0, FACTOR_NOISE)
    return level(mood)


def reasons_of(rng: Random, opinion: Opinion) -> list[str]:
    """Return one to three things worth telling."""
    weights = dict(REASONS_LIKED if opinion.overall >= 4 else REASONS_DISLIKED)
    if opinion.visits > 1:
        weights["guidance"] += 15
    if opinion.is_improved:
        weights["staff"] += 12
    chosen: list[str] = []
    for _ in range(rng.choices((1, 2, 3), (60, 30, 10))[0]):
        (reason,) = rng.choices(list(weights), list(weights.values()))
        del weights[reason]
        chosen.append(reason)
    return chosen
