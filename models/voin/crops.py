"""Squares of a picture as the networks see them, and what they answer put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

SMALLEST_PX = 16


@dataclass(frozen=True, slots=True)
class SquareCrop:
    """A square in pixels of the picture; it may reach beyond the picture's borders.

    Attributes:
        left, top: of its first pixel.
        side: in pixels.
    """

    left: int
    top: int
    side: int

    @classmethod
    def around(cls, mask: NDArray[np.bool_], factor: float) -> SquareCrop:
        """The square round a mask, ``factor`` times as large as the longer side of its box.

        Args:
            mask: ``(H, W)`` bool; an empty one gets the whole picture.
            factor: at least 1.
        """
        height, width = mask.shape
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        if not len(rows):
            side = max(height, width)
            return cls((width - side) // 2, (height - side) // 2, side)
        top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
        side = max(SMALLEST_PX, round(max(bottom - top, right - left) * factor))
        return cls((left + right - side) // 2, (top + bottom - side) // 2, side)

    def inside(self, height: int, width: int) -> SquareCrop:
        """The square pushed into a picture, in each direction in which it is not larger."""
        left = self.left if self.side > width else min(max(self.left, 0), width - self.side)
        top = self.top if self.side > height else min(max(self.top, 0), height - self.side)
        return SquareCrop(left, top, self.side)

    def moved(self, right: int, down: int) -> SquareCrop:
        """The same square elsewhere."""
        return SquareCrop(self.left + right, self.top + down, self.side)

    def cut(self, picture: NDArray[Any], size: int, *, outside: int = cv2.BORDER_REPLICATE) -> NDArray[Any]:
        """The square of ``(H, W)`` or ``(H, W, C)``, scaled to ``size`` x ``size``.

        Args:
            picture: uint8 or float32.
            size: in pixels.
            outside: OpenCV's border for what lies beyond the picture; ``cv2.BORDER_CONSTANT`` has zeros there.
        """
        height, width = picture.shape[:2]
        top, left = max(self.top, 0), max(self.left, 0)
        bottom, right = min(self.top + self.side, height), min(self.left + self.side, width)
        if bottom <= top or right <= left:
            return np.zeros((size, size, *picture.shape[2:]), picture.dtype)
        part = np.asarray(picture[top:bottom, left:right])
        borders = (top - self.top, self.top + self.side - bottom, left - self.left, self.left + self.side - right)
        if any(borders):
            part = cv2.copyMakeBorder(part, *borders, outside)
        how = cv2.INTER_AREA if self.side > size else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(part, (size, size), interpolation=how), picture.dtype)

    def put_back(self, answer: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
        """``(S, S)`` or ``(S, S, C)`` scaled back into a picture of ``shape`` = (H, W), zero round the square."""
        result = np.zeros((*shape, *answer.shape[2:]), np.float32)
        top, left = max(self.top, 0), max(self.left, 0)
        bottom, right = min(self.top + self.side, shape[0]), min(self.left + self.side, shape[1])
        if bottom <= top or right <= left:
            return result
        how = cv2.INTER_LINEAR if self.side >= answer.shape[0] else cv2.INTER_AREA
        whole = cv2.resize(answer, (self.side, self.side), interpolation=how)
        result[top:bottom, left:right] = whole[top - self.top : bottom - self.top, left - self.left : right - self.left]
        return result
