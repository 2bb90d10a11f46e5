"""Objects of a workspace that are brought back where something hides them: what hides them, and their whole shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.core.amodal_edits import SetAmodal
from app.core.document import Action, Track
from app.core.errors import UserError
from app.core.history import History
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject
from app.core.raster import combined
from app.core.shapes import Combine
from app.engine import amodal, mask_jobs
from app.engine.amodal import ShapesFound
from app.engine.loader import load_restorer, restored_kinds
from app.engine.masks_in import ImportedMasks
from app.engine.restoration_planning import restored_object, touching_objects
from app.jobs.context import JobContext
from app.workspace.clip import OpenClip


class Restoring:
    """Edits and jobs around objects that are restored.

    Args:
        clip: the clip.
        history: of the document.
    """

    def __init__(self, clip: OpenClip, history: History) -> None:
        self._clip, self._history = clip, history

    def restore(self, object_id: int, occluders: Sequence[int], kind: str) -> ChangeObject:
        """See ``Workspace.restore``."""
        document = self._history.document
        target = document.object(object_id)
        if object_id in occluders:
            raise UserError(f"{target.name} cannot hide itself: choose another object that is in front of it.")
        if kind and kind not in restored_kinds():
            raise UserError(
                f"There is no class {kind!r}: choose one of {', '.join(restored_kinds())}, or leave it out."
            )
        return ChangeObject.of(
            document, object_id, action=Action.RESTORE, occluders=tuple(dict.fromkeys(occluders)), kind=kind
        )

    def touching(self, object_id: int) -> tuple[int, ...]:
        """See ``Workspace.touching_objects``."""
        return touching_objects(self._history.document, object_id, self._clip.planned())

    def predict(
        self,
        object_id: int,
        frames: tuple[int, int],
        *,
        device: str,
        on_frame: Callable[[int, MaskBlob], None] | None,
    ) -> Callable[[JobContext], ShapesFound]:
        """See ``Workspace.predict_amodal``."""
        document = self._history.document
        restorer = load_restorer(document.object(object_id).settings.kind, device=device)
        return amodal.predicting(
            document,
            object_id,
            frames,
            self._clip.planned(),
            self._clip.reader,
            restorer,
            on_frame=on_frame,
        )

    def predicted(self, found: ShapesFound) -> SetAmodal:
        """See ``Workspace.predicted``."""
        document = self._history.document
        return found.edit.on(document, spare=document.object(found.edit.object_id).amodal_drawn)

    def paint(self, object_id: int, masks: Mapping[int, MaskBlob | None], label: str) -> SetAmodal:
        """See ``Workspace.paint_amodal``."""
        return SetAmodal.painted(self._history.document, object_id, masks, label)

    def importing(
        self, object_id: int, read: Callable[[JobContext], ImportedMasks]
    ) -> Callable[[JobContext], SetAmodal]:
        """See ``Workspace.import_amodal``."""
        document = self._history.document

        def run(context: JobContext) -> SetAmodal:
            return SetAmodal.painted(document, object_id, read(context).masks, "Import whole shapes")

        return run

    def writing(
        self, object_id: int, frames: tuple[int, int], folder: Path, *, overwrite: bool
    ) -> Callable[[JobContext], None]:
        """See ``Workspace.write_amodal``."""
        clip, document = self._clip, self._history.document
        target = document.object(object_id)

        def run(context: JobContext) -> None:
            known = restored_object(document, target, clip.planned())
            shapes = {}
            for index in range(*frames):
                context.checkpoint()
                seen, whole = known.visible.get(index), known.amodal.get(index)
                shape = seen if whole is None else combined(seen, whole, Combine.ADD)
                if shape is not None:
                    shapes[index] = shape
            united = replace(target, track=Track(shapes), shapes=())
            write = mask_jobs.writing(united, frames, clip.size, folder, source=clip.info.path, overwrite=overwrite)
            write(context)

        return run
