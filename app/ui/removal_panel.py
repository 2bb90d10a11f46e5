"""Track and remove: the buttons, how far the work is, and how to hold or stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.jobs.context import Progress
from app.ui.actions import ActionTable
from app.ui.controller import Controller
from app.ui.icons import icon
from app.ui.language import progress_of
from app.ui.menus import button_of
from app.ui.rendering import Rendering
from app.ui.seam_controls import SeamControls
from app.ui.state import UiState
from app.ui.theme import Theme

_TRACK = ("track.backward", "track.back_one", "track.forward_one", "track.forward")
_STEPS = 1000


class RemovalPanel(QWidget):
    """The lower half of the side panel."""

    def __init__(
        self,
        controller: Controller,
        rendering: Rendering,
        actions: ActionTable,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._tracking_words = ""
        self._estimate = ""
        self._idle = True
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(8)
        column.addWidget(_line())
        column.addWidget(_heading(self.tr("Track")))
        tracks = QHBoxLayout()
        tracks.setSpacing(2)
        for name in _TRACK:
            tracks.addWidget(button_of(actions.action(name)), 1)
        column.addWidget(_push(actions, "track.both"))
        column.addLayout(tracks)
        column.addWidget(_line())
        column.addWidget(_heading(self.tr("Remove")))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.live = _push(actions, "remove.live")
        self.render_button = _push(actions, "remove.render")
        self.render_button.setProperty("primary", "true")
        self.set_theme(theme)
        buttons.addWidget(self.live, 1)
        buttons.addWidget(self.render_button, 1)
        column.addLayout(buttons)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.words = QLabel("")
        self.words.setProperty("role", "dim")
        self.words.setMinimumHeight(18)
        work = QHBoxLayout()
        work.setSpacing(2)
        work.addWidget(self.bar, 1)
        work.addSpacing(6)
        work.addWidget(button_of(actions.action("remove.pause")))
        work.addWidget(button_of(actions.action("job.stop")))
        column.addLayout(work)
        column.addWidget(self.words)
        self.seam = SeamControls(controller, actions)
        column.addWidget(self.seam)
        rendering.progressed.connect(self._rendered)
        rendering.estimated.connect(self._estimated)
        controller.working.connect(self._worked)
        controller.state_changed.connect(self._state_changed)
        self._show(-1.0, "")

    def set_theme(self, theme: Theme) -> None:
        """Draws its icons in another theme's colours."""
        self.render_button.setIcon(icon("render", theme, on_accent=True))

    def _rendered(self, share: float, words: str) -> None:
        if not self._tracking_words:
            self._show(share, words)

    def _estimated(self, words: str) -> None:
        self._estimate = words
        if self._idle:
            self._show(-1.0, words)

    def _worked(self, label: str, progress: Progress | None) -> None:
        self._tracking_words = label
        if progress is None:
            self._show(-1.0, "")
        else:
            share = progress.done / progress.total if progress.total else 0.0
            self._show(share, progress_of(progress.text) or label)

    def _state_changed(self, state: UiState) -> None:
        if state.paused:
            self.words.setText(self.tr("Paused"))
        elif not state.computing and not self._tracking_words:
            self._show(-1.0, "")

    def _show(self, share: float, words: str) -> None:
        self._idle = share < 0
        words = words or (self._estimate if self._idle else "")
        self.bar.setValue(round(max(share, 0.0) * _STEPS))
        self.bar.setEnabled(share >= 0)
        metrics = self.words.fontMetrics()
        self.words.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(self.words.width(), 210)))
        self.words.setToolTip(words)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    return line


def _push(actions: ActionTable, name: str) -> QPushButton:
    """A push button that shows an action's text, state and tool tip, and triggers it."""
    action = actions.action(name)
    button = QPushButton(action.icon(), action.text())
    button.setCheckable(action.isCheckable())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(action.toolTip())

    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setChecked(action.isChecked())
        button.setText(action.text())

    action.changed.connect(follow)
    action.toggled.connect(lambda _on: follow())
    button.clicked.connect(lambda _checked=False: action.trigger())
    follow()
    return button
