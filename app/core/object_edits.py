"""Edits of objects, marks, ranges and settings: everything that the window changes beside prompts and tracks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from operator import or_
from typing import Any, Self

from app.core.document import Document, DocumentObject, Marker, ObjectSettings, RenderSettings, Track
from app.core.edits import ChangeSet, Edited, SetTrack, counted
from app.core.frame_map import FrameMap, FrameSet
from app.core.masks import MaskBlob
from app.core.pictures import ImageBlob
from app.core.prompts import Clicks, MaskPrompt, Prompt
from app.core.shapes import Shape
from app.core.soft_edge import SoftEdge

Values = tuple[tuple[str, Any], ...]
"""Names of fields and their values."""

_OBJECT_FIELDS = frozenset(each.name for each in fields(ObjectSettings))
_LOOKS_ONLY = frozenset({"name", "color", "shown", "locked"})
_WORDS = {
    "name": "Rename",
    "color": "Change colour of",
    "locked": "Lock",
    "action": "Change action of",
    "grow_px": "Change growth of",
    "feather_px": "Change feather of",
    "fill_holes": "Change gap filling of",
    "smoothing": "Change smoothing of",
    "occluders": "Change what hides",
    "kind": "Change kind of",
}
_RENDER_WORDS = {
    "engine": "Change engine",
    "mode": "Change mode",
    "delay": "Change look-ahead",
    "hole": "Change hole shape",
    "blend_px": "Change blend width",
    "colour_match": "Change colour match",
    "grain": "Change grain",
}


@dataclass(frozen=True, slots=True)
class RemoveObject:
    """Takes an object away, with all that was said about it."""

    place: int
    removed: DocumentObject
    frames: FrameSet

    @classmethod
    def of(cls, document: Document, object_id: int) -> Self:
        """The edit for a document as it is now.

        Raises:
            KeyError: there is no such object.
        """
        removed = document.object(object_id)
        return cls(document.objects.index(removed), removed, removed.marked_frames(document.clip.frame_count))

    @property
    def label(self) -> str:
        """See ``Edit.label``."""
        return f"Delete {self.removed.name}"

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        rest = tuple(one for one in document.objects if one.id != self.removed.id)
        return Edited(replace(document, objects=rest), self._changes)

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        objects = (*document.objects[: self.place], self.removed, *document.objects[self.place :])
        return Edited(replace(document, objects=objects), self._changes)

    @property
    def _changes(self) -> ChangeSet:
        return ChangeSet(self.frames, frozenset({self.removed.id}))


@dataclass(frozen=True, slots=True)
class ChangeObject:
    """Changes an object's name or settings."""

    object_id: int
    before: Values
    after: Values
    frames: FrameSet
    label: str

    @classmethod
    def of(cls, document: Document, object_id: int, **changes: Any) -> Self:
        """The edit that sets ``name`` or fields of ``ObjectSettings``.

        Raises:
            KeyError: there is no such object.
            TypeError: there is no such setting.
        """
        target = document.object(object_id)
        unknown = changes.keys() - _OBJECT_FIELDS - {"name"}
        if unknown or not changes:
            raise TypeError(f"an object has no settings {sorted(unknown)}")
        before = {name: target.name if name == "name" else getattr(target.settings, name) for name in changes}
        looks_only = changes.keys() <= _LOOKS_ONLY
        frames = FrameSet() if looks_only else target.marked_frames(document.clip.frame_count)
        return cls(object_id, tuple(before.items()), tuple(changes.items()), frames, _label(target, changes))

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        return self._set(document, self.after)

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        return self._set(document, self.before)

    def _set(self, document: Document, values: Values) -> Edited:
        target = document.object(self.object_id)
        given = dict(values)
        name = given.pop("name", target.name)
        changed = replace(target, name=name, settings=replace(target.settings, **given))
        return Edited(document.with_object(changed), ChangeSet(self.frames, frozenset({target.id})))


def _label(target: DocumentObject, changes: Mapping[str, Any]) -> str:
    """What a user would call a change of an object."""
    if len(changes) > 1:
        return f"Change {target.name}"
    name, value = next(iter(changes.items()))
    if name == "shown":
        return f"{'Show' if value else 'Hide'} {target.name}"
    if name == "locked" and not value:
        return f"Unlock {target.name}"
    return f"{_WORDS[name]} {target.name}"


