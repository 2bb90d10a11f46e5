"""Says once in a clip that a mask which was drawn is one frame's, and what takes it to the others."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from app.ui.actions import ActionTable
from app.ui.controller import Controller
from app.ui.editing import Editing


class StrokeHint(QObject):
    """Tells those who draw their first mask, or correct their first tracked one; never twice in a clip.

    Args:
        controller: says it in the status line.
        editing: tells when a mask was drawn.
        actions: gives the keys that are named.
        parent: owns it.
    """

    def __init__(
        self, controller: Controller, editing: Editing, actions: ActionTable, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._controller, self._actions = controller, actions
        self._said: set[bool] = set()
        editing.drawn.connect(self._drawn)
        controller.clip_opened.connect(self._said.clear)

    def _drawn(self, object_id: int, frame: int) -> None:
        document = self._controller.document
        if document.clip.frame_count < 2:
            return
        masks = document.object(object_id).track
        alone = all(mask.is_empty for at, mask in masks.items() if at != frame)
        if alone in self._said:
            return
        self._said.add(alone)
        follow, copy = self._keys("track.both"), self._keys("mask.copy_to_range")
        if alone:
            words = self.tr("This mask is in frame {0} only: {1} follows it through the clip, {2} copies it as it is.")
            self._controller.said.emit(words.format(frame, follow, copy))
        else:
            words = self.tr("Only frame {0} has changed: {1} tracks again from here, and keeps what you drew.")
            self._controller.said.emit(words.format(frame, follow))

    def _keys(self, action_id: str) -> str:
        """The action's first key; its name where it has none."""
        action = self._actions.action(action_id)
        key = action.shortcut()
        return action.text() if key.isEmpty() else key.toString(QKeySequence.SequenceFormat.NativeText)
