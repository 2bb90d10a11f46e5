"""Evidence that a pixel is the object, each kind by itself: carried by flow, told by motion, told by the background."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow
from models.tracking.consensus import channel_sum

FloatMap = NDArray[np.float32]
View = NDArray[np.uint8]
Crop = tuple[slice, slice]

_SURE = np.float32(0.98)
_FLOW_GAP_PX = 0.7
_COLOR_GAP = np.float32(40.0)
_NEAR_PX = 4.0
_FAR_PX = 8.0
_DEEP_PX = np.float32(6.0)
_SURROUNDINGS_PX = 41
_CLEARLY_MOVING_PX = 0.6
_STANDING_SHARE = 0.4
"""Of the way from the surroundings' speed to the object's: what is slower counts as standing."""
_UPPER_SHARE = 0.4
_RING_PX = (3.0, 30.0)
_FOR_OR_AGAINST = np.float32(0.45)
"""Share of votes for background at which the vote says nothing."""
LIKE_ITS_OWN = 0.5
"""Log odds from which a colour is rather the object's."""
_ENOUGH_VOTES = np.float32(3.0)


@dataclass(frozen=True, slots=True)
class Carried:
    """The last answer, carried into a crop ``(h, w)`` of the new picture.

    Attributes:
        answer: 0 to 1.
        odds: its log odds, down to nothing where the flow cannot be trusted.
        distance_px: to the carried shape (0 inside).
        depth_px: to its outside (0 outside).
    """

    answer: FloatMap
    odds: FloatMap
    distance_px: FloatMap
    depth_px: FloatMap

    @classmethod
    def over(cls, answer: FloatMap, last_lab: View, lab: View, to_last: Flow, from_last: Flow, crop: Crop) -> Carried:
        """Carries an answer of the last picture by the flow to it, checked by the flow from it and by colour.

        Args:
            answer: ``(H, W)`` of the last picture.
            last_lab: ``(H, W, 3)`` Lab of the last picture.
            lab: of the new one.
            to_last: ``(H, W, 2)`` from the new picture to the last.
            from_last: the other way.
            crop: rows and columns of the new picture.
        """
        own = to_last[crop]
        columns = np.arange(crop[1].start, crop[1].stop, dtype=np.float32)[None, :] + own[..., 0]
        rows = np.arange(crop[0].start, crop[0].stop, dtype=np.float32)[:, None] + own[..., 1]
        warped = cv2.remap(answer, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        back = cv2.remap(from_last, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        colors = cv2.remap(last_lab, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        gap = length(back + own) / (_FLOW_GAP_PX + 0.1 * length(own))
        color_gap = channel_sum(np.asarray(cv2.absdiff(colors, lab[crop]), np.uint8)) / _COLOR_GAP
        trust = np.exp(-np.square(gap) - np.square(color_gap))
        soft = np.clip(warped, 1 - _SURE, _SURE)
        outside = (warped <= 0.5).astype(np.uint8)
        distance = cv2.distanceTransform(outside, cv2.DIST_L2, 3) if not outside.all() else outside * np.float32(1e3)
        return cls(
            np.asarray(warped, np.float32),
            np.asarray(np.log(soft / (1 - soft)) * trust, np.float32),
            np.asarray(distance, np.float32),
            np.asarray(cv2.distanceTransform(1 - outside, cv2.DIST_L2, 3), np.float32),
        )

    @property
    def deep(self) -> FloatMap:
        """The odds well inside the carried shape: what was carried there is seldom wrong."""
        return np.asarray(self.odds * np.minimum(self.depth_px / _DEEP_PX, 1), np.float32)

    @property
    def far(self) -> FloatMap:
        """0 near the carried shape, down to -3 well away from it: nothing jumps."""
        return np.asarray(-np.clip((self.distance_px - _NEAR_PX) / _FAR_PX, 0, 3), np.float32)


def moves_with(carried: FloatMap, own: Flow) -> FloatMap:
    """Positive where the motion is more like the object's near by than like its surroundings', -4 to 4.

    Args:
        carried: ``(h, w)`` the carried answer.
        own: ``(h, w, 2)`` measured motion.
    """
    weight = np.clip(carried, 1e-3, 1 - 1e-3)[..., None]
    to_object = _squared(own - _local_mean(own, weight))
    to_rest = _squared(own - _local_mean(own, 1 - weight))
    spread = 0.5 + 0.5 * np.minimum(to_object, to_rest)
    return np.asarray(np.clip((to_rest - to_object) / spread, -4, 4), np.float32)


def stays_behind(carried: Carried, beyond_camera: Flow) -> FloatMap:
    """How surely a pixel moves with the camera only while the object does not, 0 to 1.

    What an object uncovers behind it looks carried for a moment and would stay in the mask for good; but it stands.

    Args:
        carried: the carried answer.
        beyond_camera: ``(h, w, 2)`` measured motion less the camera's.
    """
    speed = length(beyond_camera)
    core = carried.answer > 0.5
    ring = (carried.distance_px > _RING_PX[0]) & (carried.distance_px < _RING_PX[1])
    if not core.any() or not ring.any():
        return np.zeros_like(speed)
    own, rest = _upper_mean(speed[core]), float(np.median(speed[ring]))
    sure = np.clip((own - 2 * rest - _CLEARLY_MOVING_PX) / _CLEARLY_MOVING_PX, 0, 1)
    reach_px = max(_STANDING_SHARE * (own - rest), 1e-3)
    return np.asarray(sure * np.clip(1 - (speed - rest) / reach_px, 0, 1), np.float32)


def in_front(votes_for: FloatMap, votes: FloatMap, carried: Carried) -> FloatMap:
    """What the vote on the background says of each pixel, -1 (background) to 1 (in front of it).

    The vote counts as far as it tells the carried object from its surroundings at all: it says nothing of an object
    that does not move, and nothing before a background that does.

    Args:
        votes_for: ``(h, w)`` share of the votes for background.
        votes: ``(h, w)`` number of votes.
        carried: the carried answer.
    """
    front = np.clip((_FOR_OR_AGAINST - votes_for) / np.float32(0.3), -1, 1) * np.minimum(votes / _ENOUGH_VOTES, 1)
    core = carried.answer > 0.5
    ring = (carried.distance_px > _RING_PX[0]) & (carried.distance_px < _RING_PX[1])
    if not core.any() or not ring.any():
        return np.zeros_like(front)
    apart = float(front[core].mean()) - float(front[ring].mean())
    return np.asarray(front * np.float32(np.clip((apart - 0.3) / 0.6, 0, 1)), np.float32)


def clearly_own(front: FloatMap, color: FloatMap) -> FloatMap:
    """How surely a pixel is the object although the last picture speaks against it, 0 to 1.

    A hand that comes out from behind, or swings too fast for the flow, was not there in the last picture. But it stands
    before the background, and in the object's colours.

    Args:
        front: ``(h, w)`` what ``in_front`` says.
        color: ``(h, w)`` log odds of its colour.
    """
    before = np.clip(2 * front - 0.6, 0, 1)
    return np.asarray(before * np.clip((color - LIKE_ITS_OWN) / 1.5, 0, 1), np.float32)


def _upper_mean(values: FloatMap) -> float:
    """Mean of the larger values: the object's own, also where its mask has leaked."""
    least = len(values) - max(1, int(len(values) * _UPPER_SHARE))
    return float(np.partition(values, least)[least:].mean())


def length(field: Flow) -> FloatMap:
    """``(h, w)`` length of the vectors of a field ``(h, w, 2)``."""
    return np.asarray(cv2.magnitude(np.ascontiguousarray(field[..., 0]), np.ascontiguousarray(field[..., 1])))


def _squared(field: Flow) -> FloatMap:
    """``(h, w)`` squared length of the vectors of a field ``(h, w, 2)``."""
    squares = np.square(field)
    return np.asarray(squares[..., 0] + squares[..., 1], np.float32)


def _local_mean(field: Flow, weight: FloatMap) -> Flow:
    size = (_SURROUNDINGS_PX, _SURROUNDINGS_PX)
    total = cv2.blur(np.ascontiguousarray(weight), size)
    return np.asarray(cv2.blur(field * weight, size) / total[..., None], np.float32)
