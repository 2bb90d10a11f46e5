"""An object's mask from a box round it, without weights: GrabCut (Rother et al. 2004), checked for collapse."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BoolMask = NDArray[np.bool_]

_WORKING_LONG_SIDE_PX = 240
_MARGIN_SHARE = 0.6
_SMALLEST_MARGIN_PX = 16
_ITERATIONS = 6
_SHARE_LIMITS = (0.12, 0.97)
"""A result that fills less or more of its box than this is taken for a collapse."""
_SMALLEST_BOX_SIDE_PX = 4
_SMALLEST_SPAN = 0.5
"""The shape has to reach over this share of the box's width or height (the user drew it round something)."""


def segment_box(view: NDArray[np.uint8], box_xywh: tuple[int, int, int, int]) -> BoolMask:
    """The object in a box.

    Args:
        view: ``(H, W, 3)`` uint8 RGB.
        box_xywh: left, top, width, height in pixels; the part inside the picture counts.

    Returns:
        ``(H, W)`` bool, inside the box. Where the colours do not tell the object from its surroundings it is the
        ellipse in the box, so it is never empty for a box that meets the picture.

    Raises:
        ValueError: the box does not meet the picture.
    """
    height, width = view.shape[:2]
    x, y, box_width, box_height = box_xywh
    left, top = max(0, x), max(0, y)
    right, bottom = min(width, x + box_width), min(height, y + box_height)
    if right <= left or bottom <= top:
        raise ValueError(f"the box {box_xywh} lies outside the {width}x{height} picture")
    mask = np.zeros((height, width), np.bool_)
    if min(right - left, bottom - top) < _SMALLEST_BOX_SIDE_PX:
        mask[top:bottom, left:right] = True
        return mask
    margin_x = max(_SMALLEST_MARGIN_PX, round((right - left) * _MARGIN_SHARE))
    margin_y = max(_SMALLEST_MARGIN_PX, round((bottom - top) * _MARGIN_SHARE))
    crop = (
        slice(max(0, top - margin_y), min(height, bottom + margin_y)),
        slice(max(0, left - margin_x), min(width, right + margin_x)),
    )
    inner = (slice(top - crop[0].start, bottom - crop[0].start), slice(left - crop[1].start, right - crop[1].start))
    found = _segmented(view[crop], inner)
    mask[crop] = _ellipse(found.shape, inner) if _collapsed(found, inner) else found
    return mask


def _segmented(crop: NDArray[np.uint8], inner: tuple[slice, slice]) -> BoolMask:
    """GrabCut at the working size, back at the crop's size; True only inside ``inner``."""
    rows, columns = crop.shape[:2]
    scale = min(1.0, _WORKING_LONG_SIDE_PX / max(rows, columns))
    size = (max(8, round(columns * scale)), max(8, round(rows * scale)))
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA) if size != (columns, rows) else crop
    scale_x, scale_y = size[0] / columns, size[1] / rows
    left, right = round(inner[1].start * scale_x), max(round(inner[1].stop * scale_x), 1)
    top, bottom = round(inner[0].start * scale_y), max(round(inner[0].stop * scale_y), 1)
    trimap = np.full(small.shape[:2], cv2.GC_BGD, np.uint8)
    trimap[top:bottom, left:right] = cv2.GC_PR_FGD
    if (trimap == cv2.GC_BGD).sum() < 16:  # the box fills the picture: its rim stands for the surroundings
        trimap[[0, -1], :] = trimap[:, [0, -1]] = cv2.GC_BGD
    cv2.setRNGSeed(1)  # GrabCut's clustering starts at random
    rect, models = (0, 0, 1, 1), (np.zeros((1, 65)), np.zeros((1, 65)))
    cv2.grabCut(np.ascontiguousarray(small), trimap, rect, *models, _ITERATIONS, cv2.GC_INIT_WITH_MASK)
    soft = np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    found = np.asarray(cv2.resize(soft, (columns, rows), interpolation=cv2.INTER_LINEAR) > 0.5)
    inside = np.zeros_like(found)
    inside[inner] = found[inner]
    return _main_pieces(inside)


def _main_pieces(mask: BoolMask) -> BoolMask:
    """The mask without pieces smaller than a tenth of the largest, its enclosed gaps closed."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    if count <= 1:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    return np.asarray((areas >= 0.1 * areas.max())[labels])


def _collapsed(mask: BoolMask, inner: tuple[slice, slice]) -> bool:
    """Whether the mask is too little, too much, or in one corner of its box."""
    part = mask[inner]
    share = part.mean()
    if not _SHARE_LIMITS[0] <= share <= _SHARE_LIMITS[1]:
        return True
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    spans = (np.ptp(rows) + 1) / part.shape[0], (np.ptp(columns) + 1) / part.shape[1]
    return bool(min(spans) < _SMALLEST_SPAN)


def _ellipse(shape: tuple[int, ...], inner: tuple[slice, slice]) -> BoolMask:
    """The ellipse that touches the box's four sides."""
    rows = np.arange(shape[0])[:, None] + 0.5
    columns = np.arange(shape[1])[None, :] + 0.5
    middle_y, middle_x = (inner[0].start + inner[0].stop) / 2, (inner[1].start + inner[1].stop) / 2
    half_y, half_x = (inner[0].stop - inner[0].start) / 2, (inner[1].stop - inner[1].start) / 2
    return np.asarray(((rows - middle_y) / half_y) ** 2 + ((columns - middle_x) / half_x) ** 2 <= 1.0)
