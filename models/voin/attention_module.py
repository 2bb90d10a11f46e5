"""STAM, the spatio-temporal attention module of the multi-class discriminator (VOIN section 3.3.2, figure 5).

Two branches beside each other: one weighs the places of each frame, one weighs the frames. The weighted features are
added to what came in. (The figure is not in the text of the paper; sizes after networks of its kind.)
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SpatioTemporalAttention(nn.Module):
    """Weighs features over places and frames.

    Args:
        channels: of the features.
        squeezed: hidden channels of the temporal branch.
    """

    def __init__(self, channels: int, *, squeezed: int = 16) -> None:
        super().__init__()
        self.places = nn.Conv3d(channels, 1, 1)
        self.frames = nn.Sequential(nn.Linear(channels, squeezed), nn.LeakyReLU(0.2), nn.Linear(squeezed, 1))

    def weights(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Of places ``(B, 1, T, h, w)``, and of frames ``(B, 1, T, 1, 1)``; each has the mean 1 over what it weighs."""
        batch, _, frames, height, width = features.shape
        scores = self.places(features).float().flatten(3)
        spatial = torch.softmax(scores, -1).view(batch, 1, frames, height, width) * (height * width)
        pooled = features.float().mean((3, 4)).transpose(1, 2)  # (B, T, C)
        temporal = torch.softmax(self.frames(pooled.to(features.dtype)).float()[..., 0], 1) * frames
        return spatial, temporal.view(batch, 1, frames, 1, 1)

    def forward(self, features: Tensor) -> Tensor:
        """``(B, C, T, h, w)`` to the same."""
        spatial, temporal = self.weights(features)
        return features + (features * spatial * temporal).to(features.dtype)
