"""Exponential moving averages of weights: steadier than the weights themselves, and what is exported."""

from __future__ import annotations

import copy

import torch
from torch import nn


class WeightAverage:
    """A copy of a network whose weights follow the original slowly.

    Args:
        network: the original; it stays where it is.
        decay: share of the average that each update keeps. Early on less is kept, so that the start is forgotten.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Moves the average towards ``network`` after step number ``step`` (from 0)."""
        kept = min(self.decay, (1 + step) / (10 + step))
        for own, other in zip(self.network.state_dict().values(), network.state_dict().values(), strict=True):
            if own.is_floating_point():
                own.lerp_(other.to(own.dtype), 1 - kept)
            else:
                own.copy_(other)
