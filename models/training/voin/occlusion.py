"""The YouTube-VOI recipe (VOIN, section 4.1): occluders that move and deform, over objects whose whole shape is known.

Ten to seventy percent of the object are covered. In a share of the clips the occluder passes *behind* the object and
hides nothing (the trick of PCNet, Zhan et al. 2020): from those a network learns when not to grow. Masks are handed
over a little wrong at times.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.training.data.banks import CUTOUT_PX
from models.training.data.hole_shapes import grown, stroke_masks
from models.training.data.motion_paths import similarity, smooth_walk
from models.training.data.synthesis import draw_stills, project
from models.training.voin.footage import ObjectBanks
from models.training.voin.scenes import Bend, Scenes, draw_objects, sample_objects, with_noise

CANDIDATES = 16
"""Occluders that are tried for each clip; the one whose share comes closest to what is wanted is taken."""
LOW_PX = 32
_BAR_ROWS = 6.0
"""Times the object's size that a bar is long."""


@dataclass(frozen=True, slots=True)
class OcclusionOptions:
    """What occluders do.

    Attributes:
        share: of the object that is covered, smallest and largest, the mean over a clip.
        behind: how often the occluder passes behind the object.
        defects: how often the visible mask is grown or shrunk.
        bars, strokes: how often an occluder is a bar (a trunk, a pole) or a free-form stroke; the others are cut-outs
            and lumps.
        still: how often it stays where it is on the screen.
        noise: of the sensor, on the occluder.
    """

    share: tuple[float, float] = (0.1, 0.7)
    behind: float = 0.2
    defects: float = 0.25
    bars: float = 0.25
    strokes: float = 0.1
    still: float = 0.35
    noise: float = 0.01


@dataclass(frozen=True, slots=True)
class Samples:
    """What the networks of VOIN are trained on; all ``(B, T, C, S, S)`` float32, masks 0 or 1.

    Attributes:
        frame: RGB in 0..1, the occluder in it.
        truth: RGB in 0..1 without the occluder.
        visible: the object's visible mask as it is handed over.
        occluder: what covers or may cover it, as it is handed over; nowhere on ``visible``.
        amodal: the whole object, the truth.
        hidden: of it what the occluder covers.
        flow: to the frame before, of the truth; two channels.
        covered_flow: the same of the frame with its occluder in it.
        flow_known: ``(B,)``.
        classes: ``(B,)`` int64.
    """

    frame: Tensor
    truth: Tensor
    visible: Tensor
    occluder: Tensor
    amodal: Tensor
    hidden: Tensor
    flow: Tensor
    covered_flow: Tensor
    flow_known: Tensor
    classes: Tensor


def occlude(
    scenes: Scenes, banks: ObjectBanks, generator: torch.Generator, options: OcclusionOptions | None = None
) -> Samples:
    """Puts an occluder over, or behind, the object of each scene; a function of the generator's state.

    Args:
        scenes: clips with a whole object.
        banks: what occluders are made of, on the scenes' device.
        generator: of the CPU.
        options: see ``OcclusionOptions``.
    """
    options = options or OcclusionOptions()
    batch, frames, _, side, _ = scenes.pictures.shape
    device = scenes.pictures.device
    amodal = (scenes.shape > 0.5).float()
    pictures, kinds = _draw_occluders(banks, batch, generator, options)
    walks = _candidate_walks(amodal, kinds, generator, options)
    wanted = torch.rand(batch, generator=generator) * (options.share[1] - options.share[0]) + options.share[0]
    walk = _best_walk(walks.to(device), pictures, amodal, wanted.to(device))
    bend = Bend.drawn(batch, frames, generator, device)
    colour, coverage = sample_objects(pictures, bend.applied(project(walk, side)))
    front = (torch.rand(batch, 1, 1, 1, 1, generator=generator) >= options.behind).float().to(device)
    over = coverage * (1 - (1 - front) * scenes.shape)
    solid = (over > 0.5).float()
    shown = torch.lerp(scenes.pictures, with_noise(colour, generator, options.noise), over)
    hidden = amodal * solid * front
    visible, occluder = _handed_over(amodal * (1 - hidden), solid, generator, options)
    moving = torch.where(solid > 0.5, _walk_flow(walk, side), scenes.flow)
    return Samples(
        shown,
        scenes.pictures,
        visible,
        occluder,
        amodal,
        hidden,
        scenes.flow,
        moving,
        scenes.flow_known,
        scenes.classes,
    )


def _draw_occluders(
    banks: ObjectBanks, batch: int, generator: torch.Generator, options: OcclusionOptions
) -> tuple[Tensor, Tensor]:
    """``(B, 4, C, C)`` premultiplied pictures, and ``(B,)`` bool: which are bars."""
    pictures, _ = draw_objects(banks, batch, generator, real_share=0.7)
    stills = draw_stills(banks.pictures, batch, generator)
    full = torch.nn.functional.interpolate(stills, (CUTOUT_PX, CUTOUT_PX), mode="area")
    strokes = stroke_masks(batch, CUTOUT_PX, generator).to(pictures.device)
    inside = torch.ones_like(strokes)
    inside[..., :2, :] = inside[..., -2:, :] = 0
    inside[..., :2] = inside[..., -2:] = 0
    draw = torch.rand(batch, generator=generator)
    bars, stroked = draw < options.bars, (draw >= options.bars) & (draw < options.bars + options.strokes)
    for chosen, shape in ((bars, inside), (stroked, strokes)):
        made = torch.cat([full * shape, shape], 1)
        pictures = torch.where(chosen.view(-1, 1, 1, 1).to(pictures.device), made, pictures)
    return pictures, bars


