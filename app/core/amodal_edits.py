"""Edits of whole shapes: what an object that something hides looks like behind it, predicted or drawn."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Self

from app.core.document import Document, Track
from app.core.edits import ChangeSet, Edited, counted
from app.core.frame_map import FrameSet
from app.core.masks import MaskBlob


@dataclass(frozen=True, slots=True)
class SetAmodal:
    """Changes an object's whole shape on some frames: a whole prediction is one edit, and so is a stroke.

    Attributes:
        object_id: whose.
        after: the frames' new shapes (a frame that is not there has none afterwards).
        before: the same frames' shapes before.
        frames: the frames that are set.
        changed: those whose shape is another one afterwards, or is the user's only then.
        drawn: frames whose shape the user made, before and afterwards.
        label: what a user would call it.
    """

    object_id: int
    after: Track
    before: Track
    frames: FrameSet
    changed: FrameSet
    drawn: tuple[FrameSet, FrameSet]
    label: str

    @classmethod
    def predicted(cls, document: Document, object_id: int, masks: Mapping[int, MaskBlob]) -> Self:
        """The edit that a finished prediction makes; what the user drew stays.

        Raises:
            KeyError: there is no such object.
        """
        spare = document.object(object_id).amodal_drawn
        kept = {frame: mask for frame, mask in masks.items() if frame not in spare}
        return cls._of(document, object_id, kept, f"Predict shape in {counted(len(kept), 'frame')}", drawn=False)

    @classmethod
    def painted(
        cls, document: Document, object_id: int, masks: Mapping[int, MaskBlob | None], label: str = "Paint whole shape"
    ) -> Self:
        """The edit that gives frames whole shapes that the user made; None forgets a frame's, for a new prediction.

        Raises:
            KeyError: there is no such object.
        """
        return cls._of(document, object_id, masks, label, drawn=True)

    @classmethod
    def _of(
        cls, document: Document, object_id: int, masks: Mapping[int, MaskBlob | None], label: str, *, drawn: bool
    ) -> Self:
        target = document.object(object_id)
        frames = FrameSet(masks)
        after = Track({frame: mask for frame, mask in masks.items() if mask is not None})
        before = target.amodal.only(frames)
        marked = (target.amodal_drawn - frames) | (after.frames if drawn else FrameSet())
        changed = before.differing(after, _area) | (marked ^ target.amodal_drawn)
        return cls(object_id, after, before, frames, changed, (target.amodal_drawn, marked), label)

    def on(self, document: Document, *, spare: Set[int] = frozenset()) -> SetAmodal:
        """The same shapes for a document that has changed since, so that undo gives that one back.

        Args:
            document: as it is now.
            spare: frames that are left as they are.
        """
        masks = {frame: self.after.get(frame) for frame in self.frames - spare}
        drawn = bool(self.after) and self.after.frames <= self.drawn[1]
        return SetAmodal._of(document, self.object_id, masks, self.label, drawn=drawn)

    def apply(self, document: Document) -> Edited:
        """See ``Edit.apply``."""
        return self._set(document, self.after, self.drawn[1])

    def revert(self, document: Document) -> Edited:
        """See ``Edit.revert``."""
        return self._set(document, self.before, self.drawn[0])

    def _set(self, document: Document, shapes: Track, drawn: FrameSet) -> Edited:
        target = document.object(self.object_id)
        after = replace(target, amodal=target.amodal.overlaid(shapes, self.frames), amodal_drawn=drawn)
        return Edited(document.with_object(after), ChangeSet(self.changed, frozenset({target.id})))


_area = attrgetter("area_px")
