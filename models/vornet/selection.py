"""The top-1 selection of candidates (VORNet section 3.3): the one closest to the previous result wins."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from models.perception.lpips import Lpips

_LEVELS = 4


class Distance(Protocol):
    """How unlike pictures look."""

    def distance(self, first: Tensor, second: Tensor) -> Tensor:
        """``(B,)`` distances of ``(B, 3, H, W)`` RGB pictures in 0..1."""
        ...


class PyramidDistance:
    """The substitute where AlexNet's weights are not fetched: mean absolute difference on a pyramid of four levels.

    The coarse levels tell colours and shapes, the fine ones shifts and blur; each counts alike. It knows nothing of
    what pictures show.
    """

    def distance(self, first: Tensor, second: Tensor) -> Tensor:
        """``(B,)`` distances of ``(B, 3, H, W)`` RGB pictures in 0..1."""
        total = first.new_zeros(first.shape[0])
        for level in range(_LEVELS):
            if level:
                first, second = functional.avg_pool2d(first, 2), functional.avg_pool2d(second, 2)
            total = total + (first - second).abs().mean((1, 2, 3))
            if min(first.shape[-2:]) < 4:
                break
        return total


def perceptual_distance(folder: Path | None = None) -> Lpips:
    """LPIPS on AlexNet, as in the paper; ``folder`` as in ``models.weights``.

    Raises:
        WeightsError: its weights are not fetched; ``PyramidDistance`` is the substitute.
    """
    return Lpips(folder)


class ClosestToPrevious:
    """Picks the candidate closest to the previous result.

    Args:
        distance: LPIPS, or its substitute.
    """

    def __init__(self, distance: Distance) -> None:
        self._distance = distance

    def index(self, candidates: Tensor, previous: Tensor) -> Tensor:
        """``(B,)`` which of ``candidates`` ``(B, N, 3, H, W)`` is closest to ``previous`` ``(B, 3, H, W)``."""
        batch, count = candidates.shape[:2]
        with torch.no_grad():
            repeated = previous[:, None].expand_as(candidates)
            apart = self._distance.distance(candidates.flatten(0, 1), repeated.flatten(0, 1))
        return apart.reshape(batch, count).argmin(1)

    def __call__(self, candidates: Tensor, previous: Tensor | None) -> Tensor:
        """The picked candidate ``(B, 3, H, W)``; without a previous result the last one, which is the inpainted."""
        if previous is None:
            return candidates[:, -1]
        chosen = self.index(candidates, previous)
        return candidates[torch.arange(len(chosen), device=chosen.device), chosen]
