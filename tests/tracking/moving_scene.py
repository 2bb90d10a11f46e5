"""A made scene with known masks: a textured thing that moves over a textured ground before a moving camera."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]


def texture(height: int, width: int, color: tuple[int, int, int], seed: int, contrast: float = 45.0) -> View:
    """Smooth noise round a colour."""
    noise = np.random.default_rng(seed).normal(size=(height, width, 3)).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 4.0)
    noise *= contrast / noise.std()
    return np.clip(np.asarray(color, np.float32) + noise, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Scene:
    """A walker of about 48x104 pixels in a picture of 320x240."""

    count: int = 24
    pan_px: float = 2.0
    walk_px: float = 6.0
    color: tuple[int, int, int] = (200, 60, 50)
    hidden: tuple[int, int] = (0, 0)
    """Frames (end exclusive) in which a wall hides the walker."""

    def mask(self, index: int) -> BoolMask:
        """The walker where it is seen."""
        if self.hidden[0] <= index < self.hidden[1]:
            return np.zeros((240, 320), np.bool_)
        return self._shape(index)

    def _shape(self, index: int) -> BoolMask:
        x, y = self._place(index)
        rows, columns = np.mgrid[:240, :320]
        body = ((columns - x) / 24) ** 2 + ((rows - y - 16) / 44) ** 2 <= 1
        head = (columns - x) ** 2 + (rows - y + 40) ** 2 <= 256
        return np.asarray(body | head)

    def _place(self, index: int) -> tuple[float, float]:
        return 80 + (self.walk_px - self.pan_px) * index, 120 + 4 * float(np.sin(index / 3))

    def view(self, index: int) -> View:
        """``(240, 320, 3)`` RGB."""
        ground = texture(240, 520, (95, 110, 90), seed=1)
        shift = np.array([[1, 0, -40 - self.pan_px * index], [0, 1, 0]], np.float32)
        picture = cv2.warpAffine(ground, shift, (320, 240), borderMode=cv2.BORDER_REFLECT)
        x, y = self._place(index)
        cloth = texture(160, 120, self.color, seed=2, contrast=20)
        moved = np.array([[1, 0, x - 60], [0, 1, y - 80]], np.float32)
        worn = cv2.warpAffine(cloth, moved, (320, 240), borderMode=cv2.BORDER_REFLECT)
        mask = self.mask(index)
        result = picture.copy()
        result[mask] = worn[mask]
        return np.asarray(result, np.uint8)

    def box(self, index: int) -> tuple[int, int, int, int]:
        """Left, top, width, height round the walker."""
        left, top, width, height = cv2.boundingRect(self._shape(index).view(np.uint8))
        return left, top, width, height


def overlap(first: BoolMask, second: BoolMask) -> float:
    """Intersection over union; two empty masks agree."""
    either = np.count_nonzero(first | second)
    return float(np.count_nonzero(first & second) / either) if either else 1.0
