"""A small network that carries an object's mask into the next picture, from templates of the object in memory.

Like the memory networks for video object segmentation (Oh et al. 2019, "STM"; Cheng et al. 2021, "STCN") it matches
every place of the picture against every place of pictures whose masks are known (the anchor's, and the last one that
was sure) and reads from memory what was there. Unlike them it is about half a million parameters, works on a square
crop round the object, and is told what fixed methods know already: the last mask carried over by flow, and how much
each colour is the object's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 16
"""Crops' sides are multiples of this."""
_MEMORY_STRIDE = 8
_PRIOR_ODDS = 2.0
"""Log odds in which a carried mask of 0 or 1 is believed before anything is learnt."""
_SHARPNESS = 10.0
"""Of the attention at first: what a cosine counts."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Templates, one place of 8 x 8 pixels each.

    Attributes:
        keys: ``(B, K, N)`` unit vectors, N places of all templates.
        values: ``(B, V, N)``.
        inside: ``(B, N)``, 0 to 1, share of the object there.
    """

    keys: Tensor
    values: Tensor
    inside: Tensor

    @classmethod
    def of(cls, *memories: Memory) -> Memory:
        """Several as one."""
        return cls(
            torch.cat([memory.keys for memory in memories], 2),
            torch.cat([memory.values for memory in memories], 2),
            torch.cat([memory.inside for memory in memories], 1),
        )


@dataclass(frozen=True, slots=True)
class MaskAnswer:
    """What the network says of a crop.

    Attributes:
        logits: ``(B, 1, S, S)`` log odds that a pixel is the object.
        presence: ``(B,)`` log odds that the object is in the crop at all.
    """

    logits: Tensor
    presence: Tensor


@dataclass(frozen=True, slots=True)
class Features:
    """A picture's features.

    Attributes:
        full: ``(B, 3, S, S)`` the picture, about -2 to 2.
        half, quarter, eighth, sixteenth: ``(B, C, S/k, S/k)``.
        key: ``(B, K, S/8, S/8)`` unit vectors, by which places of pictures are compared.
    """

    full: Tensor
    half: Tensor
    quarter: Tensor
    eighth: Tensor
    sixteenth: Tensor
    key: Tensor

    def of(self, count: int, shown: int, index: int) -> Features:
        """Those of picture ``index`` of each sample, where ``count`` samples of ``shown`` pictures lie in one batch."""
        names = ("full", "half", "quarter", "eighth", "sixteenth", "key")
        return Features(*(getattr(self, name).unflatten(0, (count, shown))[:, index] for name in names))


class _Block(nn.Module):
    """Convolution, group normalisation, ReLU."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.normalisation = nn.GroupNorm(4, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.normalisation(self.convolution(x)))


class _Residual(nn.Module):
    """A block added to what it gets."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.block = _Block(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = x + self.block(x)
        return result


