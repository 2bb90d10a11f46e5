"""How well a score tells wrong things from right ones, whatever threshold is put on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def area_under_curve(scores: NDArray[np.float64], wrong: NDArray[np.bool_]) -> float:
    """The chance that a wrong thing scores higher than a right one; ties count half, NaN without one of either.

    Args:
        scores: ``(N,)``.
        wrong: ``(N,)``.
    """
    positive, negative = int(wrong.sum()), int((~wrong).sum())
    if not positive or not negative:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]  # ties share the middle of their ranks
    return float((rank[wrong].sum() - positive * (positive + 1) / 2) / (positive * negative))


def threshold_for(scores: NDArray[np.float64], wrong: NDArray[np.bool_], false_share: float) -> float:
    """The score above which a share of the right things lies; of scores ``(N,)``, some of them right."""
    return float(np.quantile(scores[~wrong], 1 - false_share))


def recall_at(scores: NDArray[np.float64], wrong: NDArray[np.bool_], false_share: float) -> float:
    """The share of wrong things that score above what ``threshold_for`` gives; NaN without one of either."""
    if not wrong.any() or wrong.all():
        return float("nan")
    return float((scores[wrong] > threshold_for(scores, wrong, false_share)).mean())
