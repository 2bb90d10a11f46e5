"""Edits as data: each can be applied and reverted, and says what has to be repainted or computed again."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import NamedTuple, Protocol, Self

from app.core.document import Document, DocumentObject, Doubt, MaskOrigin, ObjectSettings, Track
from app.core.frame_map import FrameMap, FrameSet
from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt, Prompt
from app.core.soft_edge import SoftEdge


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What an edit touched; the only thing that a display repaints from.

    Attributes:
        frames: frames whose picture changes.
        objects: ids of objects that came, went or changed.
        settings: names of settings that changed.
    """

    frames: FrameSet = field(default_factory=FrameSet)
    objects: frozenset[int] = frozenset()
    settings: frozenset[str] = frozenset()

    def __or__(self, other: ChangeSet) -> ChangeSet:
        return ChangeSet(self.frames | other.frames, self.objects | other.objects, self.settings | other.settings)


class Edited(NamedTuple):
    """The document after an edit, and what changed in it."""

    document: Document
    changes: ChangeSet


class Edit(Protocol):
    """One change of a document. Immutable; ``revert`` undoes exactly what ``apply`` did."""

    @property
    def label(self) -> str:
        """What a user would call it: "Add box", "Track 120 frames"."""
        ...

    def apply(self, document: Document) -> Edited:
        """The document with the edit done."""
        ...

    def revert(self, document: Document) -> Edited:
        """The document with the edit undone; it must be what ``apply`` answered, as far as this edit reaches."""
        ...