def _candidate_walks(amodal: Tensor, bars: Tensor, generator: torch.Generator, options: OcclusionOptions) -> Tensor:
    """``(B, K, T, 3, 3)`` from a frame's pixels to an occluder's own (-1..1), on the CPU."""
    batch, frames, _, side, _ = amodal.shape
    middle, extent = (value.cpu() for value in _boxes(amodal))
    some = (batch, CANDIDATES)
    draw = torch.rand(*some, 6, generator=generator)
    size = extent.view(-1, 1) * (0.4 + 1.2 * draw[..., 0])
    ratio = torch.where(bars.view(-1, 1), 0.1 + 0.5 * draw[..., 1], 0.8 + 1.2 * draw[..., 1])
    off = (draw[..., 2:4] - 0.5) * 1.0 * extent.view(-1, 1, 1)
    angle = torch.randn(*some, generator=generator) * torch.where(bars.view(-1, 1), 0.15, 0.4)
    still = (torch.rand(batch, generator=generator) < options.still).view(-1, 1, 1, 1)
    speed = torch.randn(*some, 1, 2, generator=generator) * 0.03 * side * (~still)
    time = (torch.arange(frames) - (frames - 1) / 2).view(1, 1, -1, 1)
    shake = smooth_walk(batch, frames, 2, generator).view(batch, 1, frames, 2) * 0.5 * (~still)
    shift = middle.view(batch, 1, 1, 2) + off[:, :, None] + speed * time + shake
    turns = angle[..., None].expand(*some, frames)
    forward = similarity((size / 2)[..., None].expand(*some, frames), turns, shift)
    length = torch.where(bars.view(-1, 1), _BAR_ROWS, 1.0).expand(some)
    stretch = torch.diag_embed(torch.stack([ratio, length, torch.ones(some)], -1))
    walks: Tensor = torch.linalg.inv(forward @ stretch[:, :, None])
    return walks


def _best_walk(walks: Tensor, pictures: Tensor, amodal: Tensor, wanted: Tensor) -> Tensor:
    """``(B, T, 3, 3)``: of each clip's candidates the one that covers closest to the wanted share."""
    batch, count, frames = walks.shape[:3]
    side = amodal.shape[-1]
    step = side / LOW_PX
    coarse = torch.tensor([[step, 0, (step - 1) / 2], [0, step, (step - 1) / 2], [0, 0, 1.0]], device=walks.device)
    places = project((walks @ coarse).flatten(0, 1), LOW_PX)
    _, coverage = sample_objects(pictures.repeat_interleave(count, 0), places)
    small = torch.nn.functional.adaptive_avg_pool2d(amodal.flatten(0, 1), LOW_PX).view(batch, 1, frames, LOW_PX, LOW_PX)
    covered = (coverage.view(batch, count, frames, LOW_PX, LOW_PX) > 0.5).float() * small
    shares = covered.sum((2, 3, 4)) / small.sum((2, 3, 4)).clamp(min=1e-3)
    best = (shares - wanted[:, None]).abs().argmin(1)
    return walks[torch.arange(batch, device=walks.device), best]


def _boxes(amodal: Tensor) -> tuple[Tensor, Tensor]:
    """Middle ``(B, 2)`` x, y and longer side ``(B,)`` of each object's box, averaged over its clip."""
    side = amodal.shape[-1]
    places = torch.arange(side, device=amodal.device, dtype=torch.float32)
    middles, sides = [], []
    for axis in (-2, -1):
        there = amodal[:, :, 0].amax(axis) > 0.5  # (B, T, S)
        low = torch.where(there, places, float(side)).amin(-1)
        high = torch.where(there, places, -1.0).amax(-1)
        some = (high >= low).float()
        count = some.sum(1).clamp(min=1.0)
        middle = (((low + high) / 2) * some).sum(1) / count
        middles.append(torch.where(some.sum(1) > 0, middle, torch.full_like(middle, side / 2)))
        sides.append(((high - low + 1).clamp(min=0) * some).sum(1) / count)
    return torch.stack(middles, 1), torch.maximum(sides[0], sides[1]).clamp(min=side / 8)


def _handed_over(
    visible: Tensor, occluder: Tensor, generator: torch.Generator, options: OcclusionOptions
) -> tuple[Tensor, Tensor]:
    """Both masks as a user's or a tracker's are: the visible one off by a pixel or two at times, the other grown."""
    given, covers = [], []
    for index in range(len(visible)):
        off = 0
        if float(torch.rand(1, generator=generator)) < options.defects:
            off = int(torch.randint(-2, 3, (1,), generator=generator))
        given.append(grown(visible[index : index + 1], off))
        covers.append(grown(occluder[index : index + 1], int(torch.randint(0, 3, (1,), generator=generator))))
    shape = torch.cat(given)
    return shape, torch.cat(covers) * (1 - shape)


def _walk_flow(walk: Tensor, side: int) -> Tensor:
    """``(B, T, 2, S, S)`` an occluder's flow to the frame before, without its bends; zero in the first frame."""
    step = torch.linalg.inv(walk[:, :-1]) @ walk[:, 1:]
    identity = torch.eye(3, device=walk.device).expand(len(walk), 1, 3, 3)
    return project(torch.cat([identity, step], 1), side) - project(identity, side)
