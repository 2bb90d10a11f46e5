"""What the benchmark compares: a function from frames and holes to filled frames, and the hole all of them get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Clip = NDArray[np.uint8]
Masks = NDArray[np.bool_]

DILATION_SHARE = 4 / 240  # of the height: 4 pixels at 432x240
MIN_DILATION_PX = 3  # covers the feather of a pasted object at any size


@dataclass(frozen=True, slots=True)
class Filled:
    """A method's answer.

    Attributes:
        frames: ``(T, H, W, 3)`` uint8 RGB; outside the holes they equal the input.
        seen: ``(T, H, W)`` bool, hole pixels whose colour was observed in some frame; None if the method cannot say.
        skipped: frames with a hole that an engine with networks filled without them.
    """

    frames: Clip
    seen: Masks | None = None
    skipped: int = 0


Method = Callable[[Clip, Masks], Filled]


def dilate_holes(masks: Masks) -> Masks:
    """Grows object masks ``(T, H, W)`` into the holes that every method fills (a disc of 4 pixels at 240 rows)."""
    radius = max(round(DILATION_SHARE * masks.shape[1]), MIN_DILATION_PX)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.stack([cv2.dilate(mask.astype(np.uint8), disc) > 0 for mask in masks])


def box_holes(holes: Masks) -> Masks:
    """Each frame's hole ``(T, H, W)`` grown to its box, the case of VORNet's paper."""
    boxes = np.zeros_like(holes)
    for box, hole in zip(boxes, holes, strict=True):
        if hole.any():
            box[hole_window(hole, 0)] = True
    return boxes


def hole_window(hole: NDArray[np.bool_], margin: int) -> tuple[slice, slice]:
    """Rows and columns of a non-empty hole's box, grown by ``margin`` pixels and clipped to the picture."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    top, left = max(int(rows[0]) - margin, 0), max(int(columns[0]) - margin, 0)
    return slice(top, int(rows[-1]) + 1 + margin), slice(left, int(columns[-1]) + 1 + margin)
