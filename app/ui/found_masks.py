"""Masks that are shown before they are in the document: what a run of tracking, or of predicting shapes, has found."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.document import Action, Document
from app.core.masks import MaskBlob
from app.core.raster import object_mask

Found = Mapping[int, Mapping[int, MaskBlob]]
"""By object and frame."""


class FoundMasks:
    """Lays what was found over a document's own masks.

    Attributes:
        masks: of what is seen of objects.
        shapes: of whole objects, where they are restored.
    """

    def __init__(self) -> None:
        self.masks: Found = {}
        self.shapes: Found = {}

    def forget(self) -> None:
        """Shows what the document says, and nothing else."""
        self.masks, self.shapes = {}, {}

    def frames(self, object_id: int) -> tuple[int, ...]:
        """Frames of an object for which tracking has just found a mask that is not in the document yet."""
        return tuple(self.masks.get(object_id, ()))

    def mask(self, document: Document, object_id: int, frame: int) -> MaskBlob | None:
        """An object's mask in a frame, None if it has none."""
        found = self.masks.get(object_id, {}).get(frame)
        if found is not None:
            return found
        clip = document.clip
        return object_mask(document.object(object_id), frame, clip.width, clip.height)

    def whole(self, document: Document, object_id: int, frame: int) -> MaskBlob | None:
        """An object's whole shape in a frame, None if it has none or is not restored."""
        target = document.object(object_id)
        if target.settings.action is not Action.RESTORE:
            return None
        found = self.shapes.get(object_id, {}).get(frame)
        return target.amodal.get(frame) if found is None else found
