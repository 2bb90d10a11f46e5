"""How good completed shapes are, and the floors that a shape network has to beat."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def mean_iou(found: Tensor, truth: Tensor) -> float:
    """Mean over frames that show the object of the intersection over union; masks ``(..., S, S)`` bool."""
    found, truth = found.flatten(0, -3), truth.flatten(0, -3)
    both, either = ((found & truth).sum((1, 2)).float(), (found | truth).sum((1, 2)).float())
    there = truth.any(-1).any(-1)
    return float((both / either.clamp(min=1))[there].mean()) if bool(there.any()) else float("nan")


def hull_inside(visible: NDArray[np.bool_], occluder: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The floor: the visible mask ``(H, W)`` and its convex hull as far as it lies inside the occluder."""
    if not visible.any():
        return visible.copy()
    hull = np.zeros(visible.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(cv2.findNonZero(visible.astype(np.uint8))), 1)
    return visible | ((hull > 0) & occluder)


def hulls(visible: Tensor, occluder: Tensor) -> Tensor:
    """``hull_inside`` of masks ``(B, T, 1, S, S)``; bool."""
    pairs = zip(visible.flatten(0, 2).cpu().numpy() > 0.5, occluder.flatten(0, 2).cpu().numpy() > 0.5, strict=True)
    made = np.stack([hull_inside(shape, cover) for shape, cover in pairs])
    return torch.from_numpy(made).view(visible.shape).to(visible.device)
