"""The pieces of one thing's shape: which are its own, which are crumbs, and which it has left behind."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow

FloatMap = NDArray[np.float32]

_SMALLEST_PIECE = 0.015
_SMALL_PIECE = 0.3
_CLEARLY_MOVING_PX = 0.6
_CLEARLY_OWN = 0.45
"""A crumb so surely before the background and in the object's colours is a part of it that comes to light."""
_TOUCHING_PX = 6.0
_APART_SHARE = 0.08


def main_pieces(shape: FloatMap, motion: Flow, own: FloatMap) -> FloatMap:
    """The shape without crumbs, and without pieces that the object has left behind.

    A piece is a crumb if it is very small beside the largest, unless it lies close to it and is clearly its own: a
    hand that comes out from behind. A piece is left behind if it is small and lies apart from the largest, which moves
    before the background while the piece does not.

    Args:
        shape: ``(h, w)``, 0 to 1.
        motion: ``(h, w, 2)`` motion beyond the camera's.
        own: ``(h, w)`` -1 to 1, how surely a pixel stands before the background; 0 where its colour is not its own.
    """
    inside = (shape > 0.5).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    if count <= 2:
        return shape
    areas = stats[:, cv2.CC_STAT_AREA]
    main = 1 + int(np.argmax(areas[1:]))
    largest = labels == main
    drop = areas < _SMALLEST_PIECE * areas[main]
    ahead = np.median(motion[largest], axis=0)
    speed = float(np.hypot(*ahead))
    away = cv2.distanceTransform((~largest).view(np.uint8), cv2.DIST_L2, 3)
    apart = max(4.0, _APART_SHARE * max(stats[main, cv2.CC_STAT_WIDTH], stats[main, cv2.CC_STAT_HEIGHT]))
    for label in range(1, count):
        piece = labels == label
        gap = float(away[piece].min())
        drop[label] &= gap > _TOUCHING_PX or float(own[piece].mean()) < _CLEARLY_OWN
        if gap > apart and speed > _CLEARLY_MOVING_PX:
            left_behind = float(np.median(motion[piece], axis=0) @ ahead) / speed < 0.3 * speed
            drop[label] |= left_behind and areas[label] < _SMALL_PIECE * areas[main]
    drop[0] = drop[main] = False
    return np.where(drop[labels], np.float32(0), shape)
