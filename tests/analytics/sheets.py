"""Answer sheets drawn by lot, the cube made of them, and figures counted by hand."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from analytics import frames
from analytics.measures import CubeFrames, months

FACTORS = ("access", "procedure", "staff", "result", "feedback")
CLASSES = {
    "kiosk": "kiosk",
    "qr": "open_qr",
    "slip": "verified",
    "paper": "paper",
    "canary": "synthetic",
}
FIELDS = {
    "Q1": frozenset({"ho_tich"}),
    "Q2": frozenset({"dat_dai"}),
    "Q3": frozenset({"ho_tich"}),
    "EXIT": frozenset({"ho_tich", "dat_dai"}),
}


@dataclass(frozen=True)
class Sheet:
    """One answer sheet, as the cube counts it."""

    day: date
    point: str
    channel: str
    hour: int = 9
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"


def draw(
    rng: random.Random, first: str, end: str, mean: float = 3, *, every: bool = False
) -> list[Sheet]:
    """Draw sheets for each month, point and channel; ``every`` answers all questions."""
    found = []
    for place in range(months.ordinal(first), months.ordinal(end)):
        start = months.first_day(place)
        for point in FIELDS:
            for channel in CLASSES:
                for _ in range(int(rng.expovariate(1 / mean))):
                    day = start.replace(day=rng.randint(1, 28))
                    found.append(_sheet(rng, day, point, channel, every))
    return found


def _sheet(
    rng: random.Random, day: date, point: str, channel: str, every: bool
) -> Sheet:
    answers = {
        question: rng.choice((1, 2, 3, 4, 4, 5, 5, 5))
        for question in ("overall", *FACTORS)
        if every or rng.random() < 0.8
    }
    if every or rng.random() < 0.7:
        answers["visits"] = rng.choice((1, 1, 2, 3))
    return Sheet(day, point, channel, rng.randint(7, 16), answers)


def cube(
    sheets: list[Sheet],
    populations: list[tuple[str, str | None, str | None, int]] | None = None,
    targets: list[tuple[str, date, float]] | None = None,
) -> CubeFrames:
    """Count sheets the way the cube's tables are counted."""
    scores: Counter[tuple[object, ...]] = Counter()
    clusters: Counter[tuple[object, ...]] = Counter()
    hours: dict[tuple[object, ...], list[int]] = {}
    for sheet in sheets:
        place = (sheet.day, sheet.point, sheet.channel)
        scores.update((*place, q, value) for q, value in sheet.answers.items())
        given = [v for q, v in sheet.answers.items() if q in FACTORS]
        if given:
            clusters[*place, len(given), sum(v >= 4 for v in given)] += 1
        if "overall" in sheet.answers:
            cell = hours.setdefault((sheet.day, sheet.hour, *place[1:]), [0, 0])
            cell[0] += 1
            cell[1] += sheet.answers["overall"] >= 4
    return CubeFrames(
        frames.scores((*key, n) for key, n in scores.items()),
        frames.clusters((*key, n) for key, n in clusters.items()),
        frames.hours((*key, *numbers) for key, numbers in hours.items()),
        frames.populations(populations or ()),
        frames.targets(targets or ()),
        FIELDS,
        CLASSES,
    )


def overall(
    n: int,
    hits: int,
    month: str = "2026-10",
    point: str = "Q1",
    channel: str = "kiosk",
) -> list[Sheet]:
    """Return n sheets of one place, so many of them satisfied."""
    day = date.fromisoformat(f"{month}-05")
    return [
        Sheet(day, point, channel, 9, {"overall": 5 if place < hits else 2})
        for place in range(n)
    ]
