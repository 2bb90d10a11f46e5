"""A textured disc that moves behind a bar, with exact masks, for tests of propagation and of windows."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from models.voin.window_engine import ObjectFrame

SIZE = (128, 96)
RADIUS = 20
SPEED_PX = 2


def disc(index: int) -> tuple[np.ndarray, np.ndarray]:
    """The scene without its bar, ``(H, W, 3)`` uint8, and the whole disc ``(H, W)`` bool."""
    rng = np.random.default_rng(1)
    ground = cv2.resize(rng.uniform(60, 120, (12, 16, 3)).astype(np.float32), SIZE, interpolation=cv2.INTER_CUBIC)
    texture = cv2.resize(rng.uniform(0, 255, (40, 40, 3)).astype(np.float32), (80, 80), interpolation=cv2.INTER_CUBIC)
    x, y = 34 + SPEED_PX * index, 48
    mask = np.zeros(SIZE[::-1], np.uint8)
    cv2.circle(mask, (x, y), RADIUS, 1, cv2.FILLED)
    whole = ground.copy()
    whole[y - 40 : y + 40, max(0, x - 40) : x + 40] = texture[:, max(0, 40 - x) : 80 - max(0, x + 40 - SIZE[0])]
    scene = np.where(mask[..., None] > 0, whole, ground)
    return np.clip(scene, 0, 255).astype(np.uint8), mask > 0


def bar(index: int, width: int = 10, shift: float = 0.0) -> np.ndarray:
    """``(H, W)`` bool: an upright bar that stands still, or moves ``shift`` pixels a frame."""
    mask = np.zeros(SIZE[::-1], bool)
    left = 56 + round(shift * index)
    mask[:, left : left + width] = True
    return mask


def frame(index: int, *, cut: bool = False, width: int = 10) -> ObjectFrame:
    """The disc behind the bar."""
    scene, whole = disc(index)
    cover = bar(index, width)
    scene = scene.copy()
    scene[cover] = (20, 200, 20)
    return ObjectFrame(index, scene, whole & ~cover, cover, cut=cut)


def plain_frame(index: int) -> ObjectFrame:
    """The disc behind the bar, in three colours that tell them and the ground apart."""
    given, (_, whole) = frame(index), disc(index)
    view = np.full_like(given.view, (90, 90, 90))
    view[whole] = (200, 60, 60)
    view[given.occluder] = (20, 200, 20)
    noise = np.random.default_rng(index).integers(-9, 10, view.shape)
    return replace(given, view=np.clip(view + noise, 0, 255).astype(np.uint8))


def spoilt(given: ObjectFrame, by: int) -> ObjectFrame:
    """The frame with a visible mask that is too large (or, negative, too small) by so many pixels all round."""
    kernel = np.ones((2 * abs(by) + 1,) * 2, np.uint8)
    change = cv2.dilate if by > 0 else cv2.erode
    return replace(given, visible=change(given.visible.astype(np.uint8), kernel) > 0)


def exact_flow(here: int, there: int) -> np.ndarray:
    """``(H, W, 2)``: the disc's true motion from one frame to another, zero for the ground."""
    _, whole = disc(here)
    flow = np.zeros((*SIZE[::-1], 2), np.float32)
    flow[whole, 0] = SPEED_PX * (there - here)
    return flow
