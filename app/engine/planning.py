"""From a document to a removal plan: which masks each object has, and how they become holes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.document import Action, Document, DocumentObject, MaskOrigin
from app.core.frame_map import FrameSet
from app.core.masks import MaskBlob
from app.core.prompts import MaskPrompt
from app.core.raster import object_mask
from app.core.soft_edge import SoftEdge
from app.engine.holes import HoleSettings, HoleShape
from app.engine.mask_tracks import MadeMasks, MaskMemory, known_frames
from app.engine.object_masks import holes_for, united_tracks
from app.engine.plan import NEIGHBOUR_FRAMES, HoleLayer, Mode, RemovalPlan
from app.engine.seams import SeamSettings
from app.engine.tracking import moving_boxes

Pictures = Mapping[int, NDArray[np.uint8] | NDArray[np.uint16]]


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """What a plan needs to know of the clip.

    Attributes:
        path: the clip.
        identity: names its content, see ``ClipReader.same``.
        width, height: size of its pictures.
        fields: whether its frames go to the engine as two pictures each.
    """

    path: Path
    identity: str
    width: int
    height: int
    fields: bool = False


def plan_of(
    document: Document,
    clip: PlannedClip,
    frames: tuple[int, int],
    mode: Mode,
    *,
    asked: HoleSettings | None = None,
    references: Pictures | None = None,
    run_up: int = 0,
    memory: MaskMemory | None = None,
) -> RemovalPlan:
    """The plan of a document's removal.

    It speaks of the whole clip, whatever the range: a frame comes out the same whoever asks for it. The engine may look
    as far beyond the range as it is known where the objects are.

    Args:
        document: what is removed.
        clip: the document's clip.
        frames: first frame and end (exclusive) of the range that is cleaned.
        mode: how the engine walks.
        asked: how masks become holes where an object does not say itself.
        references: retouched frames beside the document's own.
        run_up: see ``RemovalPlan``.
        memory: holds masks that were made from others, for plans of the same clip.
    """
    memory = MaskMemory() if memory is None else memory
    cleaned, frames = frames, (0, document.clip.frame_count)
    limits = _known_around(document, cleaned)
    shape = HoleShape(document.render.hole)
    asked = HoleSettings(shape=shape) if asked is None else asked
    if document.render.blend_px is not None:
        asked = replace(asked, feather_px=document.render.blend_px)
    own = {index: blob.to_array() for index, blob in document.references.items()}
    return RemovalPlan(
        source=clip.path,
        identity=clip.identity,
        width=clip.width,
        height=clip.height,
        frames=frames,
        layers=_layers(document, clip, frames, mode, asked, memory),
        mode=mode,
        fields=clip.fields,
        kept=_kept(document, clip, frames, memory),
        references={**own, **(references or {})},
        cleaned=None if frames == cleaned else cleaned,
        limits=None if frames == limits else limits,
        run_up=run_up,
        unknown=_unknown(document),
        seam=SeamSettings(document.render.colour_match, document.render.grain),
    )


# A mask that ends so near the picture's side belongs to something that comes in or goes out there.
_SIDE_PX = 3


def _known_around(document: Document, frames: tuple[int, int]) -> tuple[int, int]:
    """The range with the frames round it up to where an object's masks end although it must still be there.

    Beyond that the object would be taken for background.
    """
    count = document.clip.frame_count
    marked = [target for target in document.objects if target.track and not target.shapes]
    first, end = frames
    begins = [_left(target, count, -1, range(1, first + 1)) for target in marked]
    ends = [_left(target, count, 1, range(end - 1, count - 1)) for target in marked]
    return (
        max((index for found in begins for index in found), default=0),
        min((index + 1 for found in ends for index in found), default=count),
    )


def _unknown(document: Document) -> frozenset[int]:
    """Frames beside an object's masks in which it must still be, unmarked: while it was not tracked any further."""
    found: set[int] = set()
    for target in document.objects:
        if target.settings.action is not Action.REMOVE or target.origin is not MaskOrigin.TRACKED or target.shapes:
            continue
        count = document.clip.frame_count
        left = ((index, step) for step in (-1, 1) for index in _left(target, count, step, range(count)))
        beside = {index + step * away for index, step in left for away in range(1, NEIGHBOUR_FRAMES + 1)}
        found |= beside - target.track.keys()  # its own masks alone: another object's say nothing of this one
    return frozenset(found)