class MaskNetwork(nn.Module):
    """The mask propagator; see the module.

    Args:
        width: channels of the first layer; the others are multiples of it.
        key: length of the vectors that places are compared by.
        value: length of what is read from memory.
    """

    def __init__(self, width: int = 24, key: int = 48, value: int = 48) -> None:
        super().__init__()
        self._config = {"width": width, "key": key, "value": value}
        half, quarter, eighth, sixteenth = width, width * 5 // 3, width * 3, width * 4
        self.to_half = _Block(3, half, 2)
        self.to_quarter = nn.Sequential(_Block(half, quarter, 2), _Residual(quarter))
        self.to_eighth = nn.Sequential(_Block(quarter, eighth, 2), _Residual(eighth))
        self.to_sixteenth = nn.Sequential(_Block(eighth, sixteenth, 2), _Residual(sixteenth))
        self.key = nn.Conv2d(eighth, key, 1)
        self.value = nn.Conv2d(eighth + 1, value, 1)
        self.sharpness = nn.Parameter(torch.tensor(_SHARPNESS))
        self.hints = _Block(2, 8, 2)
        self.read = nn.Sequential(_Block(eighth + sixteenth + value + 5, 64), _Residual(64))
        self.from_quarter = _Block(64 + quarter + 2, quarter)
        self.from_half = _Block(quarter + half + 8, half)
        self.at_half = nn.Conv2d(half, 1, 3, 1, 1)
        self.fine = nn.Sequential(nn.Conv2d(6, 12, 3, 1, 1), nn.ReLU(), nn.Conv2d(12, 1, 3, 1, 1))
        self.present = nn.Sequential(nn.Linear(64 * 2 + 2, 32), nn.ReLU(), nn.Linear(32, 1))
        for last in (self.at_half, self.fine[2]):  # at first the carried mask is the answer
            assert isinstance(last, nn.Conv2d) and last.bias is not None
            nn.init.normal_(last.weight, std=1e-3)
            nn.init.zeros_(last.bias)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments, by which it is built again."""
        return dict(self._config)

    def features(self, picture: Tensor) -> Features:
        """Features of pictures ``(B, 3, S, S)``, RGB from 0 to 1; S a multiple of ``STRIDE``."""
        full = (picture - 0.45) * 4
        half = self.to_half(full)
        quarter = self.to_quarter(half)
        eighth = self.to_eighth(quarter)
        key = functional.normalize(self.key(eighth).float(), dim=1)
        return Features(full, half, quarter, eighth, self.to_sixteenth(eighth), key)

    def memorise(self, features: Features, mask: Tensor) -> Memory:
        """What is kept of a picture with its mask ``(B, 1, S, S)``, 0 to 1."""
        inside = functional.avg_pool2d(mask.float(), _MEMORY_STRIDE)
        value = self.value(torch.cat([features.eighth, inside.to(features.eighth.dtype)], 1))
        return Memory(features.key.flatten(2), value.float().flatten(2), inside.flatten(1))

    def forward(self, features: Features, memory: Memory, carried: Tensor, color: Tensor) -> MaskAnswer:
        """Finds the object.

        Args:
            features: of the picture.
            memory: of the object.
            carried: ``(B, 1, S, S)``, 0 to 1, the last mask carried over by flow; 0 everywhere if there is none.
            color: ``(B, 1, S, S)``, about -1 to 1, how much each pixel's colour is the object's.
        """
        found = self._recall(features, memory)
        hints = torch.cat([carried, color], 1)
        at_eighth = functional.avg_pool2d(hints, 8)
        up = _doubled(features.sixteenth)
        mixed = self.read(torch.cat([features.eighth, up, found.to(up.dtype), at_eighth], 1))
        quarter = self.from_quarter(torch.cat([_doubled(mixed), features.quarter, functional.avg_pool2d(hints, 4)], 1))
        half = self.from_half(torch.cat([_doubled(quarter), features.half, self.hints(hints)], 1))
        rough = _doubled(self.at_half(half).float())
        told = _PRIOR_ODDS * (2 * carried - 1)
        logits = told + rough + self.fine(torch.cat([rough.sigmoid(), hints, features.full], 1)).float()
        pooled = torch.cat([mixed.mean((2, 3)), mixed.amax((2, 3)), found[:, -2:].amax((2, 3))], 1)
        return MaskAnswer(logits, self.present(pooled).float()[:, 0])

    def _recall(self, features: Features, memory: Memory) -> Tensor:
        """``(B, V + 3, S/8, S/8)``: read values, share of the object, likest place on the object and off it."""
        key = features.key.flatten(2)
        alike = torch.einsum("bkn,bkm->bnm", memory.keys, key)
        weight = (alike * self.sharpness).softmax(1)
        values = torch.einsum("bvn,bnm->bvm", memory.values, weight)
        share = torch.einsum("bn,bnm->bm", memory.inside, weight)[:, None]
        inside = memory.inside[:, :, None]
        on = torch.where(inside > 0.5, alike, torch.full_like(alike, -1)).amax(1, keepdim=True)
        off = torch.where(inside < 0.5, alike, torch.full_like(alike, -1)).amax(1, keepdim=True)
        return torch.cat([values, share, on, off], 1).reshape(len(key), -1, *features.key.shape[2:])


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
