"""Pictures moved along flow, in torch: the warping operation of VORNet section 3.1, for training and for the product.

Pixel convention: flow ``(B, 2, H, W)`` holds dx, dy in pixels; what is at ``(x, y)`` here is at ``(x + dx, y + dy)``
there. Grids are ``grid_sample``'s with ``align_corners=False``: -1 and 1 are the outer edges of the border pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_EDGE = 1.0 + 1e-6


def pixel_places(height: int, width: int, device: torch.device | None = None) -> Tensor:
    """``(2, H, W)`` float32 x, y of every pixel."""
    ys, xs = torch.meshgrid(
        torch.arange(height, dtype=torch.float32, device=device),
        torch.arange(width, dtype=torch.float32, device=device),
        indexing="ij",
    )
    return torch.stack([xs, ys])


def flow_grid(flow: Tensor, size: tuple[int, int] | None = None) -> Tensor:
    """The sampling grid ``(B, H, W, 2)`` float32 of a flow ``(B, 2, H, W)`` in pixels.

    Args:
        flow: from this picture to the one that is sampled.
        size: height and width of the one that is sampled; this one's if None.
    """
    height, width = size or (flow.shape[-2], flow.shape[-1])
    places = pixel_places(flow.shape[-2], flow.shape[-1], flow.device) + flow.float()
    extent = torch.tensor([width, height], dtype=torch.float32, device=flow.device)
    return (places.movedim(1, -1) * 2 + 1) / extent - 1


def inside(grid: Tensor) -> Tensor:
    """``(B, 1, H, W)`` bool: where a grid points into the picture."""
    x, y = (grid.abs() <= _EDGE).unbind(-1)
    return (x & y).unsqueeze(1)


def warp(picture: Tensor, grid: Tensor, fallback: Tensor, *, sharp: bool = True) -> Tensor:
    """Samples a picture at the places of a grid.

    Args:
        picture: ``(B, C, h, w)`` float32.
        grid: ``(B, H, W, 2)`` float32.
        fallback: ``(B, C, H, W)``, taken where the grid points outside the picture.
        sharp: with a cubic kernel, kept within 0..1 (repeated bilinear sampling blurs: a recursion of 48 frames keeps
            0.45 of the truth's sharpness, a cubic one 0.84); else bilinear.

    Returns:
        ``(B, C, H, W)`` float32.
    """
    mode = "bicubic" if sharp else "bilinear"
    moved = functional.grid_sample(picture.float(), grid, mode=mode, padding_mode="border", align_corners=False)
    if sharp:
        moved = moved.clamp(0, 1)
    return torch.where(inside(grid), moved, fallback.float())


def compose_flows(first: Tensor, second: Tensor) -> Tensor:
    """The flow t -> t-2 from ``first`` (t -> t-1) and ``second`` (t-1 -> t-2), all ``(B, 2, H, W)`` in pixels.

    Where ``first`` leaves the picture, ``second`` is taken from the nearest border pixel.
    """
    beyond = functional.grid_sample(
        second.float(), flow_grid(first), mode="bilinear", padding_mode="border", align_corners=False
    )
    return first.float() + beyond
