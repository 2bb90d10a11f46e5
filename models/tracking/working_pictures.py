"""Pictures at the size that masks are tracked in, and what of one the object may be in."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow
from models.tracking.consensus import Beside

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]
View = NDArray[np.uint8]
Crop = tuple[slice, slice]

BESIDE_FRAMES = (6, 12, 20, 30)
"""How far away those pictures lie that vote on a picture's background."""
WORKING_LONG_SIDE_PX = 480
SMALLEST_OBJECT_PX = 72
"""A smaller object is tracked in a larger picture, up to twice the working size."""
_MARGIN_PX = (20, 48)
_MARGIN_SHARE = 0.3
SMALLEST_PX = 6
"""Fewer pixels at the working size are no object."""


class PreparedPictures:
    """Pictures at a tracker's working size, prepared for the vote once: each is met several times.

    Several trackers of the same pictures may share them.
    """

    def __init__(self) -> None:
        self._known: deque[tuple[View, float, View, Beside]] = deque(maxlen=3 * max(BESIDE_FRAMES))

    def of(self, view: View, scale: float) -> tuple[View, Beside]:
        """A view ``(H, W, 3)``, known again by its array, at a scale, and what was prepared of it."""
        for known, at, small, prepared in self._known:
            if known is view and at == scale:
                return small, prepared
        height, width = view.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        same = size == (width, height)
        small = view if same else np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), np.uint8)
        prepared = Beside.of(small)
        self._known.append((view, scale, small, prepared))
        return small, prepared


def working_scale(width: int, height: int, mask: BoolMask) -> float:
    """How much a picture is shrunk for an object of this size, at most 1."""
    _, _, across, down = cv2.boundingRect(mask.view(np.uint8))
    return scale_for(width, height, max(across, down))


def scale_for(width: int, height: int, object_px: int) -> float:
    """The same for an object whose longer side is known."""
    base = WORKING_LONG_SIDE_PX / max(width, height)
    closer = min(2.0, max(1.0, SMALLEST_OBJECT_PX / max(object_px * base, 1.0)))
    return min(1.0, base * closer)


def crop_for(answer: FloatMap, from_last: Flow) -> Crop | None:
    """Where the object may be now: its last shape moved by its flow, with a margin; None where nothing is left."""
    rows, columns = np.nonzero(answer > 0.5)
    if len(rows) < SMALLEST_PX:
        return None
    x, y = columns + from_last[rows, columns, 0], rows + from_last[rows, columns, 1]
    left, right = np.percentile(x, (1, 99))
    top, bottom = np.percentile(y, (1, 99))
    least, most = _MARGIN_PX
    margin = int(np.clip(_MARGIN_SHARE * max(right - left, bottom - top), least, most))
    box = int(left), int(top), int(right - left) + 1, int(bottom - top) + 1
    crop = window_round(box, margin, answer.shape)
    return crop if min(crop[0].stop - crop[0].start, crop[1].stop - crop[1].start) >= 8 else None


def window_round(box: Sequence[int], margin: int, shape: tuple[int, ...]) -> Crop:
    """Slices of a box ``(left, top, width, height)`` with a margin, clipped to the picture."""
    left, top, width, height = box
    rows = slice(max(0, top - margin), max(0, min(shape[0], top + height + margin)))
    return rows, slice(max(0, left - margin), max(0, min(shape[1], left + width + margin)))
