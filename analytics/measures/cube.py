"""The cube in memory: checked frames, and dense counts by month made from them once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from analytics import frames
from analytics.disclosure import Counts
from analytics.measures import months

MAX_FACTORS = 5
NOT_COUNTED = "synthetic"


@dataclass(frozen=True)
class Monthly:
    """Counts with months first, then points, channels and what the frame adds.

    ``first`` is the ordinal of the first month.
    """

    first: int
    counts: Counts

    def between(self, periods: Sequence[tuple[int, int]]) -> Counts:
        """Add up the months of each period; months outside the frame hold nothing."""
        size = self.counts.shape[0]
        clipped = [
            (max(0, start - self.first), max(0, min(size, end - self.first)))
            for start, end in periods
        ]
        return np.stack([self.counts[a:b].sum(axis=0) for a, b in clipped])


@dataclass(frozen=True)
class CubeFrames:
    """Everything that a figure is made of.

    ``fields_of_point`` and ``class_of_channel`` also give the order of points and
    channels in a split; points and channels without answers get rows too.
    Frames left out are empty. Raises FrameError when a frame breaks its specification
    or a channel has no class.
    """

    scores: pd.DataFrame = field(default_factory=lambda: frames.scores(()))
    clusters: pd.DataFrame = field(default_factory=lambda: frames.clusters(()))
    hours: pd.DataFrame = field(default_factory=lambda: frames.hours(()))
    populations: pd.DataFrame = field(default_factory=lambda: frames.populations(()))
    targets: pd.DataFrame = field(default_factory=lambda: frames.targets(()))
    fields_of_point: Mapping[str, frozenset[str]] = field(default_factory=dict)
    class_of_channel: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check every frame that enters."""
        frames.check(self.scores, frames.SCORES)
        frames.check(self.clusters, frames.CLUSTERS)
        frames.check(self.hours, frames.HOURS)
        frames.check(self.populations, frames.POPULATIONS)
        frames.check(self.targets, frames.TARGETS)
        unclassed = [c for c in self.channels if c not in self.class_of_channel]
        if unclassed:
            raise frames.FrameError("channels", [f"{c}: no class" for c in unclassed])

    @cached_property
    def points(self) -> tuple[str, ...]:
        """Points in their order, those known only from answers last."""
        return self._all("point", self.fields_of_point)

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Channels in their order, synthetic ones too."""
        return self._all("channel", self.class_of_channel)

    @cached_property
    def counted(self) -> tuple[bool, ...]:
        """Which channels count: every class but the synthetic one."""
        return tuple(self.class_of_channel[c] != NOT_COUNTED for c in self.channels)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """Questions that have answers."""
        return tuple(self.scores["question"].cat.categories)

    @cached_property
    def monthly_scores(self) -> Monthly:
        """Month × point × channel × question × value."""
        frame = self.scores
        values = frame["value"].to_numpy()
        size = int(values.max(initial=0)) + 1
        axes = [
            *self._places(frame),
            (codes(frame, "question", self.questions), len(self.questions)),
            (values, size),
        ]
        return dense(frame, axes, "n")

    @cached_property
    def monthly_clusters(self) -> Monthly:
        """Month × point × channel × answered × satisfied, of sheets."""
        frame = self.clusters
        factors = MAX_FACTORS + 1
        axes = [
            *self._places(frame),
            (frame["answered"].to_numpy(), factors),
            (frame["satisfied"].to_numpy(), factors),
        ]
        return dense(frame, axes, "sheets")

    def monthly_hours(self, number: str) -> Monthly:
        """Month × point × channel × weekday × hour, of column ``n`` or ``satisfied``."""
        frame = self.hours
        axes = [
            *self._places(frame),
            (frame["day"].dt.day_of_week.to_numpy(), 7),
            (frame["hour"].to_numpy(), 24),
        ]
        return dense(frame, axes, number)

    @cached_property
    def dossiers(self) -> dict[int, dict[str | None, int]]:
        """Dossiers brought, by month's ordinal and point; None where no point is said."""
        frame = self.populations
        found: dict[int, dict[str | None, int]] = {}
        points = frame["point"].astype(object).where(frame["point"].notna(), None)
        for month, point, number in zip(
            frame["month"], points, frame["population"], strict=True
        ):
            of_month = found.setdefault(months.ordinal(month), {})
            of_month[point] = of_month.get(point, 0) + int(number)
        return found

    @cached_property
    def answered_months(self) -> frozenset[int]:
        """Ordinals of the months that have answers."""
        monthly = self.monthly_scores
        answered = monthly.counts.any(axis=(1, 2, 3, 4))
        return frozenset(monthly.first + int(m) for m in np.flatnonzero(answered))

    @cached_property
    def targets_since(self) -> dict[str, list[tuple[date, float]]]:
        """Targets of each measure with the day from which they count, in order."""
        found: dict[str, list[tuple[date, float]]] = {}
        frame = self.targets.sort_values("valid_from", kind="stable")
        for measure, since, value in zip(
            frame["measure"], frame["valid_from"], frame["value"], strict=True
        ):
            found.setdefault(measure, []).append((since.date(), float(value)))
        return found

    def _places(self, frame: pd.DataFrame) -> list[tuple[Counts, int]]:
        return [
            (codes(frame, "point", self.points), len(self.points)),
            (codes(frame, "channel", self.channels), len(self.channels)),
        ]

    def _all(self, column: str, ordered: Mapping[str, object]) -> tuple[str, ...]:
        seen = {
            value
            for frame in (self.scores, self.clusters, self.hours)
            for value in frame[column].cat.categories
        }
        return (*ordered, *sorted(seen - set(ordered)))


def codes(frame: pd.DataFrame, column: str, order: Sequence[str]) -> Counts:
    """Return each row's position in ``order`` of a text column."""
    position = {name: place for place, name in enumerate(order)}
    of_category = [position[name] for name in frame[column].cat.categories]
    own = frame[column].cat.codes.to_numpy()
    return np.array(of_category, dtype=np.int64)[own]


def dense(
    frame: pd.DataFrame, axes: Sequence[tuple[Counts, int]], number: str
) -> Monthly:
    """Add up a frame's numbers by month and by the given codes, one pass over it."""
    days = frame["day"].to_numpy()
    since_1970 = days.astype("datetime64[M]").astype(np.int64)
    first = int(since_1970.min()) if len(days) else 0
    last = int(since_1970.max()) if len(days) else -1
    shape = (last - first + 1, *(size for _, size in axes))
    flat = since_1970 - first
    for position, size in axes:
        flat = flat * size + position
    total = int(np.prod(shape))
    added = np.bincount(flat, weights=frame[number].to_numpy(), minlength=total)
    # Weights are floats: exact up to 2**53 answers.
    return Monthly(first + 1970 * 12, added.astype(np.int64).reshape(shape))
