"""The short-term warping loss (Lai et al. 2018): what moves with the background should look as it did.

Not in the paper, whose only temporal term is adversarial; training may add it.
"""

from __future__ import annotations

import torch
from torch import Tensor

_VISIBILITY = 50.0


def warping_loss(output: Tensor, warped_output: Tensor, truth: Tensor, warped_truth: Tensor, hole: Tensor) -> Tensor:
    """Mean |O_t - W(O_{t-1})| in the hole, where the truth follows the flow too (visibility exp(-50 e^2)).

    Args:
        output: O_t, ``(B, 3, H, W)`` in 0..1.
        warped_output: O_{t-1} warped to t.
        truth: B_t.
        warped_truth: B_{t-1} warped to t by the same flow.
        hole: ``(B, 1, H, W)``.
    """
    apart = (truth.float() - warped_truth.float()).square().sum(1, keepdim=True)
    visible = torch.exp(-_VISIBILITY * apart) * hole
    difference = (output.float() - warped_output.float()).abs() * visible
    return difference.sum() / (hole.sum().clamp(min=1) * output.shape[1])
