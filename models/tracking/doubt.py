"""How likely a tracked mask is wrong, from what is known of it and of its neighbours on the same walk.

A logistic regression on four signs, each the mean over neighbouring frames, so that doubt comes in stretches:

- likeness: how much the mask's colours are those of the object where the user showed it (``Templates.likeness``);
- agreement: how much the mask network, shown the anchor and asked every few frames, takes the mask for the object
  (``models.tracking.opinion``): it has no part in the mask, unless the network is the tracker;
- growth: by how much the mask's area differs from that at the anchor;
- presence: how sure the tracker is itself.

It is a trial that marks nothing: on clips of the validation half the area under the curve is 0.5 (0.84 on those of the
tuning half, each by a fit to the others), see ``resources/benchmark/tracking.md``. The benchmark prints its figures.

The coefficients are learnt on the tuning half by ``python -m models.training.masks.doubts``, whose card is
``models/training/README.md``; no weight may have the wrong sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

NAMES = ("likeness", "agreement", "growth", "presence")
RAISES = (-1, -1, 1, -1)
"""Whether more of each raises the doubt or lowers it."""
_REACH_FRAMES = (6, 8, 6, 6)
_LARGEST = 4.0
_CLOSED_FRAMES = 8
"""A gap between two doubtful stretches that is no longer is doubtful, too."""
_SHORTEST_FRAMES = 4
"""A shorter stretch is none."""


@dataclass(frozen=True, slots=True)
class WalkSigns:
    """What is known of the masks of consecutive frames, from an anchor on or towards one; NaN where nothing is.

    Attributes:
        likeness: ``(T,)`` 0 to 1.
        agreement: ``(T,)`` -1 to 1.
        growth: ``(T,)`` natural logarithm of the area over that at the anchor.
        presence: ``(T,)`` 0 to 1.
    """

    likeness: Series
    agreement: Series
    growth: Series
    presence: Series

    def features(self) -> Series:
        """``(T, 4)``: the means over neighbours, NaN where none is known."""
        columns = self.likeness, self.agreement, np.abs(self.growth), self.presence
        return np.stack([_mean_near(each, reach) for each, reach in zip(columns, _REACH_FRAMES, strict=True)], axis=1)


@dataclass(frozen=True, slots=True)
class DoubtWeights:
    """What was learnt.

    Attributes:
        usual: of each feature, its mean.
        spread: its standard deviation.
        weights: log odds for one spread more.
        base: log odds where everything is usual.
        threshold: probability from which a frame is marked.
    """

    usual: tuple[float, float, float, float]
    spread: tuple[float, float, float, float]
    weights: tuple[float, float, float, float]
    base: float
    threshold: float

    def standardised(self, features: Series) -> Series:
        """``(T, 4)`` features in spreads from the usual; 0 where one is not known."""
        return standardised(features, np.array(self.usual), np.array(self.spread))

    def probabilities(self, features: Series) -> Series:
        """``(T,)``: how likely each mask is wrong (J below 0.6), 0 to 1."""
        odds = self.standardised(features) @ np.array(self.weights) + self.base
        return np.asarray(1 / (1 + np.exp(-odds)))


def standardised(features: Series, usual: Series, spread: Series) -> Series:
    """Features ``(T, N)`` in spreads from the usual, at most 4 of them; 0 where one is not known."""
    return np.asarray(np.nan_to_num(np.clip((features - usual) / spread, -_LARGEST, _LARGEST), nan=0.0))


LEARNT = DoubtWeights(
    usual=(0.9205, 0.7067, 0.3506, 0.992),
    spread=(0.0717, 0.1158, 0.3559, 0.0334),
    weights=(-0.6004, -1.2294, 0.4728, 0.0),
    base=-1.6221,
    threshold=0.3299,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is made of a walk's signs.

    Attributes:
        probabilities: ``(T,)`` how likely each mask is wrong, 0 to 1.
        marked: ``(T,)`` bool, whether it is to be looked at; in stretches.
        causes: which of ``NAMES`` speaks most against each.
    """

    probabilities: Series
    marked: NDArray[np.bool_]
    causes: tuple[str, ...]


def judge(signs: WalkSigns, learnt: DoubtWeights = LEARNT) -> Judgement:
    """Which masks of a walk are doubtful, and why."""
    features = signs.features()
    probabilities = learnt.probabilities(features)
    against = learnt.standardised(features) * np.array(learnt.weights)
    causes = tuple(NAMES[cause] for cause in against.argmax(axis=1))
    return Judgement(probabilities, in_stretches(probabilities >= learnt.threshold), causes)


def in_stretches(doubtful: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Marks ``(T,)`` without short gaps and, unless all of them are one, without short stretches."""
    marks = doubtful.copy()
    for value, longest in ((False, _CLOSED_FRAMES), (True, _SHORTEST_FRAMES - 1)):
        for first, end in _runs(marks == value):
            inside, whole = first > 0 and end < len(marks), end - first == len(marks)
            if end - first <= longest and (not whole if value else inside):
                marks[first:end] = not value
    return marks


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First place and end (exclusive) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _mean_near(values: Series, reach: int) -> Series:
    """``(T,)``: the mean of what is known up to ``reach`` places away; NaN where nothing is."""
    known = np.isfinite(values)
    sums = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    counts = np.concatenate(([0], np.cumsum(known)))
    places = np.arange(len(values))
    first, end = np.maximum(0, places - reach), np.minimum(len(values), places + reach + 1)
    count = counts[end] - counts[first]
    return np.asarray(np.where(count > 0, (sums[end] - sums[first]) / np.maximum(count, 1), np.nan))
