"""What other frames say of the places that something covers (ours, before VOIN's section 3.1 begins).

An object that moves behind its occluder, or an occluder that moves before it, shows in one frame what it hides in
another. Frames are laid over each other by the object's own motion, which is one shift between neighbours: the median
of the flow on its visible pixels. That is coarse, and it is what can be said of pixels nobody sees; on covered clips
it beats flow that is continued smoothly. A covered pixel then learns from the nearest frame before, and the nearest
after, in which it is not covered: the object is there, or something else is. The hull of the visible mask is the guess
for those that no frame shows. From these the shape network starts, and they are what it has to improve on.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.flow.dis import DisFlow

CARRIED = 4
"""Channels from other frames: the object and something else, from before; the same two, from after."""
CHANNELS = CARRIED + 1
"""With the hull of the visible mask."""
FADING = 0.97
"""What is left of a word from another frame, a frame further on."""
_LEAST_VISIBLE_PX = 12
"""With fewer pixels the object's motion is not known."""
_FLOW_SCALE = 2
"""Pictures are enlarged for DIS, whose finest level is half of what it is given."""


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


def object_shifts(views: NDArray[np.uint8], visible: NDArray[np.bool_]) -> NDArray[np.float32]:
    """``(T, 2)`` the object's motion from each frame to the one before: dx, dy in pixels.

    Where it shows in too few pixels, its motion is taken from the frames around; before it first shows and after it
    last does, the motion is not a number, and so is the first frame's, which has none before it.

    Args:
        views: ``(T, S, S, 3)`` uint8 RGB, consecutive.
        visible: ``(T, S, S)`` bool.
    """
    estimator = DisFlow("medium")
    size = (views.shape[2] * _FLOW_SCALE, views.shape[1] * _FLOW_SCALE)
    large = [cv2.resize(view, size, interpolation=cv2.INTER_LINEAR) for view in views]
    shifts = np.full((len(views), 2), np.nan, np.float32)
    for at in range(1, len(views)):
        if not visible[at - 1].any() or visible[at].sum() < _LEAST_VISIBLE_PX:
            continue
        mask = visible[at].astype(np.uint8)
        solid = cv2.erode(mask, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
        chosen = solid if solid.sum() >= _LEAST_VISIBLE_PX else mask
        flow = estimator.flow(np.asarray(large[at], np.uint8), np.asarray(large[at - 1], np.uint8))
        enlarged = cv2.resize(chosen, size, interpolation=cv2.INTER_NEAREST) > 0
        shifts[at] = np.median(flow[enlarged], axis=0) / _FLOW_SCALE
    return bridged(shifts)


def batch_shifts(pictures: Tensor, visible: Tensor) -> Tensor:
    """``object_shifts`` of clips ``(B, T, 3, S, S)`` in 0..1 with masks ``(B, T, 1, S, S)``: ``(B, T, 2)``."""
    views = (pictures.detach().movedim(2, -1) * 255).round().clamp(0, 255).to(torch.uint8).cpu().numpy()
    masks = visible[:, :, 0].cpu().numpy() > 0.5
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(object_shifts, views, masks))
    return torch.from_numpy(np.stack(found)).to(pictures.device)


def gather(visible: Tensor, occluder: Tensor, shifts: Tensor, begun: Tensor | None = None) -> Tensor:
    """``(B, T, CHANNELS, S, S)`` float32 in 0..1: what other frames say of covered pixels, and the hull.

    Args:
        visible: ``(B, T, 1, S, S)`` 0 or 1.
        occluder: the same shape, 0 or 1; nowhere on ``visible``.
        shifts: ``(B, T, 2)`` as ``object_shifts`` gives them.
        begun: ``(B, 2, S, S)`` the first two channels of the first frame, where frames before it are known.
    """
    shown = torch.cat([visible, (1 - visible - occluder).clamp(min=0)], 2).float()
    before = _walked(shown, occluder, shifts, begun)
    back = -shifts.roll(-1, 1).flip(1)
    back[:, 0] = torch.nan
    after = _walked(shown.flip(1), occluder.flip(1), back, None).flip(1)
    return torch.cat([before, after, hulls(visible, occluder).float()], 2)


def _walked(shown: Tensor, occluder: Tensor, shifts: Tensor, begun: Tensor | None) -> Tensor:
    """``(B, T, 2, S, S)`` what comes from the frames before; zero where nothing is covered or nothing is known."""
    known = [torch.zeros_like(shown[:, 0]) if begun is None else begun.float() * occluder[:, 0]]
    for at in range(1, shown.shape[1]):
        source = torch.where(occluder[:, at - 1] > 0.5, known[-1] * FADING, shown[:, at - 1])
        linked = shifts[:, at].isfinite().all(1).view(-1, 1, 1, 1)
        moved = _shifted(source, shifts[:, at].nan_to_num())
        known.append(torch.where(linked, moved, torch.zeros_like(moved)) * occluder[:, at])
    return torch.stack(known, 1)


def _shifted(maps: Tensor, shift: Tensor) -> Tensor:
    """Maps ``(B, C, S, S)`` sampled ``(B, 2)`` pixels away, zero beyond their borders."""
    scale = torch.tensor([2 / maps.shape[-1], 2 / maps.shape[-2]], device=maps.device)
    theta = torch.eye(2, 3, device=maps.device).repeat(len(maps), 1, 1)
    theta[:, :, 2] = shift * scale
    grid = functional.affine_grid(theta, list(maps.shape), align_corners=False)
    return functional.grid_sample(maps, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def bridged(shifts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shifts ``(T, 2)`` with gaps between known ones filled evenly."""
    known = np.flatnonzero(np.isfinite(shifts[:, 0]))
    if len(known):
        inner = np.arange(known[0], known[-1] + 1)
        for axis in (0, 1):
            shifts[inner, axis] = np.interp(inner, known, shifts[known, axis])
    return shifts
