"""The line at the bottom: what was said last, what the clip is, where it computes."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.ui.controller import Controller


class StatusLine(QStatusBar):
    """Words at the left, facts at the right."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.setSizeGripEnabled(False)
        self._words = QLabel("")
        self._clip = QLabel("")
        self._device = QLabel("CPU")
        self._device.setToolTip(self.tr("Where it computes"))
        self.addWidget(self._words, 1)
        self.addPermanentWidget(self._clip)
        self.addPermanentWidget(self._device)
        controller.said.connect(self.say)
        controller.clip_opened.connect(self._opened)
        controller.look_changed.connect(self._opened)
        controller.clip_closed.connect(lambda: self._clip.setText(""))

    @property
    def words(self) -> str:
        """What was said last."""
        return self._words.text()

    def say(self, sentence: str) -> None:
        """Says something."""
        self._words.setText(sentence)

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