@dataclass(frozen=True, slots=True)
class MoveObject:
    """Moves an object up or down in the list."""

    object_id: int
    before: int
    after: int
    label: str

    @classmethod
    def of(cls, document: Document, object_id: int, place: int) -> Self:
        """The edit that gives an object another place (0 is the bottom).

        Raises:
            KeyError: there is no such object.
        """
        target = document.object(object_id)
        place = min(max(place, 0), len(document.objects) - 1)
        return cls(object_id, document.objects.index(target), place, f"Move {target.name}")

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        return self._put(document, self.after)

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        return self._put(document, self.before)

    def _put(self, document: Document, place: int) -> Edited:
        target = document.object(self.object_id)
        rest = [one for one in document.objects if one.id != self.object_id]
        rest.insert(place, target)
        changes = ChangeSet(objects=frozenset({self.object_id}), settings=frozenset({"order"}))
        return Edited(replace(document, objects=tuple(rest)), changes)


@dataclass(frozen=True, slots=True)
class ChangeDocument:
    """Changes fields of the document itself: the range, the markers, how it is rendered."""

    before: Values
    after: Values
    settings: frozenset[str]
    label: str

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        return Edited(replace(document, **dict(self.after)), ChangeSet(settings=self.settings))

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        return Edited(replace(document, **dict(self.before)), ChangeSet(settings=self.settings))


def set_in_out(document: Document, in_out: tuple[int, int] | None) -> ChangeDocument:
    """The edit that sets the range that is worked on; the whole clip's is the same as none.

    Raises:
        ValueError: no frame of the clip lies in it.
    """
    if in_out is not None:
        first, end = max(in_out[0], 0), min(in_out[1], document.clip.frame_count)
        if end <= first:
            raise ValueError(f"no frame of the clip lies in {in_out}")
        in_out = None if (first, end) == (0, document.clip.frame_count) else (first, end)
    label = "Clear in and out" if in_out is None else "Set in and out"
    return ChangeDocument((("in_out", document.in_out),), (("in_out", in_out),), frozenset({"in_out"}), label)


def set_markers(document: Document, markers: Iterable[Marker]) -> ChangeDocument:
    """The edit that replaces the markers; of two at one frame the later one counts."""
    after = tuple(sorted({marker.frame: marker for marker in markers}.values(), key=lambda marker: marker.frame))
    more = len(after) - len(document.markers)
    label = "Add marker" if more > 0 else "Delete marker" if more < 0 else "Change marker"
    return ChangeDocument((("markers", document.markers),), (("markers", after),), frozenset({"markers"}), label)


def change_render(document: Document, **changes: Any) -> ChangeDocument:
    """The edit that sets fields of ``RenderSettings``.

    Raises:
        TypeError: there is no such setting.
    """
    unknown = changes.keys() - {each.name for each in fields(RenderSettings)}
    if unknown or not changes:
        raise TypeError(f"there are no render settings {sorted(unknown)}")
    after = replace(document.render, **changes)
    label = _RENDER_WORDS[next(iter(changes))] if len(changes) == 1 else "Change render settings"
    return ChangeDocument((("render", document.render),), (("render", after),), frozenset(changes), label)


@dataclass(frozen=True, slots=True)
class SetReference:
    """Puts a frame that was retouched by hand into the document, or takes it out."""

    frame: int
    before: ImageBlob | None
    after: ImageBlob | None

    @classmethod
    def of(cls, document: Document, frame: int, picture: ImageBlob | None) -> Self:
        """The edit for a document as it is now."""
        return cls(frame, document.references.get(frame), picture)

    @property
    def label(self) -> str:
        """See ``Edit.label``."""
        return "Delete reference frame" if self.after is None else "Set reference frame"

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        return self._set(document, self.after)

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        return self._set(document, self.before)

    def _set(self, document: Document, picture: ImageBlob | None) -> Edited:
        changed = replace(document, references=document.references.changed({self.frame: picture}))
        return Edited(changed, ChangeSet(FrameSet([self.frame]), settings=frozenset({"references"})))


