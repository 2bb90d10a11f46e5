"""A table of words and keys that draws itself: two labels a row would take the window's thread 100 ms for all keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_KEYS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_GAP_PX, _LINE_GAP_PX, _LEAST_WIDTH_PX = 12, 4, 240
_KEYS_SHARE = 0.55
"""Of the width, for keys at most; longer ones are broken into lines, and words that have too little room then too."""


class KeyTable(QWidget):
    """Words on the left, their keys on the right.

    Args:
        rows: keys and what they do.
        parent: what it lies in.
    """

    def __init__(self, rows: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = tuple(rows)
        self._advances: list[tuple[int, int]] = []
        self._laid: dict[int, list[tuple[QRect, QRect]]] = {}
        self.setAccessibleDescription("; ".join(f"{words}: {keys}" for keys, words in rows))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its rows are at the least width."""
        return QSize(_LEAST_WIDTH_PX, self.heightForWidth(_LEAST_WIDTH_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Wide enough to be read."""
        return QSize(_LEAST_WIDTH_PX, 0)

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """As high as its rows are."""
        places = self._places(width)
        return max(places[-1][0].bottom(), places[-1][1].bottom()) + _LINE_GAP_PX if places else 0

    def _places(self, width: int) -> list[tuple[QRect, QRect]]:
        """Where words and keys of each row are drawn."""
        if width not in self._laid:
            self._laid[width] = self._lay_out(width)
        return self._laid[width]

    def _lay_out(self, width: int) -> list[tuple[QRect, QRect]]:
        metrics, places, top = self.fontMetrics(), [], 0
        if not self._advances:
            self._advances = [(metrics.horizontalAdvance(k), metrics.horizontalAdvance(w)) for k, w in self.rows]
        for (keys, words), (keys_px, words_px) in zip(self.rows, self._advances, strict=True):
            for_keys = min(keys_px + 1, round(_KEYS_SHARE * width))
            for_words = width - for_keys - _GAP_PX
            heights = [
                metrics.height()
                if wanted <= room
                else metrics.boundingRect(QRect(0, 0, room, 1 << 14), flags, text).height()
                for text, wanted, room, flags in (
                    (words, words_px, for_words, _WORDS),
                    (keys, keys_px, for_keys, _KEYS),
                )
            ]
            places.append((QRect(0, top, for_words, heights[0]), QRect(width - for_keys, top, for_keys, heights[1])))
            top += max(heights) + _LINE_GAP_PX
        return places

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Lays its rows out anew in another font."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._advances.clear()
            self._laid.clear()
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draws the rows that are asked for."""
        role, colours = (
            QPalette.ColorRole,
            QGuiApplication.palette(),
        )  # a style sheet makes a widget's own dim ones pale
        bright, dim = colours.color(role.WindowText), colours.color(role.PlaceholderText)
        with QPainter(self) as painter:
            for (keys, words), (left, right) in zip(self.rows, self._places(self.width()), strict=True):
                if left.united(right).intersects(event.rect()):
                    painter.setPen(bright)
                    painter.drawText(left, _WORDS, words)
                    painter.setPen(dim)
                    painter.drawText(right, _KEYS, keys)
