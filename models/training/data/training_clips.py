"""The SVOR recipe for training (VORNet, section 4.1): composites from any folder of clips and masks, without end.

As in the paper: objects whole in the picture, under half of it, at least 30 x 30 pixels; 320x180, at most 15 frames.
Unlike the paper every background meets several objects, people cut out of stills among them, and holes are not only
boxes: the object's shape grown, its box, or a shape that has nothing to do with an object. No clip of the validation
half is ever read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.training.data import svor
from models.training.data.footage import (
    FootageClip,
    FootageError,
    covered,
    list_footage,
    longest_shot,
    read_clip,
    read_masks,
)
from models.training.data.method import Clip, Masks, dilate_holes
from models.training.data.split import is_training_clip

PAPER_SIZE = (320, 180)
PAPER_FRAMES = 15
MIN_FRAMES = 6
STILL_REPEATS = svor.MIN_CUTOUT_FRAMES
STILL_SHARE = 0.35
"""How often the object is a person cut out of a still, where there are any."""
BOX_SHARE, FIXED_SHARE = 0.15, 0.15
"""How often the hole is the object's box (the paper's case), or a shape that stays where it is on the screen."""
GROWTH_PX = (0, 4)


@dataclass(frozen=True, slots=True)
class TrainingClip:
    """One composite.

    Attributes:
        name: unique within a run of the recipe.
        frames: ``(T, H, W, 3)`` uint8 RGB with the object.
        truth: ``(T, H, W, 3)`` uint8 RGB without it.
        holes: ``(T, H, W)`` bool, what is to be filled; covers all that the object changed.
    """

    name: str
    frames: Clip
    truth: Clip
    holes: Masks


@dataclass(frozen=True, slots=True)
class TrainingFootage:
    """What the recipe draws from.

    Attributes:
        backgrounds: clips that may be trained on.
        objects: those of them with masks.
        cutouts: pairs of a still and the mask of a person in it.
    """

    backgrounds: tuple[FootageClip, ...]
    objects: tuple[FootageClip, ...]
    cutouts: tuple[tuple[Path, Path], ...] = ()


def training_footage(data: Path, *, without: frozenset[str] = frozenset()) -> TrainingFootage:
    """What a folder offers for training: no clip of the validation half, none of ``without``.

    Raises:
        FootageError: there is no clip, or no object, to train on.
    """
    clips = [clip for clip in list_footage(data).values() if is_training_clip(clip.name)]
    backgrounds = tuple(clip for clip in clips if clip.name not in without)
    objects = tuple(clip for clip in backgrounds if clip.masks)
    cutouts = still_cutouts(data)
    if not backgrounds or not (objects or cutouts):
        raise FootageError(
            f"{data} gives {len(backgrounds)} clips and {len(objects) + len(cutouts)} objects to train on; it needs "
            "one of each outside the validation half."
        )
    return TrainingFootage(backgrounds, objects, cutouts)


def still_cutouts(data: Path) -> tuple[tuple[Path, Path], ...]:
    """Stills with a mask each: ``stills/SET/img/NAME.*`` and ``stills/SET/mask/NAME.png``."""
    pairs = []
    for mask in sorted(data.glob("stills/*/mask/*.png")):
        pictures = sorted((mask.parent.parent / "img").glob(f"{mask.stem}.*"))
        if pictures:
            pairs.append((pictures[0], mask))
    return tuple(pairs)


def make_clip(
    footage: TrainingFootage,
    background: FootageClip,
    take: int,
    *,
    size: tuple[int, int] = PAPER_SIZE,
    frames: int = PAPER_FRAMES,
    seed: int = 0,
) -> TrainingClip | None:
    """Composite number ``take`` of a background; None if its longest shot is too short or no object fits.

    Args:
        footage: where the object comes from.
        background: the clip underneath.
        take: which of any number of composites; each has its own object, path, stretch of time and hole.
        size: (width, height) in pixels.
        frames: at most so many.
        seed: another seed gives other composites.
    """
    name = f"{background.name}-{take:02}"
    rng = np.random.default_rng([seed, int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")])
    shot = longest_shot(covered(read_clip(background), size))
    if len(shot) < MIN_FRAMES:
        return None
    step = 2 if len(shot) >= 2 * frames and rng.random() < 0.25 else 1
    start = int(rng.integers(max(len(shot) - step * frames, 0) + 1))
    truth = shot[start : start + step * frames : step].copy()
    if rng.random() < 0.5:
        truth = np.ascontiguousarray(truth[:, :, ::-1])
    if rng.random() < 0.3:
        truth = np.ascontiguousarray(truth[::-1])
    cutout = _draw_cutout(footage, background.name, rng)
    if cutout is None:
        return None
    pasted, masks = svor.paste(truth, cutout, svor.place(cutout, len(truth), size, rng))
    return TrainingClip(name, *_with_hole(pasted, truth, masks, rng))


def _with_hole(pasted: Clip, truth: Clip, masks: Masks, rng: np.random.Generator) -> tuple[Clip, Clip, Masks]:
    """Draws the kind of hole: the object's shape, its box, or a shape fixed to the screen and no object at all."""
    kind = rng.random()
    if kind < FIXED_SHARE:
        still = np.broadcast_to(masks[len(masks) // 2], masks.shape)
        return truth.copy(), truth, dilate_holes(still)
    holes = dilate_holes(masks)
    growth = int(rng.integers(*GROWTH_PX))
    if growth:
        kernel = np.ones((2 * growth + 1, 2 * growth + 1), np.uint8)
        holes = np.stack([cv2.dilate(hole.astype(np.uint8), kernel) > 0 for hole in holes])
    return pasted, truth, boxes_of(holes) if kind < FIXED_SHARE + BOX_SHARE else holes


def boxes_of(holes: Masks) -> Masks:
    """``(T, H, W)`` bool: the bounding box of each mask."""
    boxes = np.zeros_like(holes)
    for hole, box in zip(holes, boxes, strict=True):
        box[window_of(hole).slices] = True
    return boxes


def _draw_cutout(footage: TrainingFootage, background: str, rng: np.random.Generator) -> svor.Cutout | None:
    """An object of another clip than the background, or a person of a still; three draws, then None."""
    objects = [clip for clip in footage.objects if clip.name != background]
    for _ in range(3):
        if footage.cutouts and (not objects or rng.random() < STILL_SHARE):
            cutout = read_still_cutout(*footage.cutouts[int(rng.integers(len(footage.cutouts)))])
        elif objects:
            chosen = objects[int(rng.integers(len(objects)))]
            pictures = read_clip(chosen)
            cutout = svor.cut_out(pictures, read_masks(chosen, (pictures.shape[2], pictures.shape[1])))
        else:
            return None
        if cutout is not None:
            return cutout
    return None


def read_still_cutout(picture: Path, mask: Path) -> svor.Cutout | None:
    """A person of a still as an object that does not change; None if it fails the paper's filters."""
    colour, shape = _read_picture(picture, cv2.IMREAD_COLOR), _read_picture(mask, cv2.IMREAD_GRAYSCALE)
    if colour.shape[:2] != shape.shape:
        size = (colour.shape[1], colour.shape[0])
        shape = cv2.resize(shape, size, interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    # The paper wants the object whole in its picture; a still gets the border that the annotation lacks.
    border = ((svor.BORDER_PX, svor.BORDER_PX), (svor.BORDER_PX, svor.BORDER_PX))
    rgb = np.pad(colour[..., ::-1], (*border, (0, 0)), mode="edge")
    person = np.pad(shape, border) > 0
    return svor.cut_out(np.stack([rgb] * STILL_REPEATS), np.stack([person] * STILL_REPEATS))


def _read_picture(file: Path, flags: int) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), flags)
    if picture is None:
        raise FootageError(f"{file} is not a readable picture; replace or remove it.")
    return np.asarray(picture, np.uint8)
