"""Contextual attention (Yu et al. 2018): hole features are put together from patches of known features."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_SOFTNESS = 10.0
"""Factor on the similarities before the softmax."""
_LEAST_NORM = 1e-4


def contextual_attention(features: Tensor, hole: Tensor) -> Tensor:
    """Replaces features by a weighted mean of known patches that look alike.

    Patches of 3x3 are compared at half resolution, patches of 4x4 at full resolution are pasted every other place.
    The cost grows with the square of the number of places: keep pictures small.

    Args:
        features: ``(B, C, h, w)``, h and w even.
        hole: ``(B, 1, h, w)`` in 0..1: where features are not known. A patch serves only if it is known entirely.

    Returns:
        ``(B, C, h, w)``; zero if no patch is known entirely.
    """
    height, width = features.shape[-2:]
    rows, columns = height // 2, width // 2
    small = features[..., ::2, ::2]
    patches = functional.unfold(small, 3, padding=1).float()  # (B, 9C, L)
    length = patches.square().sum(1, keepdim=True).sqrt().clamp(min=_LEAST_NORM)
    alike = torch.bmm((patches / length).transpose(1, 2), patches)  # (B, L known, L wanted)
    alike = _fused(alike, rows, columns)
    blocked = functional.max_pool2d(functional.max_pool2d(hole.float(), 2), 3, stride=1, padding=1)
    known = (blocked < 0.5).float().flatten(1).unsqueeze(2)  # (B, L, 1)
    shares = torch.softmax(alike * known * _SOFTNESS, 1) * known
    pasted = functional.unfold(features, 4, stride=2, padding=1)  # (B, 16C, L)
    mixed = torch.bmm(pasted, shares.to(pasted.dtype))
    # Every place is covered by four pasted patches.
    return functional.fold(mixed, (height, width), 4, stride=2, padding=1) / 4


def _fused(alike: Tensor, rows: int, columns: int) -> Tensor:
    """Favours matches whose neighbours match too: a 3-tap sum along rows, then along columns, of both patches.

    Args:
        alike: ``(B, L, L)``, places counted row by row.
        rows: of the grid of places.
        columns: of the grid of places.
    """
    batch, places = alike.shape[0], rows * columns
    along_rows = _diagonal_sum(alike)
    turned = along_rows.reshape(batch, rows, columns, rows, columns).permute(0, 2, 1, 4, 3)
    along_columns = _diagonal_sum(turned.reshape(batch, places, places))
    back = along_columns.reshape(batch, columns, rows, columns, rows).permute(0, 2, 1, 4, 3)
    return back.reshape(batch, places, places)


def _diagonal_sum(alike: Tensor) -> Tensor:
    """Each entry plus the entries one step up and one step down its diagonal."""
    padded = functional.pad(alike, (1, 1, 1, 1))
    return padded[:, :-2, :-2] + padded[:, 1:-1, 1:-1] + padded[:, 2:, 2:]
