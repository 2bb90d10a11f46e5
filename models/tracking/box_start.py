"""An object's mask from a box round it and the pictures beside: what stands out from the background there is it.

Two answers that know nothing of each other, GrabCut's (colours in the box against those round it) and the vote on the
background (what moves before it), are added up as evidence; where one of them fails, the other corrects it.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.flow.protocol import FlowEstimator
from models.tracking.appearance import ColorModel
from models.tracking.consensus import Beside, background_votes, zone
from models.tracking.cut import contrast_weights, cut
from models.tracking.grabcut import segment_box

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]

_WORKING_LONG_SIDE_PX = 480
_ROUNDS = 6
_AROUND_PX = 20
_SMALLEST_FRONT_SHARE = 0.12
"""Of the box: with less than this standing out from the background, colours have to do alone."""
_GRABCUT, _COLOR, _FRONT, _BEHIND, _SMOOTHNESS = 0.8, 0.7, 2.5, 1.5, 1.5
"""What each kind of evidence counts, in log odds; J changes by less than 0.01 if one of them is a third larger."""
_LARGEST_GAP = 0.15
"""Share of the object's area up to which an enclosed gap is taken for its own."""


def segment_moving_box(
    view: NDArray[np.uint8],
    box_xywh: tuple[int, int, int, int],
    others: Sequence[NDArray[np.uint8]],
    flow: FlowEstimator | None = None,
) -> BoolMask:
    """The object in a box, from colours and from what stands out from the background.

    Args:
        view: ``(H, W, 3)`` uint8 RGB.
        box_xywh: left, top, width, height in pixels; the part inside the picture counts.
        others: pictures of the same shot beside it (``working_pictures.BESIDE_FRAMES`` away is good); may be empty.
        flow: estimator for working pictures; DIS fast by default.

    Returns:
        ``(H, W)`` bool, inside the box. Where nothing stands out it is ``segment_box``'s answer.

    Raises:
        ValueError: the box does not meet the picture.
    """
    by_color = segment_box(view, box_xywh)
    if not others:
        return by_color
    height, width = view.shape[:2]
    scale = min(1.0, _WORKING_LONG_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))

    def working(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    x, y, box_width, box_height = box_xywh
    inside = np.zeros((height, width), np.float32)
    inside[max(0, y) : max(0, y + box_height), max(0, x) : max(0, x + box_width)] = 1
    box = np.asarray(cv2.resize(inside, size, interpolation=cv2.INTER_AREA) > 0.5)
    if box.sum() < 64:
        return by_color
    here = Beside.of(working(view))
    around = zone(box, _AROUND_PX) & ~box
    crop = _bounds(box | around)
    thing = zone(box, 2)
    votes = background_votes(
        here, [Beside.of(working(other)) for other in others], thing, crop, flow or DisFlow("fast")
    )
    front = np.clip((0.45 - votes[0]) / 0.3, -1, 1) * np.minimum(votes[1] / 3, 1)
    box, around = box[crop], around[crop]
    share_in = float((front[box] > 0).mean())
    share_out = float((front[around] > 0).mean()) if around.any() else 0.0
    if share_in < _SMALLEST_FRONT_SHARE or share_out > 0.6 * share_in:
        return _without_gaps(by_color)
    colored = cv2.resize(by_color.astype(np.float32), size, interpolation=cv2.INTER_AREA)[crop]
    stays = _GRABCUT * (2 * colored - 1) + _FRONT * np.maximum(front, 0) + _BEHIND * np.minimum(front, 0)
    answer = np.zeros(here.lab.shape[:2], np.float32)
    answer[crop] = _solve(here.lab[crop], box, around, stays.astype(np.float32))
    full = cv2.resize(answer, (width, height), interpolation=cv2.INTER_LINEAR)
    return _without_gaps(np.asarray((full > 0.5) & (inside > 0)))


def _solve(lab: NDArray[np.uint8], box: BoolMask, around: BoolMask, stays: FloatMap) -> FloatMap:
    """Colour models and cut in turn, beside the evidence ``(h, w)`` that stays."""
    outside = np.where(box, np.float32(0), np.float32(-12))
    weights = contrast_weights(lab, _SMOOTHNESS)
    answer = (box & (stays > 0)).astype(np.float32)
    for _ in range(_ROUNDS):
        model = ColorModel()
        model.learn(lab, answer, (1 - answer) * (box | around), anchor=True)
        color = np.clip(model.log_ratio(lab), -4, 4)
        answer = cut(np.asarray(_COLOR * color + stays + outside, np.float32), weights, answer, 80)
    return answer


def _without_gaps(mask: BoolMask) -> BoolMask:
    """The mask with its small enclosed gaps filled; a gap at the picture's border is open."""
    height, width = mask.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~mask).view(np.uint8), connectivity=4)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    closed = (left > 0) & (top > 0) & (right < width) & (bottom < height)
    gap = closed & (stats[:, cv2.CC_STAT_AREA] < _LARGEST_GAP * np.count_nonzero(mask))
    gap[0] = False  # the mask itself
    return np.asarray(mask | gap[labels])


def _bounds(mask: BoolMask) -> tuple[slice, slice]:
    """Slices of the smallest rectangle round a mask that is not empty."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return slice(top, top + height), slice(left, left + width)
