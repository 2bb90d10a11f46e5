"""Brings in what tracking and rendering need before anything is marked, so that neither begins with a hitch.

An import is mostly Python, so it takes turns with the window's own thread, and drawing takes several turns: on few
cores the first mark used to hang for an eighth of a second. Here the libraries come while nothing is asked for, and the
import stands back between two modules whenever the window is late.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine.loader import ComputePlace, warm_up
from app.jobs.context import JobContext
from app.jobs.runner import Lane
from app.ui.controller import Controller
from app.ui.timers import rest_timer

_REST_MS = 1000
"""After the window has come up, or a clip; a clip's pictures for scrubbing are made before."""
_BEAT_MS = 10
_LATE_S, _NAP_S = 0.025, 0.004
_PATIENCE_S = 3.0

_log = logging.getLogger(__name__)


class Warming(QObject):
    """Loads the engine's libraries once, beside the window.

    Args:
        controller: runs the job.
        load: imports what is needed and tells where networks run; the engine's by default.

    Attributes:
        done: whether they are there.
        placed: tells then where networks run.
    """

    placed = Signal(ComputePlace)

    def __init__(
        self, controller: Controller, parent: QObject | None = None, *, load: Callable[[], ComputePlace] = warm_up
    ) -> None:
        super().__init__(parent)
        self._controller, self._load = controller, load
        self._begun = False
        self.done = False
        self._rest = rest_timer(self, _REST_MS, self._begin_at_rest)
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._beaten)
        self._beat_at = 0.0
        controller.document_changed.connect(lambda _changes: self._marked())
        controller.clip_opened.connect(self._rest.start)
        self._rest.start()

    def stop(self) -> None:
        """Begins nothing any more: the window closes."""
        self._begun = True
        self._rest.stop()
        self._beat.stop()

    def _marked(self) -> None:
        if self._controller.workspace is not None and self._controller.document.objects:
            self._begin()

    def _begin_at_rest(self) -> None:
        """Once nothing is opened, read or shown: what is mapped meanwhile holds the system's lock on libraries.

        A job that needs a library then waits for that lock with Python's own, and the window with it.
        """
        if self._controller.desk.is_reading:
            self._rest.start()
        else:
            self._begin()

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._rest.stop()
        self._beaten()
        self._beat.start()
        self._controller.submit(
            self._run, Lane.BACKGROUND, self.tr("loading the engine"), done=self._warm, failed=self._cold
        )

    def _run(self, context: JobContext) -> ComputePlace:
        context.checkpoint()
        polite = StandingBack(lambda: time.monotonic() - self._beat_at > _LATE_S)
        sys.meta_path.insert(0, polite)
        gc.disable()
        try:
            return self._load()
        finally:
            gc.freeze()
            gc.enable()
            sys.meta_path.remove(polite)

    def _beaten(self) -> None:
        self._beat_at = time.monotonic()

    def _warm(self, place: ComputePlace) -> None:
        self._beat.stop()
        self.done = True
        self.placed.emit(place)

    def _cold(self, error: BaseException) -> None:
        """It was stopped with the clip, or cannot be loaded: whoever needs it then loads it, and tells."""
        _log.info("the engine was not loaded ahead: %s", error)
        self._beat.stop()
        self._begun = False


class StandingBack(MetaPathFinder):
    """Finds no module, but lets a thread that imports wait before each while somebody else is late.

    Only the thread that made it waits, and for so long in all: if the other one is late because it waits for the import
    itself, the import goes on.

    Args:
        is_late: whether somebody else is.
        patience_s: how long it waits in all.
    """

    def __init__(self, is_late: Callable[[], bool], patience_s: float = _PATIENCE_S) -> None:
        self._is_late, self._patience_s = is_late, patience_s
        self._thread = threading.get_ident()

    def find_spec(
        self, _name: str, _path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """None: the next finder looks for it."""
        if threading.get_ident() == self._thread:
            while self._patience_s > 0 and self._is_late():
                time.sleep(_NAP_S)
                self._patience_s -= _NAP_S
        return None
