"""Objects of a workspace and what the user says about them: boxes, masks from files, masks to files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.core.document import Doubt, MaskOrigin, ObjectSettings
from app.core.edits import AddObject, AddPrompt, Edit, SetTrack
from app.core.errors import UserError
from app.core.history import History
from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt, MaskPrompt, fitted
from app.engine import mask_jobs
from app.engine.mask_jobs import MasksFound
from app.engine.masks_in import ImportedMasks, MasksWanted, read_mask
from app.engine.object_masks import MaskFacts
from app.engine.shadows import Shadow
from app.engine.tracking import painted_masks
from app.jobs.context import JobContext
from app.media.target import Target
from app.workspace.clip import OpenClip


class Marking:
    """Edits of a document's objects, and the jobs that read and write their masks.

    Args:
        clip: the clip.
        history: of the document.
    """

    def __init__(self, clip: OpenClip, history: History) -> None:
        self._clip, self._history = clip, history

    def add_object(self, name: str) -> int:
        """See ``Workspace.add_object``."""
        object_id = self._history.document.next_id
        self._history.perform(AddObject(name))
        return object_id

    def box(self, object_id: int, prompt: BoxPrompt) -> AddPrompt:
        """See ``Workspace.box``."""
        return AddPrompt(object_id, fitted(prompt, *self._clip.size, self._clip.frame_count))

    def first_mask(self, object_id: int, path: Path, frame: int) -> AddPrompt:
        """See ``Workspace.first_mask``."""
        last = self._clip.frame_count - 1
        if frame > last:
            raise UserError(f"The mask {path.name} is for frame {frame}, but the clip's last frame is {last}.")
        return AddPrompt(object_id, MaskPrompt(read_mask(path, *self._clip.size), frame))

    def still_boxes(self, object_id: int, frames: tuple[int, int]) -> MasksFound:
        """See ``Workspace.still_boxes``."""
        return mask_jobs.still_boxes(self._history.document, object_id, frames)

    def found(self, found: MasksFound) -> Edit:
        """See ``Workspace.found``."""
        edit = found.edit
        spare = self._painted(edit.object_id) & edit.frames if found.facts.origin is MaskOrigin.TRACKED else frozenset()
        return edit.on(self._history.document, spare=spare)

    def partly_tracked(self, object_id: int, masks: Mapping[int, MaskBlob]) -> Edit:
        """See ``Workspace.partly_tracked``."""
        lost = {index: Doubt.LOST for index, mask in masks.items() if mask.is_empty}
        edit = SetTrack.tracked(self._history.document, object_id, masks, doubts=lost)
        return edit.on(self._history.document, spare=self._painted(object_id) & edit.frames)

    def _painted(self, object_id: int) -> frozenset[int]:
        return frozenset(painted_masks(self._history.document.object(object_id)))

    def shadow_edits(
        self, object_id: int, shadow: Shadow, settings: ObjectSettings | None = None
    ) -> tuple[AddObject, SetTrack]:
        """See ``Workspace.shadow_edits``."""
        document = self._history.document
        add = AddObject(f"{document.object(object_id).name} (shadow)", settings or ObjectSettings())
        return add, SetTrack.tracked(add.apply(document).document, document.next_id, shadow.masks)

    def accept_shadow(self, object_id: int, shadow: Shadow) -> int:
        """See ``Workspace.accept_shadow``."""
        shadow_id = self._history.document.next_id
        self._history.perform(*self.shadow_edits(object_id, shadow))
        return shadow_id

    def reading(
        self, source: Path, frames: tuple[int, int], *, looked_at: tuple[int, int] | None, threshold: float
    ) -> Callable[[JobContext], ImportedMasks]:
        """See ``Workspace.read_masks``."""
        wanted = MasksWanted(*self._clip.size, self._clip.frame_count, frames, threshold, looked_at)
        return mask_jobs.reading(source, wanted)

    def importing(
        self, object_id: int, read: Callable[[JobContext], ImportedMasks]
    ) -> Callable[[JobContext], MasksFound]:
        """A job that gives an object the masks that another reads, see ``Workspace.import_masks``."""
        document = self._history.document

        def run(context: JobContext) -> MasksFound:
            found = read(context)
            return MasksFound(
                SetTrack.imported(document, object_id, found.masks, found.soft), MaskFacts(MaskOrigin.DRAWN)
            )

        return run

    def read_image(self, path: Path) -> Callable[[JobContext], MaskBlob]:
        """See ``Workspace.read_mask_image``."""
        return lambda _context: read_mask(path, *self._clip.size)

    def check_folder(self, folder: Path, *, overwrite: bool) -> None:
        """See ``Workspace.check_mask_folder``."""
        Target(folder, (self._clip.info.path,), folder=True, overwrite=overwrite).discard()

    def writing(
        self, object_id: int, frames: tuple[int, int], folder: Path, *, overwrite: bool, soft: bool
    ) -> Callable[[JobContext], None]:
        """See ``Workspace.write_masks``."""
        marked, clip = self._history.document.object(object_id), self._clip
        pictures = mask_jobs.TrackSource(clip.reader, clip.has_fields, cache=None).clip if soft else None
        return mask_jobs.writing(
            marked, frames, clip.size, folder, source=clip.info.path, overwrite=overwrite, pictures=pictures
        )
