"""Rendering beside the window: Live follows the masks from the playhead on, Render does the range both ways in time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.core.document import Action, Document, DocumentObject
from app.core.errors import Cancelled, UserError
from app.engine.live_renderer import RenderOutcome
from app.engine.result_view import FrameState, ResultView
from app.jobs.context import JobContext, Progress
from app.jobs.pausing import PauseSwitch
from app.jobs.runner import JobHandle, Lane
from app.ui.bridge import Collected
from app.ui.controller import Controller
from app.ui.estimating import Estimating
from app.ui.outcomes import after_live, after_render, to_do
from app.ui.pace import Pace
from app.ui.shown_results import ShownResults
from app.ui.state import UiState
from app.ui.timers import rest_timer
from app.workspace import Workspace

# Strokes that follow each other quickly are rendered once.
_SETTLE_MS = 120
# A playhead that rests on a frame without a result draws Live there.
_REST_MS = 250
# Unless Live is so few frames before it and coming.
_COMING_FRAMES = 60


class Rendering(QObject):
    """Knows which frames are rendered, and renders.

    Signals:
        states_changed: ``(n,)`` uint8 of ``FrameState``.
        frame_rendered: a frame that has a new result.
        progressed: share done (0 to 1, negative while idle) and words such as "12 fps, 0:14 left"; while idle, what
            came of it, empty if there is nothing to say.
    """

    states_changed = Signal(object)
    frame_rendered = Signal(int)
    progressed = Signal(float, str)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.states: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._view: ResultView | None = None
        self._view_handle: JobHandle[tuple[ResultView, NDArray[np.uint8]]] | None = None
        self._live = False
        self._draft = False
        self._computing = self._exporting = False
        self._render_when_known = False
        self._follow = False
        self._live_handle: JobHandle[RenderOutcome] | None = None
        self._live_at = 0
        self._final_handle: JobHandle[RenderOutcome] | None = None
        self._final_ended: bool | None = None  # whether a render that has just ended was stopped
        self._pause = PauseSwitch()
        self._told: Collected[tuple[ResultView, int, FrameState]] = Collected(self)
        self._told.filled.connect(self._take_told, Qt.ConnectionType.QueuedConnection)
        self._pace = Pace()
        self.estimating = Estimating(controller, self)
        self._settle = rest_timer(self, _SETTLE_MS, self._survey)
        self._rest = rest_timer(self, _REST_MS, self._live_at_rest)
        controller.state_changed.connect(self._state_changed)
        controller.clip_opened.connect(self._opened)
        controller.clip_closed.connect(self._closed)
        controller.document_changed.connect(self._document_changed)
        controller.transport.moved.connect(self._moved)
        controller.transport.playing_changed.connect(self._moved)

    # What is known

    @property
    def live(self) -> bool:
        """Whether the Live switch is on."""
        return self._live

    @property
    def draft(self) -> bool:
        """Whether renders are drafts."""
        return self._draft

    @property
    def view(self) -> ResultView | None:
        """Finished frames of the document as it was looked up last; None before that."""
        return self._view

    @property
    def busy(self) -> bool:
        """Whether a render runs or waits, or finished frames are still being looked up."""
        handles = (self._live_handle, self._final_handle, self._view_handle)
        return any(handle is not None for handle in handles) or self._settle.isActive()

    @property
    def _is_known(self) -> bool:
        """Whether the view is that of the document as it is now."""
        return self._view is not None and self._view_handle is None and not self._settle.isActive()

    def _opened(self) -> None:
        self.states = np.zeros(self._controller.transport.frame_count, np.uint8)
        self._tell_states()
        self._survey()

    def _closed(self) -> None:
        self._settle.stop()
        self._rest.stop()
        self.estimating.drop()
        self._pause.resume()
        self._view = self._view_handle = self._live_handle = self._final_handle = self._final_ended = None
        self._told.take()
        self.states = np.zeros(0, np.uint8)
        self._tell_states()
        self._live = self._render_when_known = False
        self._controller.set_flag(live=False, live_running=False, rendering=False, paused=False)
        self.progressed.emit(-1.0, "")

    def _document_changed(self, _changes: object) -> None:
        self._cancel_live()
        self.progressed.emit(-1.0, "")
        self.estimating.drop()
        self._settle.start()

    def _survey(self) -> None:
        """Looks up which frames are rendered for the document as it is now."""
        workspace = self._controller.workspace
        if workspace is None:
            return
        if self._view_handle is not None:
            self._view_handle.cancel()
        self._view_handle = self._controller.submit(
            _surveyed(workspace, workspace.document, draft=self._draft),
            Lane.IO,
            self.tr("looking up finished frames"),
            done=self._take_view,
            failed=self._survey_failed,
        )

    def _survey_failed(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._view_handle = None
            self._controller.tell(error, self.tr("looking up finished frames"))

    def _take_view(self, found: tuple[ResultView, NDArray[np.uint8]]) -> None:
        view, states = found
        if self._controller.workspace is None:
            return
        if view.document is not self._controller.document or view.live.draft is not self._draft:
            return  # a newer survey is on its way
        self._view_handle = None
        self._view = view
        self.states = states
        self._controller.set_results(ShownResults(view))
        self._tell_states()
        self._tell_what_was_rendered(view)
        if self._render_when_known:
            self._render_when_known = False
            self.render_range()
        elif self._live:
            self._cancel_live()  # of another view, where there is one
            self._start_live()
        else:
            self._estimate_if_needed()

    def _tell_states(self) -> None:
        rendered = bool(np.isin(self.states, _RENDERED).any())
        if rendered is not self._controller.state.has_results:
            self._controller.set_flag(has_results=rendered)
        self.states_changed.emit(self.states)

    def _take_told(self) -> None:
        told = self._told.take()
        newest: int | None = None
        for view, index, state in told:
            if view is self._view and index < len(self.states):
                self.states[index] = state
                self._controller.pictures.note_rendered(index)
                newest = index
        if newest is None:
            return
        self._tell_states()
        position = self._controller.transport.position
        if any(index == position for _, index, _ in told):
            self.frame_rendered.emit(position)
        elif self._follow and not self._controller.transport.playing:
            self._controller.transport.go_to(newest)

    # Live

    def set_live(self, on: bool) -> None:
        """Turns Live on or off."""
        self._live = on
        self._controller.set_flag(live=on)
        if not on:
            self._cancel_live()
            self.progressed.emit(-1.0, "")
            self._estimate_if_needed()
        elif self._is_known:
            self._start_live()

    def set_draft(self, on: bool) -> None:
        """Whether Live and Render work at half the size: quicker, softer, and of no use to an export."""
        if on is not self._draft:
            self._draft = on
            self._cancel_live()
            self._survey()

    def set_follow(self, on: bool) -> None:
        """Whether the playhead goes along with the render."""
        self._follow = on

    def _moved(self, _frame: object) -> None:
        if self._live and not self._controller.transport.playing:
            self._rest.start()

    def _live_at_rest(self) -> None:
        """The playhead rests: if there is no result and none is coming, Live goes there."""
        at = self._controller.transport.position
        if not self._live or self._view is None or at >= len(self.states):
            return
        coming = self._live_handle is not None and 0 <= at - self._live_at <= _COMING_FRAMES
        if self.states[at] in (FrameState.MISSING, FrameState.STALE) and not coming:
            self._cancel_live()
            self._start_live()

    def _start_live(self) -> None:
        workspace, view = self._controller.workspace, self._view
        if workspace is None or view is None or self._live_handle is not None or self._final_handle is not None:
            return
        self._pause.resume()
        self._controller.set_flag(paused=False)
        start = self._controller.transport.position
        if not view.range[0] <= start < view.range[1]:
            return
        self._live_at = start
        if view.has_masks and not to_do(self.states, start, view.range[1]):
            self.progressed.emit(-1.0, after_live(self.states, view.range, start))
            return
        try:
            job = workspace.live(view, start, on_frame=self._teller(view), pause=self._pause)
        except UserError as error:
            self._controller.said.emit(str(error))
            return
        self._pace.begin()
        handle = self._controller.submit(
            job,
            Lane.COMPUTE,
            self.tr("rendering live"),
            done=lambda _outcome: self._live_over(handle, None),
            failed=lambda error: self._live_over(handle, error),
            progress=lambda progress: self._progressed(handle, progress),
        )
        self._live_handle = handle
        self._controller.set_flag(live_running=True)

    def _teller(self, view: ResultView) -> Callable[[int, FrameState], None]:
        return lambda index, state: self._told.put((view, index, state))

    def _cancel_live(self) -> None:
        handle, self._live_handle = self._live_handle, None
        if handle is not None:
            handle.cancel()
            self._pause.resume()
            self._controller.set_flag(live_running=False, paused=False)
            self.progressed.emit(-1.0, "")

    def _live_over(self, handle: JobHandle[RenderOutcome], error: BaseException | None) -> None:
        if handle is not self._live_handle:
            return  # it was replaced by a newer one
        self._live_handle = None
        self._controller.set_flag(live_running=False, paused=False)
        self._take_told()  # the last frames' news may still be on their way
        view = self._view
        done = after_live(self.states, view.range, self._live_at) if error is None and view is not None else ""
        self.progressed.emit(-1.0, done)
        if isinstance(error, UserError):
            self._controller.said.emit(str(error))
        elif error is not None and not isinstance(error, Cancelled):
            self._controller.tell(error, self.tr("rendering live"))

    # Render

    def render_range(self) -> None:
        """Renders from in to out, looking both ways in time; once it is known what of the document is rendered."""
        workspace, view = self._controller.workspace, self._view
        if workspace is None or self._final_handle is not None:
            return
        state = self._controller.state
        if view is None or not self._is_known or _comes_yet(state):
            self._render_when_known = True
            if state.tracking:
                self._controller.said.emit(self.tr("The range is rendered once the tracking is done."))
            elif state.looking:
                self._controller.said.emit(self.tr("The range is rendered once the object is found."))
            elif state.predicting:
                self._controller.said.emit(self.tr("The range is rendered once the whole shape is known."))
            return
        shapeless = _without_shape(self._controller.document)
        if shapeless is not None:
            words = self.tr("Nothing is painted before the whole shape of {0} is known: predict it first.")
            self._controller.tell(UserError(words.format(shapeless.name)))
            return
        self._cancel_live()
        self._pause.resume()
        try:
            job = workspace.render(view, on_frame=self._teller(view), pause=self._pause)
        except UserError as error:
            self._controller.tell(error)
            return
        self._pace.begin()
        self._controller.set_flag(rendering=True, paused=False)
        handle = self._controller.submit(
            job,
            Lane.COMPUTE,
            self.tr("rendering"),
            done=lambda _outcome: self._final_over(None),
            failed=self._final_over,
            progress=lambda progress: self._progressed(handle, progress),
        )
        self._final_handle = handle
        self.progressed.emit(0.0, self.tr("Starting…"))

    def _final_over(self, error: BaseException | None) -> None:
        if self._final_handle is None:
            return
        self._final_handle = None
        self._controller.set_flag(rendering=False, paused=False)
        self.progressed.emit(-1.0, "")
        self._final_ended = isinstance(error, Cancelled)
        if error is not None and not isinstance(error, Cancelled):
            self._controller.tell(error, self.tr("rendering"))
        elif error is None:
            self._controller.settled.emit(self.tr("rendering live"))  # what Live could not do is done
        self._survey()

    def _tell_what_was_rendered(self, view: ResultView) -> None:
        """Says what came of a render that has just ended, now that it is known what is there."""
        stopped, self._final_ended = self._final_ended, None
        if stopped is not None and view.has_masks:
            words, sentence = after_render(self.states, view.range, stopped=stopped)
            self.progressed.emit(-1.0, words)
            self._controller.said.emit(sentence)

    # What a render would take

    def _estimate_if_needed(self) -> None:
        view = self._view
        if self._live or view is None or not view.has_masks:
            return
        if np.isin(self.states[slice(*view.range)], _TO_RENDER).any():
            self.estimating.ask(view)

    def _state_changed(self, state: UiState) -> None:
        before, self._computing = self._computing, state.computing
        wrote, self._exporting = self._exporting, state.exporting
        if wrote and not state.exporting and state.has_clip:
            self._survey()  # what an export renders is finished as well
        if state.computing or state.live:
            self.estimating.drop()
        elif before and state.has_clip and not self.busy:
            # Asked once what ended has put its masks into the document.
            QTimer.singleShot(0, self, self._render_if_wanted)
            self._estimate_if_needed()

    def _render_if_wanted(self) -> None:
        if self._render_when_known and self._is_known and not _comes_yet(self._controller.state):
            self._render_when_known = False
            self.render_range()

    # Pause and stop

    def set_paused(self, on: bool) -> None:
        """Holds the render at its next frame, or lets it go on."""
        if on:
            self._pause.pause()
        else:
            self._pause.resume()
            self._pace.begin()
        self._controller.set_flag(paused=on)

    def stop(self) -> None:
        """Ends what renders, within a frame; finished frames are kept."""
        self._render_when_known = False
        if self._live_handle is not None:
            self.set_live(False)
        if self._final_handle is not None:
            self._final_handle.cancel()
            self._pause.resume()

    def _progressed(self, handle: JobHandle[RenderOutcome], progress: Progress) -> None:
        if handle not in (self._live_handle, self._final_handle):
            return
        share = progress.done / progress.total if progress.total else 0.0
        self.progressed.emit(share, self._pace.words(progress))


_RENDERED = (FrameState.LIVE, FrameState.FINAL)
_TO_RENDER = (FrameState.MISSING, FrameState.STALE, FrameState.LIVE, FrameState.FAILED)


def _comes_yet(state: UiState) -> bool:
    """Whether masks or whole shapes are being looked for."""
    return state.tracking or state.looking or state.predicting


def _without_shape(document: Document) -> DocumentObject | None:
    """An object whose whole shape has to be known first, where nothing else is to be removed or restored."""
    wanted = [each for each in document.objects if each.settings.action is not Action.KEEP]
    waiting = [each for each in wanted if each.settings.action is Action.RESTORE and not each.amodal.marks_anything]
    return waiting[0] if waiting and len(waiting) == len(wanted) else None


def _surveyed(
    workspace: Workspace, document: Document, *, draft: bool
) -> Callable[[JobContext], tuple[ResultView, NDArray[np.uint8]]]:
    def run(context: JobContext) -> tuple[ResultView, NDArray[np.uint8]]:
        view = workspace.results(document, draft=draft)
        context.checkpoint()
        return view, view.states(checkpoint=context.checkpoint)

    return run
