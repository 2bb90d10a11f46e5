"""A figure whose two legs swing, coming out from behind a post: what hides its rear leg, no near frame shows."""

from __future__ import annotations

import cv2
import numpy as np

from models.voin.picture import ObjectFrame

SIZE = (200, 128)
PERIOD = 16
"""Frames of two steps, after which the figure stands as before."""
STEP_PX = 2
LEGS = (200, 60, 140)


def figure(index: int, *, stiff: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The scene without its post, ``(H, W, 3)`` uint8, and the whole figure ``(H, W)`` bool; ``stiff`` legs rest."""
    rng = np.random.default_rng(5)
    ground = cv2.resize(rng.uniform(60, 120, (16, 25, 3)).astype(np.float32), SIZE, interpolation=cv2.INTER_CUBIC)
    texture = cv2.resize(rng.uniform(0, 255, (20, 14, 3)).astype(np.float32), (28, 44), interpolation=cv2.INTER_CUBIC)
    left, top = 130 - STEP_PX * index, 16
    scene, mask = ground.copy(), np.zeros(SIZE[::-1], np.uint8)
    hip = left + 14, top + 42
    swing = 0.5 if stiff else np.sin(2 * np.pi * index / PERIOD)
    for side in (-1, 1):
        foot = round(hip[0] + side * 26 * swing), round(hip[1] + 46 - 10 * abs(swing))
        cv2.line(scene, hip, foot, LEGS, 9)
        cv2.line(mask, hip, foot, (1,), 9)
    begin, end = max(left, 0), min(left + 28, SIZE[0])
    if begin < end:
        scene[top : top + 44, begin:end] = texture[:, begin - left : end - left]
        mask[top : top + 44, begin:end] = 1
    return np.clip(scene, 0, 255).astype(np.uint8), mask > 0


def post() -> np.ndarray:
    """``(H, W)`` bool: all that lies right of a line."""
    cover = np.zeros(SIZE[::-1], bool)
    cover[:, 136:] = True
    return cover


def walking(index: int, *, stiff: bool = False, told: bool = False) -> ObjectFrame:
    """The figure behind its post; ``told`` gives its whole shape."""
    scene, whole = figure(index, stiff=stiff)
    cover = post()
    scene[cover] = (20, 90, 20)
    return ObjectFrame(index, scene, whole & ~cover, cover, amodal=whole if told else None)
