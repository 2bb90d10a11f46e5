"""Means over composites with their uncertainty, and the yardsticks that the engine is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 4000
SEED = 1
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Summary:
    """A mean over composites.

    Attributes:
        mean: arithmetic, or geometric for ratios.
        low, high: 95 % interval of the mean, by resampling composites (percentile bootstrap, fixed seed).
        worst: the worst composite's value.
        worst_name: that composite.
    """

    mean: float
    low: float
    high: float
    worst: float
    worst_name: str


def summarize(
    values: Sequence[float], names: Sequence[str], *, higher_is_better: bool, ratio: bool = False
) -> Summary | None:
    """Summarises one number per composite; NaN is left out, None if nothing is left.

    Args:
        values: one for each composite.
        names: of the composites.
        higher_is_better: which end is the worst.
        ratio: whether the values are ratios (averaged geometrically).
    """
    kept = [(value, name) for value, name in zip(values, names, strict=True) if np.isfinite(value)]
    if not kept:
        return None
    worst, worst_name = min(kept) if higher_is_better else max(kept)
    numbers = np.array([value for value, _ in kept], np.float64)
    scale = np.log(np.maximum(numbers, 1e-9)) if ratio else numbers
    means = _resampled(scale).mean(axis=1)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    figures = [float(scale.mean()), float(low), float(high)]
    mean, low, high = np.exp(figures) if ratio else figures
    return Summary(float(mean), float(low), float(high), worst, worst_name)


def ratio_of_means(values: Sequence[float], references: Sequence[float]) -> tuple[float, float, float]:
    """Mean of ``values`` over mean of ``references`` on the same composites, with its 95 % interval (paired)."""
    pairs = np.stack([np.asarray(values, np.float64), np.asarray(references, np.float64)], axis=1)
    means = _resampled(pairs).mean(axis=1)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(means[:, 0] / means[:, 1], [tail, 1 - tail])
    return float(pairs[:, 0].mean() / pairs[:, 1].mean()), float(low), float(high)


def _resampled(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """``(RESAMPLES, N, ...)``: the rows of ``numbers`` drawn with replacement."""
    rng = np.random.default_rng(SEED)
    return np.asarray(numbers[rng.integers(len(numbers), size=(RESAMPLES, len(numbers)))], np.float64)
