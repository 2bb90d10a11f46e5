"""How good completed shapes are."""

from __future__ import annotations

from torch import Tensor


def mean_iou(found: Tensor, truth: Tensor) -> float:
    """Mean over frames that show the object of the intersection over union; masks ``(..., S, S)`` bool."""
    found, truth = found.flatten(0, -3), truth.flatten(0, -3)
    both, either = ((found & truth).sum((1, 2)).float(), (found | truth).sum((1, 2)).float())
    there = truth.any(-1).any(-1)
    return float((both / either.clamp(min=1))[there].mean()) if bool(there.any()) else float("nan")
