"""Proposes an object's cast shadow: what lies at the object and is darker than the same place is without it.

A cast shadow keeps the ground's hue and takes a near-constant share of its light; it goes where its object goes. So the
pictures of the shot beside, brought over by the background's motion, show the place in full light; where this picture
is darker than they are, by about the same ratio in all colours and all over, and where that touches the object, is its
shadow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.flow.protocol import Flow, FlowEstimator
from models.tracking.camera import background_flow, camera_motion
from models.tracking.consensus import MOTION_LONG_SIDE_PX, zone

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]
View = NDArray[np.uint8]

_LARGEST_ERROR_PX = 1.5
"""A picture whose background does not fit (at the size for motion) says nothing."""
_FEWEST_PICTURES = 2
_LIT_PERCENTILE = 65
"""Of the pictures beside: in some of them the place lies in the same shadow, or something else stands there."""
_DARK = np.float32(4)
"""Grey levels added before ratios are taken: near black they mean nothing."""
_SHARE_OF_LIGHT = (0.3, 0.92)
_HUE_SLACK, _HUE_SLACK_SHARE = 0.07, 0.3
"""How far the colours' log ratios may differ: at least, and as a share of the darkening."""
_EVEN = 0.28
"""How far a pixel's log ratio may be from its region's median."""
_REACH_SHARE = 1.6
"""Of the object's longer side: no shadow is looked for further away."""
_TOUCHING_SHARE, _TOUCHING_PX = 0.05, 4.0
_SMALLEST_SHARE = 0.015
"""Of the object's area."""
_BORDER_PX = 2
"""Beside the mask, where the object's own soft border darkens the ground."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture and the object's mask in it.

    Attributes:
        view: ``(H, W, 3)`` uint8 RGB.
        mask: ``(H, W)`` bool; empty where the object is not in the picture.
    """

    view: View
    mask: BoolMask


def find_shadow(here: Shot, others: Sequence[Shot], flow: FlowEstimator | None = None) -> tuple[BoolMask, float]:
    """The object's shadow in a picture.

    Args:
        here: the picture.
        others: pictures of the same shot beside it, near and far.
        flow: estimator for small pictures; DIS fast by default.

    Returns:
        ``(H, W)`` bool, beside the object's mask and never in it, and the share of the light that is left there, 0 to
        1; an empty mask and 1 where nothing is found.
    """
    nothing = np.zeros(here.mask.shape, np.bool_)
    if not here.mask.any():
        return nothing, 1.0
    ratio = _log_ratio(here, others, flow or DisFlow("fast"))
    if ratio is None:
        return nothing, 1.0
    darker = ratio.mean(axis=2)
    spread = ratio.max(axis=2) - ratio.min(axis=2)
    low, high = np.log(_SHARE_OF_LIGHT)
    candidate = (darker > low) & (darker < high) & (spread < _HUE_SLACK - _HUE_SLACK_SHARE * darker)
    return _at_the_object(candidate, darker, here.mask)


def _log_ratio(here: Shot, others: Sequence[Shot], estimator: FlowEstimator) -> FloatMap | None:
    """``(H, W, 3)`` log of this picture's light over the lit ground's, 0 where unknown; None if nothing is known."""
    height, width = here.mask.shape
    own = _smooth(here.view)
    lit = []
    grey, away = _for_motion(here)
    for other in others:
        other_grey, _ = _for_motion(other)
        found = estimator.flow(grey, other_grey)
        camera = camera_motion(found, away)
        if camera.error_px > _LARGEST_ERROR_PX:
            continue
        still = background_flow(found, camera, away, reach_px=31, keep=False)
        lit.append(_brought_over(other, _enlarged(still, (height, width))))
    if len(lit) < _FEWEST_PICTURES:
        return None
    stack = np.stack(lit)
    count = np.isfinite(stack[..., 0]).sum(axis=0)
    known = count >= _FEWEST_PICTURES
    stack.sort(axis=0)  # what is not known comes last
    place = -(-np.maximum(count - 1, 0) * _LIT_PERCENTILE // 100)  # rounded up
    ground = np.take_along_axis(stack, place[None, ..., None], axis=0)[0]
    ground = np.where(known[..., None], ground, own)
    ratio = np.log(own + _DARK) - np.log(ground + _DARK)
    return np.asarray(np.where(known[..., None], ratio, np.float32(0)), np.float32)


def _brought_over(other: Shot, still: Flow) -> FloatMap:
    """``(H, W, 3)`` another picture where this one's background is, not a number where it shows none of it."""
    height, width = other.mask.shape
    rows = np.arange(height, dtype=np.float32)[:, None] + still[..., 1]
    columns = np.arange(width, dtype=np.float32)[None, :] + still[..., 0]
    moved = cv2.remap(_smooth(other.view), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    hidden = zone(other.mask, 2) if other.mask.any() else other.mask
    hides = cv2.remap(hidden.astype(np.float32), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) > 0
    outside = (rows < 0) | (columns < 0) | (rows > height - 1) | (columns > width - 1)
    return np.asarray(np.where((hides | outside)[..., None], np.float32(np.nan), moved), np.float32)


def _at_the_object(candidate: BoolMask, darker: FloatMap, mask: BoolMask) -> tuple[BoolMask, float]:
    """The even regions of the candidates that touch the object."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    size = max(cv2.boundingRect(mask.view(np.uint8))[2:])
    away = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5)
    candidate = candidate & (away > _BORDER_PX) & (away < _REACH_SHARE * size)
    opened = cv2.morphologyEx(candidate.view(np.uint8), cv2.MORPH_OPEN, kernel)
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel, iterations=2).astype(np.bool_) & ~mask
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed.view(np.uint8), connectivity=8)
    found = np.zeros(mask.shape, np.bool_)
    touching = max(_TOUCHING_PX, _TOUCHING_SHARE * size)
    for label in range(1, count):
        region = labels == label
        big = stats[label, cv2.CC_STAT_AREA] >= _SMALLEST_SHARE * mask.sum()
        if big and float(away[region].min()) <= touching:
            found |= region & (np.abs(darker - np.median(darker[region])) < _EVEN)
    if found.sum() < _SMALLEST_SHARE * mask.sum():
        return np.zeros(mask.shape, np.bool_), 1.0
    whole = cv2.morphologyEx(found.view(np.uint8), cv2.MORPH_CLOSE, kernel, iterations=2).astype(np.bool_)
    ring = (away <= _BORDER_PX) & cv2.dilate(whole.view(np.uint8), kernel, iterations=_BORDER_PX + 1).astype(np.bool_)
    return np.asarray((whole | ring) & ~mask), float(np.exp(np.median(darker[found])))


def _for_motion(shot: Shot) -> tuple[View, BoolMask]:
    """A small grey picture, and where it shows background."""
    height, width = shot.mask.shape
    shrink = min(1.0, MOTION_LONG_SIDE_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    grey = cv2.cvtColor(cv2.resize(shot.view, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    thing = cv2.resize(shot.mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    return np.asarray(grey, np.uint8), ~zone(np.asarray(thing), 4)


def _enlarged(field: Flow, shape: tuple[int, int]) -> Flow:
    """A small field at ``shape``, its vectors in pixels of that."""
    scale = np.array((shape[1] / field.shape[1], shape[0] / field.shape[0]), np.float32)
    return np.asarray(cv2.resize(field, shape[::-1], interpolation=cv2.INTER_LINEAR) * scale, np.float32)


def _smooth(view: View) -> FloatMap:
    return np.asarray(cv2.GaussianBlur(view, (0, 0), 1.2), np.float32)
