"""A tiny composite made by formula: a textured scene that moves evenly, and a square hole that crosses it."""

from __future__ import annotations

import numpy as np
from small_footage import textured

from models.training.composites.building import Composite


def moving_scene(*, speed: float, frames: int = 12) -> Composite:
    """The scene moves ``speed`` pixels a frame to the left, the object (white) 5 to the right."""
    truth = np.stack([textured(7, 40 + speed * index) for index in range(frames)])
    masks = np.zeros(truth.shape[:3], np.bool_)
    for index in range(frames):
        masks[index, 36:60, 10 + 5 * index : 40 + 5 * index] = True
    pasted = truth.copy()
    pasted[masks] = 255
    kind = "static" if speed == 0 else "rigid"
    return Composite("scene+square", "scene", "square", kind, pasted, truth, masks)
