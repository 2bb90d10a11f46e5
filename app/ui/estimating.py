"""What a render of the range would take, told before it begins: the time, and how much no frame shows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.core.errors import Cancelled, UserError
from app.engine.estimate import Estimate
from app.engine.result_view import ResultView
from app.jobs.runner import JobHandle, Lane
from app.ui.controller import Controller
from app.ui.pace import duration
from app.ui.timers import rest_timer

# A document that rests for so long is worth an estimate.
_REST_MS = 1500
_WORTH_TELLING = 0.005


class Estimating(QObject):
    """Estimates renders of the document as it is.

    Signals:
        estimated: words such as "About 0:34; 2 % must be guessed", empty when they no longer hold.
    """

    estimated = Signal(str)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._view: ResultView | None = None
        self._handle: JobHandle[Estimate] | None = None
        self._soon = rest_timer(self, _REST_MS, self._start)

    def ask(self, view: ResultView) -> None:
        """Estimates a render of the view's range, once the document has rested for a while."""
        self._view = view
        self._soon.start()

    def drop(self) -> None:
        """What was estimated, or is being estimated, no longer holds."""
        self._soon.stop()
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.cancel()
        self.estimated.emit("")

    def _start(self) -> None:
        workspace, view, clip = self._controller.workspace, self._view, self._controller.clip
        if workspace is None or view is None or clip is None or self._controller.state.computing:
            return
        handle = self._controller.submit(
            workspace.estimate(view, clip.rough_exactly),
            Lane.COMPUTE,
            self.tr("estimating the render"),
            done=lambda estimate: self._take(handle, estimate),
            failed=lambda error: self._failed(handle, error),
        )
        self._handle = handle

    def _take(self, handle: JobHandle[Estimate], estimate: Estimate) -> None:
        if handle is not self._handle:
            return  # it was dropped, or overtaken
        self._handle = None
        words = self.tr("About {0}").format(duration(estimate.seconds))
        never = estimate.never_shown_share
        if never is not None and never >= _WORTH_TELLING:
            words += self.tr("; {0} % must be guessed").format(round(100 * never))
        elif never is not None:
            words += self.tr("; all is seen somewhere")
        self.estimated.emit(words)

    def _failed(self, handle: JobHandle[Estimate], error: BaseException) -> None:
        if handle is self._handle:
            self._handle = None
        if not isinstance(error, Cancelled | UserError):
            self._controller.tell(error, self.tr("estimating the render"))
