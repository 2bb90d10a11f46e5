"""The square crop round an object that the mask network sees, and what fixed methods say about it.

Training and tracking make their crops here, so that the network gets the same in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from models.tracking.appearance import ColorModel, to_lab

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]
View = NDArray[np.uint8]
Picture = TypeVar("Picture", View, FloatMap)

COLOR_SCALE = 4.0
"""Log odds of a colour that count as 1."""
MARGIN = 1.8
"""Side of the crop over the longer side of the object."""
SMALLEST_PX = 32
"""Of a crop's side in the picture."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square of a picture; it may reach over the picture's border.

    Attributes:
        left, top: pixels.
        side: pixels.
    """

    left: int
    top: int
    side: int

    @classmethod
    def around(cls, mask: BoolMask, margin: float = MARGIN) -> Self:
        """The square round a mask ``(H, W)`` that is not empty, ``margin`` times as large as its longer side."""
        left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
        return cls.at(left + width / 2, top + height / 2, max(width, height) * margin)

    @classmethod
    def at(cls, x: float, y: float, side: float) -> Self:
        """The square round a point."""
        whole = max(round(side), SMALLEST_PX)
        return cls(round(x - whole / 2), round(y - whole / 2), whole)

    def cut(self, picture: Picture, size: int, *, outside: int = cv2.BORDER_REPLICATE) -> Picture:
        """The square of a picture ``(H, W)`` or ``(H, W, C)``, ``size`` pixels wide and high.

        Args:
            picture: uint8 or float32.
            size: of the result.
            outside: how the picture goes on beyond its border: repeated, or 0 (``cv2.BORDER_CONSTANT``).
        """
        height, width = picture.shape[:2]
        left, top = max(0, -self.left), max(0, -self.top)
        rows = slice(min(max(0, self.top), height - 1), max(1, min(height, self.top + self.side)))
        columns = slice(min(max(0, self.left), width - 1), max(1, min(width, self.left + self.side)))
        part = np.ascontiguousarray(picture[rows, columns])
        if part.shape[:2] != (self.side, self.side):
            down, across = self.side - part.shape[0], self.side - part.shape[1]
            above, before = min(top, down), min(left, across)
            grown = cv2.copyMakeBorder(part, above, down - above, before, across - before, outside, value=0)
            part = np.asarray(grown, picture.dtype)
        method = cv2.INTER_AREA if self.side > size else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(part, (size, size), interpolation=method), picture.dtype)

    def paste(self, answer: FloatMap, shape: tuple[int, int], outside: float = 0.0) -> FloatMap:
        """``(H, W)`` of ``shape``: a square answer ``(S, S)`` where it was cut out, ``outside`` elsewhere."""
        whole = np.full(shape, outside, np.float32)
        part = cv2.resize(answer, (self.side, self.side), interpolation=cv2.INTER_LINEAR)
        rows = slice(max(0, self.top), min(shape[0], self.top + self.side))
        columns = slice(max(0, self.left), min(shape[1], self.left + self.side))
        if rows.start < rows.stop and columns.start < columns.stop:
            whole[rows, columns] = part[
                rows.start - self.top : rows.stop - self.top, columns.start - self.left : columns.stop - self.left
            ]
        return whole


def learn_colors(model: ColorModel, view: View, mask: FloatMap, *, anchor: bool) -> None:
    """Teaches a colour model the object and its surroundings in a crop.

    Args:
        model: what learns.
        view: ``(S, S, 3)``.
        mask: ``(S, S)``, 0 to 1.
        anchor: whether the user gave the mask.
    """
    inside = (mask > 0.5).astype(np.uint8)
    kernel = np.ones((3, 3), np.uint8)
    core = cv2.erode(inside, kernel)
    if core.sum() < 0.2 * inside.sum():
        core = inside
    outside = 1 - np.asarray(cv2.dilate(inside, kernel, iterations=2))
    model.learn(to_lab(view), core.astype(np.float32), outside.astype(np.float32), anchor=anchor)


def color_hint(model: ColorModel, view: View) -> FloatMap:
    """``(S, S)``, about -1.25 to 1.25: how much each pixel's colour is the object's rather than its surroundings'."""
    return np.asarray(np.clip(model.log_ratio(to_lab(view)) / np.float32(COLOR_SCALE), -1.25, 1.25), np.float32)
