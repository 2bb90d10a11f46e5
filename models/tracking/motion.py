"""What moves by itself: pictures a few frames apart, compared under the background's own motion.

Two kinds of evidence. *Moving*: the measured flow differs from the background's. *Explained*: the picture beside,
brought over by the background's motion, shows the same colour at that place, so the pixel may well be background; a
pixel that none of the pictures beside explains is in front of the background (or is seen in this picture alone).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow, FlowEstimator
from models.tracking.camera import background_flow, camera_motion

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]
Crop = tuple[slice, slice]

_FLOW_LONG_SIDE_PX = 240
"""Motion over several frames is large and is wanted for smooth backgrounds: a small picture is enough, and fast."""
_SLACK_PX = 2
_SAME_COLOR = np.float32(12.0)
"""Difference (sum over the Lab channels) at which a colour is only a third as likely the same."""
_TEXTURE = np.float32(40.0)
"""Range of colours near by (sum over Lab) at which agreement starts to mean something; a plain area always agrees."""


@dataclass(frozen=True, slots=True)
class OwnMotion:
    """Evidence of an object's own motion on a crop ``(h, w)``.

    Attributes:
        moving: 0 to 1, how clearly the flow differs from the background's.
        explained: 0 to 1, how well the best of the pictures beside explains the pixel as background.
        speed_px: how far the object moves against the background (working pixels, between the pictures compared).
    """

    moving: FloatMap
    explained: FloatMap
    speed_px: float


def own_motion(
    view: NDArray[np.uint8],
    lab: NDArray[np.uint8],
    others: Sequence[tuple[NDArray[np.uint8], NDArray[np.uint8]]],
    maybe_object: BoolMask,
    crop: Crop,
    estimator: FlowEstimator,
) -> OwnMotion | None:
    """Compares a picture with others of the same shot.

    Args:
        view: ``(H, W, 3)`` uint8 RGB at the working size.
        lab: the same in Lab.
        others: view and Lab of each picture beside, at the same size.
        maybe_object: ``(H, W)`` bool; the rest counts as background when its motion is fitted.
        crop: rows and columns that are asked for.
        estimator: flow estimator.

    Returns:
        None without other pictures.
    """
    if not others:
        return None
    found = [_compare(view, lab, other, maybe_object, crop, estimator) for other in others]
    moving = np.mean([one.moving for one in found], axis=0)
    explained = np.max([one.explained for one in found], axis=0)
    return OwnMotion(moving, explained, float(np.mean([one.speed_px for one in found])))


def _compare(
    view: NDArray[np.uint8],
    lab: NDArray[np.uint8],
    other: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    maybe_object: BoolMask,
    crop: Crop,
    estimator: FlowEstimator,
) -> OwnMotion:
    height, width = lab.shape[:2]
    shrink = min(1.0, _FLOW_LONG_SIDE_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    flow = cv2.resize(estimator.flow(view, other[0]), size, interpolation=cv2.INTER_AREA) * np.float32(shrink)
    thing = cv2.resize(maybe_object.view(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    background = ~zone(thing, 4)
    camera = camera_motion(flow, background)
    still = background_flow(flow, camera, background, reach_px=31)
    off = np.hypot(*np.moveaxis(flow - still, -1, 0))
    near = background & (zone(thing, 15))
    rest = np.hypot(*np.moveaxis((flow - camera.flow)[near], -1, 0))
    typical = float(np.median(rest)) if rest.size else 0.0
    moving = 1 - np.exp(-np.square(off / (0.35 + 1.5 * typical)) / 2)
    speed = float(np.percentile(off[thing], 60)) / shrink if thing.any() else 0.0
    scaled = _resized_crop(still / np.float32(shrink), crop, (height, width))
    as_background = _explained(lab[crop], other[1], scaled, crop)
    explained = as_background
    return OwnMotion(_resized_crop(moving.astype(np.float32), crop, (height, width)), explained, speed)


def _explained(lab: NDArray[np.uint8], other: NDArray[np.uint8], still: Flow, crop: Crop) -> FloatMap:
    """How well a picture beside explains the crop, 0 to 1; 0 where the background was outside that picture."""
    rows = np.arange(crop[0].start, crop[0].stop, dtype=np.float32)[:, None] + still[..., 1]
    columns = np.arange(crop[1].start, crop[1].stop, dtype=np.float32)[None, :] + still[..., 0]
    moved = cv2.remap(other, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    kernel = np.ones((2 * _SLACK_PX + 1, 2 * _SLACK_PX + 1), np.uint8)
    moved, smooth = cv2.GaussianBlur(moved, (0, 0), 1.0), cv2.GaussianBlur(lab, (0, 0), 1.0)
    most, least = cv2.dilate(moved, kernel), cv2.erode(moved, kernel)
    above, below = cv2.subtract(smooth, most), cv2.subtract(least, smooth)
    texture = cv2.subtract(most, least).sum(axis=2, dtype=np.float32)
    telling = cv2.blur(1 - np.exp(-np.square(texture / _TEXTURE)), (5, 5))
    difference = cv2.max(above, below).sum(axis=2, dtype=np.float32)
    there = (rows > -1) & (columns > -1) & (rows < other.shape[0]) & (columns < other.shape[1])
    return np.asarray(np.exp(-np.square(difference / _SAME_COLOR)) * telling * there, dtype=np.float32)


def _resized_crop(field: NDArray[np.float32], crop: Crop, size: tuple[int, int]) -> NDArray[np.float32]:
    """A crop of a small field brought to the working size ``(H, W)``."""
    rows = (np.arange(crop[0].start, crop[0].stop, dtype=np.float32) + 0.5) * (field.shape[0] / size[0]) - 0.5
    columns = (np.arange(crop[1].start, crop[1].stop, dtype=np.float32) + 0.5) * (field.shape[1] / size[1]) - 0.5
    grid = (
        np.broadcast_to(columns, (len(rows), len(columns))),
        np.broadcast_to(rows[:, None], (len(rows), len(columns))),
    )
    result = cv2.remap(
        field,
        np.ascontiguousarray(grid[0], np.float32),
        np.ascontiguousarray(grid[1], np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(result, dtype=np.float32)


def zone(thing: BoolMask, margin_px: int) -> BoolMask:
    """The convex hull of a shape, grown: parts of the object that the mask has lost must not pass for background."""
    points = cv2.findNonZero(thing.view(np.uint8))
    filled = np.zeros(thing.shape, np.uint8)
    if points is not None:
        cv2.fillConvexPoly(filled, cv2.convexHull(points), 1)
        filled = cv2.dilate(filled, np.ones((2 * margin_px + 1, 2 * margin_px + 1), np.uint8))
    return filled.astype(np.bool_)
