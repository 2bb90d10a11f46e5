"""The click tool's options: what answers clicks, the next answer, refining, and where to get better models."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.ui.actions import ActionTable
from app.ui.clicking import Clicking
from app.ui.menus import button_of
from app.ui.sentences import sentence_of

_ACTIONS = ("click.next", "click.refine", "click.models")


class ClickOptions(QWidget):
    """Says what really computes, since a library may silently take another provider than asked for."""

    def __init__(self, clicking: Clicking, actions: ActionTable) -> None:
        super().__init__()
        self._clicking = clicking
        self.answers = QLabel("")
        self.answers.setProperty("role", "dim")
        self.answers.setMinimumWidth(40)
        place = QHBoxLayout(self)
        place.setContentsMargins(4, 0, 4, 0)
        place.setSpacing(4)
        for name in _ACTIONS:
            place.addWidget(button_of(actions.action(name)))
        place.addWidget(self.answers)
        place.addStretch(1)
        clicking.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what answers."""
        self.answers.setText(self._clicking.words)
        self.answers.setToolTip(sentence_of(self._clicking.missing))
