"""Track and remove: the buttons, how far the work is, and how to hold or stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.jobs.context import Progress
from app.ui.actions import ActionTable
from app.ui.controller import Controller
from app.ui.icons import icon
from app.ui.language import progress_of
from app.ui.menus import button_of, push_of
from app.ui.pace import TimeLeft, duration
from app.ui.rendering import Rendering
from app.ui.seam_controls import SeamControls
from app.ui.state import UiState
from app.ui.theme import Theme

_TRACK = ("track.backward", "track.back_one", "track.forward_one", "track.forward")
_HOW = ("track.all", "track.stop_when_lost", "track.look_again")
_DUE = ("track.both", "remove.live", "remove.render")
"""What is in the accent's colour while it is the next step."""
_STEPS = 1000
# In the order in which they are shown where several run.
_TRACKING, _RENDERING, _EXPORTING = range(3)


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
        self._actions, self._theme = actions, theme
        self._due = ""
        self._under_way: list[tuple[float, str] | None] = [None, None, None]
        self._estimate = ""
        self._outcome = ""
        self._paused = False
        self._time_left = TimeLeft()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(8)
        column.addWidget(_line())
        column.addWidget(_heading(self.tr("Track")))
        tracks = QHBoxLayout()
        tracks.setSpacing(2)
        for name in _TRACK:
            tracks.addWidget(button_of(actions.action(name)), 1)
        tracks.addSpacing(6)
        for name in _HOW:
            tracks.addWidget(button_of(actions.action(name)))
        self.pushes = {name: push_of(actions.action(name)) for name in _DUE}
        column.addWidget(self.pushes["track.both"])
        column.addLayout(tracks)
        column.addWidget(_line())
        column.addWidget(_heading(self.tr("Remove")))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.live, self.render_button = self.pushes["remove.live"], self.pushes["remove.render"]
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
        rendering.estimating.estimated.connect(self._estimated)
        controller.working.connect(self._worked)
        controller.exporting.connect(self._exported)
        controller.state_changed.connect(self._state_changed)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Draws its icons in another theme's colours."""
        self._theme = theme
        if self._due in self.pushes:
            self._dress(self._due)

    def set_due(self, action_id: str) -> None:
        """Accents the button of the action that is the next step, and no other."""
        before, self._due = self._due, action_id
        for name in {before, action_id}.intersection(self.pushes):
            self._dress(name)

    def _dress(self, name: str) -> None:
        button, is_due = self.pushes[name], name == self._due
        button.setProperty("primary", "true" if is_due else "false")
        button.setIcon(icon(self._actions.spec(name).icon, self._theme, on_accent=is_due))
        button.style().unpolish(button)  # a style sheet looks at a property once
        button.style().polish(button)

    def _rendered(self, share: float, words: str) -> None:
        self._outcome = words if share < 0 else ""
        self._note(_RENDERING, None if share < 0 else (share, words))

    def _estimated(self, words: str) -> None:
        self._estimate = words
        self._show()

    def _worked(self, label: str, progress: Progress | None) -> None:
        if progress is None:
            self._time_left.begin()
            self._note(_TRACKING, None)
            return
        share, words = _share_and_words(label, progress)
        left = self._time_left.seconds(progress)
        if left is not None:
            timed = self.tr("{0} · {1} left").format(words, duration(left))
            if self.words.fontMetrics().horizontalAdvance(timed) <= self._room:  # what is done says more than how long
                words = timed
        self._note(_TRACKING, (share, words))

    def _exported(self, progress: Progress | None) -> None:
        words = self.tr("Exporting")
        self._note(_EXPORTING, None if progress is None else _share_and_words(words, progress))

    def _note(self, what: int, how_far: tuple[float, str] | None) -> None:
        self._under_way[what] = how_far
        self._show()

    def _state_changed(self, state: UiState) -> None:
        self._paused = state.paused
        self._show()

    @property
    def _room(self) -> int:
        """How wide words may be, in logical pixels."""
        return max(self.words.width(), 210)

    def _show(self) -> None:
        """Shows how far the work is that the user waits for most; what came of the last, while there is none."""
        at_work = next((each for each in self._under_way if each is not None), None)
        share, words = (-1.0, self._outcome or self._estimate) if at_work is None else at_work
        if self._paused and self._under_way[_TRACKING] is None:
            words = self.tr("Paused")
        self.bar.setValue(round(max(share, 0.0) * _STEPS))
        self.bar.setEnabled(share >= 0)
        metrics = self.words.fontMetrics()
        self.words.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, self._room))
        self.words.setToolTip(words)


def _share_and_words(label: str, progress: Progress) -> tuple[float, str]:
    share = progress.done / progress.total if progress.total else 0.0
    return share, progress_of(progress.text) or label


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    return line
