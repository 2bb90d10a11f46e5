"""Fits a fill's colour to what surrounds it: a smooth correction that never accumulates.

Sources were shot under other light, and a guess made once grows stale: the jump across the border of a region is read
on both sides of it, continued over the region (a membrane) and added to the colours shown. It is never fed back into
the sources.

A jump may also be the scene's own texture. Where a fill's source shows the border's far side as well, the difference
there tells: only as much of the jump as both agree on is taken for light. (Measured on five tuning composites: PSNR
+0.5 dB in the mean, +1.1 on still scenes; flicker lower; a perfect fill of a still scene stays perfect.)
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.channels import only
from models.propagation.picture import BoolMask
from models.propagation.pullpush import continued_from
from models.propagation.source_map import Window, window_of

Values = NDArray[np.float32]

_SMOOTH_PX = 1.0
"""Colours are averaged over about this many pixels on either side of a border, and along it."""
_TEXTURE_PX = 4.0
"""The same where it is asked whether a guess goes with its surroundings: two textures that do differ in every pixel."""
_RIM_PX = 2.0
"""The same for the rim's differences."""
_CELL_PX = 16
_LEAST_RIM = 0.02
"""Share of such a neighbourhood that must be known."""


@dataclass(frozen=True, slots=True)
class Rim:
    """The surroundings of a region as its sources show them.

    Attributes:
        difference: ``(h, w, C)`` float32, what surrounds the region minus what the sources show there.
        known: ``(h, w)`` bool, where the sources show it.
        sourced: ``(h, w)`` bool, where the region itself comes from such a source, not from a guess.
    """

    difference: Values
    known: BoolMask
    sourced: BoolMask


def membrane(
    values: Values,
    region: BoolMask,
    outside: BoolMask,
    *,
    limit: float,
    rim: Rim | None = None,
) -> Values:
    """The correction of a region.

    Args:
        values: ``(h, w, C)`` float32, planes of one grid: the fill inside the region, what surrounds it outside.
        region: ``(h, w)`` bool, what is to be fitted.
        outside: ``(h, w)`` bool, pixels that it is to be fitted to.
        limit: largest jump; beyond it is other content, not other light.
        rim: what the fill's sources show on the border's far side, if they do.

    Returns:
        ``(h, w, C)`` float32 to be added in the region; zero elsewhere.
    """
    border = _Border.between(region, outside)
    if border.empty:
        return np.zeros_like(values)
    jump = np.clip(border.mean(values, outside) - border.mean(values, region), -limit, limit)
    if rim is not None:
        jump = np.where(rim.sourced[border.places][:, None], _agreed(border, jump, rim, limit), jump)
    return only(continued_from(border.places, jump, region.shape), region)


def _agreed(border: _Border, jump: Values, rim: Rim, limit: float) -> Values:
    """The part of a jump that the difference beside it confirms; all of it where no difference is known near."""
    weight = border.blurred(None, rim.known, _RIM_PX)
    mean = border.blurred(np.clip(rim.difference, -limit, limit), rim.known, _RIM_PX) / np.maximum(weight, 1e-6)
    smaller = np.where(jump * mean > 0, np.copysign(np.minimum(np.abs(jump), np.abs(mean)), jump), np.float32(0))
    return np.where(weight > _LEAST_RIM, smaller, jump)


def refreshed(values: Values, region: BoolMask, outside: BoolMask, *, stale: float) -> Values:
    """A guessed region made to go with what has come to surround it.

    Args:
        values: ``(h, w, C)`` float32, planes of one grid: the guess inside the region, what surrounds it outside.
        region: ``(h, w)`` bool, the guess.
        outside: ``(h, w)`` bool, pixels that it is to be fitted to.
        stale: the jump at which half of the guess's own texture has faded: its surroundings are no longer those it
            was made from.

    Returns:
        ``(h, w, C)`` float32: ``values`` with the region's colours moved by the jump at its border, and faded towards
        a smooth continuation of its surroundings where the jump is large.
    """
    border = _Border.between(region, outside)
    if border.empty:
        return values
    outer, inner = border.sides(values, region, outside)
    beside = [border.mean(values, outside), border.mean(values, region), np.abs(outer - inner)]
    count, window = values.shape[2], _aligned(window_of(region), region.shape)
    part, places = window.slices, (border.rows - window.top, border.columns - window.left)
    inside = np.flatnonzero(region[part])
    spread = continued_from(places, np.concatenate(beside, 1), (window.height, window.width))
    around, own, jump = np.split(spread.reshape(-1, 3 * count)[inside], 3, axis=1)
    fresh = values.copy()
    guess = values[part].reshape(-1, count)
    guess[inside] = around + (guess[inside] - own) / (1 + (jump / stale) ** 2)
    fresh[part] = guess.reshape(window.height, window.width, count)
    return fresh


