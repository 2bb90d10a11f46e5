"""The synthetic-motion engine: clips with an object, without it, and with their exact flow, made from stills.

A still becomes a scene under a camera that walks (a homography a frame), sometimes with a nearer layer in front of it
(parallax) or a surface that sways; an object with its own motion is put before it, with a soft shadow; the light
drifts, the sensor adds noise, the mask that is handed over may be a little wrong. All of it on the training device:
the pictures are sampled with ``grid_sample``, only a few numbers a clip are drawn on the CPU.

The flow is the background's, from each frame to the one before, also behind the object: exact for camera and layers
(closed form), and to a thousandth of a pixel for swaying surfaces (a fixed point).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.training.data.banks import CUTOUT_PX, Banks
from models.training.data.hole_shapes import blob_masks, box_masks, given_masks, stroke_masks
from models.training.data.motion_paths import camera_walk, light_drift, object_walk
from models.training.running.task import Batch
from models.vornet.sampling import pixel_places

FIXED_POINT_STEPS = 12
CUTOUT_SHARE = 0.7
"""How often the object is a real cut-out, where there are any; else a lumpy patch of some still."""


@dataclass(frozen=True, slots=True)
class SynthesisOptions:
    """What the engine makes.

    Attributes:
        side_px: of the square frames.
        frames: of a clip.
        parallax_share: clips with a nearer layer.
        sway_share: clips whose surface sways (water, cloth, leaves).
        shadow_share: clips whose object casts a shadow; it is in the frame, not in the truth.
        box_share, stroke_share: clips whose hole is the object's box (the paper's case), or strokes and no object.
        defect_share: clips whose mask is handed over with defects.
        noise: largest standard deviation of the sensor's noise, of the range 0..1.
        object_share: size of the object's picture, smallest and largest, of the frame's side.
    """

    side_px: int = 128
    frames: int = 6
    parallax_share: float = 0.3
    sway_share: float = 0.2
    shadow_share: float = 0.3
    box_share: float = 0.2
    stroke_share: float = 0.15
    defect_share: float = 0.2
    noise: float = 0.015
    object_share: tuple[float, float] = (0.35, 0.8)


@dataclass(frozen=True, slots=True)
class Scenery:
    """A moving background: pictures ``(B, T, 3, S, S)`` in 0..1 and flow ``(B, T, 2, S, S)`` to the frame before."""

    pictures: Tensor
    flow: Tensor


def synthesize(banks: Banks, batch: int, generator: torch.Generator, options: SynthesisOptions | None = None) -> Batch:
    """Makes a batch of clips on the banks' device.

    Args:
        banks: stills and cut-outs.
        batch: clips.
        generator: of the CPU; the clips are a function of its state (noise apart, which comes from the device's own
            generator, sown from this one).
        options: what is made.

    Returns:
        ``frame`` ``(B, T, 3, S, S)`` RGB in 0..1 with the object; ``truth`` without it; ``object`` ``(B, T, 1, S, S)``
        where it really is (0..1); ``mask`` what is handed over for it (0 or 1); ``hole`` the mask grown, what is to be
        filled; ``flow`` ``(B, T, 2, S, S)`` of the background to the frame before, in pixels, zero in the first.
    """
    options = options or SynthesisOptions()
    scene = make_scenery(banks, batch, generator, options)
    colour, coverage = _draw_objects(banks, batch, generator, options)
    strokes = torch.rand(batch, generator=generator) < options.stroke_share
    coverage = coverage * (~strokes).float().view(-1, 1, 1, 1, 1).to(coverage.device)
    shade = _shadow(coverage, generator, options)
    frame = torch.lerp(scene.pictures * shade, colour, coverage)
    truth, frame = _lit(scene.pictures, frame, generator, options)
    shape = (coverage > 0.5).float()
    drawn = stroke_masks(batch, options.side_px, generator).to(shape.device).unsqueeze(1).expand_as(shape)
    shape = torch.where(strokes.view(-1, 1, 1, 1, 1).to(shape.device), drawn, shape)
    mask, hole = given_masks(shape, generator, defect_share=options.defect_share)
    boxed = (torch.rand(batch, generator=generator) < options.box_share).view(-1, 1, 1, 1, 1).to(shape.device)
    hole = torch.where(boxed, box_masks(hole), hole)
    return {"frame": frame, "truth": truth, "object": coverage, "mask": mask, "hole": hole, "flow": scene.flow}


def make_scenery(banks: Banks, batch: int, generator: torch.Generator, options: SynthesisOptions) -> Scenery:
    """Moving backgrounds of their own: what a removal should bring back."""
    device, side, frames = banks.stills.device, options.side_px, options.frames
    camera = camera_walk(batch, frames, side, generator)
    sways = (torch.rand(batch, 1, 1, 1, generator=generator) < options.sway_share).float()
    field = (torch.randn(batch, 2, 6, 6, generator=generator) * sways).to(device)
    phase = torch.rand(batch, 1, generator=generator) * 6.28 + torch.arange(frames) * 0.5
    swing = torch.sin(phase).to(device)
    far = camera.to(device)
    places = project(far, side)  # (B, T, 2, S, S), relative to the scene's middle
    swayed = torch.stack([_swayed(places[:, t], field, swing[:, t], side) for t in range(frames)], 1)
    pictures = sample_still(draw_stills(banks, batch, generator), swayed, generator)
    flow = torch.zeros_like(places)
    for t in range(1, frames):
        material = _unswayed(swayed[:, t], field, swing[:, t - 1], side)
        flow[:, t] = _unproject(far[:, t - 1], material) - pixel_places(side, side, device)
    scene = Scenery(pictures, flow)
    wanted = (torch.rand(batch, generator=generator) < options.parallax_share).float()
    return _with_nearer_layer(scene, banks, camera, wanted, generator)


def project(homographies: Tensor, side_px: int) -> Tensor:
    """``(B, T, 2, S, S)`` places that every pixel of the frames is taken to by ``(B, T, 3, 3)``."""
    pixels = pixel_places(side_px, side_px, homographies.device)
    flat = torch.cat([pixels, torch.ones_like(pixels[:1])]).flatten(1)
    moved = (homographies @ flat).view(*homographies.shape[:-1], side_px, side_px)
    places: Tensor = moved[..., :2, :, :] / moved[..., 2:, :, :]
    return places


def _unproject(homography: Tensor, places: Tensor) -> Tensor:
    """``(B, 2, S, S)`` pixels that ``(B, 3, 3)`` takes to ``places`` ``(B, 2, S, S)``."""
    flat = torch.cat([places, torch.ones_like(places[:, :1])], 1).flatten(2)
    moved = (torch.linalg.inv(homography) @ flat).view(flat.shape[0], 3, *places.shape[-2:])
    pixels: Tensor = moved[:, :2] / moved[:, 2:]
    return pixels


def _swayed(places: Tensor, field: Tensor, swing: Tensor, side_px: int) -> Tensor:
    """Places ``(B, 2, S, S)`` moved by a smooth field ``(B, 2, g, g)`` of a pixel or so, times ``(B,)``."""
    grid = (places / side_px).movedim(1, -1)
    moved = functional.grid_sample(field, grid, mode="bicubic", padding_mode="reflection", align_corners=False)
    return places + swing.view(-1, 1, 1, 1) * moved


def _unswayed(swayed: Tensor, field: Tensor, swing: Tensor, side_px: int) -> Tensor:
    """The places that ``_swayed`` takes to ``swayed``: a fixed point, as the field is smooth and small."""
    places = swayed
    for _ in range(FIXED_POINT_STEPS):
        places = swayed - (_swayed(places, field, swing, side_px) - places)
    return places


def _with_nearer_layer(
    scene: Scenery, banks: Banks, camera: Tensor, wanted: Tensor, generator: torch.Generator
) -> Scenery:
    """Puts another still, with holes in it, before the scenes that want it; it moves faster as it is nearer."""
    batch, frames, _, side, _ = scene.pictures.shape
    middle = torch.tensor([(side - 1) / 2, (side - 1) / 2, 1.0])
    centre = camera @ middle
    nearness = torch.empty(batch, 1, 1).uniform_(0.4, 1.4, generator=generator)
    ahead = torch.eye(3).repeat(batch, frames, 1, 1)
    ahead[..., :2, 2] = nearness * centre[..., :2] / centre[..., 2:]
    near = (ahead @ camera).to(scene.pictures.device)
    places = project(near, side)
    lumps = torch.randn(batch, 1, 5, 5, generator=generator).to(places.device)
    relative = (places / (1.5 * side)).movedim(2, -1).flatten(0, 1)
    heights = functional.grid_sample(
        lumps.repeat_interleave(frames, 0), relative, mode="bicubic", padding_mode="reflection", align_corners=False
    )
    solid = ((heights - 0.4) * side / 8 + 0.5).clamp(0, 1).view(batch, frames, 1, side, side)
    solid = solid * wanted.view(-1, 1, 1, 1, 1).to(solid.device)
    pictures = sample_still(draw_stills(banks, batch, generator), places, generator)
    flow = torch.zeros_like(places)
    for t in range(1, frames):
        flow[:, t] = _unproject(near[:, t - 1], places[:, t]) - pixel_places(side, side, places.device)
    return Scenery(torch.lerp(scene.pictures, pictures, solid), torch.where(solid > 0.5, flow, scene.flow))


def draw_stills(banks: Banks, batch: int, generator: torch.Generator) -> Tensor:
    """``(B, 3, S, S)`` float32 in 0..1, half of them mirrored."""
    chosen = torch.randint(len(banks.stills), (batch,), generator=generator).to(banks.stills.device)
    stills = banks.stills[chosen].float() / 255
    mirrored = (torch.rand(batch, 1, 1, 1, generator=generator) < 0.5).to(stills.device)
    return torch.where(mirrored, stills.flip(-1), stills)


def sample_still(stills: Tensor, places: Tensor, generator: torch.Generator) -> Tensor:
    """``(B, T, 3, S, S)``: stills ``(B, 3, N, N)`` at places ``(B, T, 2, S, S)`` in pixels from a middle of their own.

    Beyond its border a still is mirrored.
    """
    batch, frames = places.shape[:2]
    side = stills.shape[-1]
    zoom = torch.empty(batch, 1, 1, 1, 1).uniform_(0.75, 1.1, generator=generator).to(places.device)
    room = max(side - places.shape[-1], 0) / 2
    offset = (torch.empty(batch, 1, 2, 1, 1).uniform_(-1, 1, generator=generator) * room).to(places.device)
    grid = ((places * zoom + offset) * 2 / side).movedim(2, -1).flatten(0, 1)
    repeated = stills.repeat_interleave(frames, 0)
    sampled = functional.grid_sample(
        repeated, grid, mode="bicubic", padding_mode="reflection", align_corners=False
    ).clamp(0, 1)
    return sampled.view(batch, frames, *sampled.shape[1:])


def _draw_objects(
    banks: Banks, batch: int, generator: torch.Generator, options: SynthesisOptions
) -> tuple[Tensor, Tensor]:
    """Objects on their way: colours ``(B, T, 3, S, S)`` and coverage ``(B, T, 1, S, S)``, both in 0..1."""
    device, side, frames = banks.stills.device, options.side_px, options.frames
    textures = functional.interpolate(draw_stills(banks, batch, generator), (CUTOUT_PX, CUTOUT_PX), mode="area")
    objects = torch.cat([textures, blob_masks(batch, CUTOUT_PX, generator).to(device)], 1)
    if len(banks.cutouts):
        chosen = torch.randint(len(banks.cutouts), (batch,), generator=generator).to(device)
        real = (torch.rand(batch, 1, 1, 1, generator=generator) < CUTOUT_SHARE).to(device)
        objects = torch.where(real, banks.cutouts[chosen].float() / 255, objects)
    objects = torch.cat([objects[:, :3] * objects[:, 3:], objects[:, 3:]], 1)
    low, high = options.object_share
    extent = (torch.rand(batch, generator=generator) * (high - low) + low) * side
    walk = object_walk(batch, frames, side, extent, generator).to(device)
    grid = project(walk, side).movedim(2, -1).flatten(0, 1)
    drawn = functional.grid_sample(
        objects.repeat_interleave(frames, 0), grid, mode="bilinear", padding_mode="zeros", align_corners=False
    ).view(batch, frames, 4, side, side)
    coverage = drawn[:, :, 3:]
    # Where the object is partly there its colour was mixed with the nothing round it: undone, as lerp mixes again.
    return (drawn[:, :, :3] / coverage.clamp(min=1e-3)).clamp(0, 1), coverage


def _shadow(coverage: Tensor, generator: torch.Generator, options: SynthesisOptions) -> Tensor:
    """``(B, T, 1, S, S)`` factors up to one: the object's shape moved, blurred and dark, in some of the clips."""
    batch, _, _, side, _ = coverage.shape
    casts = (torch.rand(batch, generator=generator) < options.shadow_share).float()
    dark = casts * torch.empty(batch).uniform_(0.2, 0.6, generator=generator)
    down, across = (int(value) for value in torch.randint(2, max(side // 10, 3), (2,), generator=generator))
    moved = torch.roll(coverage, (down, across), (-2, -1))
    moved[..., :down, :] = 0
    moved[..., :, :across] = 0
    blurred = moved.flatten(0, 1)
    for _ in range(3):
        blurred = functional.avg_pool2d(blurred, 7, 1, 3)
    return 1 - dark.view(-1, 1, 1, 1, 1).to(coverage.device) * blurred.view_as(coverage)


def _lit(truth: Tensor, frame: Tensor, generator: torch.Generator, options: SynthesisOptions) -> tuple[Tensor, Tensor]:
    """Both under the same drifting light and with the same noise."""
    batch, frames = truth.shape[:2]
    gain, gamma = (value.to(truth.device) for value in light_drift(batch, frames, generator))
    noise = torch.Generator(truth.device)
    noise.manual_seed(int(torch.randint(1 << 62, (1,), generator=generator)))
    level = (torch.rand(batch, 1, 1, 1, 1, generator=generator) * options.noise).to(truth.device)
    grain = torch.randn(truth.shape, generator=noise, device=truth.device) * level

    def shown(pictures: Tensor) -> Tensor:
        bright = pictures.clamp(min=1e-4) ** gamma[..., None, None] * gain[..., None, None]
        return (bright + grain).clamp(0, 1)

    return shown(truth), shown(frame)
