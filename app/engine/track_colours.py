"""What colours say where two tracked objects meet: whose pixels are they?

An object that is marked in another frame than its neighbour goes a long way before the two meet in a pass, and by then
its mask may have crept over the neighbour. Its own claim there is no witness; the colours of both where the user marked
them are. And what comes out from behind another object was nobody's a frame ago: the tracker of the one before it may
take it along, unless its colours are the other's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.masks import bounding_box

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]
FloatMap = NDArray[np.float32]

_BINS = 16
"""Of each colour channel."""
_SPREAD_BINS = 1.0
"""Standard deviation by which counts are spread over bins beside them."""
_RARE = np.float32(1e-4)
"""Share of an object's colours that every colour has: what neither showed leans to neither."""
NEAR_PX = 2.0
"""Neighbouring pixels decide together; standard deviation."""
NOT_ITS_OWN = np.float32(0.2)
"""Leaning (1 is to nobody more than to others) below which a colour is another object's."""
FOUND_BEFORE = np.float32(0.4)
"""What a mask claims that was found before, by a tracker that knew nothing of the object it meets now."""
LEAST_LEANING = np.float32(0.8)
"""What is left at least of a claim that knows of the other object, whatever its colours: things have dark sides."""
_REACH_SHARE = 0.5
"""Of the longer side of a thing's box: how far from where it was seen it is looked for."""


def within_reach(mask: BoolMask) -> BoolMask:
    """``(H, W)`` bool: a mask, and what lies no further from it than half the longer side of its box."""
    if not mask.any():
        return mask
    box = bounding_box(mask)
    far = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(far <= _REACH_SHARE * max(box.width, box.height))


@dataclass
class AnchorColours:
    """The colours of objects where the user marked them."""

    _counts: dict[int, FloatMap] = field(default_factory=dict)

    def learn(self, key: int, picture: View, mask: BoolMask) -> None:
        """Adds an object's colours in one frame.

        Args:
            key: the object.
            picture: ``(H, W, 3)`` uint8 RGB.
            mask: ``(H, W)`` bool, the object.
        """
        counts = np.bincount(_bins(picture[mask]), minlength=_BINS**3).astype(np.float32)
        self._counts[key] = self._counts.get(key, np.zeros_like(counts)) + counts

    def leaning(self, picture: View, keys: Collection[int]) -> dict[int, FloatMap]:
        """``(H, W)`` for each object how much more than an equal share of each pixel's colour speaks for it: 0 to N.

        Args:
            picture: ``(H, W, 3)`` uint8 RGB.
            keys: N objects of which at least one pixel was learnt.
        """
        where = _bins(picture.reshape(-1, 3))
        shares = {key: _spread(self._counts[key])[where].reshape(picture.shape[:2]) + _RARE for key in keys}
        total = np.sum(list(shares.values()), axis=0)
        return {
            key: np.asarray(len(shares) * cv2.GaussianBlur(share / total, (0, 0), NEAR_PX), np.float32)
            for key, share in shares.items()
        }

    def __contains__(self, key: int) -> bool:
        """Whether anything is known of an object."""
        return key in self._counts and bool(self._counts[key].any())


def _bins(colours: View) -> NDArray[np.int64]:
    """``(N,)`` the bin of each colour ``(N, 3)``."""
    places = colours.astype(np.int64) * _BINS // 256
    return np.asarray((places[:, 0] * _BINS + places[:, 1]) * _BINS + places[:, 2], np.int64)


def _spread(counts: FloatMap) -> FloatMap:
    """Counts as shares of one, spread over bins beside them along all three channels."""
    cube = counts.reshape(_BINS, _BINS, _BINS)
    for axis in range(3):
        lines = np.moveaxis(cube, axis, 0).reshape(_BINS, -1)
        wide = cv2.GaussianBlur(lines, (0, 0), sigmaX=0.01, sigmaY=_SPREAD_BINS, borderType=cv2.BORDER_REPLICATE)
        cube = np.moveaxis(np.asarray(wide, np.float32).reshape(_BINS, _BINS, _BINS), 0, axis)
    return np.asarray(cube.ravel() / max(float(counts.sum()), 1.0), np.float32)
