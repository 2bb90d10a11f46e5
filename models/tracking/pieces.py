"""The pieces of one thing's shape: which are its own, which are crumbs, and which it has left behind."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]

_SMALLEST_PIECE = 0.015
_SMALL_PIECE = 0.3
_CLEARLY_MOVING_PX = 0.6
_CLEARLY_OWN = 0.45
"""A crumb so surely before the background and in the object's colours is a part of it that comes to light."""
_TOUCHING_PX = 6.0
_APART_SHARE = 0.08
_END_IN_FRONT, _END_COLOR = 0.1, 0.2
"""How surely a loose end stands before the background, -1 to 1, and log odds of its colours; at half and at double of
both the share of the objects that holes miss, on six clips, changes by less than a twentieth of itself."""
_END_REACH_SHARE, _END_REACH_PX = 0.3, 8.0
"""How far from the shape it lies at most, by the shape's longer side, and in pixels."""
_END_TOUCHING_PX = 4.0
_END_SHARE, _SMALLEST_END_PX = 0.05, 6
"""Of the shape's area: what is larger is no end of it but something else. (The smoke of tyres comes in smaller pieces,
and is shown.)"""


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


def loose_ends(inside: BoolMask, front: FloatMap, color: FloatMap) -> BoolMask:
    """Limbs, tails and sleeves at a shape that the last picture spoke against, too fast or too thin for the flow.

    They stand before the background, rather in the object's colours, and touch the shape. They are shown with it, but
    not learnt and not carried on: what is taken for one by mistake is gone in the next picture.

    Args:
        inside: ``(h, w)`` the shape.
        front: ``(h, w)`` -1 to 1, how surely a pixel stands before the background.
        color: ``(h, w)`` log odds of its colour.
    """
    ends = np.zeros(inside.shape, np.bool_)
    if not inside.any():
        return ends
    away = cv2.distanceTransform((~inside).view(np.uint8), cv2.DIST_L2, 3)
    reach = max(_END_REACH_PX, _END_REACH_SHARE * max(cv2.boundingRect(inside.view(np.uint8))[2:]))
    likely = (front > _END_IN_FRONT) & (cv2.blur(color, (3, 3)) > _END_COLOR) & ~inside & (away < reach)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    opened = cv2.morphologyEx(likely.view(np.uint8), cv2.MORPH_OPEN, kernel)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    fits = (areas >= _SMALLEST_END_PX) & (areas <= _END_SHARE * np.count_nonzero(inside))
    fits[0] = False
    near = np.unique(labels[away <= _END_TOUCHING_PX])
    touches = np.zeros(count, np.bool_)
    touches[near] = True
    return np.asarray((fits & touches)[labels])
