"""Takes the decoder's lattice out of what the network paints.

Every pixel that a stack of transposed convolutions paints has a phase: its place in the 8 x 8 cell that one feature of
the innermost layer becomes. Trained against discriminators, such a network puts texture where there is none by giving
each phase an offset of its own: a grid over smooth guesses, which a distance of features likes and no eye does. Scenes
have nothing that keeps to the cells of a crop, so that what the same phase has in common over neighbouring cells is the
grid, and is taken off.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

_CELLS = 5
_CELLS_SIGMA = 1.2
"""The neighbourhood in which phases are compared, in cells."""
_LITTLE = 1e-4


def _gaussian(side: int, sigma: float) -> tuple[float, ...]:
    weights = [math.exp(-0.5 * ((place - side // 2) / sigma) ** 2) for place in range(side)]
    return tuple(weight / sum(weights) for weight in weights)


_WINDOW = _gaussian(_CELLS, _CELLS_SIGMA)
_SQUARES = tuple(weight**2 for weight in _WINDOW)


def without_lattice(painted: Tensor, hole: Tensor, cell: int) -> Tensor:
    """What is painted without what it has in common at the same place of neighbouring cells.

    Args:
        painted: ``(B, C, H, W)``; outside the hole it does not matter, and the answer means nothing there.
        hole: ``(B, 1, H, W)``, 0 to 1.
        cell: side of a cell in pixels, which H and W are multiples of.
    """
    share = _of_neighbours(hole, cell, _WINDOW)
    count = share.square() / _of_neighbours(hole.square(), cell, _SQUARES).clamp(min=_LITTLE)
    trust = (1 - 1 / count.clamp(min=1)) / share.clamp(min=_LITTLE)  # what stands alone says nothing of its neighbours
    inside = painted * hole
    smooth = _interpolated(inside, hole, cell)  # a slope is the same from cell to cell as well, and no grid
    return painted - _of_neighbours(inside - smooth * hole, cell, _WINDOW) * trust


def _interpolated(inside: Tensor, hole: Tensor, cell: int) -> Tensor:
    """The means of the cells, as a smooth picture."""
    share = functional.avg_pool2d(hole, cell)
    means = functional.avg_pool2d(inside, cell) / share.clamp(min=_LITTLE)
    known = (share > 0).to(means.dtype)
    around = functional.avg_pool2d(means * known, 3, stride=1, padding=1)
    around = around / functional.avg_pool2d(known, 3, stride=1, padding=1).clamp(min=_LITTLE)
    means = torch.where(known > 0, means, around)  # cells beside the hole go on as it ends
    return functional.interpolate(means, scale_factor=cell, mode="bilinear", align_corners=False)


def _of_neighbours(planes: Tensor, cell: int, window: tuple[float, ...]) -> Tensor:
    """Each pixel of ``(B, C, H, W)`` as the sum of those at its place in the cells around it, zeros beyond the border.

    Args:
        planes: what is summed.
        cell: side of a cell in pixels.
        window: weights of the cells along an axis, an odd number of them.
    """
    reach = len(window) // 2 * cell
    for axis, beyond in ((2, (0, 0, reach, reach)), (3, (reach, reach, 0, 0))):
        length, wide = planes.shape[axis], functional.pad(planes, beyond)
        planes = wide.narrow(axis, 0, length) * window[0]
        for place, weight in enumerate(window[1:], 1):
            planes = torch.add(planes, wide.narrow(axis, place * cell, length), alpha=weight)
    return planes
