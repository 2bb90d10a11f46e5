"""Small outlines of an object in all frames of a clip, and how well they fit one another.

Only what is known counts: a place that is covered, or beyond the picture's border, says nothing. Overlap is
intersection over union of what is known of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.voin.picture import Mask, ObjectFrame

FloatMap = NDArray[np.float32]

_OBJECT_PX = 64
"""Outlines are compared at a size at which the object's longest side is so long."""
ROOM_PX = 96
"""Of the square round the object's middle that is looked at, at that size."""
_PADDED = (144, 144)
"""Room for every place of one square on another at which their middles meet."""
_LEAST_SEEN = 0.25
"""Of the usual visible area: of an object that shows less, the outline says too little."""
_LEAST_AWAY = 8
"""Frames nearer than this show what is brought along anyway."""
_NEAR_PX = 8.0
"""Standard deviation, at the small size, of what counts as near a place."""
_TOUCH_SHARE = 0.02
"""Of the object's longer side: a cover so near to what is seen of it may hide a part of it."""


@dataclass(frozen=True, slots=True)
class Fits:
    """How each frame that shows the object whole fits one that does not.

    Attributes:
        known: ``(N,)`` overlap with what is known here, where that is best; -1 for frames that are too near in time.
        seen: ``(N,)`` the same with what is *seen* here.
        shifts: ``(N, 2)`` that place: there minus here, x and y in pixels.
    """

    known: FloatMap
    seen: FloatMap
    shifts: FloatMap


@dataclass(frozen=True, slots=True)
class Outlines:
    """Masks of all frames, each in a small square round the middle of its object.

    Attributes:
        scale: small pixels to a pixel.
        corners: ``(T, 2)`` x and y of each square's first pixel, in pixels of the picture.
        shape, free: ``(T, S, S)`` what is known of the object, and where that is known: whole shapes that are given
            count.
        seen, open: ``(T, S, S)`` the same of what is seen.
        inside: ``(T, S, S)`` what lies in the picture.
        asking: frames that hide something, or may, and show enough.
        showing: frames that show the whole object.
    """

    scale: float
    corners: FloatMap
    shape: FloatMap
    free: FloatMap
    seen: FloatMap
    open: FloatMap
    inside: FloatMap
    asking: list[int]
    showing: list[int]

    @property
    def pixel(self) -> float:
        """A small pixel in pixels of the picture."""
        return 1 / self.scale

    @staticmethod
    def of(frames: Sequence[ObjectFrame]) -> Outlines | None:
        """Those of the frames; None where the object never shows."""
        shapes = [
            np.asarray(each.visible if each.amodal is None else each.visible | each.amodal, bool) for each in frames
        ]
        windows = [window_of(shape) for shape in shapes]
        longest = max(max(window.width, window.height) for window in windows)
        if longest <= 0:
            return None
        scale = _OBJECT_PX / longest
        middles = [(each.left + each.width / 2, each.top + each.height / 2) for each in windows]
        corners = np.array(middles, np.float32) - np.float32(ROOM_PX / scale / 2)

        def small(masks: Sequence[Mask]) -> FloatMap:
            return np.stack([_small(mask, corner, scale) for mask, corner in zip(masks, corners, strict=True)])

        bare = [_bare(frame) for frame in frames]
        seen = small([frame.visible for frame in frames])
        least = _LEAST_SEEN * float(np.percentile(seen.sum((1, 2)), 75))
        near = max(1, round(_TOUCH_SHARE * longest))
        whole = [bool(frame.visible.any()) and _shows_all(frame, near) for frame in frames]
        return Outlines(
            scale,
            corners,
            small(shapes),
            small([_known(frame) for frame in frames]),
            seen,
            small(bare),
            small([np.ones_like(one) for one in bare]),
            [at for at in range(len(frames)) if not whole[at] and 0 < least <= seen[at].sum()],
            [at for at in range(len(frames)) if whole[at]],
        )

    def fits(self, at: int) -> Fits:
        """How the frames that show the whole object fit a frame."""
        shown = np.conj(np.fft.rfft2(self.seen[self.showing], _PADDED))
        inside = np.conj(np.fft.rfft2(self.inside[self.showing], _PADDED))

        def overlap(shape: FloatMap, free: FloatMap) -> FloatMap:
            mine, open_here = np.fft.rfft2(shape, _PADDED), np.fft.rfft2(free, _PADDED)
            both = np.fft.irfft2(mine * shown, _PADDED)
            either = np.fft.irfft2(mine * inside + open_here * shown, _PADDED) - both
            return np.asarray(both / np.maximum(either, 1.0), np.float32)

        known = overlap(self.shape[at], self.free[at])
        count = len(self.showing)
        rows, columns = np.unravel_index(known.reshape(count, -1).argmax(1), _PADDED)
        best = np.arange(count), rows, columns
        seen = known if (self.free[at] == self.open[at]).all() else overlap(self.seen[at], self.open[at])
        moved = np.stack([_signed(columns, _PADDED[1]), _signed(rows, _PADDED[0])], 1) / self.scale
        near = np.abs(np.asarray(self.showing) - at) < _LEAST_AWAY
        return Fits(
            np.where(near, np.float32(-1), known[best]),
            np.asarray(seen[best], np.float32),
            np.asarray(self.corners[self.showing] - self.corners[at] - moved, np.float32),
        )

    def fit_of_pair(self, at: int, other: int, shift: FloatMap) -> FloatMap | None:
        """``(S, S)`` overlap, near each place, of what two frames show of the object, one laid over the other.

        None if they show too little in common.

        Args:
            at: the frame in whose square the answer is.
            other: the frame that is laid over it.
            shift: ``(2,)`` place in ``other`` minus place in ``at``, in pixels.
        """
        x, y = (shift - (self.corners[other] - self.corners[at])) * np.float32(self.scale)
        matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        seen, bare = (
            cv2.warpAffine(maps[other], matrix, (ROOM_PX, ROOM_PX), flags=how) for maps in (self.seen, self.open)
        )
        free = bare * self.open[at]
        both, either = np.minimum(seen, self.seen[at]) * free, np.maximum(seen, self.seen[at]) * free
        if either.sum() < _LEAST_SEEN * self.seen[at].sum():
            return None
        near = [cv2.GaussianBlur(each, (0, 0), _NEAR_PX, borderType=cv2.BORDER_CONSTANT) for each in (both, either)]
        return np.asarray(near[0] / np.maximum(near[1], 1e-6), np.float32)

    def large(self, at: int, values: FloatMap, size: tuple[int, int]) -> FloatMap:
        """Values ``(S, S)`` of a frame's square in its picture of ``size`` (H, W): infinite round it."""
        start = (np.float32(0.5) - self.corners[at]) * np.float32(self.scale) - np.float32(0.5)
        matrix = np.array([[self.scale, 0, start[0]], [0, self.scale, start[1]]], np.float32)
        how = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        moved = cv2.warpAffine(values, matrix, size[::-1], flags=how, borderValue=(np.inf,))
        return np.asarray(moved, np.float32)


