"""Keys that mean something only while they are held, or only in some places: K with J and L, digits, Escape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.ui.objects_panel import NameField

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

# Widgets that press or open with Space keep it while they have the focus.
_PRESSED_BY_SPACE = (QAbstractButton, QComboBox)
_TYPING = (QLineEdit, QPlainTextEdit, QAbstractSpinBox)
# These are worked with arrows, and keep them while they have the focus.
_STEERED = (QAbstractSpinBox, QComboBox, QAbstractSlider)
_UP_AND_DOWN = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
"""A list keeps these only: frames are stepped and the clip's ends reached from wherever an object is chosen."""
_ARROWS = _UP_AND_DOWN | {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}


class WindowKeys(QObject):
    """Watches the keys of one window: those of the window itself and of the widget in it that has the focus.

    Not those of the whole program: a filter that is written in Python and asked about every event of every widget
    makes all dialogs half as slow again.

    Attributes:
        hold: whether K is held.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.hold = False
        window.installEventFilter(self)
        _program().focusChanged.connect(self._focus_moved)

    def remove(self) -> None:
        """Watches no more."""
        _program().focusChanged.disconnect(self._focus_moved)
        self._window.removeEventFilter(self)

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        self.hold = False
        if before is not None and before is not self._window:
            before.removeEventFilter(self)
        if now is not None and now.window() is self._window:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Takes what is its own and leaves the rest."""
        if isinstance(event, QKeyEvent) and self._window.isActiveWindow():
            if event.type() == QEvent.Type.ShortcutOverride:
                return self._override(event)
            if event.type() == QEvent.Type.KeyRelease and event.key() == Qt.Key.Key_K and not event.isAutoRepeat():
                self.hold = False
            if event.type() == QEvent.Type.KeyPress and watched is self._window.focusWidget():
                return self._press(event)
        return super().eventFilter(watched, event)

    def _override(self, event: QKeyEvent) -> bool:
        """Keys that an action would take; True if the focused widget shall have it instead."""
        focused = self._window.focusWidget()
        if event.key() == Qt.Key.Key_K and not event.modifiers() and not isinstance(focused, _TYPING):
            self.hold = True
        pressed = event.key() == Qt.Key.Key_Space and isinstance(focused, _PRESSED_BY_SPACE)
        kept = _ARROWS if isinstance(focused, _STEERED) else _UP_AND_DOWN
        steered = event.key() in kept and not event.modifiers() and isinstance(focused, (*_STEERED, QAbstractItemView))
        if pressed or steered:
            event.accept()
            return True
        return False

    def _press(self, event: QKeyEvent) -> bool:
        if isinstance(self._window.focusWidget(), _TYPING):
            if event.key() == Qt.Key.Key_Escape:
                self._window.viewer.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if entered and isinstance(self._window.focusWidget(), QAbstractSpinBox | NameField):
                # The number or the name is in: letters are tools again.
                QTimer.singleShot(0, self, lambda: self._window.viewer.setFocus(Qt.FocusReason.OtherFocusReason))
            return False
        if event.key() == Qt.Key.Key_Escape:
            return self._window.escape()
        digit = event.key() - Qt.Key.Key_1
        if 0 <= digit < 9 and not event.modifiers() and self._window.controller.workspace is not None:
            objects = list(reversed(self._window.controller.document.objects))
            if digit < len(objects):
                self._window.controller.select(objects[digit].id)
            return True
        return False


def _program() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
