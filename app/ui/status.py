"""The line at the bottom: what is so now, what was said a moment ago, what the clip is, where it computes."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from app.engine.loader import ComputePlace, certain_place
from app.ui.controller import Controller
from app.ui.language import hint_of
from app.ui.sentences import sentence_of
from app.ui.state import UiState
from app.ui.timers import rest_timer

LINGER_MS, LINGER_MS_A_LETTER = 4_000, 60
"""How long a sentence stays: long enough to be read."""
PASSED_MS = 1_500
"""How long it stays at most once the user has gone on to another frame, or has changed something: it told of before."""


class StatusLine(QStatusBar):
    """Words at the left, facts at the right.

    A sentence that was said stays until it has been read, until another is said, or until work begins or ends, whatever
    comes first; and not for long where the user goes on to something else. Then stands there what is so now: the work
    that runs, or what the tool in hand is for.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._said, self._hint, self._full = "", "", ""
        self._seen = UiState()
        self._read = QTimer(self)
        self._read.setSingleShot(True)
        self._read.timeout.connect(self._forget)
        self._just_said = rest_timer(self, 0, lambda: None)
        self.setSizeGripEnabled(False)
        self._words = QLabel("")
        # A sentence is cut where there is no room: it must never make the window wider than the screen.
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._pointer = QLabel("")
        self._clip = QLabel("")
        self._device = QLabel("")
        place = certain_place()
        if place is not None:
            self.set_place(place)
        self.addWidget(self._words, 1)
        self.addPermanentWidget(self._pointer)
        self.addPermanentWidget(self._clip)
        self.addPermanentWidget(self._device)
        controller.said.connect(self.say)
        controller.state_changed.connect(self._state_changed)
        controller.kept.shown_changed.connect(self._show)
        controller.clip_opened.connect(self._opened)
        controller.look_changed.connect(self._opened)
        controller.clip_closed.connect(self._closed)
        controller.document_changed.connect(lambda _changes: self._gone_on())
        controller.transport.moved.connect(lambda _frame: self._gone_on())

    @property
    def words(self) -> str:
        """What stands there."""
        return self._full

    @property
    def pointer_words(self) -> str:
        """Where the keyboard's pointer is; empty while it is off."""
        return self._pointer.text()

    @property
    def place_words(self) -> tuple[str, str]:
        """Where networks run, and why there; empty until it is known."""
        return self._device.text(), self._device.toolTip()

    def set_place(self, place: ComputePlace) -> None:
        """Where networks run."""
        self._device.setText(place.name)
        self._device.setToolTip(f"{self.tr('Where it computes')}: {sentence_of(place.reason) or place.name}")

    def say(self, sentence: str) -> None:
        """Says something for as long as it takes to read it."""
        self._said = sentence_of(sentence)
        if self._said:
            self._read.start(LINGER_MS + LINGER_MS_A_LETTER * len(self._said))
            self._just_said.start()
        self._show()

    def _gone_on(self) -> None:
        """Something else is looked at or is so, and not because of what has just been said."""
        state = self._seen
        by_itself = state.playing or state.tracking or state.predicting or state.rendering or state.live_running
        if self._read.isActive() and not self._just_said.isActive() and not by_itself:
            self._read.start(min(self._read.remainingTime(), PASSED_MS))

    def set_hint(self, hint: str) -> None:
        """What the tool in hand is for; stands there while there is nothing else to say."""
        self._hint = hint
        self._show()

    def set_pointer(self, words: str) -> None:
        """Where the keyboard's pointer is, and what it holds."""
        self._pointer.setText(words)

    def _forget(self) -> None:
        self._read.stop()
        self._said = ""
        self._show()

    def _state_changed(self, state: UiState) -> None:
        before, self._seen = self._seen, state
        if _work(before) != _work(state) or (state.modified and not before.modified):
            self._said = ""  # it told how things were before that
        self._show()

    def _show(self) -> None:
        self._full = words = self._said or self._present()
        room = self._words.width() - 12
        metrics = self._words.fontMetrics()
        fits = metrics.horizontalAdvance(words) <= room
        self._words.setText(words if fits else metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(room, 60)))
        self._words.setToolTip(words)

    def _present(self) -> str:
        """What is so now."""
        state = self._seen
        if not state.has_clip:
            return ""
        for holds, words in (
            (state.shadowing, self.tr("Looking for the shadow. Space or Esc stops it; nothing of it is kept.")),
            (state.tracking, self.tr("Tracking. Space or Esc stops it; what is found stays.")),
            (state.looking, self.tr("Looking for the object in the box. Esc stops it.")),
            (state.masking, self.tr("Working on mask files. Esc stops it.")),
            (state.paused, self.tr("Paused. Pause again goes on.")),
            (state.rendering and not state.live, self.tr("Rendering. Esc stops it; finished frames stay.")),
        ):
            if holds:
                return words
        if self._controller.kept.shown is not None:
            return self._controller.kept.words()
        return hint_of(self._hint)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Says as much as there is room for."""
        super().resizeEvent(event)
        self._show()

    def _closed(self) -> None:
        self._clip.setText("")
        self._forget()

    def _opened(self) -> None:
        info = self._controller.info
        assert info is not None
        facts = [f"{info.width}×{info.height}", f"{float(info.rate):g} fps", info.codec, f"{info.layout.bits} bit"]
        if info.variable_rate:
            facts.append(self.tr("variable rate"))
        if info.interlaced:
            facts.append(self.tr("interlaced"))
        clip = self._controller.clip
        if clip is not None and clip.shown_through is not None:
            facts.append(self.tr("shown: {0}").format(clip.shown_through.name))
        self._clip.setText("  ·  ".join(facts))
        self._show()


def _work(state: UiState) -> tuple[bool, ...]:
    """What runs."""
    return (state.has_clip, state.tracking, state.looking, state.masking, state.rendering, state.live, state.paused)
