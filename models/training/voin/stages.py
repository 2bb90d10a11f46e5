"""The three stages of VOIN's training, each from samples to what its network sees and minimises.

The stages' tasks and the joint one (equation 13) share them, so that all train on the same things.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.flow.dis import DisFlow
from models.losses.amodal import shape_loss
from models.losses.object_flow import FlowWeights, flow_losses
from models.training.voin.occlusion import Samples
from models.voin.evidence import batch_shifts, gather
from models.voin.generator import AppearanceInput
from models.voin.object_flow import FlowInput
from models.voin.shape import ShapeInput
from models.voin.smoothing import continued_inside
from models.voin.window_engine import RIM_SHARE
from models.vornet.sampling import flow_grid, inside

UNNAMED = 0.3
"""How often an object's class is not told: users may name none."""
BEHIND_WEIGHT = 5.0
"""Of pixels that the occluder covers, in the cross-entropy (PCNet)."""
FLOW_ERROR_PX = 0.4
_TAPS_KNOWN = 0.95
"""Of a bilinear sample: below, something that is not the object leaks in."""


def shape_input(samples: Samples, *, unnamed: float = 0.0) -> ShapeInput:
    """What the shape network sees; classes are left out at random, ``unnamed`` of them."""
    kept = torch.rand(len(samples.classes)).to(samples.classes.device) >= unnamed
    present = torch.ones(samples.visible.shape[:2], dtype=torch.bool, device=samples.visible.device)
    evidence = gather(samples.visible, samples.occluder, batch_shifts(samples.frame, samples.visible))
    return ShapeInput(samples.frame, samples.visible, samples.occluder, present, samples.classes * kept, evidence)


def shape_terms(logits: Tensor, samples: Samples, dice: float) -> dict[str, Tensor]:
    """Equation 6; ``dice`` is lambda_1."""
    counted = 1 + (BEHIND_WEIGHT - 1) * samples.occluder
    cross_entropy, overlap = shape_loss(logits, samples.amodal, samples.occluder, counted=counted, dice=dice)
    return {"cross_entropy": cross_entropy, "dice": overlap}


@dataclass(frozen=True, slots=True)
class FlowPairs:
    """Neighbours of all clips whose flow is known, each pair a sample.

    Attributes:
        seen: what the flow network sees.
        truth: ``(N, 2, S, S)``.
        amodal: ``(N, 1, S, S)``, the true one.
        hidden: ``(N, 1, S, S)``: where errors are measured.
        pictures: true frames here and there, and the true object there, for L_w.
        chosen: ``(B,)`` bool: the clips they are from.
    """

    seen: FlowInput
    truth: Tensor
    amodal: Tensor
    hidden: Tensor
    pictures: tuple[Tensor, Tensor, Tensor]
    chosen: Tensor


def flow_pairs(samples: Samples, amodal: Tensor | None = None) -> FlowPairs | None:
    """Pairs of each frame and the one before; None where no clip's flow is known.

    Args:
        samples: clips.
        amodal: ``(B, T, 1, S, S)`` the masks that the network is told; the true ones if None.
    """
    chosen = samples.flow_known > 0.5
    if not bool(chosen.any()):
        return None
    told = samples.amodal if amodal is None else amodal

    def here(tensor: Tensor) -> Tensor:
        return tensor[chosen][:, 1:].flatten(0, 1)

    def there(tensor: Tensor) -> Tensor:
        return tensor[chosen][:, :-1].flatten(0, 1)

    visible = here(samples.visible)
    begun = begun_flow((here(samples.frame), there(samples.frame)), (visible, there(samples.visible)), here(told))
    seen = FlowInput(here(samples.frame), there(samples.frame), begun, visible, here(told), there(told))
    pictures = (here(samples.truth), there(samples.truth), there(samples.amodal))
    return FlowPairs(seen, here(samples.flow), here(samples.amodal), here(samples.hidden), pictures, chosen)


def begun_flow(pictures: tuple[Tensor, Tensor], visible: tuple[Tensor, Tensor], amodal: Tensor) -> Tensor:
    """The initial flow ``(N, 2, S, S)`` as the product has it: DIS, and the object's own shift where it is hidden.

    Args:
        pictures: ``(N, 3, S, S)`` in 0..1, here and there.
        visible: ``(N, 1, S, S)``, likewise.
        amodal: ``(N, 1, S, S)``, here.
    """
    shifts = batch_shifts(torch.stack(pictures[::-1], 1), torch.stack(visible[::-1], 1))[:, 1].nan_to_num()
    hidden = (amodal > 0.5) & (visible[0] < 0.5)
    reach = max(1, round(amodal.shape[-1] * RIM_SHARE))
    wanted = (functional.max_pool2d(hidden.float(), 2 * reach + 1, 1, reach) > 0) & (amodal > 0.5)
    return torch.where(wanted, shifts[:, :, None, None], measured(*pictures))


