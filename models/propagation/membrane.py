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

from models.propagation.channels import for_each, only
from models.propagation.picture import BoolMask
from models.propagation.pullpush import pull_push

Values = NDArray[np.float32]

_SMOOTH_PX = 1.0
"""Colours are averaged over about this many pixels on either side of a border, and along it."""
_TEXTURE_PX = 4.0
"""The same where it is asked whether a guess goes with its surroundings: two textures that do differ in every pixel."""
_RIM_PX = 2.0
"""The same for the rim's differences."""
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
    border = _border(region, outside)
    if not border.any():
        return np.zeros_like(values)
    jump = np.clip(_side_mean(values, outside) - _side_mean(values, region), -limit, limit)
    if rim is not None:
        jump = np.where(rim.sourced[..., None], _agreed(jump, rim, limit), jump)
    correction = pull_push(jump, border.astype(np.float32))
    return only(correction, region)


def _agreed(jump: Values, rim: Rim, limit: float) -> Values:
    """The part of a jump that the difference beside it confirms; all of it where no difference is known near."""
    weight = cv2.GaussianBlur(rim.known.astype(np.float32), (0, 0), _RIM_PX)[..., None]
    mean = _blurred(np.clip(rim.difference, -limit, limit), rim.known, _RIM_PX) / np.maximum(weight, 1e-6)
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
    border = _border(region, outside)
    if not border.any():
        return values
    outer, inner = _sides(values, region, outside)
    beside = [_side_mean(values, outside), _side_mean(values, region), np.abs(outer - inner)]
    count, spread = values.shape[2], pull_push(np.concatenate(beside, -1), border.astype(np.float32))
    around, own, jump = spread[..., :count], spread[..., count : 2 * count], spread[..., 2 * count :]
    fresh = around + (values - own) / (1 + (jump / stale) ** 2)
    return np.where(region[..., None], fresh, values)


def mismatch(values: Values, region: BoolMask, outside: BoolMask) -> float:
    """How far a guessed region is off from what surrounds it, in the mean along their border.

    Args:
        values: ``(h, w, C)`` float32, the guess inside the region, what surrounds it outside.
        region: ``(h, w)`` bool, the guess.
        outside: ``(h, w)`` bool, what it should go with.

    Returns:
        The mean difference, 0 without a border.
    """
    border = _border(region, outside)
    if not border.any():
        return 0.0
    outer, inner = _sides(values, region, outside)
    return float(np.abs(outer - inner)[border].mean())


def _border(region: BoolMask, outside: BoolMask) -> BoolMask:
    """The region's pixels beside the outside."""
    return np.asarray(region & (cv2.dilate(outside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0))


def _sides(values: Values, region: BoolMask, outside: BoolMask) -> tuple[Values, Values]:
    """Mean colours of the surroundings and of a guess round every pixel, its texture averaged out."""
    return _side_mean(values, outside, _TEXTURE_PX), _side_mean(values, region, _TEXTURE_PX)


def _side_mean(values: Values, side: BoolMask, sigma_px: float = _SMOOTH_PX) -> Values:
    """Mean of the pixels of one side round every pixel."""
    weight = np.asarray(cv2.GaussianBlur(side.astype(np.float32), (0, 0), sigma_px), np.float32)
    mean = _blurred(values, side, sigma_px)
    mean /= for_each(np.maximum(weight, 1e-6), values.shape[2])
    return mean


def _blurred(values: Values, where: BoolMask, sigma_px: float) -> Values:
    """Gaussian mean of ``(h, w, C)`` with zeros elsewhere than ``where``."""
    return np.asarray(cv2.GaussianBlur(only(values, where), (0, 0), sigma_px), np.float32).reshape(values.shape)