@dataclass(frozen=True, slots=True)
class SetShapes:
    """Replaces an object's shapes."""

    object_id: int
    before: tuple[Shape, ...]
    after: tuple[Shape, ...]
    label: str

    @classmethod
    def of(cls, document: Document, object_id: int, shapes: Sequence[Shape], label: str = "Change shape") -> Self:
        """The edit for a document as it is now.

        Raises:
            KeyError: there is no such object.
        """
        return cls(object_id, document.object(object_id).shapes, tuple(shapes), label)

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        return self._set(document, self.after)

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        return self._set(document, self.before)

    def _set(self, document: Document, shapes: tuple[Shape, ...]) -> Edited:
        target = document.object(self.object_id)
        count = document.clip.frame_count
        touched = (shape.frames(count) for shape in set(target.shapes) ^ set(shapes))
        frames = reduce(or_, touched, FrameSet())
        changes = ChangeSet(frames, frozenset({target.id}))
        return Edited(document.with_object(replace(target, shapes=shapes)), changes)


@dataclass(frozen=True, slots=True)
class SetPrompts:
    """Replaces what was said about an object in some frames."""

    object_id: int
    before: tuple[Prompt, ...]
    after: tuple[Prompt, ...]
    label: str

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        return self._set(document, self.before, self.after)

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        return self._set(document, self.after, self.before)

    def _set(self, document: Document, old: tuple[Prompt, ...], new: tuple[Prompt, ...]) -> Edited:
        target = document.object(self.object_id)
        assert target.prompts == old, "edits are undone in reverse order"
        frames = FrameSet(prompt.frame for prompt in set(old) ^ set(new))
        return Edited(document.with_object(replace(target, prompts=new)), ChangeSet(frames, frozenset({target.id})))


@dataclass(frozen=True, slots=True)
class Together:
    """Several edits that make sense only as one."""

    edits: tuple[SetPrompts | SetTrack, ...]
    label: str

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        changes = ChangeSet()
        for edit in self.edits:
            document, changed = edit.apply(document)
            changes |= changed
        return Edited(document, changes)

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        changes = ChangeSet()
        for edit in reversed(self.edits):
            document, changed = edit.revert(document)
            changes |= changed
        return Edited(document, changes)


def set_anchor(
    document: Document,
    object_id: int,
    frame: int,
    mask: MaskBlob,
    *,
    soft: SoftEdge | None = None,
    clicks: Clicks | None = None,
    label: str = "Paint mask",
) -> Together:
    """The edit that says what the object is in one frame: its mask there, and an anchor that tracking starts from.

    Whatever was said about this frame before is replaced. An empty mask says that the object is not there.

    Raises:
        KeyError: there is no such object.
    """
    target = document.object(object_id)
    others = tuple(prompt for prompt in target.prompts if prompt.frame != frame)
    prompts = SetPrompts(object_id, target.prompts, (*others, MaskPrompt(mask, frame, clicks)), label)
    track = SetTrack.of(document, object_id, {frame: mask}, label, soft=None if soft is None else {frame: soft})
    return Together((prompts, track), label)


def copy_mask(document: Document, object_id: int, frame: int, frames: range) -> SetTrack:
    """The edit that gives a range of frames the mask of one; anchors stay as they are.

    Raises:
        KeyError: there is no such object, or the frame has no mask.
    """
    target = document.object(object_id)
    mask, edge = target.track[frame], target.soft.get(frame)
    wanted = FrameSet(frames) - FrameSet([frame]) - target.anchors
    empty: FrameMap[SoftEdge] = FrameMap()
    soft = empty if edge is None else empty.filled(wanted, edge)
    label = f"Copy mask to {counted(len(wanted), 'frame')}"
    return SetTrack.filling(document, object_id, wanted, Track().filled(wanted, mask), label, soft=soft)


def clear_range(document: Document, object_id: int, frames: range) -> Together:
    """The edit that says that an object is not there in a range of frames: empty masks, and no anchors.

    Frames without any mask would not do: holes reach a few frames into them, to bridge what a tracker lost.
    """
    target = document.object(object_id)
    label = f"Clear {counted(len(frames), 'frame')}"
    kept = tuple(prompt for prompt in target.prompts if prompt.frame not in frames)
    nothing = MaskBlob.empty(document.clip.width, document.clip.height)
    cleared = FrameSet(frames)
    track = SetTrack.filling(document, object_id, cleared, Track().filled(cleared, nothing), label)
    return Together((SetPrompts(object_id, target.prompts, kept, label), track), label)
