"""Fetching the networks that answer clicks, beside the window: one after another, each can be stopped and resumed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.errors import Cancelled
from app.engine.loader import SEGMENTER_TITLES, SegmenterState, adopt_weights, fetch_weights, segmenter_states
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, Lane
from app.ui.controller import Controller


class ModelFetching(QObject):
    """Knows which networks are here and brings others.

    Args:
        controller: runs the jobs.
        parent: the window.

    Attributes:
        states: as they were when last looked at, the smallest first.

    Signals:
        changed: a state, or how far a fetch is.
        arrived: a network's name; it is here now.
    """

    changed = Signal()
    arrived = Signal(str)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.states: list[SegmenterState] = []
        self._running: dict[str, JobHandle[Path]] = {}
        self._progress: dict[str, Progress] = {}
        self._troubles: dict[str, BaseException] = {}
        self._brought: set[str] = set()

    def refresh(self) -> None:
        """Looks at the disk again."""
        self._controller.submit(
            lambda _context: segmenter_states(), Lane.IO, self.tr("looking for models"), done=self._take_states
        )

    def is_running(self, name: str) -> bool:
        """Whether a network is being fetched."""
        return name in self._running

    def share(self, name: str) -> float | None:
        """How much of a running fetch is done, 0 to 1; None while that is not known."""
        progress = self._progress.get(name)
        return None if progress is None or not progress.total else progress.done / progress.total

    def trouble(self, name: str) -> BaseException | None:
        """Why the last try failed."""
        return self._troubles.get(name)

    def fetch(self, name: str) -> None:
        """Fetches a network, or goes on with a fetch that was stopped."""
        self._start(name, partial(fetch_weights, name))

    def adopt(self, name: str, file: Path) -> None:
        """Takes a file that the user has."""
        self._start(name, lambda context: adopt_weights(name, file, context))

    def stop(self, name: str) -> None:
        """Stops a fetch; what has come is kept."""
        handle = self._running.get(name)
        if handle is not None:
            handle.cancel()

    def _start(self, name: str, job: Callable[[JobContext], Path]) -> None:
        if name in self._running:
            return
        self._troubles.pop(name, None)
        self._progress.pop(name, None)
        self._running[name] = self._controller.submit(
            job,
            Lane.FETCH,
            self.tr("fetching {0}").format(SEGMENTER_TITLES[name]),
            done=lambda _file: self._ended(name, None),
            failed=lambda error: self._ended(name, error),
            progress=partial(self._note_progress, name),
        )
        self.changed.emit()

    def _note_progress(self, name: str, progress: Progress) -> None:
        self._progress[name] = progress
        self.changed.emit()

    def _ended(self, name: str, error: BaseException | None) -> None:
        self._running.pop(name, None)
        self._progress.pop(name, None)
        if error is None:
            self._brought.add(name)
        elif not isinstance(error, Cancelled):
            self._troubles[name] = error
        self.changed.emit()
        self.refresh()

    def _take_states(self, states: list[SegmenterState]) -> None:
        self.states = states
        self.changed.emit()
        brought, self._brought = self._brought, set()
        for state in states:
            if state.name in brought:
                self._tell(state)

    def _tell(self, state: SegmenterState) -> None:
        """Says that a network is here, or what it needs beside the file that has come."""
        title = SEGMENTER_TITLES[state.name]
        if state.here:
            self._controller.said.emit(self.tr("{0} is here: clicks can use it.").format(title))
            self.arrived.emit(state.name)
        else:
            words = self.tr("{0} also needs {1}: take that file as well, or fetch it.")
            self._controller.said.emit(words.format(title, ", ".join(state.missing)))
