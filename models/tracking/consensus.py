"""What stands still: pictures of the same shot, far and near in time, vote on what is background.

Each picture beside is brought over by the background's motion (a homography and smooth parallax). Where most of them
show the same colour as the picture at hand, that place is background; what most of them contradict stands in front of
it, now and here only. The vote depends on no earlier answer of the tracker, so it cannot make a mistake grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow, FlowEstimator
from models.tracking.camera import camera_motion, smoothed
from models.tracking.together import done_together

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]
View = NDArray[np.uint8]
Crop = tuple[slice, slice]

MOTION_LONG_SIDE_PX = 240
"""The background's motion is smooth: a small picture is enough for it, and fast."""
_LARGEST_ERROR_PX = 1.5
"""A picture whose background does not fit (at that size) has no vote."""
_REACH_PX = 31
"""Over so much of a small picture its parallax is smoothed."""
_SLACK_PX = 1
_SAME_COLOR = np.float32(10.0)
"""Difference (sum over the Lab channels) at which a vote counts only a third."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A picture beside the one at hand, prepared once and compared many times.

    Attributes:
        lab: ``(H, W, 3)`` uint8 at the working size.
        small: ``(h, w)`` uint8 grey for motion.
    """

    lab: View
    small: NDArray[np.uint8]

    @classmethod
    def of(cls, view: View) -> Beside:
        """Prepares an RGB view."""
        height, width = view.shape[:2]
        shrink = min(1.0, MOTION_LONG_SIDE_PX / max(height, width))
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        grey = cv2.cvtColor(cv2.resize(view, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        return cls(np.asarray(cv2.cvtColor(view, cv2.COLOR_RGB2LAB), np.uint8), np.asarray(grey, np.uint8))


def background_votes(
    here: Beside,
    others: Sequence[Beside],
    thing: BoolMask,
    crop: Crop,
    estimator: FlowEstimator,
) -> tuple[FloatMap, FloatMap]:
    """How much of the pictures beside takes each pixel for background.

    Args:
        here: the picture at hand.
        others: pictures beside.
        thing: ``(H, W)`` bool, roughly the object; the rest counts as background when its motion is fitted.
        crop: rows and columns asked for.
        estimator: flow estimator; may be asked in several threads.

    Returns:
        ``(h, w)`` share of the votes for background, and ``(h, w)`` number of votes.
    """
    grid = _small_grid(crop, here.lab.shape[:2], here.small.shape[:2])
    for_it = np.zeros((crop[0].stop - crop[0].start, crop[1].stop - crop[1].start), np.float32)
    votes = np.zeros_like(for_it)
    small_size = (here.small.shape[1], here.small.shape[0])
    scale = np.array((here.lab.shape[1] / small_size[0], here.lab.shape[0] / small_size[1]), np.float32)
    background = ~zone(cv2.resize(thing.view(np.uint8), small_size, interpolation=cv2.INTER_AREA) > 0, 4)
    weight = background.astype(np.float32)[..., None]
    share = smoothed(weight, _REACH_PX, 1e-3)[..., None]
    smooth = np.asarray(cv2.GaussianBlur(here.lab[crop], (0, 0), 1.0), np.uint8)

    def vote(other: Beside) -> tuple[FloatMap, FloatMap] | None:
        flow = estimator.flow(here.small, other.small)
        camera = camera_motion(flow, background)
        if camera.error_px > _LARGEST_ERROR_PX:
            return None
        parallax = smoothed((flow - camera.flow) * weight, _REACH_PX) / share
        still = cv2.remap(camera.flow + parallax, *grid, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return _agreement(smooth, other.lab, np.asarray(still * scale, np.float32), crop)

    for voted in done_together(vote, others):
        if voted is not None:
            same, there = voted
            for_it += same * there
            votes += there
    return np.asarray(for_it / np.maximum(votes, 1), np.float32), votes


def _agreement(smooth: View, other: View, still: Flow, crop: Crop) -> tuple[FloatMap, FloatMap]:
    """How well a picture brought over agrees with the crop (0 to 1), and where it reaches at all."""
    rows = np.arange(crop[0].start, crop[0].stop, dtype=np.float32)[:, None] + still[..., 1]
    columns = np.arange(crop[1].start, crop[1].stop, dtype=np.float32)[None, :] + still[..., 0]
    moved = cv2.remap(other, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    moved = cv2.GaussianBlur(moved, (0, 0), 1.0)
    kernel = np.ones((2 * _SLACK_PX + 1, 2 * _SLACK_PX + 1), np.uint8)
    above, below = cv2.subtract(smooth, cv2.dilate(moved, kernel)), cv2.subtract(cv2.erode(moved, kernel), smooth)
    difference = channel_sum(np.asarray(cv2.max(above, below), np.uint8))
    there = (rows > -1) & (columns > -1) & (rows < other.shape[0]) & (columns < other.shape[1])
    return np.asarray(np.exp(-np.square(difference / _SAME_COLOR)), np.float32), there.astype(np.float32)


def channel_sum(colors: View) -> FloatMap:
    """``(h, w)`` float32: the sum of the channels of ``(h, w, 3)`` uint8."""
    first, second, third = cv2.split(colors)
    return np.asarray(cv2.add(cv2.add(first, second, dtype=cv2.CV_16U), third, dtype=cv2.CV_32F), np.float32)


def zone(thing: BoolMask, margin_px: int) -> BoolMask:
    """The convex hull of a shape, grown: parts of the object that the mask has lost must not pass for background."""
    points = cv2.findNonZero(thing.view(np.uint8))
    filled = np.zeros(thing.shape, np.uint8)
    if points is not None:
        cv2.fillConvexPoly(filled, cv2.convexHull(points), 1)
        filled = np.asarray(cv2.dilate(filled, np.ones((2 * margin_px + 1, 2 * margin_px + 1), np.uint8)), np.uint8)
    return filled.astype(np.bool_)


def _small_grid(crop: Crop, size: tuple[int, int], small: tuple[int, int]) -> tuple[FloatMap, FloatMap]:
    """For each pixel of a crop of a picture ``(H, W)``, its column and row in the small picture ``(h, w)``."""
    rows = (np.arange(crop[0].start, crop[0].stop, dtype=np.float32) + 0.5) * (small[0] / size[0]) - 0.5
    columns = (np.arange(crop[1].start, crop[1].stop, dtype=np.float32) + 0.5) * (small[1] / size[1]) - 0.5
    grid_y, grid_x = np.meshgrid(rows.astype(np.float32), columns.astype(np.float32), indexing="ij")
    return grid_x, grid_y
