"""The one controller: asks the workspace, gives jobs to the desk, and tells the widgets what changed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.core.document import Document, DocumentObject
from app.core.edits import ChangeSet, Edit
from app.core.errors import Cancelled
from app.core.masks import MaskBlob
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, Lane
from app.media.display import DisplayTransform
from app.media.info import MediaInfo
from app.media.same_file import ClipChanged
from app.ui.clip_sound import ClipSound
from app.ui.clips import SHOWN_SHARE, OpenClip
from app.ui.found_masks import FoundMasks
from app.ui.job_desk import JobDesk
from app.ui.kept_results import KeptResults
from app.ui.notices import AS_IT_STANDS, OPENING, notice_of
from app.ui.pictures import PictureServer
from app.ui.state import UiState
from app.ui.transport import Transport
from app.ui.views import Results, ShownFrame
from app.ui.worked_out import state_of
from app.workspace import Workspace

T = TypeVar("T")

_USING_THE_CLIP = (Lane.COMPUTE, Lane.EXPORT, Lane.BACKGROUND, Lane.SOUND, Lane.TOOLS)


class Controller(QObject):
    """What every widget asks.

    Signals:
        clip_opened, clip_closed: another clip, or none.
        document_changed: what an edit, an undo or a redo touched.
        results_changed: other finished frames are known.
        look_changed: the clip is looked at through another LUT, or none.
        selection_changed: another object is selected, or none.
        state_changed: a ``UiState``; what can be done now.
        notice: a ``Notice`` for the user.
        clip_changed: a ``ClipChanged``: the clip's file is not the one any more that is open.
        settled: what a notice may have been about, see ``Notice.about``: it holds no more.
        said: a sentence for the status bar.
        working: a job's label and its newest ``Progress``; an empty label when it is over.
        exporting: an export's newest ``Progress``, None when all are over.
    """

    clip_opened = Signal()
    clip_closed = Signal()
    document_changed = Signal(object)
    results_changed = Signal()
    look_changed = Signal()
    selection_changed = Signal()
    state_changed = Signal(object)
    notice = Signal(object)
    clip_changed = Signal(object)
    settled = Signal(str)
    said = Signal(str)
    working = Signal(str, object)
    exporting = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = JobDesk(self.tell, self)
        self.desk.went_well.connect(self.settled)
        self._clip: OpenClip | None = None
        self._selected: int | None = None
        self._selected_at: dict[int, int | None] = {}
        self._state = UiState()
        self._flags: dict[str, bool] = {}
        self._results: Results | None = None
        self.results_stamp = 0
        """Counts the results that were known; pictures of older ones are not shown again."""
        self._along: frozenset[int] = frozenset()
        self.found = FoundMasks()
        """What is shown before it is in the document."""
        self.kept = KeptResults(self)
        self.transport = Transport(self)
        self._sound = ClipSound(
            self.transport,
            lambda job: self.submit(job, Lane.SOUND, self.tr("decoding sound")),
            lambda: self.desk.is_reading,
            self,
        )
        self.pictures = PictureServer(self._submit_display, self.found.mask, self.found.whole, self)
        self.pictures.failed.connect(self._picture_failed)
        self.pictures.ready.connect(self._picture_shown)
        self.transport.playing_changed.connect(lambda _playing: self.refresh_state())
        self.transport.range_changed.connect(self.refresh_state)
        self.transport.moved.connect(self._moved)
        self.kept.changed.connect(self.refresh_state)
        self._failed_frame: int | None = None

    # Jobs

    def submit(
        self,
        job: Callable[[JobContext], T],
        lane: Lane,
        label: str,
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> JobHandle[T]:
        """Runs a job beside the window.

        Args:
            job: what to run, see ``JobRunner.submit``.
            lane: where.
            label: what it does, in a user's words; used in the notice if it fails.
            done: called on the GUI thread with the result.
            failed: called on the GUI thread with the error, ``Cancelled`` included; a notice by default.
            progress: called on the GUI thread with the newest progress.
        """
        return self.desk.submit(job, lane, label, done=done, failed=failed, progress=progress)

    def tell(self, error: BaseException, doing: str = "") -> None:
        """Shows an error as a notice.

        Args:
            error: what was raised.
            doing: see ``notice_of``.
        """
        if isinstance(error, ClipChanged):
            self.clip_changed.emit(error)  # whatever was being done: it is one thing to tell
        else:
            self.notice.emit(notice_of(error, doing))

    def tell_not_opened(self, error: BaseException, name: str) -> None:
        """Shows why a file was not opened; nothing if the user gave it up."""
        if not isinstance(error, Cancelled):
            self.notice.emit(replace(notice_of(error, self.tr("opening {0}").format(name)), about=OPENING))

    def _submit_display(self, job: Callable[[JobContext], None]) -> object:
        return self.submit(job, Lane.DISPLAY, self.tr("showing a frame"))

    def _picture_failed(self, frame: int, error: BaseException) -> None:
        if frame != self._failed_frame:
            self._failed_frame = frame
            self.tell(error, self.tr("showing frame {0}").format(frame))

    def _picture_shown(self, shown: ShownFrame) -> None:
        if shown.exact and shown.wanted.index == self._failed_frame:
            self._failed_frame = None
            self.settled.emit(self.tr("showing frame {0}").format(shown.wanted.index))

    # The clip

    @property
    def workspace(self) -> Workspace | None:
        """The open clip's, None while there is none."""
        return self._clip.workspace if self._clip is not None else None

    @property
    def clip(self) -> OpenClip | None:
        """The open clip with what the window needs beside the workspace."""
        return self._clip

    @property
    def info(self) -> MediaInfo | None:
        """What the clip is."""
        return self._clip.workspace.info if self._clip is not None else None

    @property
    def document(self) -> Document:
        """The document as it is now.

        Raises:
            AssertionError: no clip is open.
        """
        assert self._clip is not None, "asked for the document without a clip"
        return self._clip.workspace.document

    @property
    def shown_document(self) -> Document:
        """The document that the viewer draws: that of a kept result while one is looked at."""
        return self.document if self.kept.shown is None else self.kept.shown.document

    @property
    def shown_results(self) -> tuple[Results | None, Hashable]:
        """The finished frames that the viewer draws, and what names them."""
        kept = self.kept.shown
        return (self._results, self.results_stamp) if kept is None else (kept.results, ("kept", kept.number))

    def open_with(
        self,
        load: Callable[[], OpenClip],
        name: str,
        *,
        done: Callable[[], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Opens a clip in place of the one that is open.

        Args:
            load: opens it, in the IO lane.
            name: what the user calls it.
            done: called when it is open.
            failed: called with the error if it cannot be opened; a notice by default.
        """
        label = self.tr("opening {0}").format(name)
        self.said.emit(self.tr("Opening {0}…").format(name))

        def take(clip: OpenClip) -> None:
            self._take_clip(clip)
            if done is not None:
                done()

        def refuse(error: BaseException) -> None:
            self.said.emit("")
            if failed is not None:
                failed(error)
            else:
                self.tell_not_opened(error, name)

        self.submit(lambda _context: load(), Lane.IO, label, done=take, failed=refuse)

    def _take_clip(self, clip: OpenClip) -> None:
        self.close_clip()
        self._clip, self._failed_frame = clip, None
        self.settled.emit(OPENING)
        objects = clip.workspace.document.objects
        self._selected = objects[-1].id if objects else None  # a stroke goes on with what is there
        self._selected_at, self._along = {}, frozenset()
        self._show_pictures_of(clip)
        self.transport.set_clip(clip.times_s, clip.end_s, clip.workspace.document.range)
        self._sound.take(clip)
        self.submit(clip.proxy.build, Lane.BACKGROUND, self.tr("preparing {0} for scrubbing").format(clip.name))
        self.said.emit("")
        self.clip_opened.emit()
        self.selection_changed.emit()
        self.refresh_state()

    def _show_pictures_of(self, clip: OpenClip) -> None:
        self.pictures.set_source(clip, clip.workspace.frame_count, int(SHOWN_SHARE * clip.picture_bytes))

    def close_clip(self) -> None:
        """Closes the clip; jobs that still use it end first."""
        clip, self._clip = self._clip, None
        if clip is None:
            return
        self.transport.set_clip((), 0.0)
        self._sound.drop()
        self.pictures.set_source(None, 0)
        self.kept.forget()
        self.set_results(None)
        self.found.forget()
        # Files that are being written are written; the picture server ends by itself, and must not miss it.
        self.desk.cancel(_USING_THE_CLIP)
        self._selected, self._along = None, frozenset()
        self.clip_closed.emit()
        self.selection_changed.emit()
        self.refresh_state()
        self._close_when_left(clip, [*_USING_THE_CLIP, Lane.IO])

    def _close_when_left(self, clip: OpenClip, lanes: list[Lane]) -> None:
        """Passes every lane once: a job that was in the middle of a frame has left it before the file is closed."""
        if lanes:
            lane, *rest = lanes
            self.submit(lambda _context: None, lane, "", done=lambda _: self._close_when_left(clip, rest))
        else:
            self.submit(
                lambda _context: clip.close(), Lane.DISPLAY, self.tr("closing the clip"), done=self._closed_at_last
            )

    def _closed_at_last(self, _nothing: None) -> None:
        if self._clip is None:
            gc.collect()  # quick while there is no document: see ``application.collect_briefly``

    def shut_down(self) -> None:
        """Stops every job and closes the clip; nothing may be asked of the controller afterwards."""
        clip, self._clip = self._clip, None
        self.transport.set_clip((), 0.0)
        self._sound.drop()
        self.pictures.set_source(None, 0)
        self.desk.shut_down()
        if clip is not None:
            clip.close()

    # The document

    def perform(
        self, *edits: Edit, label: str | None = None, gesture: Hashable | None = None, select: int | None = None
    ) -> None:
        """Does the edits of one gesture as one step; ``gesture`` as in ``History.perform``.

        An object to ``select`` then is selected in the same go: what can be done is worked out once.
        """
        assert self._clip is not None, "an edit without a clip"
        history = self._clip.workspace.history
        self._selected_at[history.position] = self._selected
        self._changed(history.perform(*edits, label=label, gesture=gesture), select)

    @property
    def is_modified(self) -> bool:
        """Whether there is something that the project file does not hold."""
        return self._clip is not None and (self._clip.workspace.history.is_modified or self.kept.is_modified)

    @property
    def revision(self) -> int:
        """Another one whenever there is something new to save."""
        return 0 if self._clip is None else self._clip.workspace.history.revision + self.kept.revision

    def undo(self) -> None:
        """Takes the last step back."""
        if self._clip is not None:
            self._go(self._clip.workspace.history.undo)

    def redo(self) -> None:
        """Does the last step that was taken back again."""
        if self._clip is not None:
            self._go(self._clip.workspace.history.redo)

    def go_to_step(self, position: int) -> None:
        """Undoes or redoes until so many steps are done."""
        if self._clip is not None:
            history = self._clip.workspace.history
            self._go(lambda: history.go_to(position))

    def _go(self, move: Callable[[], ChangeSet | None]) -> None:
        """Moves in the history; where the selected object goes with that, what was selected at that step is again."""
        assert self._clip is not None, "a history without a clip"
        history = self._clip.workspace.history
        self._selected_at[history.position] = self._selected
        changes = move()
        if self.selected is None:
            before = self._selected_at.get(history.position)
            self.select(before if any(each.id == before for each in self.document.objects) else None)
        self._changed(changes)

    def _changed(self, changes: ChangeSet | None, select: int | None = None) -> None:
        if changes is None:
            return
        if self.selected is None and self._selected is not None:
            self.select(None)
        self.transport.set_range(*self.document.range)
        self.kept.show_result(None)  # what is edited is what is looked at
        self.settled.emit(AS_IT_STANDS)
        self.document_changed.emit(changes)
        if select is not None:
            self._selected, self._along = select, frozenset()
            self.selection_changed.emit()
        self.refresh_state()

    def mask_of(self, object_id: int, frame: int) -> MaskBlob | None:
        """An object's mask in a frame, as it is or as tracking has just found it; None if it has none."""
        return None if self._clip is None else self.found.mask(self.document, object_id, frame)

    def whole_of(self, object_id: int, frame: int) -> MaskBlob | None:
        """An object's whole shape in a frame, as it is or as it was just predicted; None if it has none."""
        return None if self._clip is None else self.found.whole(self.document, object_id, frame)

    @property
    def edits_whole(self) -> bool:
        """Whether tools edit the selected object's whole shape, not what is seen of it."""
        return self._state.restoring and self._state.whole

    # The selection

    @property
    def selected_object(self) -> int | None:
        """Id of the object that tools and tracking work on."""
        return self._selected

    @property
    def selected(self) -> DocumentObject | None:
        """That object."""
        if self._clip is None or self._selected is None:
            return None
        return next((each for each in self.document.objects if each.id == self._selected), None)

    @property
    def selected_together(self) -> tuple[DocumentObject, ...]:
        """That object and those selected along with it, from bottom to top: what is tracked together."""
        if self._clip is None or self._selected is None:
            return ()
        wanted = self._along | {self._selected}
        return tuple(each for each in self.document.objects if each.id in wanted)

    def select(self, object_id: int | None, along: Iterable[int] = ()) -> None:
        """Selects an object, or none; others may be selected along with it."""
        others = frozenset(along) - {object_id} if object_id is not None else frozenset[int]()
        if (object_id, others) != (self._selected, self._along):
            self._selected, self._along = object_id, others
            self.selection_changed.emit()
            self.refresh_state()

    # Results

    @property
    def results(self) -> Results | None:
        """Finished frames of the document as it is now, None while they are not known."""
        return self._results

    def set_results(self, results: Results | None) -> None:
        """Other finished frames are known."""
        self._results = results
        self.results_stamp += 1
        self.results_changed.emit()
        self.refresh_state()

    def look_through(self, lut: DisplayTransform | None) -> None:
        """Shows pictures through a LUT, or as they are; nothing that is written goes through it."""
        if self._clip is not None:
            self._clip = replace(self._clip, lut=lut)
            self._show_pictures_of(self._clip)
            self.look_changed.emit()

    # The state

    @property
    def state(self) -> UiState:
        """What can be done now."""
        return self._state

    def set_flag(self, **flags: bool) -> None:
        """Notes that something runs or is on: ``tracking``, ``rendering``, ``masking`` and the like."""
        self._flags.update(flags)
        self.refresh_state()

    def _moved(self, frame: int) -> None:
        if self._clip is not None and self._state.retouched != (frame in self.document.references):
            self.refresh_state()

    def refresh_state(self) -> None:
        """Works out what can be done, and tells if that has changed."""
        state = state_of(self, self._flags)
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
