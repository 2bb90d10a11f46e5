"""From a document to what is restored: which objects, what is seen of them, all of them, and what hides them."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.document import Action, Document, DocumentObject
from app.core.masks import MaskBlob, grow
from app.core.raster import object_mask
from app.engine.holes import with_margin
from app.engine.mask_tracks import MaskMemory
from app.engine.object_masks import united_tracks
from app.engine.plan import Mode
from app.engine.planning import PlannedClip
from app.engine.restoration import RestorationPlan, RestoredObject


def restored_objects(document: Document) -> tuple[DocumentObject, ...]:
    """The objects that are restored, from bottom to top."""
    return tuple(target for target in document.objects if target.settings.action is Action.RESTORE)


def occluders_of(document: Document, target: DocumentObject) -> tuple[DocumentObject, ...]:
    """The objects that hide another one, as far as they are still there."""
    return tuple(other for other in document.objects if other.id in target.settings.occluders and other.id != target.id)


def restoration_plans(
    document: Document,
    clip: PlannedClip,
    frames: tuple[int, int],
    mode: Mode,
    *,
    run_up: int = 0,
    memory: MaskMemory | None = None,
) -> tuple[RestorationPlan, ...]:
    """The plans of a document's restorations, one for each object of which something is hidden, from bottom to top.

    Like a removal's they speak of the whole clip, whatever the range.

    Args:
        document: what is restored; an object without whole shapes has nothing to paint yet.
        clip: the document's clip.
        frames: first frame and end (exclusive) of the range in which something is painted.
        mode: how the engine walks.
        run_up: see ``RemovalPlan``.
        memory: holds masks that were made from others, for plans of the same clip.
    """
    whole = (0, document.clip.frame_count)
    plans = [
        RestorationPlan(
            source=clip.path,
            identity=clip.identity,
            width=clip.width,
            height=clip.height,
            frames=whole,
            layers=(),
            mode=mode,
            fields=clip.fields,
            cleaned=None if frames == whole else frames,
            run_up=run_up,
            restored=restored_object(document, target, clip, memory),
        )
        for target in restored_objects(document)
        if target.amodal.marks_anything
    ]
    return tuple(plan for plan in plans if plan.has_masks)


def restored_object(
    document: Document, target: DocumentObject, clip: PlannedClip, memory: MaskMemory | None = None
) -> RestoredObject:
    """What a document knows of an object that is restored; an occluder's growth is how far it is taken to reach."""
    whole = (0, document.clip.frame_count)
    settings = target.settings
    return RestoredObject(
        id=target.id,
        visible=_masks(target, clip, whole),
        amodal=target.amodal,
        occluder=occluder_masks(document, target, clip, whole, memory),
        kind=settings.kind,
        reach_px=settings.grow_px,
        feather_px=settings.feather_px,
        drawn=target.amodal_drawn,
    )


def occluder_masks(
    document: Document,
    target: DocumentObject,
    clip: PlannedClip,
    frames: tuple[int, int],
    memory: MaskMemory | None = None,
) -> Mapping[int, MaskBlob]:
    """What hides an object, by frame: its occluders' masks united."""
    tracks = [_masks(other, clip, frames) for other in occluders_of(document, target)]
    return tracks[0] if len(tracks) == 1 else united_tracks(tracks, frames, memory)


def _masks(target: DocumentObject, clip: PlannedClip, frames: tuple[int, int]) -> Mapping[int, MaskBlob]:
    """An object's masks in a range, shapes included."""
    if not target.shapes:
        return target.track
    found = ((index, object_mask(target, index, clip.width, clip.height)) for index in range(*frames))
    return {index: mask for index, mask in found if mask is not None}


def touching_objects(document: Document, object_id: int, clip: PlannedClip) -> tuple[int, ...]:
    """Ids of the objects that may hide an object: whose masks touch what is seen of it, the longest touching first.

    Looks at some tens of frames, spread over those that show the object.

    Raises:
        KeyError: there is no such object.
    """
    target = document.object(object_id)
    whole = (0, document.clip.frame_count)
    visible = _masks(target, clip, whole)
    shown = [index for index, mask in visible.items() if not mask.is_empty]
    looked = shown[:: max(1, len(shown) // _LOOKED_AT)]
    counts: dict[int, int] = {}
    for other in document.objects:
        if other.id == object_id:
            continue
        masks = _masks(other, clip, whole)
        touched = sum(index in masks and _touch(visible[index], masks[index]) for index in looked)
        if touched:
            counts[other.id] = touched
    return tuple(sorted(counts, key=lambda each: (-counts[each], each)))


_LOOKED_AT = 60
_TOUCH_PX = 3


def _touch(one: MaskBlob, other: MaskBlob) -> bool:
    """Whether two masks overlap or lie side by side."""
    if one.is_empty or other.is_empty:
        return False
    near = with_margin(one.bbox, _TOUCH_PX).clipped(one.width, one.height)
    common = near.common(other.bbox)
    if not common.area_px:
        return False
    grown = grow(one.to_array()[near.slices()], _TOUCH_PX)
    return bool((grown[common.within(near).slices()] & other.to_array()[common.slices()]).any())
