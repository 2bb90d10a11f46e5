"""Jobs beside the window: who is told on the GUI thread when one ends, and which still run."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.core.errors import Cancelled
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, JobRunner, Lane
from app.ui.bridge import JobBridge

T = TypeVar("T")


class JobDesk(QObject):
    """Owns the job runner, and hands each job's end and progress to whoever asked for it.

    Args:
        tell: told of failures that nobody else wants to hear of, with what was being done.
        parent: owns the desk.

    Signals:
        went_well: the label of a job that has just ended as it should.
    """

    went_well = Signal(str)

    def __init__(self, tell: Callable[[BaseException, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self._bridge = JobBridge(self)
        self.runner = JobRunner(self._bridge.on_event)
        self._endings: dict[int, tuple[Callable[[Any], object], Callable[[BaseException], object]]] = {}
        self._progress: dict[int, Callable[[Progress], object]] = {}
        self.open_handles: dict[int, JobHandle[Any]] = {}
        """Jobs that have not ended, by number."""
        self._bridge.finished.connect(self._finished)
        self._bridge.failed.connect(self._failed)
        self._bridge.cancelled.connect(self._cancelled)
        self._bridge.progressed.connect(self._progressed)

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
        """Runs a job; see ``Controller.submit``."""
        handle = self.runner.submit(job, lane=lane, label=label)
        self.open_handles[handle.number] = handle
        self._endings[handle.number] = (
            done or _nothing,
            failed or (lambda error: self._tell_failure(error, label)),
        )
        if progress is not None:
            self._progress[handle.number] = progress
        return handle

    def cancel(self, lanes: Container[Lane]) -> None:
        """Asks the jobs of some lanes to stop."""
        for handle in list(self.open_handles.values()):
            if handle.lane in lanes:
                handle.cancel()

    @property
    def is_reading(self) -> bool:
        """Whether something is opened, read or shown: a bad time to bring in libraries."""
        return any(handle.lane in (Lane.IO, Lane.DISPLAY) for handle in self.open_handles.values())

    def shut_down(self) -> None:
        """Stops every job and waits for it; nobody is told any more."""
        self._endings.clear()
        self._progress.clear()
        self.runner.close()

    def _tell_failure(self, error: BaseException, label: str) -> None:
        if not isinstance(error, Cancelled):
            self._tell(error, label)

    def _ending(self, handle: JobHandle[Any]) -> tuple[Callable[[Any], object], Callable[[BaseException], object]]:
        self.open_handles.pop(handle.number, None)
        self._progress.pop(handle.number, None)
        return self._endings.pop(handle.number, (_nothing, _nothing))

    def _finished(self, handle: JobHandle[Any], result: object) -> None:
        self.went_well.emit(handle.label)
        self._ending(handle)[0](result)

    def _failed(self, handle: JobHandle[Any], error: BaseException) -> None:
        self._ending(handle)[1](error)

    def _cancelled(self, handle: JobHandle[Any]) -> None:
        self._ending(handle)[1](Cancelled())

    def _progressed(self, handle: JobHandle[Any], progress: Progress) -> None:
        listener = self._progress.get(handle.number)
        if listener is not None:
            listener(progress)


def _nothing(_value: object) -> None:
    """Stands in where nobody waits."""
