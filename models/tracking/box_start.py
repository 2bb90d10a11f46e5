"""An object's mask from a box round it, with the help of the pictures beside: what moves in the box is the object."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.flow.protocol import FlowEstimator
from models.tracking.appearance import ColorModel, to_lab
from models.tracking.camera import background_flow, camera_motion
from models.tracking.cut import contrast_weights, cut
from models.tracking.plate import BackgroundPlate
from models.tracking.grabcut import segment_box

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]

_WORKING_LONG_SIDE_PX = 480
_ROUNDS = 6
_CLEARLY_MOVING = 0.6
_SMALLEST_MOVING_SHARE = 0.12
"""Of the box: with less than this moving by itself, colours have to do alone."""


def segment_moving_box(
    view: NDArray[np.uint8],
    box_xywh: tuple[int, int, int, int],
    others: Sequence[NDArray[np.uint8]],
    flow: FlowEstimator | None = None,
) -> BoolMask:
    """The object in a box, from colours and from its own motion.

    Args:
        view: ``(H, W, 3)`` uint8 RGB.
        box_xywh: left, top, width, height in pixels; the part inside the picture counts.
        others: pictures of the same shot a few frames away (two to six frames are a good distance); may be empty.
        flow: estimator for working pictures; DIS medium by default.

    Returns:
        ``(H, W)`` bool, inside the box. Where nothing moves by itself it is ``segment_box``'s answer.

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
    small = working(view)
    estimator = flow or DisFlow("medium")
    found = [_own_motion(small, working(other), box, estimator) for other in others]
    moving = np.mean([motion for motion, _ in found], axis=0)
    unexplained = np.min([difference for _, difference in found], axis=0)
    around = cv2.dilate(box.astype(np.uint8), np.ones((41, 41), np.uint8)).astype(np.bool_) & ~box
    share_in = float((moving[box] > _CLEARLY_MOVING).mean())
    share_out = float((moving[around] > _CLEARLY_MOVING).mean()) if around.any() else 0.0
    if share_in < _SMALLEST_MOVING_SHARE or share_out > 0.6 * share_in:
        return by_color
    answer = _solve(to_lab(small), box, around, moving.astype(np.float32), unexplained)
    full = cv2.resize(answer, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray((full > 0.5) & (inside > 0))


def _own_motion(
    small: NDArray[np.uint8], other: NDArray[np.uint8], box: BoolMask, estimator: FlowEstimator
) -> tuple[FloatMap, FloatMap]:
    """How clearly each pixel moves otherwise than the background (0 to 1), and how badly the background's motion
    explains its colour (sum of differences over Lab).
    """
    flow = estimator.flow(small, other)
    background = cv2.dilate(box.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    camera = camera_motion(flow, background)
    still = background_flow(flow, camera, background)
    off = np.hypot(*np.moveaxis(flow - still, -1, 0))
    near = background & (cv2.dilate(box.astype(np.uint8), np.ones((61, 61), np.uint8)) > 0)
    typical = float(np.median(np.hypot(*np.moveaxis((flow - camera.flow)[near], -1, 0)))) if near.any() else 0.0
    moving = np.asarray(1 - np.exp(-np.square(off / (0.6 + 1.5 * typical)) / 2), dtype=np.float32)
    plate = BackgroundPlate()
    plate.observe(to_lab(other), np.ones(box.shape, np.bool_))
    plate.advance(still)
    difference, _ = plate.difference(to_lab(small), (slice(None), slice(None)))
    return moving, difference


def _solve(
    lab: NDArray[np.uint8], box: BoolMask, around: BoolMask, moving: FloatMap, unexplained: FloatMap
) -> FloatMap:
    """Colour models and cut in turn, with the motion as evidence that stays."""
    result = np.zeros(box.shape, np.float32)
    rows, columns = np.nonzero(box | around)
    crop = (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))
    lab, box, around = lab[crop], box[crop], around[crop]
    moving, explained = moving[crop], np.exp(-np.square(unexplained[crop] / 12))
    still = np.where(box, np.float32(0), np.float32(-12))
    weights = contrast_weights(lab, 1.5)
    answer = (box & (moving > _CLEARLY_MOVING)).astype(np.float32)
    for _ in range(_ROUNDS):
        model = ColorModel()
        model.learn(lab, answer, (1 - answer) * (box | around), anchor=True)
        color = np.clip(model.log_ratio(lab)[0], -4, 4)
        evidence = (0.5 * color + 4.0 * (moving - 0.4) + 1.0 - 3.5 * explained + still).astype(np.float32)
        answer = cut(evidence, weights, answer, 80)
    result[crop] = answer
    return result
