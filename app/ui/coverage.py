"""Where each object has a mask, for its lane: remembered, and for long tracks worked out beside the window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.core.document import DocumentObject
from app.jobs.runner import Lane
from app.ui.controller import Controller
from app.ui.timeline_facts import coverage

Covered = NDArray[np.bool_]

AT_ONCE_FRAMES = 300
"""Tracks of so many frames are looked through at once: half a millisecond each, and several lanes are drawn at once."""


class Coverage(QObject):
    """Knows where objects have masks. Documents are immutable, so an object that is the same has the same.

    Signals:
        changed: more is known than was told.
    """

    changed = Signal()

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._known: dict[int, tuple[DocumentObject, Covered]] = {}
        self._wanted: dict[int, DocumentObject] = {}

    def of(self, each: DocumentObject, count: int) -> Covered:
        """``(count,)`` bool: where an object has a mask; of a long track that has just changed, as it was before."""
        known = self._known.get(each.id)
        if known is not None and known[0] is each and len(known[1]) == count:
            return known[1]
        if len(each.track) <= AT_ONCE_FRAMES:
            return self._keep(each, coverage(each, count))
        if self._wanted.get(each.id) is not each:
            self._wanted[each.id] = each
            self._controller.submit(
                lambda _context: coverage(each, count),
                Lane.TOOLS,
                self.tr("looking where {0} has masks").format(each.name),
                done=lambda found: self._take(each, found),
            )
        return known[1] if known is not None and len(known[1]) == count else np.zeros(count, np.bool_)

    def clear(self) -> None:
        """Forgets all: another clip."""
        self._known.clear()
        self._wanted.clear()

    def _keep(self, each: DocumentObject, found: Covered) -> Covered:
        self._known[each.id] = (each, found)
        return found

    def _take(self, each: DocumentObject, found: Covered) -> None:
        if self._wanted.get(each.id) is each:
            del self._wanted[each.id]
            self._keep(each, found)
            self.changed.emit()
