"""Where job threads hand over to the GUI thread: events as queued signals, pictures through a slot for one."""

from __future__ import annotations

import threading
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from app.jobs.context import Progress
from app.jobs.runner import JobCancelled, JobEvent, JobFailed, JobFinished, JobHandle, JobProgressed

T = TypeVar("T")


class JobBridge(QObject):
    """Listens to a job runner in its threads and tells the GUI thread.

    Signals:
        finished: a job's handle and its result.
        failed: a job's handle and its error.
        cancelled: a job's handle.
        progressed: a job's handle and its newest ``Progress``; what lay between is skipped.
    """

    finished = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object)
    progressed = Signal(object, object)
    _ended = Signal(object)
    _progress_waits = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._newest: dict[JobHandle[Any], Progress] = {}
        self._ended.connect(self._tell_end, Qt.ConnectionType.QueuedConnection)
        self._progress_waits.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)

    def on_event(self, event: JobEvent) -> None:
        """The runner's listener; called in a lane's thread."""
        if not isinstance(event, JobProgressed):
            self._ended.emit(event)
            return
        with self._lock:
            waiting = event.handle in self._newest
            self._newest[event.handle] = event.progress
        if not waiting:
            self._progress_waits.emit(event.handle)

    def _tell_progress(self, handle: JobHandle[Any]) -> None:
        with self._lock:
            progress = self._newest.pop(handle, None)
        if progress is not None:
            self.progressed.emit(handle, progress)

    def _tell_end(self, event: JobEvent) -> None:
        with self._lock:
            self._newest.pop(event.handle, None)
        if isinstance(event, JobFinished):
            self.finished.emit(event.handle, event.result)
        elif isinstance(event, JobFailed):
            self.failed.emit(event.handle, event.error)
        elif isinstance(event, JobCancelled):
            self.cancelled.emit(event.handle)


class _Bell(QObject):
    """Rings in the GUI thread."""

    rung = Signal()


class Mailbox(Generic[T]):
    """One slot for the newest value: whoever puts faster than the GUI takes overwrites what nobody has seen.

    Attributes:
        filled: signal, emitted in the thread of whoever put; connect it queued.
    """

    def __init__(self, parent: QObject) -> None:
        self._bell = _Bell(parent)
        self.filled = self._bell.rung
        self._lock = threading.Lock()
        self._value: T | None = None

    def put(self, value: T) -> None:
        """Leaves a value in the slot, in place of one that waits there. Any thread."""
        with self._lock:
            empty = self._value is None
            self._value = value
        if empty:
            self.filled.emit()

    def take(self) -> T | None:
        """Empties the slot."""
        with self._lock:
            value, self._value = self._value, None
        return value


class Collected(Generic[T]):
    """Values from a job's thread, taken by the GUI all at once: none is lost, and a flood of them is one event."""

    def __init__(self, parent: QObject) -> None:
        self._bell = _Bell(parent)
        self.filled = self._bell.rung
        self._lock = threading.Lock()
        self._values: list[T] = []

    def put(self, value: T) -> None:
        """Adds a value. Any thread."""
        with self._lock:
            empty = not self._values
            self._values.append(value)
        if empty:
            self.filled.emit()

    def take(self) -> list[T]:
        """All values since the last call, in order."""
        with self._lock:
            values, self._values = self._values, []
        return values
