"""Fits a fill's colour to what surrounds it: a smooth correction that never accumulates.

Sources were shot under other light, and a guess made once grows stale: the jump across the border of a region is read
on both sides of it, continued over the region (a membrane) and added to the colours shown. It is never fed back into
the sources.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import BoolMask
from models.propagation.pullpush import pull_push

Values = NDArray[np.float32]

_SMOOTH_PX = 1.0
"""Colours are averaged over about this many pixels on either side of a border, and along it."""


def membrane(values: Values, region: BoolMask, outside: BoolMask, *, limit: float) -> Values:
    """The correction of a region.

    Args:
        values: ``(h, w)`` float32, one plane: the fill inside the region, what surrounds it outside.
        region: ``(h, w)`` bool, what is to be fitted.
        outside: ``(h, w)`` bool, pixels that it is to be fitted to.
        limit: largest jump; beyond it is other content, not other light.

    Returns:
        ``(h, w)`` float32 to be added in the region; zero elsewhere.
    """
    inner, outer = _side_mean(values, region), _side_mean(values, outside)
    border = region & cv2.dilate(outside.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    if not border.any():
        return np.zeros_like(values)
    jump = np.clip(outer - inner, -limit, limit)
    return pull_push(jump, border.astype(np.float32)) * region


def refreshed(values: Values, region: BoolMask, outside: BoolMask, *, stale: float) -> Values:
    """A guessed region made to go with what has come to surround it.

    Args:
        values: ``(h, w)`` float32, one plane: the guess inside the region, what surrounds it outside.
        region: ``(h, w)`` bool, the guess.
        outside: ``(h, w)`` bool, pixels that it is to be fitted to.
        stale: the jump at which half of the guess's own texture has faded: its surroundings are no longer those it
            was made from.

    Returns:
        ``(h, w)`` float32: ``values`` with the region's colours moved by the jump at its border, and faded towards a
        smooth continuation of its surroundings where the jump is large.
    """
    inner, outer = _side_mean(values, region), _side_mean(values, outside)
    border = region & cv2.dilate(outside.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    if not border.any():
        return values
    both = pull_push(np.stack([inner, outer, np.abs(outer - inner)], -1), border.astype(np.float32))
    own, around, jump = both[..., 0], both[..., 1], both[..., 2]
    texture = (values - own) / (1 + (jump / stale) ** 2)
    return np.where(region, around + texture, values).astype(np.float32)


def _side_mean(values: Values, side: BoolMask) -> Values:
    """Mean of the pixels of one side round every pixel."""
    weight = cv2.GaussianBlur(side.astype(np.float32), (0, 0), _SMOOTH_PX)
    mean = cv2.GaussianBlur(values * side, (0, 0), _SMOOTH_PX)
    return np.asarray(mean / np.maximum(weight, 1e-6), dtype=np.float32)
