"""The VGG perceptual loss on the hole's crop (VORNet equation 2)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from models.perception.vgg import VggFeatures

CROP_PX = 64
"""Crops are brought to this size: one size a batch, and a bound on the cost."""
_SMALLEST_PX = 16


def hole_boxes(hole: Tensor, margin: float = 0.1) -> Tensor:
    """The box round each hole, grown by a share of its size: ``(B, 4)`` float32 left, top, right, bottom in pixels.

    Args:
        hole: ``(B, 1, H, W)``; an empty one gets the whole picture.
        margin: share of the box's size that is added on each side.
    """
    height, width = hole.shape[-2:]
    boxes = []
    for axis, size in ((2, width), (1, height)):
        there = hole[:, 0].amax(3 - axis) > 0.5  # (B, W), then (B, H)
        places = torch.arange(size, device=hole.device, dtype=torch.float32)
        low = torch.where(there, places, torch.inf).amin(1)
        high = torch.where(there, places + 1, -torch.inf).amax(1)
        empty = ~there.any(1)
        low, high = low.masked_fill(empty, 0.0), high.masked_fill(empty, float(size))
        grown = ((high - low) * (1 + 2 * margin)).clamp(min=min(_SMALLEST_PX, size), max=size)
        centre = (low + high) / 2
        start = torch.minimum((centre - grown / 2).clamp(min=0), size - grown)
        boxes.append((start, start + grown))
    (left, right), (top, bottom) = boxes
    return torch.stack([left, top, right, bottom], 1)


def crop(pictures: Tensor, boxes: Tensor, size: int = CROP_PX) -> Tensor:
    """The boxes' contents ``(B, C, size, size)``, bilinear; ``pictures`` ``(B, C, H, W)``, ``boxes`` as above."""
    height, width = pictures.shape[-2:]
    steps = (torch.arange(size, device=pictures.device, dtype=torch.float32) + 0.5) / size
    xs = boxes[:, 0:1] + steps * (boxes[:, 2:3] - boxes[:, 0:1])  # (B, size) in pixels from the outer edge
    ys = boxes[:, 1:2] + steps * (boxes[:, 3:4] - boxes[:, 1:2])
    grid = torch.stack(
        [
            (xs * 2 / width - 1)[:, None, :].expand(-1, size, -1),
            (ys * 2 / height - 1)[:, :, None].expand(-1, -1, size),
        ],
        -1,
    )
    return functional.grid_sample(pictures.float(), grid, mode="bilinear", padding_mode="border", align_corners=False)


class PerceptualLoss:
    """Equation 2: the squared distance of relu3_3 features of output and truth, both cropped to the hole.

    The paper sums over features; the mean is taken here, so that the weight 1 fits any crop.

    Args:
        features: VGG16 up to relu3_3 (on the device of what is compared).
    """

    def __init__(self, features: VggFeatures) -> None:
        self._features = features

    def __call__(self, output: Tensor, truth: Tensor, hole: Tensor) -> Tensor:
        """A scalar for ``(B, 3, H, W)`` RGB in 0..1 and ``(B, 1, H, W)``."""
        boxes = hole_boxes(hole)
        with torch.no_grad():
            wanted: Tensor = self._features(crop(truth, boxes))
        found: Tensor = self._features(crop(output, boxes))
        return (found.float() - wanted.float()).square().mean()
