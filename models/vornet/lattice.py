"""Takes the decoder's lattice out of what the network paints.

Every pixel that a stack of transposed convolutions paints has a phase: its place in the 8 x 8 cell that one feature of
the innermost layer becomes. Trained against discriminators, such a network puts texture where there is none by giving
each phase an offset of its own: a grid over smooth guesses, which a distance of features likes and no eye does. Scenes
have nothing that keeps to the cells of a crop, so that what the same phase has in common over neighbouring cells is the
grid, and is taken off.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_CELLS = 5
_CELLS_SIGMA = 1.2
"""The neighbourhood in which phases are compared, in cells."""
_LITTLE = 1e-4


def without_lattice(painted: Tensor, hole: Tensor, cell: int) -> Tensor:
    """What is painted without what it has in common at the same place of neighbouring cells.

    Args:
        painted: ``(B, C, H, W)``; outside the hole it does not matter, and the answer means nothing there.
        hole: ``(B, 1, H, W)``, 0 to 1.
        cell: side of a cell in pixels, which H and W are multiples of.
    """
    smooth = _interpolated(painted * hole, hole, cell)  # a slope is the same from cell to cell as well, and no grid
    fine = functional.pixel_unshuffle((painted - smooth) * hole, cell)  # (B, C cell^2, H / cell, W / cell)
    there = functional.pixel_unshuffle(hole, cell)
    share = _blurred(there, _CELLS, _CELLS_SIGMA)
    count = share.square() / _blurred(there.square(), _CELLS, _CELLS_SIGMA, squared=True).clamp(min=_LITTLE)
    trust = (1 - 1 / count.clamp(min=1)) / share.clamp(min=_LITTLE)  # what stands alone says nothing of its neighbours
    channels = painted.shape[1]
    grid = _blurred(fine, _CELLS, _CELLS_SIGMA) * trust.repeat(1, channels, 1, 1)
    return painted - functional.pixel_shuffle(grid, cell)


def _interpolated(inside: Tensor, hole: Tensor, cell: int) -> Tensor:
    """The means of the cells, as a smooth picture."""
    means = functional.avg_pool2d(inside, cell) / functional.avg_pool2d(hole, cell).clamp(min=_LITTLE)
    known = (functional.avg_pool2d(hole, cell) > 0).to(means.dtype)
    around = functional.avg_pool2d(means * known, 3, stride=1, padding=1)
    around = around / functional.avg_pool2d(known, 3, stride=1, padding=1).clamp(min=_LITTLE)
    means = torch.where(known > 0, means, around)  # cells beside the hole go on as it ends
    return functional.interpolate(means, scale_factor=cell, mode="bilinear", align_corners=False)


def _blurred(planes: Tensor, side: int, sigma: float, *, squared: bool = False) -> Tensor:
    """Each plane of ``(B, C, H, W)`` under a Gaussian window of ``side`` pixels (or its square), zeros around."""
    places = torch.arange(side, device=planes.device, dtype=planes.dtype) - side // 2
    window = torch.exp(-0.5 * (places / sigma).square())
    window = window / window.sum()
    window = window.square() if squared else window
    count = planes.shape[1]
    rows = window.reshape(1, 1, side, 1).expand(count, 1, side, 1)
    down = functional.conv2d(planes, rows, padding=(side // 2, 0), groups=count)
    return functional.conv2d(down, rows.transpose(2, 3), padding=(0, side // 2), groups=count)
