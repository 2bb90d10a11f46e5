"""Whether a fill already fits: then the networks have nothing to add and are skipped."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]

_SMOOTH_PX = 1.0
_OUTWARD_PX = 4
"""How far outside the hole the picture's own jump is taken, for comparison."""
_EXTRA = 1.25
"""A seam may jump by this times what the picture itself does beside it,"""
_NOISE = 1.0 / 255
"""and by this much more."""
_SMALL_RISK = 0.06
"""Mean risk (of the range 0..1) up to which a source counts as right where it is."""


def fits(picture: Values, conditions: Values) -> bool:
    """Whether every pixel of the hole is really seen, hardly at risk, and the hole's rim shows no seam.

    Args:
        picture: ``(H, W, 3)`` float32 RGB in 0..1, the fill in the hole.
        conditions: ``(H, W, 4)`` float32: hole, seen, guessed, risk.
    """
    hole, guessed, risk = conditions[..., 0] > 0.5, conditions[..., 2] > 0, conditions[..., 3]
    if not hole.any():
        return True
    if guessed.any() or float(risk[hole].mean()) > _SMALL_RISK:
        return False
    grey = picture.mean(-1)
    kernel = np.ones((2 * _OUTWARD_PX + 1, 2 * _OUTWARD_PX + 1), np.uint8)
    wider = cv2.dilate(hole.astype(np.uint8), kernel) > 0
    seam, usual = seam_jump(grey, hole), seam_jump(grey, np.asarray(wider, bool))
    return seam <= _EXTRA * usual + _NOISE


def seam_jump(grey: Values, region: NDArray[np.bool_]) -> float:
    """Mean absolute difference between the two sides of a region's border, each smoothed along it; 0 without one."""
    border = region & (cv2.dilate((~region).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    if not border.any():
        return 0.0
    inner, outer = _side_mean(grey, region), _side_mean(grey, ~region)
    return float(np.abs(inner - outer)[border].mean())


def _side_mean(grey: Values, side: NDArray[np.bool_]) -> Values:
    weight = cv2.GaussianBlur(side.astype(np.float32), (0, 0), _SMOOTH_PX)
    mean = cv2.GaussianBlur(grey * side, (0, 0), _SMOOTH_PX)
    return np.asarray(mean / np.maximum(weight, 1e-6), np.float32)
