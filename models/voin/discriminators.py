"""The two discriminators of VOIN's training (section 3.3.2); neither ships."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from models.voin.attention_module import SpatioTemporalAttention
from models.voin.classes import REAL_CLASSES

FAKE = REAL_CLASSES
"""The additional class, the paper's K + 1, counted from 0."""
_KERNEL, _PADDING, _STRIDE = (3, 5, 5), (1, 2, 2), (1, 2, 2)


class VideoPatchDiscriminator(nn.Module):
    """D_p, T-PatchGAN (Chang et al. 2019): six 3-D convolutions, spectrally normalised, a score for every patch.

    Args:
        width: channels of the first convolution.
    """

    def __init__(self, *, width: int = 24) -> None:
        super().__init__()
        widths = (width, 2 * width, 4 * width, 4 * width, 4 * width)
        layers: list[nn.Module] = []
        before = 5
        for after in widths:
            convolution = nn.Conv3d(before, after, _KERNEL, _STRIDE, _PADDING)
            layers += [spectral_norm(convolution), nn.LeakyReLU(0.2)]
            before = after
        layers.append(spectral_norm(nn.Conv3d(before, 4 * width, _KERNEL, _STRIDE, _PADDING)))
        self.layers = nn.Sequential(*layers)

    def forward(self, pictures: Tensor, hidden: Tensor, amodal: Tensor) -> Tensor:
        """Scores (logits) of patches.

        Args:
            pictures: ``(B, T, 3, S, S)`` RGB in 0..1.
            hidden: ``(B, T, 1, S, S)``, where it may be painted.
            amodal: ``(B, T, 1, S, S)``, the whole object.

        Returns:
            ``(B, C, T, S / 64, S / 64)`` (rounded up): as published, the last layer has no single channel.
        """
        video = torch.cat([pictures * 2 - 1, hidden, amodal], 2).transpose(1, 2)
        scores: Tensor = self.layers(video)
        return scores


class ClassDiscriminator(nn.Module):
    """D_cls: tells which of K classes an object is, or that it is painted.

    Six 3-D convolutions (3 x 5 x 5) with the attention module above the fourth.

    Args:
        width: channels of the first convolution.
        attention: whether the module is there (Table 4 has both).
    """

    def __init__(self, *, width: int = 24, attention: bool = True) -> None:
        super().__init__()
        widths = (width, 2 * width, 4 * width, 4 * width, 4 * width, 4 * width)
        before, blocks = 4, []
        for after in widths:
            convolution = nn.Conv3d(before, after, _KERNEL, _STRIDE, _PADDING)
            blocks.append(nn.Sequential(spectral_norm(convolution), nn.LeakyReLU(0.2)))
            before = after
        self.first, self.last = nn.Sequential(*blocks[:4]), nn.Sequential(*blocks[4:])
        self.attention = SpatioTemporalAttention(4 * width) if attention else None
        self.classify = nn.Linear(before, REAL_CLASSES + 1)

    def forward(self, pictures: Tensor, amodal: Tensor) -> Tensor:
        """Logits ``(B, K + 1)`` of ``(B, T, 3, S, S)`` RGB in 0..1 with the object ``(B, T, 1, S, S)``."""
        features = self.first(torch.cat([pictures * 2 - 1, amodal], 2).transpose(1, 2))
        if self.attention is not None:
            features = self.attention(features)
        logits: Tensor = self.classify(self.last(features).mean((2, 3, 4)))
        return logits.float()
