"""Synthetic objects for VOIN: cut-outs that move and bend before a moving scene, with their exact flow.

As ``synthesis`` makes holes over backgrounds, this makes whole objects: the truth that an occluder will hide. Made on
the training device; only a few numbers a clip are drawn on the CPU.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.training.data.banks import CUTOUT_PX
from models.training.data.hole_shapes import blob_masks
from models.training.data.motion_paths import object_walk
from models.training.data.synthesis import SynthesisOptions, draw_stills, make_scenery, project
from models.training.voin.footage import ObjectBanks
from models.vornet.sampling import pixel_places

CUTOUT_SHARE = 0.85
"""How often the object is a real cut-out, where there are any; else a lumpy patch of some still."""
BENDS = 2
_FIXED_POINT_STEPS = 10
_BEND = 0.06
"""Typical bend, of half the object's picture."""
_EXTENT = (0.45, 1.0)


@dataclass(frozen=True, slots=True)
class Scenes:
    """Clips in which nothing covers the object.

    Attributes:
        pictures: ``(B, T, 3, S, S)`` RGB in 0..1.
        shape: ``(B, T, 1, S, S)`` coverage of the object in 0..1.
        flow: ``(B, T, 2, S, S)`` to the frame before, in pixels; zero in the first frame.
        flow_known: ``(B,)`` 0 or 1: whether ``flow`` is the truth (it is not there for real clips).
        classes: ``(B,)`` int64.
    """

    pictures: Tensor
    shape: Tensor
    flow: Tensor
    flow_known: Tensor
    classes: Tensor

    @staticmethod
    def joined(one: Scenes, other: Scenes) -> Scenes:
        """Both batches."""
        return Scenes(*(torch.cat([getattr(one, name), getattr(other, name)]) for name in Scenes.__slots__))


@dataclass(frozen=True, slots=True)
class Bend:
    """A smooth deformation of an object's picture that changes from frame to frame.

    Attributes:
        fields: ``(B, K, 2, g, g)`` displacements in the object's own units (-1..1 across its picture).
        swing: ``(B, T, K)`` how strong each is in each frame.
    """

    fields: Tensor
    swing: Tensor

    @classmethod
    def drawn(cls, batch: int, frames: int, generator: torch.Generator, device: torch.device) -> Bend:
        """Bends of different strength; one clip in four has none."""
        strength = torch.rand(batch, 1, 1, 1, 1, generator=generator) * _BEND * 2
        strength = strength * (torch.rand(batch, 1, 1, 1, 1, generator=generator) < 0.75)
        fields = torch.randn(batch, BENDS, 2, 4, 4, generator=generator) * strength
        phase = torch.rand(batch, 1, BENDS, generator=generator) * 6.28
        pace = torch.rand(batch, 1, BENDS, generator=generator) * 0.7 + 0.1
        swing = torch.sin(phase + pace * torch.arange(frames).view(1, -1, 1))
        return cls(fields.to(device), swing.to(device))

    def applied(self, places: Tensor, first: int = 0) -> Tensor:
        """The material at places ``(B, N, 2, h, w)`` of the object's picture, in frames ``first`` to ``first + N``."""
        batch, count = places.shape[:2]
        grid = places.movedim(2, -1).flatten(0, 1)
        moved = places
        for number in range(self.fields.shape[1]):
            field = self.fields[:, number].repeat_interleave(count, 0)
            bent = functional.grid_sample(field, grid, mode="bicubic", padding_mode="border", align_corners=False)
            swing = self.swing[:, first : first + count, number].reshape(batch, count, 1, 1, 1)
            moved = moved + bent.view_as(places) * swing
        return moved

    def undone(self, material: Tensor, first: int = 0) -> Tensor:
        """The places that ``applied`` takes to ``material``: a fixed point, as the fields are smooth and small."""
        places = material
        for _ in range(_FIXED_POINT_STEPS):
            places = material - (self.applied(places, first) - places)
        return places


