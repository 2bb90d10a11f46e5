"""How well the picture of what is seen of an object fits another frame of it (ours, beside ``outlines.py``).

An outline says little of limbs that lie before the body: a walker's two half steps have one outline, and the arms
change places. Pictures are compared small, as correlations, so that another light does not count, and what lies near
the hidden part counts most.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.voin.picture import ObjectFrame

FloatMap = NDArray[np.float32]

SCALE = 1.5
"""Of outlines: pictures are compared at a size so much larger."""
_NEAR_SHARE = 0.1
"""Of the object's longer side: what is so near the hidden part counts most."""
_EVERYWHERE = 0.05
"""What the rest counts."""
_SEARCHED_PX = 2
"""So far on either side, at the small size, the best place is looked for."""
_BLUR_PX = 0.7
_LEAST_VARIED = 4.0
"""Squared grey levels: what varies less has no picture."""


class SmallPictures:
    """Frames in the squares of their outlines.

    Args:
        frames: of one shot.
        corners: ``(T, 2)`` of the squares, x and y in pixels.
        scale: small pixels to a pixel, of the outlines.
        room_px: of a square, at the outlines' size.
    """

    def __init__(self, frames: Sequence[ObjectFrame], corners: FloatMap, scale: float, room_px: int) -> None:
        self._frames, self._corners = frames, corners
        self._scale, self._room = scale * SCALE, round(room_px * SCALE)
        self._small: dict[int, FloatMap] = {}
        self._weights: dict[int, FloatMap] = {}

    def likeness(self, at: int, there: int, shift: FloatMap) -> float:
        """Correlation of what is seen in one frame with another one laid over it, -1 to 1; 0 where nothing varies.

        Args:
            at: the frame that hides something.
            there: the other.
            shift: ``(2,)`` place there minus place here, x and y in pixels.
        """
        weight = self._weight(at)
        part = window_of(weight > 0)
        if part.empty:
            return 0.0
        weight = weight[part.slices][..., None]
        here = _centred(self._picture(at)[part.slices], weight)
        x, y = np.rint((shift - (self._corners[there] - self._corners[at])) * self._scale).astype(int)
        other, best = self._picture(there), -1.0
        for down in range(-_SEARCHED_PX, _SEARCHED_PX + 1):
            for right in range(-_SEARCHED_PX, _SEARCHED_PX + 1):
                laid = _centred(_cut(other, part.left + x + right, part.top + y + down, weight.shape[:2]), weight)
                best = max(best, _correlation(here, laid, weight))
        return best

    def _picture(self, at: int) -> FloatMap:
        if at not in self._small:
            blurred = cv2.GaussianBlur(self._square(self._frames[at].view, at), (0, 0), _BLUR_PX)
            self._small[at] = np.asarray(blurred, np.float32)
        return self._small[at]

    def _weight(self, at: int) -> FloatMap:
        if at not in self._weights:
            frame = self._frames[at]
            hidden = frame.occluder if frame.amodal is None else frame.occluder & frame.amodal
            window = window_of(frame.visible)
            apart = cv2.distanceTransform((~hidden).astype(np.uint8), cv2.DIST_L2, 3)
            near = np.exp(-apart / (_NEAR_SHARE * max(window.width, window.height, 1)))
            self._weights[at] = self._square(((_EVERYWHERE + near) * frame.visible).astype(np.float32), at)
        return self._weights[at]

    def _square(self, picture: NDArray[np.generic], at: int) -> FloatMap:
        """A frame's square at the small size, float32; zero beyond the picture."""
        scale = self._scale
        corner = self._corners[at]
        small, ratio = np.asarray(picture, np.float32), 1.0
        if scale < 1:
            small = np.asarray(cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.float32)
            ratio = scale
        step, start = ratio / scale, (corner + np.float32(0.5 / scale)) * np.float32(ratio) - np.float32(0.5)
        matrix = np.array([[step, 0, start[0]], [0, step, start[1]]], np.float32)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(small, matrix, (self._room, self._room), flags=how), np.float32)


def _cut(picture: FloatMap, left: int, top: int, size: tuple[int, int]) -> FloatMap:
    """A part of a picture of ``size`` (rows, columns), its border's pixels repeated beyond it."""
    rows = np.clip(np.arange(top, top + size[0]), 0, picture.shape[0] - 1)
    columns = np.clip(np.arange(left, left + size[1]), 0, picture.shape[1] - 1)
    return picture[np.ix_(rows, columns)]


def _centred(picture: FloatMap, weight: FloatMap) -> FloatMap:
    """Less its weighted mean, channel by channel."""
    mean = (picture * weight).sum((0, 1)) / weight.sum()
    return np.asarray(picture - mean, np.float32)


def _correlation(one: FloatMap, other: FloatMap, weight: FloatMap) -> float:
    varied = [float((np.square(each) * weight).sum() / weight.sum()) for each in (one, other)]
    if min(varied) < _LEAST_VARIED:
        return 0.0
    return float((one * other * weight).sum() / weight.sum()) / float(np.sqrt(varied[0] * varied[1]))
