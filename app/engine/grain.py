"""Grain: a fill that was guessed, or sampled between pixels, is smoother than the film round it; noise closes the gap.

The source's noise is measured round the hole, where the picture is flattest; the fill's own noise is measured in it.
Only what the fill lacks is added, only inside the hole, with the source's correlation from sample to sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.holes import BoolMask

Values = NDArray[np.float32]

_RING_PX = 24
"""How far round the hole noise is measured."""
_FLATTEST = 0.4
"""Share of the samples, those where the picture changes least, that show noise and not texture."""
_FEWEST_SAMPLES = 64
_TO_DEVIATION = 1.4826
"""From the median of absolute values to the standard deviation of a normal distribution."""
# The second difference across and down, whose answer to white noise of deviation 1 has deviation 6
# (Immerkaer, "Fast noise variance estimation", 1996).
_SECOND_DIFFERENCE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6


@dataclass(frozen=True, slots=True)
class Noise:
    """What noise there is.

    Attributes:
        deviation: standard deviation in levels.
        neighbour: correlation of a sample's noise with its neighbour's, 0 to 0.6.
    """

    deviation: float
    neighbour: float


def grain_for(values: Values, hole: BoolMask, guessed: BoolMask, amount: float, *, seed: tuple[int, int]) -> Values:
    """The noise that a fill lacks.

    Args:
        values: ``(h, w)`` float32, the source with the fill in its hole.
        hole: ``(h, w)`` bool.
        guessed: ``(h, w)`` bool, the part of the hole that was guessed.
        amount: share of what is missing that is added.
        seed: picture and plane: the same ones get the same noise.

    Returns:
        ``(h, w)`` float32 to be added; zero outside the hole.
    """
    kernel = np.ones((2 * _RING_PX + 1,) * 2, np.uint8)
    # Beside the border the second difference mixes both sides.
    beside = cv2.dilate(hole.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    ring = (cv2.dilate(hole.astype(np.uint8), kernel) > 0) & ~beside
    around = measured_noise(values, ring)
    if around is None:
        return np.zeros_like(values)
    inside = cv2.erode(hole.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    deviation = np.zeros_like(values)
    for part in (guessed, hole & ~guessed):
        own = measured_noise(values, part & inside)
        has = 0.0 if own is None else own.deviation
        deviation[part] = amount * np.sqrt(max(around.deviation**2 - has**2, 0.0))
    return correlated_noise(values.shape, around.neighbour, seed) * deviation


def measured_noise(values: Values, where: BoolMask) -> Noise | None:
    """The noise of the flattest samples of a region; None where there are too few."""
    if int(np.count_nonzero(where)) < _FEWEST_SAMPLES:
        return None
    smooth = cv2.GaussianBlur(values, (0, 0), 2.0)
    slope = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    flat = where & (slope <= np.quantile(slope[where], _FLATTEST))
    rough = cv2.filter2D(values, cv2.CV_32F, _SECOND_DIFFERENCE)
    white = _TO_DEVIATION * float(np.median(np.abs(rough[flat])))
    detail = values - smooth
    spread = float(detail[flat].std())
    if spread < 1e-3:
        return Noise(0.0, 0.0)
    # Noise that is alike from sample to sample shows less in second differences than in all: the ratio tells how much.
    neighbour = _neighbour_of(white / spread)
    return Noise(white / _second_difference_gain(neighbour), neighbour)


def correlated_noise(shape: tuple[int, ...], neighbour: float, seed: tuple[int, int]) -> Values:
    """``(h, w)`` normal noise of deviation 1 in which neighbours, across and down, correlate as given."""
    random = np.random.Generator(np.random.Philox(key=np.array(seed, np.uint64)))
    white = random.standard_normal(shape, np.float32)
    tap = _tap_of(neighbour)
    taps = np.array([tap, 1, tap], np.float32) / np.float32(np.sqrt(1 + 2 * tap * tap))
    return np.asarray(cv2.sepFilter2D(white, cv2.CV_32F, taps, taps, borderType=cv2.BORDER_REFLECT), np.float32)


def _tap_of(neighbour: float) -> float:
    """The outer tap of the kernel (tap, 1, tap) whose output correlates so with its neighbour: 2a / (1 + 2a^2)."""
    if neighbour <= 1e-6:
        return 0.0
    return float((1 - np.sqrt(max(1 - 2 * neighbour**2, 0.0))) / (2 * neighbour))


def _second_difference_gain(neighbour: float) -> float:
    """Deviation of the second difference of noise of deviation 1, relative to that of white noise."""
    tap = _tap_of(neighbour)
    scale = 1 + 2 * tap * tap
    # One dimension: the variance of (1, -2, 1) applied to noise with correlations r1 and r2 is 6 - 8 r1 + 2 r2.
    first, second = 2 * tap / scale, tap * tap / scale
    return float((6 - 8 * first + 2 * second) / 6)


_NEIGHBOURS = np.linspace(0, 0.66, 34)
_GAINS = np.array([_second_difference_gain(float(each)) for each in _NEIGHBOURS])


def _neighbour_of(ratio: float) -> float:
    """The correlation whose second difference keeps this share of the noise's deviation."""
    return float(np.interp(ratio, _GAINS[::-1], _NEIGHBOURS[::-1]))