def measured(here: Tensor, there: Tensor) -> Tensor:
    """DIS between pictures ``(N, 3, S, S)`` in 0..1: ``(N, 2, S, S)`` in pixels."""
    views = [(each.detach().movedim(1, -1) * 255).round().to(torch.uint8).cpu().numpy() for each in (here, there)]
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda one, other: DisFlow().flow(one, other), *views))
    return torch.from_numpy(np.stack(found)).movedim(-1, 1).to(here.device)


def estimated(flow: Tensor) -> Tensor:
    """A true flow ``(N, 2, S, S)`` as an estimator would have it: its edges washed out, wrong by part of a pixel."""
    coarse = torch.randn(len(flow), 2, 8, 8).to(flow.device) * FLOW_ERROR_PX
    size = (int(flow.shape[-2]), int(flow.shape[-1]))
    wrong: Tensor = functional.interpolate(coarse, size, mode="bilinear", align_corners=False)
    washed: Tensor = functional.avg_pool2d(flow, 5, 1, 2, count_include_pad=False)
    return washed + wrong


def flow_terms(found: Tensor, pairs: FlowPairs, weights: FlowWeights) -> dict[str, Tensor]:
    """Equations 7 and 8."""
    return flow_losses(found, pairs.truth, pairs.amodal, weights, pairs.pictures)


def end_point_error(found: Tensor, truth: Tensor, where: Tensor) -> Tensor:
    """Mean distance in pixels of flows ``(N, 2, S, S)`` where ``(N, 1, S, S)`` is; zero where it is nowhere."""
    apart = (found.float() - truth.float()).square().sum(1, keepdim=True).sqrt()
    return (apart * where).sum() / where.sum().clamp(min=1.0)


@dataclass(frozen=True, slots=True)
class Carried:
    """What propagation brought into the hidden part.

    Attributes:
        pictures: ``(B, T, 3, S, S)``, the frames with it.
        reached: ``(B, T, 1, S, S)`` 0 or 1.
    """

    pictures: Tensor
    reached: Tensor


def carry_forward(frames: Tensor, visible: Tensor, hidden: Tensor, flow: Tensor, follows: Tensor) -> Carried:
    """Section 3.3's propagation within a window, forward only, as training needs it: differentiable in the flow.

    Args:
        frames: ``(B, T, 3, S, S)``.
        visible: ``(B, T, 1, S, S)`` the object's own pixels: nothing else is carried.
        hidden: ``(B, T, 1, S, S)`` where it may be carried to.
        flow: ``(B, T, 2, S, S)`` to the frame before.
        follows: ``(B,)`` 0 or 1: clips in which anything is carried.
    """
    pictures, known, reached = [frames[:, 0]], visible[:, 0], [torch.zeros_like(visible[:, 0])]
    for t in range(1, frames.shape[1]):
        grid = flow_grid(flow[:, t])
        moved = functional.grid_sample(
            torch.cat([pictures[-1], known], 1).float(),
            grid,
            mode="bilinear",
            padding_mode="zeros",
            align_corners=False,
        )
        take = (hidden[:, t] > 0.5) & (moved[:, 3:].detach() > _TAPS_KNOWN) & inside(grid)
        take = take & (follows > 0.5).view(-1, 1, 1, 1)
        pictures.append(torch.where(take, moved[:, :3], frames[:, t].float()))
        known = torch.maximum(visible[:, t], take.float())
        reached.append(take.float())
    return Carried(torch.stack(pictures, 1), torch.stack(reached, 1))


def appearance_input(carried: Carried, visible: Tensor, hidden: Tensor, amodal: Tensor) -> AppearanceInput:
    """What the generator sees: what was carried, the rest continued smoothly from it and from the visible object."""
    unreached = (hidden * (1 - carried.reached)).clamp(0, 1)
    known = torch.maximum(visible, carried.reached)
    flat = [tensor.flatten(0, 1) for tensor in (carried.pictures, known, unreached)]
    filled = continued_inside(flat[0], flat[1], flat[2]).clamp(0, 1).view_as(carried.pictures)
    return AppearanceInput(filled, hidden, unreached, amodal)


def completed_truth(samples: Samples) -> Tensor:
    """Y': the frame with its occluder, the object's hidden part brought back."""
    return torch.lerp(samples.frame, samples.truth, samples.hidden)
