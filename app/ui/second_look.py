"""Tracks that have just been made are tracked a second time while nothing else goes on, and marked where they disagree.

The marks stand beside the document: they are no step of undo, make no result out of date, are not kept in the project,
and hold for as long as the mask that they were made for is the frame's. Whether a project is looked at is kept in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.document import DocumentObject
from app.core.errors import Cancelled
from app.core.masks import MaskBlob
from app.engine.mask_jobs import MasksFound
from app.engine.track_check import Reasons, why_unchecked
from app.jobs.runner import JobHandle, Lane
from app.ui.controller import Controller
from app.ui.sentences import sentence_of
from app.ui.tracking import Tracking

_BEAT_MS = 500
_BEATS_OF_REST = 5
"""For so long nothing else went on when a look begins."""


class SecondLook(QObject):
    """Looks a second time at what was tracked.

    A look begins when no job has run for a while, and gives way as soon as one does, or the clip plays: it then begins
    anew. Whoever changes the masks, or tracks again, ends it.

    Args:
        controller: runs the job.
        tracking: tells what was tracked.

    Signals:
        changed: the frames in which a second look disagrees are others.
    """

    changed = Signal()

    def __init__(self, controller: Controller, tracking: Tracking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._tracking = controller, tracking
        self.frames: frozenset[int] = frozenset()
        """Those in which a second look disagrees with some object's mask."""
        self._wanted = False
        self._due: list[Sequence[MasksFound]] = []  # runs that are to be looked at
        self._marks: dict[int, dict[int, MaskBlob]] = {}  # by object and frame, the mask that is doubted
        self._job: JobHandle[list[Reasons]] | None = None
        self._quiet = 0
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._beaten)
        tracking.tracked.connect(self._take)
        controller.state_changed.connect(lambda _state: self._give_way())
        controller.document_changed.connect(lambda _changes: self._edited())
        controller.clip_closed.connect(self._forget)

    @property
    def waiting(self) -> bool:
        """Whether a track is being looked at, or is to be."""
        return bool(self._due)

    @property
    def wanted(self) -> bool:
        """Whether what is tracked is looked at a second time."""
        return self._wanted

    def set_wanted(self, on: bool) -> None:
        """Looks at what is tracked from now on, or at nothing any more; marks that were made stay."""
        self._wanted = on
        if not on:
            self._drop()

    def _take(self, found: Sequence[MasksFound]) -> None:
        if not self._wanted:
            return
        if why_not := why_unchecked(self._tracking.settings):
            self._controller.said.emit(sentence_of(why_not))
            return
        self._due.append(found)
        self._quiet = 0
        self._beat.start()

    def _is_idle(self) -> bool:
        """Whether nothing but a look goes on."""
        state, mine = self._controller.state, None if self._job is None else self._job.number
        return not (state.computing or state.playing) and not any(
            number != mine for number in self._controller.desk.open_handles
        )

    def _beaten(self) -> None:
        if not self._due:
            self._beat.stop()
            return
        self._give_way()
        self._quiet = self._quiet + 1 if self._is_idle() else 0
        if self._job is None and self._quiet >= _BEATS_OF_REST:
            self._begin(self._due[0])

    def _give_way(self) -> None:
        if self._job is not None and not self._is_idle():
            self._stop()

    def _stop(self) -> None:
        handle, self._job, self._quiet = self._job, None, 0
        if handle is not None:
            handle.cancel()

    def _begin(self, found: Sequence[MasksFound]) -> None:
        workspace = self._controller.workspace
        assert workspace is not None, "nothing is due once the clip is closed"
        frames = [frame for each in found for frame in each.edit.frames]
        label = self.tr("looking at a track a second time")

        def take(reasons: list[Reasons]) -> None:
            if handle is self._job:
                self._job = None
                self._due.remove(found)
                self._mark(found, reasons)

        def failed(error: BaseException) -> None:
            if handle is self._job:
                self._job = None
                self._due.remove(found)
            if not isinstance(error, Cancelled):
                self._controller.tell(error, label)

        handle = self._controller.submit(
            workspace.check_tracks(found, (min(frames), max(frames) + 1)),
            Lane.BACKGROUND,
            label,
            done=take,
            failed=failed,
        )
        self._job = handle

    def _mark(self, found: Sequence[MasksFound], reasons: Sequence[Reasons]) -> None:
        for each, why in zip(found, reasons, strict=True):
            marks = self._marks.setdefault(each.edit.object_id, {})
            marks.update({frame: each.edit.after[frame] for frame in why})
        self._tell()
        count = len({frame for why in reasons for frame in why})
        if count:
            one = self.tr("A second look disagrees in one frame.")
            many = self.tr("A second look disagrees in {0} frames.")
            self._controller.said.emit((one if count == 1 else many).format(count))

    def _edited(self) -> None:
        """Ends looks at masks that are others now; a look at anything else begins anew when nothing goes on."""
        self._stop()
        objects = self._objects()
        self._due = [found for found in self._due if all(_holds(each, objects) for each in found)]
        self._tell()

    def _objects(self) -> dict[int, DocumentObject]:
        if self._controller.workspace is None:
            return {}
        return {each.id: each for each in self._controller.document.objects}

    def _tell(self) -> None:
        objects = self._objects()
        frames = frozenset(
            frame
            for which, marks in self._marks.items()
            if which in objects
            for frame, mask in marks.items()
            if objects[which].track.get(frame) is mask
        )
        if frames != self.frames:
            self.frames = frames
            self.changed.emit()

    def _drop(self) -> None:
        self._stop()
        self._beat.stop()
        self._due.clear()

    def _forget(self) -> None:
        self._drop()
        self._marks.clear()
        self._tell()


def _holds(found: MasksFound, objects: dict[int, DocumentObject]) -> bool:
    """Whether the masks are still an object's."""
    edit = found.edit
    return edit.object_id in objects and objects[edit.object_id].track.only(edit.frames) == edit.after
