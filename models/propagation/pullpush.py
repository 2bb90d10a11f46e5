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
Indices = NDArray[np.intp]

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
    filled = [_continued(part * for_each(weight, part.shape[2]), steps, trust) for part in _in_parts(values)]
    return filled[0] if len(filled) == 1 else np.concatenate(filled, axis=2)


def continued_from(places: tuple[Indices, Indices], values: Field, shape: tuple[int, int]) -> Field:
    """As ``pull_push`` of values that are given at a few places only, with a weight of 1; the same numbers, sooner.

    Args:
        places: rows and columns, ``(N,)`` each, no place twice.
        values: ``(N, C)`` float32.
        shape: rows and columns of the whole array.

    Returns:
        ``(*shape, C)`` float32.
    """
    weight = np.zeros(shape, np.float32)
    weight[places] = 1
    steps, trust = _pulled(weight)
    filled = [_continued_from(places, part[0], shape, steps, trust) for part in _in_parts(values[None])]
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
        trust: ``(h, w)`` of the finer level: how much of it need not come from the coarser one.
        scale: ``(h', w')`` of the coarser one: what the mean of a parent's children is multiplied with.
    """

    trust: Field
    scale: Field


def _pulled(weight: Field) -> tuple[list[_Step], Field]:
    """The way to the coarsest level, from the finest on, and how far that one is to be trusted."""
    steps: list[_Step] = []
    trust = weight
    while min(trust.shape) > 1 and not bool((trust >= 1).all()):
        size = ((trust.shape[1] + 1) // 2, (trust.shape[0] + 1) // 2)
        mean = np.asarray(cv2.resize(trust, size, interpolation=cv2.INTER_AREA), np.float32)
        # A parent of which a quarter is known is fully known: children get its value, not a diluted one.
        known = mean * np.float32(4)
        np.minimum(known, np.float32(1), out=known)
        scale = np.asarray(known / np.maximum(mean, np.float32(1e-9)), np.float32)
        steps.append(_Step(trust, scale))
        trust = known
    return steps, trust


def _continued(current: Field, steps: list[_Step], trust: Field) -> Field:
    """Up to ``_MOST_CHANNELS`` channels, multiplied by their weight, pulled to the coarsest level and pushed back."""
    count = current.shape[2]
    levels: list[Field] = []
    for step in steps:
        levels.append(current)
        current = _halved(current, step)
    means = current / for_each(np.maximum(trust, 1e-9), count)
    filled: Field = np.where(trust[..., None] > 1e-6, means, _weighted_mean(current, trust)).astype(np.float32)
    for current, step in zip(reversed(levels), reversed(steps), strict=True):
        filled = _enlarged(filled, current.shape)
        filled *= for_each(1 - step.trust, count)
        filled += current
    return filled


def _continued_from(
    places: tuple[Indices, Indices], values: Field, shape: tuple[int, int], steps: list[_Step], trust: Field
) -> Field:
    """As ``_continued`` of values ``(N, C)`` at a few places, without arithmetic on the finest level's many others."""
    finest = np.zeros((*shape, values.shape[1]), np.float32)
    finest[places] = values
    if not steps:
        return _continued(finest, steps, trust)
    filled = _enlarged(_continued(_halved(finest, steps[0]), steps[1:], trust), finest.shape)
    filled[places] = values
    return filled


def _halved(current: Field, step: _Step) -> Field:
    """The next coarser level."""
    mean = cv2.resize(current, step.scale.shape[::-1], interpolation=cv2.INTER_AREA)
    coarse = np.asarray(mean.reshape(*step.scale.shape, current.shape[2]), np.float32)
    coarse *= for_each(step.scale, current.shape[2])
    return coarse


def _enlarged(coarse: Field, shape: tuple[int, ...]) -> Field:
    """A level at the size of the next finer one, ``shape`` (h, w, C)."""
    large = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large.reshape(shape), np.float32)


def _weighted_mean(premultiplied: Field, trust: Field) -> Field:
    total = max(float(trust.sum()), 1e-9)
    return np.asarray(premultiplied.sum((0, 1)) / total, dtype=np.float32)