def _bare(frame: ObjectFrame) -> Mask:
    """Where nothing covers the object."""
    return np.asarray(~frame.occluder | frame.visible, bool)


def _known(frame: ObjectFrame) -> Mask:
    """Where it is known whether the object is there."""
    return _bare(frame) if frame.amodal is None else np.ones_like(frame.visible)


def _shows_all(frame: ObjectFrame, near: int) -> bool:
    """Whether nothing of the object is hidden."""
    cover = frame.occluder & ~frame.visible
    if frame.amodal is not None:
        return not (frame.amodal & cover).any()
    grown = cv2.dilate(frame.visible.astype(np.uint8), np.ones((2 * near + 1,) * 2, np.uint8)) > 0
    return not (grown & cover).any()


def _small(mask: Mask, corner: FloatMap, scale: float) -> FloatMap:
    """``(S, S)`` a square of a mask at the small size, zero beyond the picture."""
    height, width = mask.shape
    small = mask.astype(np.float32)
    if scale < 1:
        small = np.asarray(cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.float32)
    ratio = np.array([small.shape[1] / width, small.shape[0] / height], np.float32)
    step, start = ratio / scale, (corner + np.float32(0.5 / scale)) * ratio - np.float32(0.5)
    matrix = np.array([[step[0], 0, start[0]], [0, step[1], start[1]]], np.float32)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(small, matrix, (ROOM_PX, ROOM_PX), flags=how), np.float32)


def _signed(places: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Places of a circular correlation as shifts of either sign."""
    return np.where(places > size // 2, places - size, places)
