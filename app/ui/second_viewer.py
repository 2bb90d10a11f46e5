"""A second viewer in a window of its own, for another screen: it follows the playhead, the view and the wipe."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence, QScreen, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.controller import Controller
from app.ui.theme import Theme
from app.ui.viewer import Viewer

SEAT = 1
_SIZE_PX = (960, 560)


class SecondViewer(QWidget):
    """Shows what the main viewer shows, fitted or zoomed on its own. F11 or a double click fills the screen.

    Args:
        controller: gives the pictures.
        main: the viewer that it follows.
        actions: what can be done from here by key, such as playing.
        theme: gives the colours.
        parent: the main window; this one closes with it.

    Signals:
        closed: the user has closed it.
    """

    closed = Signal()

    def __init__(
        self, controller: Controller, main: Viewer, actions: Iterable[QAction], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._main = main
        self._placed = False
        self._filled = ""
        self.viewer = Viewer(controller, theme, seat=SEAT)
        self.viewer.setAccessibleName(self.tr("Second viewer"))
        self.viewer.set_overlay(main.overlay.kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.viewer)
        self.setWindowTitle(self.tr("Second viewer – Cleanplate"))
        self.addActions(list(actions))
        for keys, slot in (("F11", self.toggle_full_screen), ("Esc", self.leave_full_screen)):
            QShortcut(QKeySequence(keys), self, slot)
        self.viewer.play_pressed.connect(controller.transport.toggle)
        self.viewer.installEventFilter(self)
        main.view_changed.connect(self._follow)
        main.wipe_moved.connect(self.viewer.set_wipe)
        main.overlay_changed.connect(self._follow)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._unplugged)
        self.resize(*_SIZE_PX)

    def appear(self) -> None:
        """Shows it: on another screen if there is one, beside the main window otherwise."""
        if not self._placed:
            self._place()
        self.viewer.start()
        self._follow()
        self.show()
        self.viewer.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        self._placed = True
        own = self._main.screen()
        other = next((screen for screen in QGuiApplication.screens() if screen is not own), None)
        if other is not None:
            self.move(other.availableGeometry().center() - self.rect().center())
        elif own is not None:
            self.move(own.availableGeometry().bottomRight() - self.rect().bottomRight())

    def set_theme(self, theme: Theme) -> None:
        """Draws in another theme's colours."""
        self.viewer.set_theme(theme)

    def toggle_full_screen(self) -> None:
        """Fills the screen, or is a window again."""
        self._filled = self.screen().name()
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def leave_full_screen(self) -> None:
        """Is a window again."""
        if self.isFullScreen():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)

    def _unplugged(self, screen: QScreen) -> None:
        """Its screen has gone: it is a window on one that is left, and covers nothing there."""
        if screen.name() in (self._filled, self.screen().name()):
            QTimer.singleShot(0, self, self._come_back)  # once Qt knows where it is now

    def _come_back(self) -> None:
        """Taken off the screen for it: window managers put back what leaves full screen where it was before."""
        self._filled = ""
        shown = self.isVisible()
        self.hide()
        self.leave_full_screen()
        self.resize(*_SIZE_PX)
        self._place()
        self.setVisible(shown)

    def _follow(self, _changed: object = None) -> None:
        self.viewer.set_view(self._main.view)
        self.viewer.set_overlay(self._main.overlay.kind, self._main.overlay.opacity)
        self.viewer.set_wipe(self._main.wipe)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A double click on the picture fills the screen."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.toggle_full_screen()
            return True
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Asks for no more pictures."""
        self.viewer.rest()
        super().closeEvent(event)
        self.closed.emit()
