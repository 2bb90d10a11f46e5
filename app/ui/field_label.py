"""The name of a field, which looks as usable as the field is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel, QWidget


class FieldLabel(QLabel):
    """A name beside a field: its buddy, shown as disabled while the field is.

    Args:
        text: the name; an ampersand in it gives the field its key.
        field: what it names.
        parent: owns it.
    """

    def __init__(self, text: str, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setBuddy(field)
        self.setEnabled(field.isEnabled())
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follows the field."""
        if event.type() == QEvent.Type.EnabledChange and watched is self.buddy():
            self.setEnabled(self.buddy().isEnabled())
        return super().eventFilter(watched, event)
