"""A field for a whole number: a click into it or a double click takes the number, so that typing replaces it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QSpinBox

_LEFT = Qt.MouseButton.LeftButton


class NumberField(QSpinBox):
    """A number with its unit, which no click selects.

    Args:
        low, high: the least and the greatest number.
        name: what it says, for those who cannot see it.
        unit: stands behind the number, with a space before it.
    """

    def __init__(self, low: int, high: int, name: str, unit: str = "") -> None:
        super().__init__()
        self.setLineEdit(_NumberText(self))
        self.setRange(low, high)
        self.setSuffix(unit)
        self.setAccessibleName(name)
        self.lineEdit().setTextMargins(5, 0, 0, 0)


class _NumberText(QLineEdit):
    """Where the number is typed. Qt's own selects the word under a double click: the unit, where that is hit."""

    def __init__(self, field: NumberField) -> None:
        super().__init__(field)
        self._field = field
        self._entered = False

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Notes that a click brought the keyboard here; with Tab, Qt takes the number itself."""
        self._entered = event.reason() is Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Takes the number at the end of the click that brought the keyboard here, unless a part was drawn over."""
        super().mouseReleaseEvent(event)
        if self._entered and not self.hasSelectedText():
            self._field.selectAll()
        self._entered = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Takes the number, wherever it is hit."""
        if event.button() is _LEFT:
            self._field.selectAll()
        else:
            super().mouseDoubleClickEvent(event)
