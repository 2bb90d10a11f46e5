"""How much fine detail a hole holds, compared with the truth's (not in the paper).

Absolute differences and LPIPS both leave room for a picture that is a little softer than the truth: it is never quite
wrong anywhere. This term looks at the amount of detail only, wherever exactly the detail lies.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

WINDOW_PX = 9
"""Detail is averaged over squares of this side."""


def detail_loss(output: Tensor, truth: Tensor, hole: Tensor) -> Tensor:
    """Mean over the hole of ``| mean |laplacian(O)| - mean |laplacian(B)| |``, the inner means over 9x9 pixels.

    Args:
        output: ``(B, 3, H, W)`` RGB in 0..1.
        truth: the same of the truth.
        hole: ``(B, 1, H, W)`` 0 or 1.

    Returns:
        A scalar; zero where there is no hole.
    """
    found, wanted = _detail(output.float()), _detail(truth.float())
    return ((found - wanted).abs() * hole).sum() / hole.sum().clamp(min=1.0)


def _detail(pictures: Tensor) -> Tensor:
    """``(B, 1, H, W)``: the mean size of the four-neighbour Laplacian of the grey picture round each pixel."""
    grey = functional.pad(pictures.mean(1, keepdim=True), (1, 1, 1, 1), mode="replicate")
    around = grey[..., :-2, 1:-1] + grey[..., 2:, 1:-1] + grey[..., 1:-1, :-2] + grey[..., 1:-1, 2:]
    edges = (around - 4 * grey[..., 1:-1, 1:-1]).abs()
    return functional.avg_pool2d(edges, WINDOW_PX, 1, WINDOW_PX // 2, count_include_pad=False)
