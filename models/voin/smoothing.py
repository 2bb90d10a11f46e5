"""Values continued smoothly over places where there are none, in torch: the start of flows and of colours.

The same pyramid as the engine's (``models.propagation.pullpush``), for batches on any device: training and the product
must begin from the same thing.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_LEAST = 1e-6


def continued(values: Tensor, weight: Tensor) -> Tensor:
    """Continues values over the whole picture.

    Args:
        values: ``(B, C, H, W)``; ignored where the weight is zero.
        weight: ``(B, 1, H, W)`` in 0..1, how far each is to be trusted.

    Returns:
        ``(B, C, H, W)`` float32: the values where the weight is one, a smooth continuation where it is zero, and all
        zero for a sample without any weight.
    """
    values, weight = values.float(), weight.float()
    premultiplied = values * weight
    levels = [(premultiplied, weight)]
    while max(weight.shape[-2:]) > 1:
        mean = _halved(premultiplied)
        trust = _halved(weight)
        full = (trust * 4).clamp(max=1.0)  # a parent of which a quarter is known counts as known
        premultiplied = mean * (full / trust.clamp(min=_LEAST))
        weight = full
        levels.append((premultiplied, weight))
    filled = premultiplied / weight.clamp(min=_LEAST)
    for premultiplied, weight in reversed(levels[:-1]):
        size = (int(weight.shape[-2]), int(weight.shape[-1]))
        coarse = functional.interpolate(filled, size, mode="bilinear", align_corners=False)
        filled = premultiplied + (1 - weight) * coarse
    return filled


def continued_inside(values: Tensor, known: Tensor, region: Tensor) -> Tensor:
    """``values`` with those of ``region`` that are not ``known`` continued from the known ones.

    At the rim of a mask colours are mixed and flows are wrong: pixels there are trusted a tenth.

    Args:
        values: ``(B, C, H, W)``.
        known: ``(B, 1, H, W)`` 0 or 1: where the continuation starts from.
        region: ``(B, 1, H, W)`` 0 to 1: where it is wanted. Elsewhere, and where nothing is known at all, the values
            stay as they are.
    """
    some = (known.flatten(1).amax(1) > 0).view(-1, 1, 1, 1)
    wanted = (region > 0.5) & (known < 0.5) & some
    solid = -functional.max_pool2d(-known, 3, 1, 1)
    return torch.where(wanted, continued(values, 0.1 * known + 0.9 * solid), values.float())


def _halved(array: Tensor) -> Tensor:
    return functional.avg_pool2d(array, 2, ceil_mode=True, count_include_pad=False)
