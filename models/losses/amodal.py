"""What shape completion minimises (VOIN section 3.4, equation 6)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_SMOOTH = 1.0
"""Pixels added to both sides of the quotient: a hidden part of a few pixels must not rule."""


def dice_loss(found: Tensor, truth: Tensor) -> Tensor:
    """Soft Dice (Milletari et al. 2016), one minus the overlap's share, clip by clip.

    Args:
        found: ``(B, ...)`` in 0..1.
        truth: the same shape.

    Returns:
        A scalar: the mean over the clips in which there is anything.
    """
    found, truth = found.float().flatten(1), truth.float().flatten(1)
    both, sizes = (found * truth).sum(1), found.square().sum(1) + truth.square().sum(1)
    apart = 1 - (2 * both + _SMOOTH) / (sizes + _SMOOTH)
    there = ((truth.amax(1) > 0) | (found.amax(1) > 0)).float()
    return (apart * there).sum() / there.sum().clamp(min=1.0)


def shape_loss(
    logits: Tensor, truth: Tensor, occluder: Tensor, *, counted: Tensor | None = None, dice: float = 1.0
) -> tuple[Tensor, Tensor]:
    """Equation 6: BCE(M', M) + lambda_1 Dice(M'_occ, M_occ), both terms on their own, the second weighted.

    Args:
        logits: ``(B, T, 1, S, S)`` of the complete masks M'.
        truth: the same of M, 0 to 1.
        occluder: the same, 0 or 1: the hidden part is looked at inside it.
        counted: the same, weights of the pixels in the first term; None counts all alike.
        dice: lambda_1, which the paper does not give.
    """
    each = functional.binary_cross_entropy_with_logits(logits.float(), truth.float(), reduction="none")
    weights = torch.ones_like(each) if counted is None else counted.float()
    cross_entropy = (each * weights).sum() / weights.sum().clamp(min=1.0)
    if dice == 0:
        return cross_entropy, logits.new_zeros((), dtype=torch.float32)
    found = logits.float().sigmoid() * occluder
    return cross_entropy, dice * dice_loss(found, truth.float() * occluder)
