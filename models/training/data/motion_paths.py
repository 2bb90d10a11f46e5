"""Smooth random motion for synthetic clips: camera walks as homographies, objects' paths as similarities, light.

Everything is drawn on the CPU from one generator (a clip is a function of its seed on every device) and is small;
the pictures are made on the training device from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

SMOOTHNESS = 0.9
"""How much of a frame's velocity the next one keeps."""


@dataclass(frozen=True, slots=True)
class CameraRanges:
    """How far cameras move, a frame, at 320 pixels of width (a crop sees the pixels, not the width).

    Attributes:
        translation_px: typical; one clip in eight moves three times as fast.
        rotation: radians.
        zoom: of the scale's logarithm.
        perspective: of the last row's entries, times the picture's side.
        shake_px: of a hand, from frame to frame.
        still_share: clips whose camera stands on a tripod.
    """

    translation_px: float = 2.5
    rotation: float = 0.006
    zoom: float = 0.006
    perspective: float = 0.004
    shake_px: float = 0.3
    still_share: float = 0.25


def smooth_walk(batch: int, frames: int, channels: int, generator: torch.Generator) -> Tensor:
    """``(B, T, C)`` positions of second-order walks that begin at zero with a step of about one a frame."""
    velocity = torch.randn(batch, channels, generator=generator)
    positions = [torch.zeros(batch, channels)]
    for _ in range(frames - 1):
        push = torch.randn(batch, channels, generator=generator)
        velocity = SMOOTHNESS * velocity + math.sqrt(1 - SMOOTHNESS**2) * push
        positions.append(positions[-1] + velocity)
    return torch.stack(positions, 1)


def camera_walk(
    batch: int, frames: int, side_px: int, generator: torch.Generator, ranges: CameraRanges | None = None
) -> Tensor:
    """``(B, T, 3, 3)`` homographies from a frame's pixels to places relative to the scene's middle, in pixels.

    The scene's middle lies in the middle of the first frame.
    """
    ranges = ranges or CameraRanges()
    walk = smooth_walk(batch, frames, 6, generator)
    faster = torch.where(torch.rand(batch, generator=generator) < 1 / 8, 3.0, 1.0)
    still = (torch.rand(batch, generator=generator) < ranges.still_share).float()
    shake = torch.randn(batch, frames, 2, generator=generator) * ranges.shake_px
    moving = (1 - still).view(-1, 1, 1)
    shift = (walk[..., :2] * ranges.translation_px * faster.view(-1, 1, 1) + shake) * moving
    angle = walk[..., 2] * ranges.rotation * moving[..., 0]
    scale = torch.exp((walk[..., 3] * ranges.zoom * moving[..., 0]).clamp(-0.5, 0.5))
    tilt = (walk[..., 4:] * ranges.perspective * moving).clamp(-0.15, 0.15) / side_px
    turned = similarity(scale, angle, shift)
    tilted = torch.eye(3).repeat(batch, frames, 1, 1)
    tilted[..., 2, :2] = tilt
    middle = (side_px - 1) / 2
    centred = torch.tensor([[1.0, 0.0, -middle], [0.0, 1.0, -middle], [0.0, 0.0, 1.0]])
    homographies: Tensor = turned @ tilted @ centred
    return homographies


def similarity(scale: Tensor, angle: Tensor, shift: Tensor) -> Tensor:
    """``(..., 3, 3)``: turns by ``angle`` ``(...)``, scales by ``scale`` ``(...)``, then moves by ``shift`` (x, y)."""
    cos, sin = scale * torch.cos(angle), scale * torch.sin(angle)
    zero, one = torch.zeros_like(cos), torch.ones_like(cos)
    entries = [cos, -sin, shift[..., 0], sin, cos, shift[..., 1], zero, zero, one]
    return torch.stack(entries, -1).view(*cos.shape, 3, 3)


def object_walk(batch: int, frames: int, side_px: int, extent_px: Tensor, generator: torch.Generator) -> Tensor:
    """``(B, T, 3, 3)`` similarities from a frame's pixels to an object's own, in -1..1 across its picture.

    Args:
        batch: objects.
        frames: of each path.
        side_px: of the frame.
        extent_px: ``(B,)`` size of the object's picture in the frame.
        generator: of all choices.
    """
    room = (side_px / 2 - 0.25 * extent_px).clamp(min=1.0).view(-1, 1, 1)
    start = (torch.rand(batch, 1, 2, generator=generator) * 2 - 1) * room
    travel = torch.randn(batch, 1, 2, generator=generator) * 0.35 * side_px
    time = torch.linspace(0, 1, frames).view(1, -1, 1) if frames > 1 else torch.zeros(1, 1, 1)
    bend = smooth_walk(batch, frames, 2, generator) * 0.4
    centre = torch.minimum(torch.maximum(start + travel * time + bend, -room), room) + (side_px - 1) / 2
    angle = torch.cumsum(smooth_walk(batch, frames, 1, generator)[..., 0] * 0.004, 1)
    growth = torch.exp((smooth_walk(batch, frames, 1, generator)[..., 0] * 0.01).clamp(-0.3, 0.3))
    size = extent_px.view(-1, 1) * growth / 2
    forward = similarity(size, angle, centre)  # from -1..1 to pixels
    backward: Tensor = torch.linalg.inv(forward)
    return backward


def light_drift(batch: int, frames: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Gains ``(B, T, 3)`` about one, colours nearly alike, and exponents ``(B, T, 1)``; half of the clips keep both."""
    drifts = (torch.rand(batch, 1, 1, generator=generator) < 0.5).float()
    common = smooth_walk(batch, frames, 1, generator) * 0.006
    tint = smooth_walk(batch, frames, 3, generator) * 0.002
    gain = torch.exp(((common + tint) * drifts).clamp(-0.2, 0.2))
    gamma = torch.exp((smooth_walk(batch, frames, 1, generator) * 0.004 * drifts).clamp(-0.15, 0.15))
    return gain, gamma
