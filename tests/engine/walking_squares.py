"""A clip made by formula for tests of tracking: plain squares that walk over textured ground."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import MaskPrompt
from app.engine.tracking import TrackedFrame

COLOURS = ((200, 40, 30), (40, 60, 200))
"""Of the first square and of the second."""


@dataclass
class ShownFrame:
    """What tracking asks of a frame: ``(H, W, 3)`` uint8."""

    rgb: NDArray[np.uint8]


def textured(size: tuple[int, int], *, seed: int = 0, spread: float = 90) -> NDArray[np.uint8]:
    """``(H, W, 3)`` smooth noise.

    Args:
        size: width and height in pixels.
        seed: of the noise.
        spread: of its values before they are smoothed.
    """
    noise = np.random.default_rng(seed).normal(110, spread, (size[1], size[0], 3)).astype(np.float32)
    return np.clip(cv2.GaussianBlur(noise, (0, 0), 2), 0, 255).astype(np.uint8)


class WalkingSquares:
    """One or two squares, the later ones before the earlier.

    Args:
        size: of the pictures, width and height.
        count: of the frames.
        walks: where each square is, by frame.
    """

    def __init__(self, size: tuple[int, int], count: int, *walks: Callable[[int], Rect]) -> None:
        self._size, self._count, self._walks = size, count, walks
        self._ground = textured(size)

    def rect(self, index: int, which: int = 0) -> Rect:
        return self._walks[which](index)

    def mask(self, index: int, which: int = 0) -> NDArray[np.bool_]:
        return box_mask(self.rect(index, which), *self._size)

    def prompt(self, index: int, which: int = 0) -> MaskPrompt:
        return MaskPrompt(MaskBlob.from_array(self.mask(index, which)), index)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[ShownFrame]:
        for index in range(start, self._count if stop is None else stop):
            view = self._ground.copy()
            for which in range(len(self._walks)):
                view[self.mask(index, which)] = COLOURS[which]
            yield ShownFrame(view)


def overlap(answer: TrackedFrame, truth: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    mask = answer.mask.to_array()
    return float((mask & truth).sum() / (mask | truth).sum())