@dataclass(frozen=True, slots=True)
class AddObject:
    """Adds an object without prompts or track, on top of the others."""

    name: str
    settings: ObjectSettings = field(default_factory=ObjectSettings)

    @property
    def label(self) -> str:
        """See ``Edit.label``."""
        return f"Add {self.name}"

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``; the object's id is the document's ``next_id``."""
        added = DocumentObject(document.next_id, self.name, settings=self.settings)
        after = replace(document, objects=(*document.objects, added), next_id=document.next_id + 1)
        return Edited(after, ChangeSet(objects=frozenset({added.id})))

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        removed = document.objects[-1]
        assert removed.name == self.name and removed.id == document.next_id - 1, "edits are undone in reverse order"
        before = replace(document, objects=document.objects[:-1], next_id=removed.id)
        return Edited(before, ChangeSet(objects=frozenset({removed.id})))


@dataclass(frozen=True, slots=True)
class AddPrompt:
    """Adds a box or a mask that the user gave for an object at one frame."""

    object_id: int
    prompt: Prompt

    @property
    def label(self) -> str:
        """See ``Edit.label``."""
        return "Add box" if isinstance(self.prompt, BoxPrompt) else "Add mask"

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        target = document.object(self.object_id)
        return self._with_prompts(document, target, (*target.prompts, self.prompt))

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        target = document.object(self.object_id)
        assert target.prompts and target.prompts[-1] == self.prompt, "edits are undone in reverse order"
        return self._with_prompts(document, target, target.prompts[:-1])

    def _with_prompts(self, document: Document, target: DocumentObject, prompts: tuple[Prompt, ...]) -> Edited:
        changes = ChangeSet(FrameSet([self.prompt.frame]), frozenset({target.id}))
        return Edited(document.with_object(replace(target, prompts=prompts)), changes)


@dataclass(frozen=True, slots=True)
class SetTrack:
    """Changes an object's masks on some frames: a whole propagation, or a whole import, is one edit.

    Attributes:
        object_id: whose.
        after: the frames' new masks (a frame that is not there has none afterwards).
        before: the same frames' masks before.
        frames: the frames that are set.
        changed: those whose mask or soft border is another one afterwards.
        label: what a user would call it.
        origins: where the object's masks came from before, and come from afterwards.
        soft_after: the new masks' soft borders.
        soft_before: the same frames' soft borders before.
        doubts_after: what the tracker had trouble with in these frames; nothing, where somebody else made the mask.
        doubts_before: the same before.
    """

    object_id: int
    after: Track
    before: Track
    frames: FrameSet
    changed: FrameSet
    label: str
    origins: tuple[MaskOrigin, MaskOrigin]
    soft_after: FrameMap[SoftEdge]
    soft_before: FrameMap[SoftEdge]
    doubts_after: FrameMap[Doubt]
    doubts_before: FrameMap[Doubt]

    @classmethod
    def tracked(
        cls,
        document: Document,
        object_id: int,
        masks: Mapping[int, MaskBlob | None],
        origin: MaskOrigin = MaskOrigin.TRACKED,
        doubts: Mapping[int, Doubt] | None = None,
    ) -> Self:
        """The edit that a finished propagation makes; None takes a frame's mask away."""
        label = f"Track {counted(len(masks), 'frame')}"
        return cls.of(document, object_id, masks, label, origin=origin, doubts=doubts)

    @classmethod
    def imported(
        cls,
        document: Document,
        object_id: int,
        masks: Mapping[int, MaskBlob | None],
        soft: Mapping[int, SoftEdge] | None = None,
    ) -> Self:
        """The edit that reading masks from files makes."""
        label = f"Import {counted(len(masks), 'mask')}"
        return cls.of(document, object_id, masks, label, origin=MaskOrigin.DRAWN, soft=soft)

    @classmethod
    def of(
        cls,
        document: Document,
        object_id: int,
        masks: Mapping[int, MaskBlob | None],
        label: str,
        *,
        origin: MaskOrigin | None = None,
        soft: Mapping[int, SoftEdge] | None = None,
        doubts: Mapping[int, Doubt] | None = None,
    ) -> Self:
        """The edit that gives frames these masks; None takes a frame's mask away.

        Args:
            document: as it is now.
            object_id: whose.
            masks: by frame.
            label: what a user would call it.
            origin: where the object's masks come from afterwards; None leaves that as it is.
            soft: soft borders of these masks; those not named have none.
            doubts: what a tracker had trouble with, by frame; those not named are taken at their word.
        """
        after = Track({frame: mask for frame, mask in masks.items() if mask is not None})
        edges = FrameMap({frame: edge for frame, edge in (soft or {}).items() if frame in after})
        known = FrameMap({frame: doubt for frame, doubt in (doubts or {}).items() if frame in masks})
        return cls.filling(document, object_id, FrameSet(masks), after, label, origin=origin, soft=edges, doubts=known)

    @classmethod
    def filling(
        cls,
        document: Document,
        object_id: int,
        frames: FrameSet,
        after: Track,
        label: str,
        *,
        origin: MaskOrigin | None = None,
        soft: FrameMap[SoftEdge] | None = None,
        doubts: FrameMap[Doubt] | None = None,
    ) -> Self:
        """The edit that gives frames the masks that they have in a track, and none where they have none there.

        Args:
            document: as it is now.
            object_id: whose.
            frames: the frames that are set.
            after: their masks; it has no other frames.
            label: what a user would call it.
            origin: where the object's masks come from afterwards; None leaves that as it is.
            soft: soft borders of these masks; those not named have none.
            doubts: what a tracker had trouble with in these frames; those not named are taken at their word.
        """
        target = document.object(object_id)
        before, soft_before = target.track.only(frames), target.soft.only(frames)
        soft_after: FrameMap[SoftEdge] = FrameMap() if soft is None else soft
        changed = before.differing(after, _area) | soft_before.differing(soft_after, _box)
        origins = (target.origin, origin or target.origin)
        known: FrameMap[Doubt] = FrameMap() if doubts is None else doubts
        known_before = target.doubts.only(frames)
        return cls(
            object_id, after, before, frames, changed, label, origins, soft_after, soft_before, known, known_before
        )

    def on(self, document: Document, *, spare: Set[int] = frozenset()) -> SetTrack:
        """The same masks for a document that has changed since, so that undo gives that one back.

        Args:
            document: as it is now.
            spare: frames that are left as they are.
        """
        target = document.object(self.object_id)
        frames = self.frames - spare
        there = (target.origin, target.track.only(frames), target.soft.only(frames), target.doubts.only(frames))
        before = (self.origins[0], self.before, self.soft_before, self.doubts_before)
        if frames == self.frames and there == before:
            return self
        after, soft, doubts = self.after.only(frames), self.soft_after.only(frames), self.doubts_after.only(frames)
        origin = self.origins[1]
        return SetTrack.filling(
            document, self.object_id, frames, after, self.label, origin=origin, soft=soft, doubts=doubts
        )

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        return self._set(document, self.after, self.soft_after, self.doubts_after, self.origins[1])

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        return self._set(document, self.before, self.soft_before, self.doubts_before, self.origins[0])

    def _set(
        self,
        document: Document,
        masks: Track,
        soft: FrameMap[SoftEdge],
        doubts: FrameMap[Doubt],
        origin: MaskOrigin,
    ) -> Edited:
        target = document.object(self.object_id)
        track = target.track.overlaid(masks, self.frames)
        edges = target.soft.overlaid(soft, self.frames)
        changed = self.changed if origin is target.origin else self.changed | track.frames
        known = target.doubts.overlaid(doubts, self.frames)
        after = replace(target, track=track, soft=edges, origin=origin, doubts=known)
        return Edited(document.with_object(after), ChangeSet(changed, frozenset({target.id})))


_area = attrgetter("area_px")
_box = attrgetter("bbox")


def counted(count: int, word: str) -> str:
    """A number of things in words, such as "1 frame" or "20 frames"."""
    return f"{count} {word}{'' if count == 1 else 's'}"
