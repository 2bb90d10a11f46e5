"""Brings in what tracking and rendering need as soon as something is marked, so that neither begins with a hitch."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject

from app.engine.loader import warm_up
from app.jobs.runner import Lane
from app.ui.controller import Controller

_log = logging.getLogger(__name__)


class Warming(QObject):
    """Loads the engine's libraries once, beside the window, when the first object appears.

    Attributes:
        done: whether they are there.
    """

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._begun = False
        self.done = False
        controller.document_changed.connect(lambda _changes: self._look())
        controller.clip_opened.connect(self._look)

    def _look(self) -> None:
        if not self._begun and self._controller.workspace is not None and self._controller.document.objects:
            self._begun = True
            self._controller.submit(
                lambda _context: warm_up(),
                Lane.BACKGROUND,
                self.tr("loading the engine"),
                done=self._warm,
                failed=self._cold,
            )

    def _warm(self, _nothing: None) -> None:
        self.done = True

    def _cold(self, error: BaseException) -> None:
        """It was stopped with the clip, or cannot be loaded: whoever needs it then loads it, and tells."""
        _log.info("the engine was not loaded ahead: %s", error)
        self._begun = False
