"""Clips in arrays as the engines take them, and their fills put back into arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import Fill, HoleFrame, Picture, PicturePlane
from models.training.data.method import Clip, Masks

FRAME_RATE = 24.0
"""Frames a second of every clip in arrays, for engines that do things once a second."""


def in_rgb(index: int, view: NDArray[np.uint8]) -> Picture:
    """A view ``(H, W, 3)`` uint8 RGB as a picture of planes R, G and B."""
    return Picture(index, view, tuple(PicturePlane(np.ascontiguousarray(view[..., which])) for which in range(3)))


@dataclass(frozen=True, slots=True)
class ClipSource:
    """Frames as the engine takes them.

    Attributes:
        frames: ``(T, H, W, 3)`` uint8 RGB.
        holes: ``(T, H, W)`` bool.
        picture: makes a picture of an index and a view.
    """

    frames: Clip
    holes: Masks
    picture: Callable[[int, NDArray[np.uint8]], Picture] = in_rgb

    def __len__(self) -> int:
        return len(self.frames)

    def walk(self) -> Iterator[HoleFrame]:
        """A fresh pass."""
        for index, (frame, hole) in enumerate(zip(self.frames, self.holes, strict=True)):
            yield HoleFrame(self.picture(index, frame), hole, cut=index == 0)


def window_of_fill(fill: Fill) -> tuple[slice, slice]:
    """Rows and columns of the rectangle that a fill has, in its frame."""
    return slice(fill.top, fill.top + fill.height), slice(fill.left, fill.left + fill.width)


def paste(fill: Fill, frames: Clip, holes: Masks) -> None:
    """Writes a fill's colours into ``frames`` ``(T, H, W, 3)`` uint8 RGB, only where ``holes`` ``(T, H, W)`` are."""
    window = window_of_fill(fill)
    hole = holes[fill.index][window]
    for which, plane in enumerate(fill.planes):
        frames[fill.index][window][..., which][hole] = plane[hole]
