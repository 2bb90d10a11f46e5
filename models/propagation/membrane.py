"""Fits the fill's colour to the hole's rim: a smooth correction that vanishes nowhere suddenly and never accumulates.

Sources were shot under other light: the difference between the frame and the fill, read on the rim where both are
known, is continued over the hole (a membrane) and added to the colours shown. It is never fed back into the sources.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import BoolMask
from models.propagation.pullpush import pull_push

_LIMIT = 0.10
"""Differences beyond this share of the sample range are no change of light but other content."""


def membrane(
    frame: NDArray[np.generic], fill: NDArray[np.generic], rim: BoolMask, *, peak: int, smooth_px: float
) -> NDArray[np.float32]:
    """The correction for one plane.

    Args:
        frame: ``(h, w)`` samples of the frame.
        fill: ``(h, w)`` samples of the fill, also valid on the rim.
        rim: ``(h, w)`` bool, background pixels round the hole where both are known.
        peak: largest sample value.
        smooth_px: how far along the rim differences are averaged.

    Returns:
        ``(h, w)`` float32 to be added to the fill.
    """
    if not rim.any():
        return np.zeros(rim.shape, np.float32)
    difference = frame.astype(np.float32) - fill.astype(np.float32)
    limit = _LIMIT * peak
    # A content difference (an edge a pixel off) is large and has both signs: let it count for little.
    trust = rim / (1 + (difference / (0.5 * limit)) ** 2)
    weight = cv2.GaussianBlur(trust.astype(np.float32), (0, 0), smooth_px)
    mean = cv2.GaussianBlur((np.clip(difference, -limit, limit) * trust).astype(np.float32), (0, 0), smooth_px)
    mean /= np.maximum(weight, 1e-6)
    return pull_push(mean, (rim & (weight > 1e-3)).astype(np.float32))
