"""Smooth interpolation of scattered values: the pull-push pyramid.

The paper's "simple bilinear interpolation" of the hole's flow (VORNet section 3.1) and the colour membrane both need
a field that is given on some pixels to be continued smoothly over the rest; a pyramid does it in time linear in the
pixels, whatever the size of the gap.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

_MOST_CHANNELS = 4
"""OpenCV shrinks no more at once."""


def pull_push(values: Field, weight: Field) -> Field:
    """Continues weighted values smoothly over the whole array.

    Args:
        values: ``(H, W, C)`` or ``(H, W)`` float32; entries of weight 0 are ignored, whatever they hold.
        weight: ``(H, W)`` float32, 0 to 1: how far each value is to be trusted.

    Returns:
        An array like ``values``: the given values where the weight is 1, a smooth continuation where it is 0, all
        zero if every weight is 0.
    """
    if values.ndim == 2:
        return np.asarray(pull_push(values[..., None], weight)[..., 0])
    if values.shape[2] > _MOST_CHANNELS:
        halves = np.array_split(values, 2, axis=2)
        return np.concatenate([pull_push(half, weight) for half in halves], axis=2)
    levels: list[tuple[Field, Field]] = []
    current, trust = values * weight[..., None], weight
    while min(trust.shape) > 1 and not bool((trust >= 1).all()):
        levels.append((current, trust))
        size = ((trust.shape[1] + 1) // 2, (trust.shape[0] + 1) // 2)
        mean = cv2.resize(current, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], -1)
        mean_trust = cv2.resize(trust, size, interpolation=cv2.INTER_AREA)
        # A parent of which a quarter is known is fully known: children get its value, not a diluted one.
        scale = np.minimum(1.0, mean_trust * 4) / np.maximum(mean_trust, 1e-9)
        current, trust = (mean * scale[..., None]).astype(np.float32), np.minimum(1.0, mean_trust * 4)
    means = current / np.maximum(trust, 1e-9)[..., None]
    filled: Field = np.where(trust[..., None] > 1e-6, means, _weighted_mean(current, trust)).astype(np.float32)
    for current, trust in reversed(levels):
        coarse = cv2.resize(filled, (trust.shape[1], trust.shape[0]), interpolation=cv2.INTER_LINEAR)
        blended = current + (1 - trust)[..., None] * coarse.reshape(*trust.shape, -1)
        filled = np.asarray(blended, dtype=np.float32)
    return filled


def _weighted_mean(premultiplied: Field, trust: Field) -> Field:
    total = max(float(trust.sum()), 1e-9)
    return np.asarray(premultiplied.sum((0, 1)) / total, dtype=np.float32)
