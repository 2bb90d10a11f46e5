"""Numbers that tell where a result is likely to show: what was seen, how the mask jumps, how the seam steps."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from app.engine.holes import BoolMask, Hole
from app.media.frame import VideoFrame


@dataclass(frozen=True, slots=True)
class FrameQuality:
    """How good one frame's result is likely to be.

    Attributes:
        seen_share: 0 to 1, part of the hole that shows what some frame really showed.
        guessed_share: 0 to 1, part that was guessed.
        mask_jump: 0 to 1, how little the hole is the one before, moved: a tracker that flickers.
        seam: how much more the picture steps across the hole's border than the source does beside it, in 8-bit levels;
            around 0 is good, above 4 is seen.
    """

    seen_share: float
    guessed_share: float
    mask_jump: float
    seam: float


def mask_jump(before: Hole, here: Hole) -> float:
    """1 minus the overlap of two holes whose middles are laid over each other, 0 to 1."""
    if before.empty or here.empty:
        return float(before.empty != here.empty)
    height = max(before.rect.height, here.rect.height) + 2
    width = max(before.rect.width, here.rect.width) + 2
    first, second = (_centred(hole.region, height, width) for hole in (before, here))
    both = int(np.count_nonzero(first & second))
    return 1 - both / int(np.count_nonzero(first | second))


def seam_step(source: VideoFrame, result: VideoFrame, hole: Hole) -> float:
    """How much more a result steps across a hole's border than the source does just outside, in 8-bit levels."""
    margin = 3
    rect = hole.rect
    top, left = max(rect.y - margin, 0), max(rect.x - margin, 0)
    area = (slice(top, rect.bottom + margin), slice(left, rect.right + margin))
    inside = hole.full_region()[area].astype(np.uint8)
    kernel = np.ones((3, 3), np.uint8)
    border = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, kernel) > 0
    beside = (cv2.dilate(inside, np.ones((7, 7), np.uint8)) > 0) & ~(cv2.dilate(inside, kernel) > 0)
    if not border.any() or not beside.any():
        return 0.0
    steps = []
    for frame, where in ((result, border), (source, beside)):
        luma = frame.rgb[area].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
        gradient = np.hypot(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)) / 8
        steps.append(float(gradient[where].mean()))
    return steps[0] - steps[1]


def _centred(region: BoolMask, height: int, width: int) -> BoolMask:
    placed = np.zeros((height, width), np.bool_)
    top, left = (height - region.shape[0]) // 2, (width - region.shape[1]) // 2
    placed[top : top + region.shape[0], left : left + region.shape[1]] = region
    return placed
