"""The object in a box that was just drawn: looked for in that frame beside the window."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from PySide6.QtCore import QObject

from app.core.document import Track
from app.core.errors import Cancelled
from app.core.masks import MaskBlob
from app.core.prompts import Prompt
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, Lane
from app.ui.controller import Controller
from app.workspace import Workspace

# So many frames on either side tell the object in a box from what stands still.
_BOX_REACH_FRAMES = 31


class BoxLook(QObject):
    """Looks for the object in a box; a newer box, or a track, takes the place of an older look.

    Args:
        controller: runs the job.
        is_tracking: whether a track is under way, which a look must not disturb.
        parent: the window's tracking.
    """

    def __init__(self, controller: Controller, is_tracking: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._is_tracking = controller, is_tracking
        self._handle: JobHandle[MaskBlob] | None = None

    def find(self, object_id: int, gesture: Hashable) -> None:
        """Looks for the object in the box that was just drawn, in that frame only.

        Args:
            object_id: whose box.
            gesture: the step that drew it; the mask joins that step, and is one of its own where another came after.
                Nothing comes of it once something else was said about the object.
        """
        workspace = self._controller.workspace
        if workspace is None or self._is_tracking():
            return
        at, revision = self._controller.transport.position, workspace.history.revision
        said = self._said_about(object_id)

        def keep(mask: MaskBlob) -> None:
            self._over(handle)
            if workspace is not self._controller.workspace or self._said_about(object_id) != said or mask.is_empty:
                return
            edit = workspace.partly_tracked(object_id, {at: mask})
            if workspace.history.revision == revision:
                self._controller.perform(edit, label=workspace.history.undo_label, gesture=gesture)
            else:
                self._controller.perform(edit)

        def failed(error: BaseException) -> None:
            self._over(handle)
            if not isinstance(error, Cancelled):
                self._controller.tell(error, doing)

        def tell(progress: Progress) -> None:
            if self._handle is handle:
                self._controller.working.emit(words, Progress(progress.done, progress.total))

        words, doing = self.tr("Looking for the object in the box"), self.tr("finding the object in the box")
        self.drop()
        job = _found_at(workspace, object_id, at)
        handle = self._controller.submit(job, Lane.COMPUTE, doing, done=keep, failed=failed, progress=tell)
        self._handle = handle
        self._controller.set_flag(looking=True)
        self._controller.working.emit(words, Progress(0, None))

    def _said_about(self, object_id: int) -> tuple[Sequence[Prompt], Track] | None:
        """What its mask depends on: its name, colour and the like may change. None once it is gone."""
        objects = self._controller.document.objects
        return next(((each.prompts, each.track) for each in objects if each.id == object_id), None)

    def drop(self) -> None:
        """Ends a look that is under way; nothing comes of it."""
        if self._handle is not None:
            handle = self._handle
            handle.cancel()
            self._over(handle)

    def _over(self, handle: JobHandle[MaskBlob]) -> None:
        """A look is over, unless another has taken its place."""
        if self._handle is handle:
            self._handle = None
            self._controller.set_flag(looking=False)
            if not self._is_tracking():
                self._controller.working.emit("", None)


def _found_at(workspace: Workspace, object_id: int, at: int) -> Callable[[JobContext], MaskBlob]:
    """A job that looks for an object in its prompts in one frame, with the frames round it to compare."""
    limits = (max(0, at - _BOX_REACH_FRAMES), min(at + _BOX_REACH_FRAMES, workspace.frame_count))
    found: list[MaskBlob] = []

    def take(index: int, mask: MaskBlob) -> None:
        if index == at:
            found.append(mask)
            raise Cancelled  # the other frames were wanted for comparison only

    job = workspace.track(object_id, limits, start=at, on_frame=take)

    def run(context: JobContext) -> MaskBlob:
        try:
            job(context)
        except Cancelled:
            if not found:
                raise
        return found[0]

    return run
