"""Arithmetic on arrays whose last axis holds a few channels: x and y of flow, samples of planes, red, green and blue.

numpy takes up to ten times as long where its innermost loop is that short. Here the same numbers come, to the bit, a
component at a time or by OpenCV.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]


def meshed(xs: Values, ys: Values) -> Values:
    """``(len(ys), len(xs), 2)`` float32: x and y of every place of a grid given by its columns and rows."""
    grid = np.empty((len(ys), len(xs), 2), np.float32)
    grid[..., 0] = xs
    grid[..., 1] = ys[:, None]
    return grid


def pairwise(operation: np.ufunc, pairs: Values, x: np.float32 | float, y: np.float32 | float) -> Values:
    """``operation(pairs, (x, y))`` of pairs ``(h, w, 2)`` float32."""
    done = np.empty(pairs.shape, np.float32)
    operation(pairs[..., 0], np.float32(x), out=done[..., 0])
    operation(pairs[..., 1], np.float32(y), out=done[..., 1])
    return done


def for_each(plane: Values, count: int) -> Values:
    """``(h, w, count)`` float32, or ``(h, w, 1)``: a plane ``(h, w)`` once for each of so many channels."""
    return plane[..., None] if count == 1 else np.asarray(cv2.merge([plane] * count), np.float32)


def only(values: Values, where: NDArray[np.bool_]) -> Values:
    """A copy of values ``(h, w)`` or ``(h, w, C)`` with zeros elsewhere than ``where`` ``(h, w)``."""
    kept = cv2.copyTo(values, where.view(np.uint8))
    return np.asarray(kept, np.float32).reshape(values.shape)
