"""Selecting by colour: flood fill from a click, and GrabCut that pulls a rough mask to the object's edge.

Both look at the picture round what they change, so they take milliseconds to tenths of a second; call them from a job.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import BoolMask, MaskBlob, drop_dots, fill_holes, grow, shrink
from app.core.raster import combined
from app.core.shapes import Combine

View = NDArray[np.uint8]

_GRABCUT_ROUNDS = 4
_LARGEST_SIDE_PX = 640
"""GrabCut runs on at most so large a crop; larger ones are shrunk, and only the border band is decided there."""


def flood(
    view: View,
    seed: tuple[int, int],
    tolerance: int,
    *,
    base: MaskBlob | None = None,
    combine: Combine = Combine.ADD,
) -> MaskBlob:
    """The connected region of pixels whose colour is like that of the seed, added to a mask or taken away.

    Args:
        view: ``(H, W, 3)`` uint8.
        seed: column and row of the click.
        tolerance: largest difference of a channel from the seed's, 0 to 255.
        base: the mask before.
        combine: what to do with the region.

    Raises:
        ValueError: the seed lies outside the picture.
    """
    import cv2

    height, width = view.shape[:2]
    if not (0 <= seed[0] < width and 0 <= seed[1] < height):
        raise ValueError(f"the seed {seed} lies outside a picture of {width}x{height}")
    found = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
    cv2.floodFill(np.ascontiguousarray(view).copy(), found, seed, 0, (tolerance,) * 3, (tolerance,) * 3, flags)
    region = MaskBlob.from_array(found[1:-1, 1:-1] > 0)
    return combined(base, region, combine)


def grabcut_refine(view: View, mask: MaskBlob, band_px: int) -> MaskBlob:
    """A mask whose border is drawn anew along the picture's edges, within a band on either side of the old one.

    Args:
        view: ``(H, W, 3)`` uint8.
        mask: roughly the object; an empty one stays empty.
        band_px: how far the border may move.

    Returns:
        The refined mask; the old one where it is too thin for the band to tell inside from outside.
    """
    import cv2

    if mask.is_empty or band_px <= 0:
        return mask
    margin = 3 * band_px + 8
    box = mask.bbox
    area = Rect(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin).clipped(
        mask.width, mask.height
    )
    old = mask.to_array()[area.slices()]
    inner, outer = shrink(old, band_px), grow(old, band_px)
    if not inner.any():
        inner = shrink(old, max(band_px // 3, 1))
    if not inner.any() or outer.all():
        return mask
    labels = np.where(old, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[inner] = cv2.GC_FGD
    labels[~outer] = cv2.GC_BGD
    refined = _grabcut(np.ascontiguousarray(view[area.slices()]), labels)
    refined = (refined | inner) & outer
    refined = drop_dots(fill_holes(refined, 4 * band_px), 4 * band_px)
    return MaskBlob.from_crop(refined, area.x, area.y, mask.width, mask.height) if refined.any() else mask


def _grabcut(picture: View, labels: NDArray[np.uint8]) -> BoolMask:
    """GrabCut on a crop, at a bounded size."""
    import cv2

    height, width = labels.shape
    scale = min(1.0, _LARGEST_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    work = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    cv2.setRNGSeed(7)  # its colour models start from k-means
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(
        np.asarray(small, np.uint8), work, (0, 0, 0, 0), background, foreground, _GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK
    )
    inside = ((work == cv2.GC_FGD) | (work == cv2.GC_PR_FGD)).astype(np.float32)
    if scale == 1.0:
        return np.asarray(inside > 0)
    return np.asarray(cv2.resize(inside, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5)
