"""An object's cast shadow through a shot: proposed frame by frame, kept where it stays with the object."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.masks import MaskBlob
from app.engine.loader import shadow_beside
from app.engine.track_pictures import Pictures
from app.engine.track_ways import Checkpoint
from app.engine.tracking import FrameReader, Progress, tell

BoolMask = NDArray[np.bool_]

_BESIDE = (-60, -40, -25, -14, -7, 7, 14, 25, 40, 60)
"""Frames beside one that show its ground in full light; the object has to have gone on meanwhile."""
REACH_FRAMES = max(_BESIDE)
_NEIGHBOURS = 3
_STAYS = 0.3
"""Least overlap of a shadow with a neighbour's, their objects laid over each other: else it is a passing darkness."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """A proposal.

    Attributes:
        masks: by frame, never in the object's own mask; empty where nothing was found.
        found: frames with a shadow.
        light: median share of the light that is left in it, 0 to 1; 1 where there is none.
    """

    masks: Mapping[int, MaskBlob]
    found: int
    light: float


def find_shadows(
    reader: FrameReader,
    masks: Mapping[int, MaskBlob],
    *,
    frames: tuple[int, int],
    count: int,
    cuts: Collection[int] = (),
    scratch: Path | None = None,
    checkpoint: Checkpoint | None = None,
    progress: Progress | None = None,
) -> Shadow:
    """Proposes an object's shadow.

    Args:
        reader: the clip.
        masks: the object's, by frame.
        frames: first frame and end (exclusive) wanted.
        count: frames of the clip.
        cuts: indices of frames that start a new shot.
        scratch: folder for a temporary file, the system's by default.
        checkpoint: called at least once a frame; may raise to stop.
        progress: called with the frames done and to be done.
    """
    first, end = max(0, frames[0] - REACH_FRAMES), min(count, frames[1] + REACH_FRAMES)
    sizes = [max(mask.bbox.width, mask.bbox.height) for mask in masks.values() if not mask.is_empty]
    total = end - first + frames[1] - frames[0]
    with Pictures(scratch, min(sizes, default=1)) as pictures:
        pictures.read(reader.frames(first, end), lambda done: tell(checkpoint, progress, done, total))
        found: dict[int, BoolMask] = {}
        lights: dict[int, float] = {}
        for done, (index, shadow, light) in enumerate(_proposals(pictures, masks, frames, (first, end), cuts), 1):
            tell(checkpoint, progress, end - first + done, total)
            if shadow.any():
                found[index], lights[index] = shadow, light
        kept = {index: shadow for index, shadow in found.items() if _stays(index, found, masks, pictures)}
        empty = MaskBlob.empty(*pictures.full_size)
        blobs = {}
        for index in range(*frames):
            own = masks.get(index)
            whole = None if index not in kept or own is None else pictures.full_mask(kept[index]) & ~own.to_array()
            blobs[index] = empty if whole is None else MaskBlob.from_array(whole)
    light = float(np.median([lights[index] for index in kept])) if kept else 1.0
    return Shadow(blobs, len(kept), light)


def _proposals(
    pictures: Pictures,
    masks: Mapping[int, MaskBlob],
    frames: tuple[int, int],
    decoded: tuple[int, int],
    cuts: Collection[int],
) -> Iterator[tuple[int, BoolMask, float]]:
    """Every wanted frame's shadow at the working size, and the share of light in it."""
    inside = sorted(cut for cut in cuts if decoded[0] < cut < decoded[1])
    small: dict[int, BoolMask] = {}

    def mask_at(index: int) -> BoolMask:
        if index not in small:
            mask = masks.get(index) or MaskBlob.empty(*pictures.full_size)
            small[index] = pictures.small_mask(mask.to_array())
        return small[index]

    for shot in pairwise([decoded[0], *inside, decoded[1]]):
        for index in range(max(shot[0], frames[0]), min(shot[1], frames[1])):
            beside = [index + far for far in _BESIDE if shot[0] <= index + far < shot[1]]
            others = [(pictures[other - decoded[0]], mask_at(other)) for other in beside]
            shadow, light = shadow_beside(pictures[index - decoded[0]], mask_at(index), others)
            yield index, shadow, light
            for old in [each for each in small if each < index - REACH_FRAMES]:
                del small[old]


def _stays(index: int, found: Mapping[int, BoolMask], masks: Mapping[int, MaskBlob], pictures: Pictures) -> bool:
    """Whether a shadow lies to its object as a neighbour's does."""
    here = _from_the_object(found[index], masks[index], pictures)
    near = [index + far for far in range(-_NEIGHBOURS, _NEIGHBOURS + 1) if far and index + far in found]
    return any(_overlap(here, _from_the_object(found[other], masks[other], pictures)) >= _STAYS for other in near)


def _from_the_object(shadow: BoolMask, mask: MaskBlob, pictures: Pictures) -> set[tuple[int, int]]:
    """The shadow's cells of 4 x 4 pixels, counted from the middle of its object's box."""
    left, top, width, height = pictures.small_box(mask.bbox)
    rows, columns = np.nonzero(shadow)
    cells = np.stack([(rows - top - height // 2) // 4, (columns - left - width // 2) // 4], axis=1)
    return set(map(tuple, np.unique(cells, axis=0).tolist()))


def _overlap(one: set[tuple[int, int]], other: set[tuple[int, int]]) -> float:
    return len(one & other) / max(len(one | other), 1)
