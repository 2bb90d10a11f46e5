"""Holes as they come: an object's shape, a box, strokes; and masks that are not quite right.

All masks are ``(..., S, S)`` float32, 0 or 1, on the device of what they are made from.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

GROWTH_PX = (2, 8)
"""How far a hole reaches beyond the mask that was handed over."""


def stroke_masks(batch: int, side_px: int, generator: torch.Generator) -> Tensor:
    """``(B, 1, S, S)``: one to three thick strokes each, as a brush would leave them."""
    rng = np.random.default_rng(int(torch.randint(1 << 30, (1,), generator=generator)))
    masks = np.zeros((batch, 1, side_px, side_px), np.uint8)
    for canvas in masks[:, 0]:
        for _ in range(int(rng.integers(1, 4))):
            _draw_stroke(canvas, rng)
    return torch.from_numpy(masks).float()


def _draw_stroke(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    side = canvas.shape[0]
    place = rng.uniform(0.2, 0.8, 2) * side
    angle, thickness = rng.uniform(0, 2 * math.pi), int(rng.uniform(0.06, 0.16) * side)
    for _ in range(int(rng.integers(3, 9))):
        angle += rng.normal(0, 0.7)
        step = rng.uniform(0.05, 0.16) * side
        following = np.clip(place + step * np.array([math.cos(angle), math.sin(angle)]), 0.1 * side, 0.9 * side)
        ends = [tuple(int(value) for value in point) for point in (place, following)]
        cv2.line(canvas, ends[0], ends[1], 1, thickness)
        place = following


def rectangle_masks(batch: int, side_px: int, generator: torch.Generator) -> Tensor:
    """``(B, 1, S, S)``: one upright rectangle each, a sixteenth to a quarter of the square."""
    extent = (torch.rand(batch, 2, generator=generator) * 0.3 + 0.22) * side_px
    corner = torch.rand(batch, 2, generator=generator) * (0.94 * side_px - extent) + 0.03 * side_px
    line = torch.arange(side_px).view(1, -1)
    inside = [(line >= corner[:, i : i + 1]) & (line < (corner + extent)[:, i : i + 1]) for i in (0, 1)]
    return (inside[1].unsqueeze(2) & inside[0].unsqueeze(1)).float().unsqueeze(1)


def blob_masks(batch: int, side_px: int, generator: torch.Generator) -> Tensor:
    """``(B, 1, S, S)`` in 0..1 with a soft edge: a lumpy disc that fills most of the square."""
    places = (torch.stack(torch.meshgrid(*[torch.linspace(-1, 1, side_px)] * 2, indexing="ij"))).flip(0)
    angle = torch.atan2(places[1], places[0])
    radius = torch.hypot(places[0], places[1])
    reach = torch.full((batch, 1, 1), 0.7)
    for wave in range(2, 7):
        strength = torch.randn(batch, 1, 1, generator=generator) * 0.22 / wave
        phase = torch.rand(batch, 1, 1, generator=generator) * 2 * math.pi
        reach = reach + strength * torch.cos(wave * angle + phase)
    return ((reach.clamp(0.25, 0.95) - radius) * side_px / 4 + 0.5).clamp(0, 1).unsqueeze(1)


def box_masks(masks: Tensor) -> Tensor:
    """The bounding box of each mask ``(..., S, S)``; an empty one stays empty."""
    solid = masks > 0.5
    across, down = solid.any(-2, keepdim=True), solid.any(-1, keepdim=True)
    return (_between(across, -1) & _between(down, -2)).float()


def _between(flags: Tensor, axis: int) -> Tensor:
    """True from the first True to the last along an axis."""
    numbers = flags.int()
    before = numbers.cumsum(axis) > 0
    after = numbers.flip(axis).cumsum(axis).flip(axis) > 0
    return before & after


def grown(masks: Tensor, radius_px: int) -> Tensor:
    """Masks ``(B, T, 1, S, S)`` grown by a square of that radius; a negative one shrinks them."""
    if radius_px == 0:
        return masks
    flat = masks.flatten(0, 1)
    size = 2 * abs(radius_px) + 1
    if radius_px > 0:
        flat = functional.max_pool2d(flat, size, 1, abs(radius_px))
    else:
        flat = -functional.max_pool2d(-flat, size, 1, abs(radius_px))
    return flat.view_as(masks)


def given_masks(shapes: Tensor, generator: torch.Generator, *, defect_share: float) -> tuple[Tensor, Tensor]:
    """What is handed over for objects ``(B, T, 1, S, S)``, and the holes made of it.

    A share of the clips has defects: masks that are too small, that lag by a frame, or that miss one frame (it then
    gets its neighbour's, as the product does).

    Returns:
        ``mask`` and ``hole``, each ``(B, T, 1, S, S)``, 0 or 1.
    """
    batch, frames = shapes.shape[:2]
    masks = []
    for index in range(batch):
        one = shapes[index : index + 1]
        if float(torch.rand(1, generator=generator)) < defect_share:
            one = _with_defect(one, int(torch.randint(3, (1,), generator=generator)), generator)
        masks.append(one)
    mask = torch.cat(masks)
    radii = torch.randint(GROWTH_PX[0], GROWTH_PX[1] + 1, (batch,), generator=generator)
    hole = torch.cat([grown(mask[index : index + 1], int(radius)) for index, radius in enumerate(radii)])
    assert hole.shape[1] == frames
    return mask, hole


def _with_defect(masks: Tensor, kind: int, generator: torch.Generator) -> Tensor:
    if kind == 0:
        return grown(masks, -2)
    frames = masks.shape[1]
    if kind == 1:
        return torch.cat([masks[:, :1], masks[:, :-1]], 1)
    missing = int(torch.randint(frames, (1,), generator=generator))
    repaired = masks.clone()
    repaired[:, missing] = masks[:, missing - 1 if missing else min(1, frames - 1)]
    return repaired