def _left(target: DocumentObject, count: int, step: int, frames: range) -> Iterator[int]:
    """Frames of a range beyond which, a step further, an object has no mask although it must still be there."""
    known = np.pad(known_frames(target.track, count), 1)
    last = known & ~np.roll(known, -step)
    candidates = np.flatnonzero(last) - 1
    inside = candidates[(candidates >= frames.start) & (candidates < frames.stop)]
    return (index for index in map(int, inside) if _is_left(target, index, index + step))


def _is_left(target: DocumentObject, index: int, beyond: int) -> bool:
    """Whether an object has no mask in the frame beyond one in which it stands inside the picture.

    What ends at the picture's side has left it. A painted mask in a single frame is of something that is there in no
    other, such as dust.
    """
    track = target.track
    mask = None if beyond in track else track.get(index)
    if mask is None or mask.is_empty:
        return False
    if 2 * index - beyond not in track and any(
        isinstance(prompt, MaskPrompt) and not prompt.clicks and prompt.frame == index for prompt in target.prompts
    ):
        return False
    return mask.bbox.x >= _SIDE_PX and mask.bbox.right <= mask.width - _SIDE_PX


@dataclass(frozen=True, slots=True)
class _Part:
    """One object on its way into a layer."""

    masks: Mapping[int, MaskBlob]
    holes: HoleSettings
    exact: frozenset[int]
    soft: dict[int, SoftEdge]


def _layers(
    document: Document,
    clip: PlannedClip,
    frames: tuple[int, int],
    mode: Mode,
    asked: HoleSettings,
    memory: MaskMemory,
) -> tuple[HoleLayer, ...]:
    """The objects to remove, those whose holes are made alike in one layer."""
    alike: dict[tuple[object, ...], list[_Part]] = {}
    for target in document.objects:
        if target.settings.action is not Action.REMOVE:
            continue
        part = _part(target, document, clip, frames, mode, asked)
        if part.masks:
            # Soft borders and frames taken at their word belong to one object's masks: they stay on their own.
            alone = target.id if part.soft or (part.exact and part.holes.tidy) else None
            alike.setdefault((part.holes, alone), []).append(part)
    layers = []
    for parts in alike.values():
        masks = parts[0].masks if len(parts) == 1 else united_tracks([part.masks for part in parts], frames, memory)
        layers.append(HoleLayer(masks, parts[0].holes, parts[0].exact, parts[0].soft))
    return tuple(layers)


def _part(
    target: DocumentObject,
    document: Document,
    clip: PlannedClip,
    frames: tuple[int, int],
    mode: Mode,
    asked: HoleSettings,
) -> _Part:
    masks = _masks(target, clip, frames)
    own = target.settings
    blend_px = document.render.blend_px
    holes = replace(
        asked,
        dilate_px=asked.dilate_px if own.grow_px is None else own.grow_px,
        feather_px=asked.feather_px if blend_px is not None or own.feather_px is None else own.feather_px,
        before=asked.before if own.smoothing is None else own.smoothing,
        after=asked.after if own.smoothing is None else own.smoothing,
    )
    # What is drawn as a shape only is as exact as a mask that was painted.
    origin = target.origin if target.track else MaskOrigin.DRAWN
    holes = holes_for(holes, origin, mode, clip.height)
    holes = replace(holes, tidy=holes.tidy and own.fill_holes)
    if holes.shape is HoleShape.BOX and origin is MaskOrigin.TRACKED:
        masks = moving_boxes(masks)
    painted = frozenset(prompt.frame for prompt in target.prompts if isinstance(prompt, MaskPrompt))
    soft = {index: edge for index, edge in target.soft.items() if index in masks}
    return _Part(masks, holes, frozenset(index for index in painted if index in masks), soft)


def _masks(target: DocumentObject, clip: PlannedClip, frames: tuple[int, int]) -> Mapping[int, MaskBlob]:
    """An object's masks in a range, shapes included."""
    if not target.shapes:
        return target.track.only(FrameSet(range(*frames)))
    found = ((index, object_mask(target, index, clip.width, clip.height)) for index in range(*frames))
    return {index: mask for index, mask in found if mask is not None}


def _kept(document: Document, clip: PlannedClip, frames: tuple[int, int], memory: MaskMemory) -> Mapping[int, MaskBlob]:
    """What no hole may touch: the masks of the objects that are kept, grown by what each says, or restored."""
    tracks: list[Mapping[int, MaskBlob]] = []
    for target in document.objects:
        if target.settings.action is Action.RESTORE:  # its growth is of what hides it
            tracks.append(_masks(target, clip, frames))
        elif target.settings.action is Action.KEEP:
            reach = target.settings.grow_px or 0
            tracks.append(MadeMasks([_masks(target, clip, frames)], frames, memory, reach_px=reach))
    return united_tracks(tracks, frames, memory) if tracks else {}
