"""Attention over the patches of all frames, one patch size a head (VOIN section 3.1, equations 1 and 2; after STTN).

A mask says which places may be looked at. A patch without any such place is no key: what lies there changes nothing
elsewhere.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


def attend(query: Tensor, key: Tensor, value: Tensor, usable: Tensor) -> Tensor:
    """Equation 2: softmax(Q K^T / sqrt(d_k)) V, over the usable keys alone.

    The printed equation divides the softmax; as everywhere else the scores are divided.

    Args:
        query: ``(B, N, D)``.
        key: ``(B, M, D)``.
        value: ``(B, M, E)``.
        usable: ``(B, M)`` bool; the keys that may be looked at.

    Returns:
        ``(B, N, E)``; zero where a sample has no usable key.
    """
    with torch.autocast(query.device.type, enabled=False):  # sums over whole frames do not fit half precision
        scores = torch.bmm(query.float(), key.float().transpose(1, 2)) / math.sqrt(query.shape[-1])
        scores = scores.masked_fill(~usable[:, None], -torch.inf)
        some = usable.any(1)[:, None, None]
        weights = torch.softmax(torch.where(some, scores, torch.zeros_like(scores)), -1)
        attended = torch.bmm(weights, torch.where(usable[..., None], value.float(), 0.0))
        return torch.where(some, attended, torch.zeros_like(attended)).to(value.dtype)


def to_patches(features: Tensor, across: int) -> Tensor:
    """``(B, T, C, h, w)`` cut into ``across`` x ``across`` patches a frame: ``(B, T * across^2, C * h/a * w/a)``."""
    batch, frames, channels, height, width = features.shape
    rows, columns = height // across, width // across
    parts = features.reshape(batch, frames, channels, across, rows, across, columns)
    return parts.permute(0, 1, 3, 5, 2, 4, 6).reshape(batch, frames * across**2, channels * rows * columns)


def from_patches(patches: Tensor, shape: tuple[int, int, int, int, int], across: int) -> Tensor:
    """The inverse of ``to_patches``; ``shape`` is the features'."""
    batch, frames, channels, height, width = shape
    parts = patches.reshape(batch, frames, across, across, channels, height // across, width // across)
    return parts.permute(0, 1, 4, 2, 5, 3, 6).reshape(shape)


class MultiScaleAttention(nn.Module):
    """Equation 1: heads with a patch size each, merged by a convolution.

    Args:
        width: channels; each head has an equal share of them.
        splits: patches across a frame, one number a head: (1, 2, 4, 8) has whole frames in the first head and
            eighths of the sides in the last.

    Raises:
        ValueError: the heads cannot share the channels equally.
    """

    def __init__(self, *, width: int, splits: tuple[int, ...]) -> None:
        super().__init__()
        if not splits or width % len(splits):
            raise ValueError(f"{width} channels cannot be shared by {len(splits)} heads")
        self.splits = splits
        self.project = nn.Conv2d(width, 3 * width, 1)
        self.merge = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.LeakyReLU(0.2))

    def forward(self, features: Tensor, usable: Tensor) -> Tensor:
        """Attended features.

        Args:
            features: ``(B, T, C, h, w)``; h and w are multiples of every split.
            usable: ``(B, T, h, w)`` bool: places that may be looked at from elsewhere.

        Returns:
            ``(B, T, C, h, w)``.
        """
        batch, frames, channels, height, width = features.shape
        assert height % max(self.splits) == 0 and width % max(self.splits) == 0
        projected = self.project(features.flatten(0, 1)).view(batch, frames, 3, channels, height, width)
        # A key's unusable places are emptied, so that they are not seen through their usable neighbours either.
        there = usable[:, :, None].to(projected.dtype)
        query, key, value = projected[:, :, 0], projected[:, :, 1] * there, projected[:, :, 2] * there
        answers = []
        share = channels // len(self.splits)
        for head, across in enumerate(self.splits):
            part = slice(head * share, (head + 1) * share)
            keys_usable = to_patches(usable[:, :, None].float(), across).amax(-1) > 0
            parts = [to_patches(each[:, :, part], across) for each in (query, key, value)]
            shape = (batch, frames, share, height, width)
            answers.append(from_patches(attend(parts[0], parts[1], parts[2], keys_usable), shape, across))
        merged: Tensor = self.merge(torch.cat(answers, 2).flatten(0, 1))
        return merged.view_as(features)


class TransformerLayer(nn.Module):
    """Attention and two convolutions, each added to what came in.

    Args:
        width: channels.
        splits: as in ``MultiScaleAttention``.
    """

    def __init__(self, *, width: int, splits: tuple[int, ...]) -> None:
        super().__init__()
        self.attention = MultiScaleAttention(width=width, splits=splits)
        self.first = nn.Conv2d(width, width, 3, padding=2, dilation=2)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, features: Tensor, usable: Tensor) -> Tensor:
        """``(B, T, C, h, w)`` to the same; ``usable`` as in ``MultiScaleAttention``."""
        features = features + self.attention(features, usable)
        hidden = functional.leaky_relu(self.first(features.flatten(0, 1)), 0.2)
        added: Tensor = functional.leaky_relu(self.second(hidden), 0.2)
        return features + added.view_as(features)
