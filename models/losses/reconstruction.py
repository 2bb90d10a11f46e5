"""The spatially discounted reconstruction loss (VORNet equation 1, after Yu et al. 2018)."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

GAMMA = 0.99
FARTHEST_PX = 128
"""Beyond this depth the discount stays as it is."""


def depth(hole: Tensor, farthest_px: int = FARTHEST_PX) -> Tensor:
    """How deep a pixel lies in its hole: 0 at the rim, counted in steps to a neighbour, diagonal ones included.

    In a box that is the distance to the nearest side, as in the method the paper takes the loss from. The picture's
    own border is no rim.

    Args:
        hole: ``(B, 1, H, W)`` 0 or 1.
        farthest_px: largest depth that is told apart.

    Returns:
        ``(B, 1, H, W)`` float32; 0 outside the hole.
    """
    steps = min(farthest_px, max(hole.shape[-2:]))
    if hole.device.type == "cpu":
        return _depth_by_distance(hole, steps)
    return _depth_by_erosion(hole, steps)


def _depth_by_distance(hole: Tensor, steps: int) -> Tensor:
    """By OpenCV's distance transform: a twentieth of the erosion's time on a CPU."""
    inside = (hole[:, 0] > 0.5).to(torch.uint8).numpy()
    distance = np.stack([cv2.distanceTransform(one, cv2.DIST_C, 3) for one in inside]).astype(np.float32)
    return torch.from_numpy((distance - 1).clip(0, steps) * inside)[:, None]


def _depth_by_erosion(hole: Tensor, steps: int) -> Tensor:
    remaining = (hole > 0.5).float()
    deep = torch.zeros_like(remaining)
    for _ in range(steps):
        # Eroded: a pixel stays if all of its nine neighbours are there (those beyond the picture count as there).
        remaining = 1 - functional.max_pool2d(1 - remaining, 3, stride=1, padding=1)
        if not bool(remaining.any()):
            break
        deep = deep + remaining
    return deep


def discount(hole: Tensor, gamma: float = GAMMA) -> Tensor:
    """``(B, 1, H, W)`` weights gamma^d in the hole, 0 outside; see ``depth``."""
    return gamma ** depth(hole) * (hole > 0.5)


def discounted_l1(output: Tensor, truth: Tensor, hole: Tensor, *, gamma: float = GAMMA) -> Tensor:
    """Equation 1: mean over the hole's pixels and channels of |O - B| gamma^d.

    Args:
        output: ``(B, 3, H, W)``.
        truth: ``(B, 3, H, W)``.
        hole: ``(B, 1, H, W)`` 0 or 1.
        gamma: 0.99 in the paper; 1 gives the plain mean.

    Returns:
        A scalar; zero where there is no hole.
    """
    inside = (hole > 0.5).sum().clamp(min=1)
    weighted = (output.float() - truth.float()).abs() * discount(hole, gamma)
    return weighted.sum() / (inside * output.shape[1])
