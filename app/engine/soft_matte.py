"""A mask's soft matte: its border fitted to the picture's edges by a guided filter (He, Sun and Tang 2010).

The matte is a linear function of the picture in every small window, so that its edge lies where the picture's does and
is as wide as the picture's is. Away from the border it is the mask.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.masks import BoolMask, bounding_box

View = NDArray[np.uint8]
FloatMap = NDArray[np.float32]

_REACH_SHARE = 1 / 120
"""Of the picture's height: radius of the filter's window; the matte differs from the mask over twice that."""
_SMALLEST_REACH_PX = 2
_TURNS, _STEEPER = 3, np.float32(2)
"""The filter is used so many times, its answer made steeper in between: an edge that is two pixels off then moves the
whole way (a third of the error of one turn, on discs with noise)."""
_FLAT = np.float32(1e-3)
"""Variance (of colours from 0 to 1) below which a window counts as flat: there the mask is only smoothed."""


def soft_matte(view: View, mask: BoolMask, reach_px: int | None = None) -> View:
    """``(H, W)`` uint8 matte, 255 = the object.

    Args:
        view: ``(H, W, 3)`` uint8 RGB.
        mask: ``(H, W)`` bool.
        reach_px: radius of the filter; None for 1/120 of the picture's height.
    """
    matte = mask.astype(np.uint8) * np.uint8(255)
    box = bounding_box(mask)
    if not box.area_px:
        return matte
    height, width = mask.shape
    reach = max(_SMALLEST_REACH_PX, round(height * _REACH_SHARE)) if reach_px is None else reach_px
    border = 4 * reach
    rows = slice(max(0, box.y - border), min(height, box.bottom + border))
    columns = slice(max(0, box.x - border), min(width, box.right + border))
    guide = view[rows, columns].astype(np.float32) / np.float32(255)
    part = mask[rows, columns]
    fitted = part.astype(np.float32)
    for turn in range(_TURNS):
        if turn:
            fitted = (fitted - np.float32(0.5)) * _STEEPER + np.float32(0.5)
        fitted = np.clip(guided_filter(guide, np.clip(fitted, 0, 1), reach), 0, 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4 * reach + 1, 4 * reach + 1))
    own = part.view(np.uint8)
    # the picture's border is no border of the object
    inner = cv2.erode(own, kernel, borderType=cv2.BORDER_REPLICATE).astype(np.bool_)
    outer = cv2.dilate(own, kernel).astype(np.bool_)
    fitted = np.where(inner, np.float32(1), np.where(outer, fitted, np.float32(0)))
    matte[rows, columns] = np.round(fitted * 255).astype(np.uint8)
    return matte


def guided_filter(guide: FloatMap, source: FloatMap, reach_px: int, flat: np.float32 = _FLAT) -> FloatMap:
    """The colour guided filter.

    Args:
        guide: ``(H, W, 3)``, 0 to 1.
        source: ``(H, W)``.
        reach_px: radius of the window.
        flat: what is added to the variances; the larger, the smoother.

    Returns:
        ``(H, W)``: in every window a linear function of the guide, fitted to the source.
    """
    size = (2 * reach_px + 1, 2 * reach_px + 1)

    def mean(values: FloatMap) -> FloatMap:
        return np.asarray(cv2.blur(values, size, borderType=cv2.BORDER_REFLECT_101), np.float32)

    middle, level = mean(guide), mean(source)
    spread = np.empty((*source.shape, 3, 3), np.float32)
    for row in range(3):
        for column in range(row, 3):
            shared = mean(guide[..., row] * guide[..., column]) - middle[..., row] * middle[..., column]
            spread[..., row, column] = spread[..., column, row] = shared
        spread[..., row, row] += flat
    together = mean(guide * source[..., None]) - middle * level[..., None]
    slope = np.linalg.solve(spread, together[..., None])[..., 0].astype(np.float32)
    offset = level - (slope * middle).sum(axis=2)
    return np.asarray((mean(slope) * guide).sum(axis=2) + mean(offset), np.float32)
