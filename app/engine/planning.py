"""From a document to a removal plan: which masks each object has, and how they become holes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.document import Action, Document, DocumentObject, MaskOrigin
from app.core.masks import MaskBlob, grow
from app.core.prompts import MaskPrompt
from app.core.raster import object_mask
from app.core.soft_edge import SoftEdge
from app.engine.holes import HoleSettings, HoleShape
from app.engine.object_masks import holes_for, united_tracks
from app.engine.plan import HoleLayer, Mode, RemovalPlan
from app.engine.seams import SeamSettings
from app.engine.tracking import moving_boxes

Pictures = Mapping[int, NDArray[np.uint8] | NDArray[np.uint16]]


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """What a plan needs to know of the clip.

    Attributes:
        path: the clip.
        identity: names its content, see ``source_identity``.
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
    around: tuple[int, int] = (0, 0),
) -> RemovalPlan:
    """The plan of a document's removal.

    Args:
        document: what is removed.
        clip: the document's clip.
        frames: first frame and end (exclusive).
        mode: how the engine walks.
        asked: how masks become holes where an object does not say itself.
        references: retouched frames beside the document's own.
        around: how many frames before and behind the range the engine may look at as well, as far as it is known
            where the objects are in them: for what is hidden in the range, and so that holes at its ends are those of
            a longer range. They are not cleaned.
    """
    cleaned = frames
    frames = _known_around(document, clip, frames, around)
    shape = HoleShape(document.render.hole)
    asked = HoleSettings(shape=shape) if asked is None else asked
    if document.render.blend_px is not None:
        asked = replace(asked, feather_px=document.render.blend_px)
    own = {index: blob.to_array() for index, blob in document.references.items()}
    within = {index: picture for index, picture in {**own, **(references or {})}.items() if _in(cleaned, index)}
    return RemovalPlan(
        source=clip.path,
        identity=clip.identity,
        width=clip.width,
        height=clip.height,
        frames=frames,
        layers=_layers(document, clip, frames, mode, asked),
        mode=mode,
        fields=clip.fields,
        kept=_kept(document, clip, frames),
        references=within,
        cleaned=None if frames == cleaned else cleaned,
        seam=SeamSettings(document.render.colour_match, document.render.grain),
    )


def _known_around(
    document: Document, clip: PlannedClip, frames: tuple[int, int], around: tuple[int, int]
) -> tuple[int, int]:
    """The range with those frames round it in which every object's mask is known, an empty one included."""
    first, end = frames
    far = max(0, first - around[0]), min(document.clip.frame_count, end + around[1])
    tracks = [_masks(target, clip, far) for target in document.objects if target.track or target.shapes]
    while first > far[0] and all(first - 1 in masks for masks in tracks):
        first -= 1
    while end < far[1] and all(end in masks for masks in tracks):
        end += 1
    return first, end


@dataclass(frozen=True, slots=True)
class _Part:
    """One object on its way into a layer."""

    masks: dict[int, MaskBlob]
    holes: HoleSettings
    exact: frozenset[int]
    soft: dict[int, SoftEdge]


def _layers(
    document: Document, clip: PlannedClip, frames: tuple[int, int], mode: Mode, asked: HoleSettings
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
        masks = parts[0].masks if len(parts) == 1 else united_tracks([part.masks for part in parts], frames)
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
    return _Part(masks, holes, painted & masks.keys(), soft)


def _masks(target: DocumentObject, clip: PlannedClip, frames: tuple[int, int]) -> dict[int, MaskBlob]:
    """An object's masks in a range, shapes included."""
    if not target.shapes:
        return {index: mask for index, mask in target.track.items() if _in(frames, index)}
    found = ((index, object_mask(target, index, clip.width, clip.height)) for index in range(*frames))
    return {index: mask for index, mask in found if mask is not None}


def _kept(document: Document, clip: PlannedClip, frames: tuple[int, int]) -> dict[int, MaskBlob]:
    """What no hole may touch: the masks of the objects that are kept, grown by what each says."""
    tracks = []
    for target in document.objects:
        if target.settings.action is Action.KEEP:
            reach = target.settings.grow_px or 0
            tracks.append({index: _grown(mask, reach) for index, mask in _masks(target, clip, frames).items()})
    return united_tracks(tracks, frames)


def _grown(mask: MaskBlob, reach_px: int) -> MaskBlob:
    return mask if not reach_px or mask.is_empty else MaskBlob.from_array(grow(mask.to_array(), reach_px))


def _in(frames: tuple[int, int], index: int) -> bool:
    return frames[0] <= index < frames[1]
