"""The rectangle of a frame that the networks see: round the hole, in a few sizes, and the way back.

A network's time goes with its pixels, and each new shape costs preparation: crops come in sizes that are multiples of
32 and keep theirs from frame to frame while the hole fits. Large holes are seen shrunken.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.channels import meshed
from models.propagation.holeflow import HoleFlow
from models.propagation.observation import Scale
from models.propagation.picture import BoolMask
from models.propagation.source_map import Window

BUCKET_PX = 32
SMALLEST_PX = 64
_MARGIN_SHARE = 0.07
"""Picture round the hole that the networks see, of the picture's shorter side."""
_TOO_LARGE = 1.6
"""A crop whose hole has shrunk to this part of it is chosen anew."""
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of view pixels seen at a crop's size.

    Attributes:
        left: of the rectangle, in view pixels; it may begin outside the picture.
        top: likewise.
        view_width: of the rectangle, in view pixels.
        view_height: likewise.
        width: of the crop, in crop pixels.
        height: likewise.
    """

    left: int
    top: int
    view_width: int
    view_height: int
    width: int
    height: int

    @property
    def factor(self) -> Values:
        """``(2,)`` view pixels per crop pixel, x and y."""
        return np.array([self.view_width / self.width, self.view_height / self.height], np.float32)

    def places(self) -> tuple[Values, Values]:
        """``(width,)`` x and ``(height,)`` y in the view of the centres of the crop's columns and rows, float32."""
        xs, ys = np.arange(self.width, dtype=np.float32), np.arange(self.height, dtype=np.float32)
        across, down = self.factor
        return (xs + 0.5) * across - 0.5 + np.float32(self.left), (ys + 0.5) * down - 0.5 + np.float32(self.top)

    def cut(self, array: NDArray[np.uint8] | Values) -> Values:
        """The crop's part of a ``(H, W)`` or ``(H, W, C)`` picture, averaged; the picture's border is continued."""
        height, width = array.shape[:2]
        top, left = max(0, self.top), max(0, self.left)
        bottom, right = min(height, self.top + self.view_height), min(width, self.left + self.view_width)
        part = array[top:bottom, left:right].astype(np.float32)
        around = (top - self.top, self.top + self.view_height - bottom, left - self.left)
        beyond = (*around, self.left + self.view_width - right)
        if any(beyond):
            part = np.asarray(cv2.copyMakeBorder(part, *beyond, cv2.BORDER_REPLICATE), np.float32)
        if part.shape[:2] == (self.height, self.width):
            return part
        return np.asarray(cv2.resize(part, (self.width, self.height), interpolation=cv2.INTER_AREA), np.float32)

    def cut_mask(self, mask: BoolMask) -> Values:
        """The crop's part of a ``(H, W)`` mask, 0 or 1: a pixel belongs to it if any of its view pixels does.

        What lies beyond the picture does not.
        """
        height, width = mask.shape
        column, row = min(0, self.left), min(0, self.top)
        whole = np.zeros(
            (max(height, self.top + self.view_height) - row, max(width, self.left + self.view_width) - column),
            np.float32,
        )
        whole[-row : height - row, -column : width - column] = mask
        moved = Crop(self.left - column, self.top - row, self.view_width, self.view_height, self.width, self.height)
        return (moved.cut(whole) > 0).astype(np.float32)

    def spread(self, values: Values, window: Window) -> Values:
        """Crop values ``(height, width, C)`` brought to the view pixels of a window inside the crop."""
        if (self.view_height, self.view_width) != values.shape[:2]:
            size = (self.view_width, self.view_height)
            values = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float32)
        top, left = window.top - self.top, window.left - self.left
        assert top >= 0 and left >= 0
        return values[top : top + window.height, left : left + window.width]


def choose_crop(hole: Window, height: int, width: int, *, largest_px: int, last: Crop | None = None) -> Crop:
    """The crop for a hole.

    Args:
        hole: what must lie inside, in view pixels; not empty.
        height: of the picture.
        width: of the picture.
        largest_px: longest side of a crop, a multiple of ``BUCKET_PX``.
        last: the crop of the frame before: its size is kept while the hole fits.
    """
    margin = max(4, round(_MARGIN_SHARE * min(height, width)))
    need = (hole.width + 2 * margin, hole.height + 2 * margin)
    size = None if last is None else (last.view_width, last.view_height, last.width, last.height)
    if size is None or not _fits(need, (size[0], size[1])):
        size = _size_for(need, largest_px)
    view_width, view_height = size[:2]
    left = _placed(hole.left + hole.width / 2, view_width, width)
    top = _placed(hole.top + hole.height / 2, view_height, height)
    return Crop(left, top, view_width, view_height, size[2], size[3])


def _fits(need: tuple[int, int], size: tuple[int, int]) -> bool:
    enough = need[0] <= size[0] and need[1] <= size[1]
    smallest = max(SMALLEST_PX, max(size) / _TOO_LARGE)
    return enough and (max(need) >= smallest or max(size) <= SMALLEST_PX)


def _size_for(need: tuple[int, int], largest_px: int) -> tuple[int, int, int, int]:
    factor = max(1.0, max(need) / largest_px)
    width, height = (
        min(largest_px, max(SMALLEST_PX, -(-round(side / factor) // BUCKET_PX) * BUCKET_PX)) for side in need
    )
    return max(need[0], round(width * factor)), max(need[1], round(height * factor)), width, height


def _placed(centre: float, length: int, whole: int) -> int:
    """Where a stretch round ``centre`` begins: inside the picture if it fits, else round the picture's middle."""
    if length >= whole:
        return -((length - whole) // 2)
    return min(max(0, round(centre - length / 2)), whole - length)


def crop_grid(motion: HoleFlow, scale: Scale, here: Crop, there: Crop) -> Values:
    """Where a crop's pixels lie in another frame's crop, as ``grid_sample`` takes it.

    Args:
        motion: the background's flow from this frame to the other, on the motion grid.
        scale: the clip's sizes.
        here: this frame's crop.
        there: the other frame's.

    Returns:
        ``(height, width, 2)`` float32: -1 and 1 are the other crop's outer edges.
    """
    xs, ys = here.places()
    across, down = scale.factor * np.float32(scale.step)
    small = meshed((xs + 0.5) / across - 0.5, (ys + 0.5) / down - 0.5)
    flow = cv2.remap(motion.flow, small, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    grid = np.empty((here.height, here.width, 2), np.float32)
    for axis, (places, factor, start, extent) in enumerate(
        ((xs, across, there.left, there.view_width), (ys[:, None], down, there.top, there.view_height))
    ):
        target = places + flow[..., axis] * factor + 0.5 - np.float32(start)
        grid[..., axis] = 2 * target / np.float32(extent) - 1
    return grid
