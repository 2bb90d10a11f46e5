"""An object's mask from a box round it and the pictures beside: what stands out from the background there is it."""

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
        others: pictures of the same shot beside it (``flow_tracker.BESIDE_FRAMES`` away is good); may be empty.
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
        return by_color
    answer = np.zeros(here.lab.shape[:2], np.float32)
    answer[crop] = _solve(here.lab[crop], box, around, front.astype(np.float32))
    full = cv2.resize(answer, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray((full > 0.5) & (inside > 0))


def _solve(lab: NDArray[np.uint8], box: BoolMask, around: BoolMask, front: FloatMap) -> FloatMap:
    """Colour models and cut in turn, with the vote on the background as evidence that stays."""
    outside = np.where(box, np.float32(0), np.float32(-12))
    weights = contrast_weights(lab, 1.0)
    answer = (box & (front > 0)).astype(np.float32)
    for _ in range(_ROUNDS):
        model = ColorModel()
        model.learn(lab, answer, (1 - answer) * (box | around), anchor=True)
        color = np.clip(model.log_ratio(lab), -4, 4)
        evidence = 0.5 * color + 3.0 * np.maximum(front, 0) + 2.0 * np.minimum(front, 0) + outside
        answer = cut(evidence.astype(np.float32), weights, answer, 80)
    return answer


def _bounds(mask: BoolMask) -> tuple[slice, slice]:
    """Slices of the smallest rectangle round a mask that is not empty."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return slice(top, top + height), slice(left, left + width)
