"""Smooth interpolation of scattered values: the pull-push pyramid.

The paper's "simple bilinear interpolation" of the hole's flow (VORNet section 3.1) and the colour membrane both need
a field that is given on some pixels to be continued smoothly over the rest; a pyramid does it in time linear in the
pixels, whatever the size of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.channels import for_each

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
    steps, trust = _pulled(weight)
    filled = [_continued(part, weight, steps, trust) for part in _in_parts(values)]
    return filled[0] if len(filled) == 1 else np.concatenate(filled, axis=2)


def _in_parts(values: Field) -> list[Field]:
    """Halved along the channels until OpenCV can take them."""
    if values.shape[2] <= _MOST_CHANNELS:
        return [values]
    return [part for half in np.array_split(values, 2, axis=2) for part in _in_parts(half)]


@dataclass(frozen=True, slots=True)
class _Step:
    """From one level of the pyramid to the next coarser one.

    Attributes:
        missing: ``(h, w)`` of the finer level: what is to come from the coarser one.
        scale: ``(h', w')`` of the coarser one: what the mean of a parent's children is multiplied with.
    """

    missing: Field
    scale: Field


def _pulled(weight: Field) -> tuple[list[_Step], Field]:
    """The way to the coarsest level, from the finest on, and how far that one is to be trusted."""
    steps: list[_Step] = []
    trust = weight
    while min(trust.shape) > 1 and not bool((trust >= 1).all()):
        size = ((trust.shape[1] + 1) // 2, (trust.shape[0] + 1) // 2)
        mean = cv2.resize(trust, size, interpolation=cv2.INTER_AREA)
        # A parent of which a quarter is known is fully known: children get its value, not a diluted one.
        known = np.minimum(1.0, mean * 4)
        scale = np.asarray(known / np.maximum(mean, 1e-9), np.float32)
        steps.append(_Step(1 - trust, scale))
        trust = known
    return steps, trust


def _continued(values: Field, weight: Field, steps: list[_Step], trust: Field) -> Field:
    """Up to ``_MOST_CHANNELS`` channels pulled to the coarsest level and pushed back to the finest."""
    count = values.shape[2]
    current = values * for_each(weight, count)
    levels: list[Field] = []
    for step in steps:
        levels.append(current)
        mean = cv2.resize(current, step.scale.shape[::-1], interpolation=cv2.INTER_AREA)
        current = np.asarray(mean.reshape(*step.scale.shape, count), np.float32)
        current *= for_each(step.scale, count)
    means = current / for_each(np.maximum(trust, 1e-9), count)
    filled: Field = np.where(trust[..., None] > 1e-6, means, _weighted_mean(current, trust)).astype(np.float32)
    for current, step in zip(reversed(levels), reversed(steps), strict=True):
        coarse = cv2.resize(filled, step.missing.shape[::-1], interpolation=cv2.INTER_LINEAR)
        filled = np.asarray(coarse.reshape(current.shape), np.float32)
        filled *= for_each(step.missing, count)
        filled += current
    return filled


def _weighted_mean(premultiplied: Field, trust: Field) -> Field:
    total = max(float(trust.sum()), 1e-9)
    return np.asarray(premultiplied.sum((0, 1)) / total, dtype=np.float32)
