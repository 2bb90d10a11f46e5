"""Tracking beside the window: the overlay follows live, Stop keeps what was found, one run is one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal

from app.core.errors import Cancelled, UserError
from app.core.masks import MaskBlob
from app.engine.mask_jobs import MasksFound
from app.engine.shadows import Shadow
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, Lane
from app.ui.bridge import Collected
from app.ui.controller import Controller
from app.workspace import Workspace

# So many frames on either side tell the object in a box from what stands still.
_BOX_REACH_FRAMES = 31


class Direction(Enum):
    """Where to track from the playhead."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"
    ONE_FORWARD = "one forward"
    ONE_BACKWARD = "one backward"

    def frames(self, at: int, limits: tuple[int, int]) -> tuple[int, int]:
        """First frame and end (exclusive) to track, within limits that hold ``at``."""
        first, end = min(limits[0], at), max(limits[1], at + 1)
        return {
            Direction.FORWARD: (at, end),
            Direction.BACKWARD: (first, at + 1),
            Direction.BOTH: (first, end),
            Direction.ONE_FORWARD: (at, min(at + 2, end)),
            Direction.ONE_BACKWARD: (max(at - 1, first), at + 1),
        }[self]


class Tracking(QObject):
    """Runs the tracker for the selected object.

    Signals:
        followed: a frame whose mask was just found.
        tracked: the object, the frames that were tracked, and what is known of their masks (``MaskFacts``).
    """

    followed = Signal(int)
    tracked = Signal(int, object, object)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._handle: JobHandle[MasksFound] | None = None
        self._looking: JobHandle[MaskBlob] | None = None
        self._shadowing: JobHandle[Shadow] | None = None
        self._object_id = 0
        self._began_at = 0
        self._found: dict[int, MaskBlob] = {}
        self._answers: Collected[tuple[int, int, MaskBlob]] = Collected(self)
        self._answers.filled.connect(self._take_answers, Qt.ConnectionType.QueuedConnection)
        controller.clip_closed.connect(self._forget)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._handle is not None or self._shadowing is not None

    def track(self, direction: Direction) -> None:
        """Tracks the selected object from the playhead; the result replaces no anchor's mask."""
        workspace, selected = self._controller.workspace, self._controller.selected
        if workspace is None or selected is None or self.running:
            return
        self._controller.transport.pause()
        at = self._controller.transport.position
        frames = direction.frames(at, self._controller.document.range)
        try:
            job = workspace.track(selected.id, frames, start=at, on_frame=self._told(selected.id))
        except UserError as error:
            self._controller.tell(error)
            return
        self._drop_look()
        self._run(job, selected.id, self.tr("tracking {0}").format(selected.name))

    def find_shadow(self) -> None:
        """Looks for the selected object's cast shadow in the range, and adds what it finds as an object of its own."""
        workspace, selected = self._controller.workspace, self._controller.selected
        if workspace is None or selected is None or self.running:
            return
        words = self.tr("Looking for the shadow")
        try:
            job = workspace.shadow(selected.id, self._controller.document.range)
        except UserError as error:
            self._controller.tell(error)
            return

        def found(shadow: Shadow) -> None:
            if self._shadowing is None or workspace is not self._controller.workspace:
                return
            self._shadow_over()
            if not shadow.found:
                self._controller.said.emit(self.tr("No shadow was found at {0}.").format(selected.name))
            elif any(each.id == selected.id for each in self._controller.document.objects):
                self._controller.perform(*workspace.shadow_edits(selected.id, shadow))
                self._controller.said.emit(self.tr("A shadow was found in {0} frames.").format(shadow.found))

        def failed(error: BaseException) -> None:
            if self._shadowing is not None and workspace is self._controller.workspace:
                self._shadow_over()
            if not isinstance(error, Cancelled):
                self._controller.tell(error, words)

        self._controller.transport.pause()
        self._drop_look()
        self._controller.set_flag(tracking=True)
        self._controller.working.emit(words, Progress(0, None))
        self._shadowing = self._controller.submit(
            job,
            Lane.COMPUTE,
            words,
            done=found,
            failed=failed,
            progress=lambda progress: self._controller.working.emit(words, progress),
        )

    def _shadow_over(self) -> None:
        self._shadowing = None
        self._controller.set_flag(tracking=False)
        self._controller.working.emit("", None)

    def find_in_box(self, object_id: int, gesture: Hashable) -> None:
        """Looks for the object in the box that was just drawn, in that frame only.

        Args:
            object_id: whose box.
            gesture: the step that drew it; the mask joins that step, unless the user has gone on meanwhile.
        """
        workspace = self._controller.workspace
        if workspace is None or self.running:
            return
        at, revision = self._controller.transport.position, workspace.history.revision

        def keep(mask: MaskBlob) -> None:
            self._look_over(handle)
            unchanged = workspace is self._controller.workspace and workspace.history.revision == revision
            if unchanged and not mask.is_empty:
                edit = workspace.partly_tracked(object_id, {at: mask})
                self._controller.perform(edit, label=workspace.history.undo_label, gesture=gesture)

        def failed(error: BaseException) -> None:
            self._look_over(handle)
            if not isinstance(error, Cancelled):
                self._controller.tell(error, doing)

        def tell(progress: Progress) -> None:
            if self._looking is handle:
                self._controller.working.emit(words, Progress(progress.done, progress.total))

        words, doing = self.tr("Looking for the object in the box"), self.tr("finding the object in the box")
        self._drop_look()
        job = _found_at(workspace, object_id, at)
        handle = self._controller.submit(job, Lane.COMPUTE, doing, done=keep, failed=failed, progress=tell)
        self._looking = handle
        self._controller.set_flag(looking=True)
        self._controller.working.emit(words, Progress(0, None))

    def _look_over(self, handle: JobHandle[MaskBlob]) -> None:
        """The look in a box is over, unless another has taken its place."""
        if self._looking is handle:
            self._looking = None
            self._controller.set_flag(looking=False)
            if not self.running:
                self._controller.working.emit("", None)

    def _drop_look(self) -> None:
        if self._looking is not None:
            handle = self._looking
            handle.cancel()
            self._look_over(handle)

    def stop(self) -> None:
        """Ends the run within a frame; what was found stays."""
        self._drop_look()
        for handle in (self._handle, self._shadowing):
            if handle is not None:
                handle.cancel()

    def _told(self, object_id: int) -> Callable[[int, MaskBlob], None]:
        return lambda index, mask: self._answers.put((object_id, index, mask))

    def _run(self, job: Callable[[JobContext], MasksFound], object_id: int, label: str) -> None:
        self._object_id, self._found = object_id, {}
        self._began_at = self._controller.transport.position
        self._answers.take()
        self._controller.set_provisional(object_id, self._found)
        self._controller.set_flag(tracking=True)
        self._handle = self._controller.submit(
            job,
            Lane.COMPUTE,
            label,
            done=self._finished,
            failed=lambda error: self._ended(error, label),
            progress=lambda progress: self._controller.working.emit(self.tr("Tracking"), progress),
        )
        self._controller.working.emit(self.tr("Tracking"), Progress(0, None))

    def _take_answers(self) -> None:
        answers = self._answers.take()
        if self._handle is None or not answers:
            return
        for object_id, index, mask in answers:
            if object_id == self._object_id:
                self._found[index] = mask
        self.followed.emit(answers[-1][1])

    def _finished(self, found: MasksFound) -> None:
        self._over()
        workspace = self._controller.workspace
        if workspace is None or not self._still_there():
            return
        self._controller.perform(workspace.found(found))
        self.tracked.emit(self._object_id, found.edit.frames, found.facts)
        self._controller.transport.go_to(self._began_at)  # a stopped run stays where it was stopped, to be corrected
        lost = len(found.facts.lost)
        if lost:
            self._controller.said.emit(self.tr("The object was not found in {0} frames.").format(lost))

    def _ended(self, error: BaseException, label: str) -> None:
        """The run was stopped or failed: what it had found is kept."""
        self._take_answers()
        found = dict(self._found)
        self._over()
        workspace = self._controller.workspace
        if workspace is not None and found and self._still_there():
            self._controller.perform(workspace.partly_tracked(self._object_id, found))
        if not isinstance(error, Cancelled):
            self._controller.tell(error, label)

    def _still_there(self) -> bool:
        return any(each.id == self._object_id for each in self._controller.document.objects)

    def _over(self) -> None:
        self._handle = None
        self._controller.set_provisional(None)
        self._controller.working.emit("", None)
        self._controller.set_flag(tracking=False)

    def _forget(self) -> None:
        self._drop_look()
        if self._handle is not None:
            self._over()
        if self._shadowing is not None:
            self._shadowing.cancel()
            self._shadow_over()


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
