"""The two discriminators of VORNet's training (section 3.4). Both answer with logits."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

Normalise = Literal["none", "spectral"]


class PatchDiscriminator(nn.Module):
    """PatchGAN (Isola et al. 2017) that judges patches of 15x15 pixels (section 4.2).

    Three 3x3 convolutions with strides 2, 2 and 2 have a receptive field of exactly 15.

    Args:
        width: channels of the first convolution; the second has twice as many.
        in_channels: of what is judged.
        normalise: ``spectral`` bounds the slope of every layer (Miyato et al. 2018): wanted with the hinge.
    """

    def __init__(self, *, width: int = 64, in_channels: int = 3, normalise: Normalise = "spectral") -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _normalised(nn.Conv2d(in_channels, width, 3, stride=2, padding=1), normalise),
            nn.LeakyReLU(0.2),
            _normalised(nn.Conv2d(width, 2 * width, 3, stride=2, padding=1), normalise),
            nn.LeakyReLU(0.2),
            _normalised(nn.Conv2d(2 * width, 1, 3, stride=2, padding=1), normalise),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits ``(B, 1, H/8, W/8)`` of ``(B, C, H, W)`` in 0..1, cropped to the hole."""
        logits: Tensor = self.layers(pictures * 2 - 1)
        return logits


class TemporalDiscriminator(nn.Module):
    """Judges whether consecutive frames go together (figure 4, b1).

    A siamese trunk looks at every frame and its mask; the features' differences from frame to frame are looked at
    further. The paper gives no sizes; they follow tempoGAN's temporal discriminator, which it extends.

    Args:
        width: channels of the trunk's first convolution.
        normalise: as in ``PatchDiscriminator``.
    """

    def __init__(self, *, width: int = 32, normalise: Normalise = "spectral") -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            _normalised(nn.Conv2d(4, width, 4, stride=2, padding=1), normalise),
            nn.LeakyReLU(0.2),
            _normalised(nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), normalise),
            nn.LeakyReLU(0.2),
        )
        self.judge = nn.Sequential(
            _normalised(nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1), normalise),
            nn.LeakyReLU(0.2),
            _normalised(nn.Conv2d(4 * width, 8 * width, 3, padding=1), normalise),
            nn.LeakyReLU(0.2),
            _normalised(nn.Conv2d(8 * width, 1, 1), normalise),
        )

    def forward(self, pictures: Tensor, holes: Tensor) -> Tensor:
        """Logits ``(B, T-1, H/8, W/8)``, one map a pair of neighbours.

        Args:
            pictures: ``(B, T, 3, H, W)`` RGB in 0..1, T at least 2.
            holes: ``(B, T, 1, H, W)``.
        """
        batch, frames = pictures.shape[:2]
        assert frames >= 2
        looked_at = torch.cat([pictures * 2 - 1, holes], 2).flatten(0, 1)
        features: Tensor = self.trunk(looked_at)
        features = features.reshape(batch, frames, *features.shape[1:])  # (B, T, 2 width, H/4, W/4)
        differences = (features[:, 1:] - features[:, :-1]).abs()
        logits: Tensor = self.judge(differences.flatten(0, 1))
        return logits.reshape(batch, frames - 1, *logits.shape[-2:])


def _normalised(layer: nn.Conv2d, normalise: Normalise) -> nn.Module:
    return spectral_norm(layer) if normalise == "spectral" else layer
