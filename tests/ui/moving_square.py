"""A small scene for the window's tests: a striped square crosses a wall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FRAMES, RATE = 256, 144, 36, 24
BLOB = 28  # side of the thing that moves through the scene


def scene_frame(index: int, *, with_object: bool = True) -> NDArray[np.uint8]:
    """``(H, W, 3)``: a textured wall that drifts slowly, and a striped square that crosses it."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    wall = 120 + 50 * np.sin((x + index) / 9.0) + 30 * np.cos(y / 7.0 + (x + index) / 31.0)
    picture = np.stack([wall, wall * 0.9, wall * 0.7 + 20], axis=-1)
    if with_object:
        left, top = object_corner(index)
        part = (slice(top, top + BLOB), slice(left, left + BLOB))
        stripes = 128 + 100 * np.sign(np.sin((x[part] - left) / 2.0))
        picture[part] = np.stack([stripes, 40 + 0 * stripes, 200 - stripes * 0.5], axis=-1)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def object_corner(index: int) -> tuple[int, int]:
    """Left and top of the square in a frame."""
    return 30 + 4 * index, 60
