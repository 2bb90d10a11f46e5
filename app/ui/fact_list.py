"""Sentences one below another, each behind a mark that stands alone in its column."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QSpacerItem, QWidget

BULLET, WARNING = "•", "⚠"


class FactList(QWidget):
    """A list of sentences; lines that do not fit go on below their sentence's first word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentences: tuple[str, ...] = ()
        self._mark = BULLET
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, sentences: Sequence[str], mark: str = BULLET) -> None:
        """Shows other sentences, all behind one mark."""
        if (tuple(sentences), mark) == (self._sentences, self._mark):
            return
        self._sentences, self._mark = tuple(sentences), mark
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for row, sentence in enumerate(self._sentences):
            self._grid.addWidget(QLabel(mark), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_words(sentence), row, 1)
        self._grid.addItem(self._rest(), len(self._sentences), 1)

    def text(self) -> str:
        """The sentences with their mark, a line each."""
        return "\n".join(f"{self._mark}  {each}" for each in self._sentences)

    @staticmethod
    def _rest() -> QSpacerItem:
        """What room is left stays below."""
        return QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)


def _words(sentence: str) -> QLabel:
    label = QLabel(sentence)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
