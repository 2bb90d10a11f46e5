"""Clips in arrays as the engines take them, and their fills put back into arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.propagation.picture import Fill, HoleFrame, Picture, PicturePlane
from models.training.data.method import Clip, Masks

FRAME_RATE = 24.0
"""Frames a second of every clip in arrays, for engines that do things once a second."""


@dataclass(frozen=True, slots=True)
class ClipSource:
    """Frames ``(T, H, W, 3)`` uint8 RGB and holes ``(T, H, W)`` bool as the engine takes them: planes R, G and B."""

    frames: Clip
    holes: Masks

    def __len__(self) -> int:
        return len(self.frames)

    def walk(self) -> Iterator[HoleFrame]:
        """A fresh pass."""
        for index, (frame, hole) in enumerate(zip(self.frames, self.holes, strict=True)):
            planes = tuple(PicturePlane(np.ascontiguousarray(frame[..., which])) for which in range(3))
            yield HoleFrame(Picture(index, frame, planes), hole, cut=index == 0)


def window_of_fill(fill: Fill) -> tuple[slice, slice]:
    """Rows and columns of the rectangle that a fill has, in its frame."""
    return slice(fill.top, fill.top + fill.height), slice(fill.left, fill.left + fill.width)


def paste(fill: Fill, frames: Clip, holes: Masks) -> None:
    """Writes a fill's colours into ``frames`` ``(T, H, W, 3)`` uint8 RGB, only where ``holes`` ``(T, H, W)`` are."""
    window = window_of_fill(fill)
    hole = holes[fill.index][window]
    for which, plane in enumerate(fill.planes):
        frames[fill.index][window][..., which][hole] = plane[hole]
