"""Tracking beside the window: the overlay follows live, Stop keeps what was found, one run is one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal

from app.core.document import DocumentObject, ObjectSettings
from app.core.edits import counted
from app.core.errors import Cancelled, UserError
from app.core.masks import MaskBlob
from app.engine.mask_jobs import MasksFound
from app.engine.shadows import Shadow
from app.engine.track_settings import TrackSettings
from app.engine.tracking import prompts_to_follow
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, Lane
from app.ui.box_look import BoxLook
from app.ui.bridge import Collected
from app.ui.controller import Controller
from app.ui.editing import free_color
from app.workspace import Workspace

_Job = Callable[[JobContext], list[MasksFound]]


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
    """Runs the tracker for the selected objects, or for all: several in one pass, so that none takes another's pixels.

    Signals:
        followed: a frame in which a mask was just found.
        tracked: what a run that was not stopped found, a list of ``MasksFound``; its masks are the document's.
    """

    followed = Signal(int)
    tracked = Signal(object)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.settings = TrackSettings()
        """How the next run tracks."""
        self.box_look = BoxLook(controller, lambda: self.running, self)
        self._handle: JobHandle[list[MasksFound]] | None = None
        self._shadowing: JobHandle[Shadow] | None = None
        self._began_at = 0
        self._stops_when_lost = False  # the run that is under way, or was last
        self.began_at: dict[int, int] = {}
        """By object, the frame in which its last run began."""
        self._found: dict[int, dict[int, MaskBlob]] = {}
        self._answers: Collected[tuple[int, int, MaskBlob]] = Collected(self)
        self._answers.filled.connect(self._take_answers, Qt.ConnectionType.QueuedConnection)
        controller.clip_closed.connect(self._forget)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._handle is not None or self._shadowing is not None

    def track(self, direction: Direction) -> None:
        """Tracks the selected objects from the playhead; the result replaces no anchor's mask."""
        self._track(self._controller.selected_together, direction)

    def track_all(self) -> None:
        """Tracks every object that is not locked, both ways."""
        if self._controller.workspace is not None:
            self._track(self._controller.document.objects, Direction.BOTH)

    def _track(self, objects: Sequence[DocumentObject], direction: Direction) -> None:
        workspace = self._controller.workspace
        if workspace is None or not objects or self.running:
            return
        unlocked = [each for each in objects if not each.settings.locked]
        if not unlocked:
            self._controller.tell(UserError(self.tr("Every object is locked: unlock one in the Objects panel.")))
            return
        self._controller.transport.pause()
        at = self._controller.transport.position
        frames = direction.frames(at, self._controller.document.range)
        try:
            followed, left_out = _sorted_out(unlocked, frames, at)
            job = self._job(workspace, followed, frames, at)
        except UserError as error:
            self._controller.tell(error)
            return
        if left_out:
            names = ", ".join(each.name for each in left_out)
            self._controller.said.emit(self.tr("Not tracked, since nothing says where it is: {0}.").format(names))
        if len(followed) == 1:
            label = self.tr("tracking {0}").format(followed[0].name)
        else:
            label = self.tr("tracking {0} objects").format(len(followed))
        self.box_look.drop()
        self._run(job, [each.id for each in followed], label)

    def _job(self, workspace: Workspace, objects: Sequence[DocumentObject], frames: tuple[int, int], at: int) -> _Job:
        def told(object_id: int, index: int, mask: MaskBlob) -> None:
            self._answers.put((object_id, index, mask))

        ids = [each.id for each in objects]
        if len(ids) > 1:
            return workspace.track_together(ids, frames, start=at, on_frame=told, settings=self.settings)
        only = ids[0]
        job = workspace.track(
            only, frames, start=at, on_frame=lambda index, mask: told(only, index, mask), settings=self.settings
        )
        return lambda context: [job(context)]

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
                settings = ObjectSettings(color=free_color(self._controller.document))
                self._controller.perform(*workspace.shadow_edits(selected.id, shadow, settings))
                one, many = self.tr("A shadow was found in one frame."), self.tr("A shadow was found in {0} frames.")
                self._controller.said.emit((one if shadow.found == 1 else many).format(shadow.found))

        def failed(error: BaseException) -> None:
            if self._shadowing is not None and workspace is self._controller.workspace:
                self._shadow_over()
            if not isinstance(error, Cancelled):
                self._controller.tell(error, words)

        self._controller.transport.pause()
        self.box_look.drop()
        self._controller.set_flag(tracking=True, shadowing=True)
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
        self._controller.set_flag(tracking=False, shadowing=False)
        self._controller.working.emit("", None)

    def find_in_box(self, object_id: int, gesture: Hashable) -> None:
        """Looks for the object in the box that was just drawn, see ``BoxLook.find``."""
        self.box_look.find(object_id, gesture)

    def stop(self) -> None:
        """Ends the run within a frame; what was found stays."""
        self.box_look.drop()
        for handle in (self._handle, self._shadowing):
            if handle is not None:
                handle.cancel()

    def _run(self, job: _Job, object_ids: Sequence[int], label: str) -> None:
        self._found = {which: {} for which in object_ids}
        self._began_at = self._controller.transport.position
        self._stops_when_lost = self.settings.stop_when_lost
        self.began_at.update(dict.fromkeys(object_ids, self._began_at))
        self._answers.take()
        self._controller.found.masks = self._found
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
            if object_id in self._found:
                self._found[object_id][index] = mask
        self.followed.emit(answers[-1][1])

    def _finished(self, found: list[MasksFound]) -> None:
        if self._handle is None:
            return  # the clip was closed meanwhile
        self._over()
        workspace = self._controller.workspace
        found = [each for each in found if self._is_there(each.edit.object_id)]
        if workspace is None or not found:
            return
        self._controller.perform(*map(workspace.found, found), label=_step(found[0].edit.label, len(found)))
        ended_at = self._lost_at(found) if self._stops_when_lost else None
        if ended_at is None:
            self._controller.transport.go_to(self._began_at)
            self._tell_lost(found)
        else:
            self._controller.transport.go_to(ended_at)  # as where a run is stopped: there it is corrected
            self._tell_ended(found, ended_at)
        self.tracked.emit(found)

    def _lost_at(self, found: Sequence[MasksFound]) -> int | None:
        """Where the first object was lost, forward from where the run began, else backward; None if none was."""
        lost = {frame for each in found for frame in each.facts.lost}
        later, earlier = (
            [each for each in lost if each > self._began_at],
            [each for each in lost if each < self._began_at],
        )
        return min(later) if later else max(earlier, default=None)

    def _tell_ended(self, found: Sequence[MasksFound], at: int) -> None:
        document = self._controller.document
        names = [document.object(each.edit.object_id).name for each in found if at in each.facts.lost]
        words = self.tr("{0}: lost in frame {1}. Mark it there, then track on.")
        self._controller.said.emit(words.format(", ".join(names), at))

    def _tell_lost(self, found: Sequence[MasksFound]) -> None:
        lost = {each.edit.object_id: len(each.facts.lost) for each in found if each.facts.lost}
        if len(found) == 1 and lost:
            (count,) = lost.values()
            one = self.tr("The object was not found in one frame.")
            many = self.tr("The object was not found in {0} frames.")
            self._controller.said.emit((one if count == 1 else many).format(count))
        elif lost:
            document = self._controller.document
            one, many = self.tr("{0} in one frame"), self.tr("{0} in {1} frames")
            words = (
                (one if count == 1 else many).format(document.object(which).name, count)
                for which, count in lost.items()
            )
            self._controller.said.emit(self.tr("Not found: {0}.").format(", ".join(words)))

    def _ended(self, error: BaseException, label: str) -> None:
        """The run was stopped or failed: what it had found is kept."""
        if self._handle is None:
            return
        self._take_answers()
        found = {which: dict(masks) for which, masks in self._found.items() if masks and self._is_there(which)}
        self._over()
        workspace = self._controller.workspace
        if workspace is not None and found:
            edits = [workspace.partly_tracked(which, masks) for which, masks in found.items()]
            self._controller.perform(*edits, label=_step(edits[0].label, len(edits)))
        if not isinstance(error, Cancelled):
            self._controller.tell(error, label)

    def _is_there(self, object_id: int) -> bool:
        if self._controller.workspace is None:
            return False
        return any(each.id == object_id for each in self._controller.document.objects)

    def _over(self) -> None:
        self._handle = None
        self._controller.found.masks = {}
        self._controller.working.emit("", None)
        self._controller.set_flag(tracking=False)

    def _forget(self) -> None:
        self.began_at.clear()
        self.box_look.drop()
        if self._handle is not None:
            self._over()
        if self._shadowing is not None:
            self._shadowing.cancel()
            self._shadow_over()


def _sorted_out(
    objects: Sequence[DocumentObject], frames: tuple[int, int], at: int
) -> tuple[list[DocumentObject], list[DocumentObject]]:
    """Those that can be tracked, and those of which nothing says where they are.

    Raises:
        UserError: none can be tracked.
    """
    followed, left_out = [], []
    why: UserError | None = None
    for each in objects:
        try:
            prompts_to_follow(each, frames, at)
            followed.append(each)
        except UserError as error:
            why = why or error
            left_out.append(each)
    if why is not None and not followed:
        raise why
    return followed, left_out


def _step(label: str, objects: int) -> str:
    """The label of a run's one step."""
    return label if objects == 1 else f"Track {counted(objects, 'object')}"
