"""The list of steps: what was done and what was undone, each a click away."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from app.ui.controller import Controller

MOST_STEPS = 30


class HistoryMenu(QMenu):
    """Lists the steps round the present one; a click undoes or redoes up to there."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("History"))
        self._controller = controller
        self.aboutToShow.connect(self.fill)
        controller.state_changed.connect(lambda _state: self._enable())
        self._enable()

    def _enable(self) -> None:
        workspace = self._controller.workspace
        self.menuAction().setEnabled(workspace is not None and bool(workspace.history.steps))

    def fill(self) -> None:
        """Lists the steps as they are now: the newest at the bottom, the present one ticked."""
        self.clear()
        workspace = self._controller.workspace
        if workspace is None:
            return
        history = workspace.history
        steps = (self.tr("As it was opened"), *history.steps)
        first = max(0, min(history.position - MOST_STEPS // 2, len(steps) - MOST_STEPS))
        for position in range(first, min(first + MOST_STEPS, len(steps))):
            words = steps[position] if position <= history.position else self.tr("{0} (undone)").format(steps[position])
            action = self.addAction(words, partial(self._controller.go_to_step, position))
            action.setCheckable(True)
            action.setChecked(position == history.position)
