"""Pictures with holes for the inpainting network, by a seed.

They are made on the training device from stills, or read, with their patch fills, from a folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from models.training.data.banks import Banks, data_sets, load_banks, read_sources
from models.training.data.hole_shapes import rectangle_masks, stroke_masks
from models.training.data.motion_paths import object_walk
from models.training.data.split import watched_backgrounds
from models.training.data.synthesis import draw_stills, project, sample_still
from models.training.inpainting.filled_stills import draw_fills, read_fills
from models.training.running.task import Batch

HELD_OUT = 24
"""Every so many stills one is kept from training: the training is watched on those."""
BOX_SHARE, STROKE_SHARE = 0.4, 0.25
"""How often the hole is a box or strokes; else it is an object's shape, where there are objects."""


WATCHED_PICTURES = 32
WATCH_SEED = 20190616


class PictureSource(Protocol):
    """Where a training's pictures come from.

    They are dictionaries of ``image`` ``(B, 3, S, S)`` RGB in 0..1, the truth; ``hole`` ``(B, 1, S, S)``, 0 or 1; and
    ``first``, what the network gets: the truth with nothing, or with patches, in the hole.
    """

    def draw(self, seed: int, step: int, batch: int) -> Batch:
        """What a step's pictures are made from, on the CPU: a function of the arguments alone."""
        ...

    def pictures(self, drawn: Batch) -> Batch:
        """A step's pictures, of what was drawn and is on the device now."""
        ...

    def watched(self) -> Batch:
        """Pictures that no step gets, on the CPU."""
        ...

    def about(self) -> str:
        """The sets they come from with their licences, for a card."""
        ...


class StillSource:
    """Pictures made on the device, for the base ``nothing``.

    Args:
        data: folder of stills and clips.
        side_px: of the pictures.
        most_stills: kept in memory; 0 for all.
        device: where they are made.
    """

    def __init__(self, data: Path, side_px: int, most_stills: int, device: torch.device) -> None:
        banks = load_banks(
            data, side_px=max(224, side_px), most_stills=most_stills or None, without=watched_backgrounds()
        )
        split = split_banks(banks)
        self._data, self._side_px = data, side_px
        self._training, self._watched = split.training.to(device), split.watched

    def draw(self, seed: int, step: int, batch: int) -> Batch:
        """A ticket only."""
        return {"ticket": torch.tensor([seed, step, batch])}

    def pictures(self, drawn: Batch) -> Batch:
        """See ``PictureSource``."""
        seed, step, batch = (int(value) for value in drawn["ticket"])
        generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
        made = draw_pictures(self._training, batch, self._side_px, generator)
        return {**made, "first": made["image"] * (1 - made["hole"])}

    def watched(self) -> Batch:
        """See ``PictureSource``."""
        generator = torch.Generator().manual_seed(WATCH_SEED)
        made = draw_pictures(self._watched, WATCHED_PICTURES, self._side_px, generator)
        return {**made, "first": made["image"] * (1 - made["hole"])}

    def about(self) -> str:
        """See ``PictureSource``."""
        return data_sets(self._data)


class FilledSource:
    """Pictures with their patch fills, read from a folder.

    Args:
        folder: as ``models.training.inpainting.fills`` writes it.
        side_px: of the pictures; they are cut to it.

    Raises:
        FootageError: the folder holds none, or smaller ones.
    """

    def __init__(self, folder: Path, side_px: int) -> None:
        self._folder, self._side_px = folder, side_px
        self._training, self._watched = read_fills(folder, side_px)

    def draw(self, seed: int, step: int, batch: int) -> Batch:
        """The pictures themselves."""
        return draw_fills(self._training, batch, seed, step, self._side_px)

    def pictures(self, drawn: Batch) -> Batch:
        """See ``PictureSource``."""
        return drawn

    def watched(self) -> Batch:
        """See ``PictureSource``."""
        return self._watched.batch(range(len(self._watched)))

    def about(self) -> str:
        """See ``PictureSource``."""
        return read_sources(self._folder) or "The folder of fills does not say what it was made from."


@dataclass(frozen=True, slots=True)
class SplitBanks:
    """Stills to train on and stills to watch the training on; the cut-outs serve both as shapes."""

    training: Banks
    watched: Banks


def split_banks(banks: Banks) -> SplitBanks:
    """Keeps every ``HELD_OUT``-th still from training (one at least, if there are two)."""
    index = torch.arange(len(banks.stills))
    held = index % HELD_OUT == min(HELD_OUT, len(index)) - 1
    return SplitBanks(Banks(banks.stills[~held], banks.cutouts), Banks(banks.stills[held], banks.cutouts))


def draw_pictures(banks: Banks, batch: int, side_px: int, generator: torch.Generator) -> Batch:
    """``image`` ``(B, 3, S, S)`` RGB in 0..1 and ``hole`` ``(B, 1, S, S)``, 0 or 1, on the banks' device.

    Args:
        banks: stills and cut-outs.
        batch: pictures.
        side_px: their side.
        generator: of the CPU; the pictures are a function of its state.
    """
    device = banks.stills.device
    angle = (torch.rand(batch, 1, generator=generator) - 0.5) * 0.2
    stretch = torch.empty(batch, 1, 1).uniform_(0.7, 1.3, generator=generator)
    turn = torch.stack([torch.cos(angle), -torch.sin(angle), torch.sin(angle), torch.cos(angle)], -1).view(
        batch, 1, 2, 2
    )
    line = torch.arange(side_px, dtype=torch.float32) - (side_px - 1) / 2
    grid = torch.stack(torch.meshgrid(line, line, indexing="xy")).flatten(1)
    places = (turn * stretch.unsqueeze(-1) @ grid).view(batch, 1, 2, side_px, side_px).to(device)
    image = sample_still(draw_stills(banks, batch, generator), places, generator)[:, 0]
    light = torch.empty(batch, 3, 1, 1).uniform_(0.9, 1.1, generator=generator)
    image = (image * light.to(device)).clamp(0, 1)
    return {"image": image, "hole": _draw_holes(banks, batch, side_px, generator)}


def _draw_holes(banks: Banks, batch: int, side_px: int, generator: torch.Generator) -> Tensor:
    device = banks.stills.device
    kind = torch.rand(batch, 1, 1, 1, generator=generator)
    boxes = rectangle_masks(batch, side_px, generator)
    strokes = stroke_masks(batch, side_px, generator)
    drawn = torch.where(kind < BOX_SHARE, boxes, strokes).to(device)
    if not len(banks.cutouts):
        return drawn
    chosen = torch.randint(len(banks.cutouts), (batch,), generator=generator).to(device)
    extent = (torch.rand(batch, generator=generator) * 0.5 + 0.4) * side_px
    walk = object_walk(batch, 1, side_px, extent, generator).to(device)
    coverage = banks.cutouts[chosen, 3:].float() / 255
    grid = project(walk, side_px)[:, 0].movedim(1, -1)
    shapes = functional.grid_sample(coverage, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    shapes = functional.max_pool2d((shapes > 0.5).float(), 7, 1, 3)
    return torch.where((kind >= BOX_SHARE + STROKE_SHARE).to(device), shapes, drawn)