def make_scenes(
    banks: ObjectBanks, batch: int, generator: torch.Generator, *, side_px: int, frames: int, noise: float = 0.01
) -> Scenes:
    """Makes clips on the banks' device; a function of the generator's state.

    Args:
        banks: stills and cut-outs.
        batch: clips.
        generator: of the CPU.
        side_px: of the square frames.
        frames: of a clip.
        noise: largest standard deviation of the sensor's noise.
    """
    device = banks.pictures.stills.device
    scene = make_scenery(
        banks.pictures, batch, generator, SynthesisOptions(side_px=side_px, frames=frames, parallax_share=0.2)
    )
    objects, classes = draw_objects(banks, batch, generator, real_share=CUTOUT_SHARE)
    extent = (torch.rand(batch, generator=generator) * (_EXTENT[1] - _EXTENT[0]) + _EXTENT[0]) * side_px
    walk = object_walk(batch, frames, side_px, extent, generator).to(device)
    bend = Bend.drawn(batch, frames, generator, device)
    places = project(walk, side_px)
    material = bend.applied(places)
    colour, coverage = sample_objects(objects, material)
    flow = scene.flow
    if frames > 1:
        moved = _onto_pixels(walk[:, :-1], bend.undone(material[:, 1:])) - pixel_places(side_px, side_px, device)
        flow[:, 1:] = torch.where(coverage[:, 1:] > 0.5, moved, flow[:, 1:])
    pictures = torch.lerp(scene.pictures, colour, coverage)
    return Scenes(
        with_noise(pictures, generator, noise), coverage, flow, torch.ones(batch, device=device), classes.to(device)
    )


def draw_objects(
    banks: ObjectBanks, batch: int, generator: torch.Generator, *, real_share: float
) -> tuple[Tensor, Tensor]:
    """``(B, 4, C, C)`` premultiplied colours and coverage in 0..1, and ``(B,)`` classes."""
    stills, cutouts = banks.pictures.stills, banks.pictures.cutouts
    textures = functional.interpolate(
        draw_stills(banks.pictures, batch, generator), (CUTOUT_PX, CUTOUT_PX), mode="area"
    )
    objects = torch.cat([textures, blob_masks(batch, CUTOUT_PX, generator).to(stills.device)], 1)
    classes = torch.zeros(batch, dtype=torch.int64)
    if len(cutouts):
        chosen = torch.randint(len(cutouts), (batch,), generator=generator)
        real = torch.rand(batch, generator=generator) < real_share
        drawn = cutouts[chosen.to(cutouts.device)].float() / 255
        mirrored = (torch.rand(batch, 1, 1, 1, generator=generator) < 0.5).to(drawn.device)
        drawn = torch.where(mirrored, drawn.flip(-1), drawn)
        objects = torch.where(real.view(-1, 1, 1, 1).to(drawn.device), drawn, objects)
        classes = torch.where(real, banks.classes.cpu()[chosen], classes)
    return torch.cat([objects[:, :3] * objects[:, 3:], objects[:, 3:]], 1), classes


def sample_objects(objects: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Colours ``(B, T, 3, h, w)`` and coverage ``(B, T, 1, h, w)`` of objects at ``(B, T, 2, h, w)`` of their own."""
    batch, frames = places.shape[:2]
    grid = places.movedim(2, -1).flatten(0, 1)
    drawn = functional.grid_sample(
        objects.repeat_interleave(frames, 0), grid, mode="bilinear", padding_mode="zeros", align_corners=False
    ).view(batch, frames, 4, *places.shape[-2:])
    coverage = drawn[:, :, 3:]
    return (drawn[:, :, :3] / coverage.clamp(min=1e-3)).clamp(0, 1), coverage


def with_noise(pictures: Tensor, generator: torch.Generator, most: float) -> Tensor:
    """Pictures ``(B, T, 3, S, S)`` with a sensor's noise, of another strength in each clip."""
    source = torch.Generator(pictures.device)
    source.manual_seed(int(torch.randint(1 << 62, (1,), generator=generator)))
    level = (torch.rand(len(pictures), 1, 1, 1, 1, generator=generator) * most).to(pictures.device)
    grain = torch.randn(pictures.shape, generator=source, device=pictures.device)
    return (pictures + grain * level).clamp(0, 1)


def _onto_pixels(walk: Tensor, places: Tensor) -> Tensor:
    """``(B, N, 2, S, S)`` pixels of frames that ``(B, N, 3, 3)`` take to places ``(B, N, 2, S, S)`` of the object."""
    flat = torch.cat([places, torch.ones_like(places[:, :, :1])], 2).flatten(3)
    moved = (torch.linalg.inv(walk) @ flat).view(*places.shape[:2], 3, *places.shape[-2:])
    pixels: Tensor = moved[:, :, :2] / moved[:, :, 2:]
    return pixels