def _aligned(window: Window, shape: tuple[int, ...]) -> Window:
    """A window grown to whole cells of a pyramid's first levels: they are then those of the whole array."""
    return window.grown(0, shape[0], shape[1], _CELL_PX)


def mismatch(values: Values, region: BoolMask, outside: BoolMask) -> float:
    """How far a guessed region is off from what surrounds it, in the mean along their border.

    Args:
        values: ``(h, w, C)`` float32, the guess inside the region, what surrounds it outside.
        region: ``(h, w)`` bool, the guess.
        outside: ``(h, w)`` bool, what it should go with.

    Returns:
        The mean difference, 0 without a border.
    """
    border = _Border.between(region, outside)
    if border.empty:
        return 0.0
    outer, inner = border.sides(values, region, outside)
    return float(np.abs(outer - inner).mean())


@dataclass(frozen=True, slots=True)
class _Border:
    """A region's pixels beside what surrounds it, and means of what lies round them.

    Only there is anything asked: a blur of the whole picture would take many times as long.

    Attributes:
        rows, columns: ``(N,)``, where they are.
        height: of the picture.
        width: of it.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    height: int
    width: int

    @staticmethod
    def between(region: BoolMask, outside: BoolMask) -> _Border:
        """The pixels of a region ``(h, w)`` bool that touch the ``outside``, across corners too."""
        touched = cv2.dilate(outside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        height, width = region.shape
        return _Border(*np.divmod(np.flatnonzero(region & touched), width), height, width)

    @property
    def empty(self) -> bool:
        """Whether there is none."""
        return not len(self.rows)

    @property
    def places(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns."""
        return self.rows, self.columns

    def sides(self, values: Values, region: BoolMask, outside: BoolMask) -> tuple[Values, Values]:
        """Mean colours of the surroundings and of a guess, its texture averaged out: ``(N, C)`` each."""
        return self.mean(values, outside, _TEXTURE_PX), self.mean(values, region, _TEXTURE_PX)

    def mean(self, values: Values, side: BoolMask, sigma_px: float = _SMOOTH_PX) -> Values:
        """Mean ``(N, C)`` of the pixels of one side ``(h, w)`` bool round each."""
        weight = self.blurred(None, side, sigma_px)
        return np.asarray(self.blurred(values, side, sigma_px) / np.maximum(weight, 1e-6), np.float32)

    def blurred(self, values: Values | None, where: BoolMask, sigma_px: float) -> Values:
        """Gaussian mean ``(N, C)`` of ``(h, w, C)`` with zeros elsewhere than ``where``; of ones if there are none."""
        size = round(8 * sigma_px + 1) | 1  # as OpenCV chooses it
        reach = size // 2
        top, left = max(0, int(self.rows.min()) - reach), max(0, int(self.columns.min()) - reach)
        part = slice(top, int(self.rows.max()) + reach + 1), slice(left, int(self.columns.max()) + reach + 1)
        shown = where[part].astype(np.float32) if values is None else only(values[part], where[part])
        across = np.asarray(cv2.GaussianBlur(shown, (size, 1), sigma_px, sigmaY=sigma_px), np.float32)
        width = across.shape[1]
        flat = self.rows + np.arange(-reach, reach + 1)[:, None]
        if flat[0].min() < 0 or flat[-1].max() >= self.height:
            flat = _reflected(flat, self.height)
        flat = (flat - top) * width + (self.columns - left)
        taps = across.reshape(across.shape[0] * width, -1).take(flat, axis=0)
        taps *= cv2.getGaussianKernel(size, sigma_px, cv2.CV_32F)[:, :, None]
        return np.asarray(taps.sum(0), np.float32)


def _reflected(rows: NDArray[np.intp], height: int) -> NDArray[np.intp]:
    """Rows beyond the picture's edges mirrored at the outermost ones, as OpenCV does it."""
    period = max(1, 2 * (height - 1))
    rows = rows % period
    return np.minimum(rows, period - rows)
