"""Object shape completion (VOIN section 3.1): from visible masks of all frames to amodal ones.

The encoder sees, frame by frame, the visible mask, what covers the object, the object's visible colours, and what
other frames say of the covered places (``evidence``). Eight transformer layers look for the hidden parts in the patches
of all other frames. The decoder brings the features to full size, where the embedding of the object's class, multiplied
by the visible mask, joins them; fusion convolutions make the mask: a residual over the evidence, which is the untrained
network's answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.voin.classes import CLASSES
from models.voin.evidence import CARRIED, CHANNELS
from models.voin.patch_attention import TransformerLayer
from models.voin.starts import LEAKY_GAIN, start_all

REDUCTION = 4
"""Pixels of a side in one place of the features."""
TRUST = (5.0, 1.0)
"""Logits of a word from another frame, and of the hull, in an untrained network: a word counts, the hull else."""
SHIPPED = {"width": 56, "first": 16, "embedded": 16, "layers": 8, "splits": (1, 2, 4, 8)}
"""The size that ships: 1.5 MiB in float16."""


@dataclass(frozen=True, slots=True)
class ShapeInput:
    """What the network sees of a window.

    Attributes:
        pictures: ``(B, T, 3, S, S)`` RGB in 0..1; only its visible part is looked at.
        visible: ``(B, T, 1, S, S)`` 0 or 1, the object's visible mask.
        occluder: ``(B, T, 1, S, S)`` 0 or 1, what covers it or may cover it; not on ``visible``.
        present: ``(B, T)`` bool: frames that count. Others (the padding of a short window) are not looked at.
        classes: ``(B,)`` int64 indices of ``classes.CLASSES``.
        evidence: ``(B, T, CHANNELS, S, S)`` of ``evidence.gather``.
    """

    pictures: Tensor
    visible: Tensor
    occluder: Tensor
    present: Tensor
    classes: Tensor
    evidence: Tensor


class ShapeNetwork(nn.Module):
    """Completes an object's masks over a window of frames.

    Args:
        width: channels of the transformer.
        first: channels of the encoder's first layer and of the decoder's last.
        embedded: channels of the class embedding.
        layers: of the transformer; 8 in the paper.
        splits: patches across a frame, one number a head.
        semantic: whether the class is looked at (Table 2 has both).
        aligned: whether the evidence is looked at; without it the network is the paper's.
        side_px: of the squares that it was trained on: what it is shown should have that size.
    """

    def __init__(
        self,
        *,
        width: int = 56,
        first: int = 16,
        embedded: int = 16,
        layers: int = 8,
        splits: tuple[int, ...] = (1, 2, 4, 8),
        semantic: bool = True,
        aligned: bool = True,
        side_px: int = 128,
    ) -> None:
        super().__init__()
        self.side_px, self.aligned = side_px, aligned
        self.width, self.first, self.embedded = width, first, embedded
        self.splits, self.semantic = tuple(splits), semantic
        self.encoder = nn.Sequential(
            *_layer(5 + CHANNELS, first, stride=2), *_layer(first, 2 * first), *_layer(2 * first, width, stride=2)
        )
        self.layers = nn.ModuleList(TransformerLayer(width=width, splits=self.splits) for _ in range(layers))
        self.decoder = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            *_layer(width, 2 * first),
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            *_layer(2 * first, first),
        )
        self.embedding = nn.Embedding(len(CLASSES), embedded)
        self.fusion = nn.Sequential(*_layer(first + embedded + 2 + CHANNELS, first), *_layer(first, first, dilation=2))
        for part in (self.encoder, self.decoder, self.fusion):
            start_all(part, LEAKY_GAIN)
        self.residual = nn.Conv2d(first, 1, 3, padding=1)
        assert self.residual.bias is not None
        nn.init.zeros_(self.residual.weight)
        nn.init.zeros_(self.residual.bias)
        self.trust = nn.Parameter(torch.tensor(TRUST))

    def config(self) -> dict[str, Any]:
        """The constructor's arguments, as JSON can hold them."""
        return {
            "width": self.width,
            "first": self.first,
            "embedded": self.embedded,
            "layers": len(self.layers),
            "splits": list(self.splits),
            "semantic": self.semantic,
            "aligned": self.aligned,
            "side_px": self.side_px,
        }

    def forward(self, seen: ShapeInput) -> Tensor:
        """Logits of the amodal masks, ``(B, T, 1, S, S)`` float32.

        S is a multiple of four times the largest split.
        """
        batch, frames, _, height, width = seen.visible.shape
        assert height % (REDUCTION * max(self.splits)) == 0 and width % (REDUCTION * max(self.splits)) == 0
        there = seen.present[:, :, None, None, None].to(seen.visible.dtype)
        visible, occluder = seen.visible * there, seen.occluder * there
        evidence = seen.evidence * there if self.aligned else torch.zeros_like(seen.evidence)
        known = torch.cat([visible, occluder, (seen.pictures * 2 - 1) * visible, evidence], 2).flatten(0, 1)
        features = self.encoder(known).view(batch, frames, self.width, height // REDUCTION, width // REDUCTION)
        usable = self._usable(occluder, seen.present)
        for layer in self.layers:
            features = layer(features, usable)
        decoded = self.decoder(features.flatten(0, 1))
        meaning = self.embedding(seen.classes if self.semantic else torch.zeros_like(seen.classes))
        prior = meaning[:, None, :, None, None] * visible
        masks = torch.cat([visible, occluder, evidence], 2)
        fused: Tensor = self.fusion(torch.cat([decoded, prior.flatten(0, 1), masks.flatten(0, 1)], 1))
        residual = self.residual(fused).float().view(batch, frames, 1, height, width)
        answer: Tensor = residual + self._word(evidence) if self.aligned else residual
        return answer

    def _word(self, evidence: Tensor) -> Tensor:
        """Logits ``(B, T, 1, S, S)`` of what the evidence says by itself: other frames first, else the hull."""
        carried = evidence[:, :, :CARRIED].float()
        there, elsewhere = (torch.maximum(carried[:, :, i], carried[:, :, i + 2]) for i in (0, 1))
        hull = evidence[:, :, CARRIED].float()
        return (self.trust[0] * (there - elsewhere) + self.trust[1] * (hull - 0.5))[:, :, None]

    @staticmethod
    def _usable(occluder: Tensor, present: Tensor) -> Tensor:
        """``(B, T, h, w)`` bool: places that show something: not wholly covered, in frames that count."""
        covered = -functional.max_pool2d(-occluder.flatten(0, 1).float(), REDUCTION)
        shown = (covered < 0.5).view(*occluder.shape[:2], *covered.shape[-2:])
        return shown & present[:, :, None, None]


def completed(logits: Tensor, visible: Tensor, occluder: Tensor) -> Tensor:
    """The amodal mask in 0..1: what is visible, and behind the occluder what the network says.

    Args:
        logits: ``(..., 1, S, S)``.
        visible: the same shape, 0 or 1.
        occluder: the same shape, 0 or 1: the object grows nowhere else.
    """
    return torch.maximum(visible.float(), logits.float().sigmoid() * occluder.float())


def _layer(before: int, after: int, *, stride: int = 1, dilation: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(before, after, 3, stride, dilation, dilation), nn.LeakyReLU(0.2)]
