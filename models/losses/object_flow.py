"""What object flow completion minimises (VOIN section 3.4, equations 7 and 8).

The printed roles of the two flows disagree with section 3.2; here O is the prediction and O' the truth, so that
lambda_4 smooths the prediction inside the object. The mask of equation 7 is the amodal one: the object counts twice.
Flows are ``(B, 2, H, W)`` in pixels, masks ``(B, 1, H, W)``. Sums over pixels are means here, so that weights fit any
size.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.vornet.sampling import flow_grid, inside

LEVELS = 4
_CENSUS_PX = 5
_CENSUS_SOFTNESS = 0.1
"""Grey levels (of 1) at which a difference counts half."""


@dataclass(frozen=True, slots=True)
class FlowWeights:
    """The lambdas, which the paper does not give.

    Attributes:
        pyramid: lambda_2, of the Laplacian pyramid.
        gradient: lambda_3, of the gradients' difference.
        smooth: lambda_4, of the prediction's gradients inside the object.
        warping: of L_w.
    """

    pyramid: float = 1.0
    gradient: float = 1.0
    smooth: float = 0.1
    warping: float = 0.05


def weighted_l1(found: Tensor, truth: Tensor, amodal: Tensor) -> Tensor:
    """The first term of equation 7: ``(1 + M) |O - O'|``, the mean over all pixels."""
    return ((1 + amodal.float()) * (found.float() - truth.float()).abs().sum(1, keepdim=True)).mean()


def laplacian_pyramid_loss(found: Tensor, truth: Tensor, levels: int = LEVELS) -> Tensor:
    """L_Lap of equation 7: absolute differences of the bands of a pyramid, each weighted by its pixels' size.

    Args:
        found: O.
        truth: O'.
        levels: at most so many; a side is not halved below 4 pixels.
    """
    # The pyramid is linear: of the difference it gives the difference of both pyramids.
    current = found.float() - truth.float()
    total = current.new_zeros(())
    for level in range(levels):
        if min(current.shape[-2:]) < 8:
            break
        smaller = functional.avg_pool2d(current, 2)
        size = (int(current.shape[-2]), int(current.shape[-1]))
        band = current - functional.interpolate(smaller, size, mode="bilinear", align_corners=False)
        total = total + 2.0**level * band.abs().mean()
        current = smaller
    return total + current.abs().mean()


def gradient_losses(found: Tensor, truth: Tensor, amodal: Tensor) -> tuple[Tensor, Tensor]:
    """Both terms of equation 8 without their weights: ``M |G(O) - G(O')|`` and ``M |G(O)|``, means over the object.

    G is the difference to the next pixel, across and down; pairs that are not both in the object do not count, so that
    the motion boundary stays sharp.
    """
    inside_object = (amodal > 0.5).float()
    apart, rough, count = found.new_zeros(()), found.new_zeros(()), found.new_zeros(())
    for axis in (-1, -2):
        pairs = _pair(inside_object, axis)[0] * _pair(inside_object, axis)[1]
        slope, wanted = (later - earlier for earlier, later in (_pair(each.float(), axis) for each in (found, truth)))
        apart = apart + ((slope - wanted).abs().sum(1, keepdim=True) * pairs).sum()
        rough = rough + (slope.abs().sum(1, keepdim=True) * pairs).sum()
        count = count + pairs.sum()
    count = count.clamp(min=1.0)
    return apart / count, rough / count


def _pair(array: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    size = array.shape[axis]
    return array.narrow(axis, 0, size - 1), array.narrow(axis, 1, size - 1)


def warping_consistency(found: Tensor, here: Tensor, there: Tensor, amodal: Tensor, amodal_there: Tensor) -> Tensor:
    """L_w of equation 7: the neighbour brought here along O should look like this frame inside the object.

    Compared by a soft census of 5 x 5 pixels, which a change of light does not touch (as flow networks have it).

    Args:
        found: O, from ``here`` to ``there``.
        here: ``(B, 3, H, W)`` RGB in 0..1, the true frame, nothing covered.
        there: the same of the neighbour.
        amodal: the object in ``here``.
        amodal_there: the object in ``there``: places whose flow leaves it do not count.
    """
    grid = flow_grid(found)
    both = torch.cat([there.float(), amodal_there.float()], 1)
    moved = functional.grid_sample(both, grid, mode="bilinear", padding_mode="border", align_corners=False)
    counted = amodal.float() * (moved[:, 3:].detach() > 0.5) * inside(grid)
    apart = _census(moved[:, :3]) - _census(here.float())
    distance = (apart.square() / (0.1 + apart.square())).mean(1, keepdim=True)
    return (distance * counted).sum() / counted.sum().clamp(min=1.0)


def _census(pictures: Tensor) -> Tensor:
    """``(B, 25, H, W)`` in -1..1: how each neighbour differs from the middle."""
    grey = pictures.mean(1, keepdim=True)
    reach = _CENSUS_PX // 2
    around = functional.unfold(functional.pad(grey, (reach,) * 4, mode="replicate"), _CENSUS_PX)
    differences = around.view(grey.shape[0], _CENSUS_PX**2, *grey.shape[-2:]) - grey
    return differences / torch.sqrt(_CENSUS_SOFTNESS**2 + differences.square())


def flow_losses(
    found: Tensor,
    truth: Tensor,
    amodal: Tensor,
    weights: FlowWeights,
    pictures: tuple[Tensor, Tensor, Tensor] | None = None,
) -> dict[str, Tensor]:
    """The terms of equation 7, those of equation 8 among them, weighted; their sum is L_flow.

    Args:
        found: O.
        truth: O'.
        amodal: M.
        weights: the lambdas; a term of weight 0 is left out.
        pictures: the true frames here and there and the object there, for L_w; None leaves it out.
    """
    losses = {"l1": weighted_l1(found, truth, amodal)}
    if weights.pyramid > 0:
        losses["pyramid"] = weights.pyramid * laplacian_pyramid_loss(found, truth)
    if weights.gradient > 0 or weights.smooth > 0:
        apart, rough = gradient_losses(found, truth, amodal)
        losses["gradient"], losses["smooth"] = weights.gradient * apart, weights.smooth * rough
    if weights.warping > 0 and pictures is not None:
        here, there, amodal_there = pictures
        losses["warping"] = weights.warping * warping_consistency(found, here, there, amodal, amodal_there)
    return losses
