"""Makes what all file dialogs share while nothing is asked for, a little in each turn of the event loop.

Qt's first file dialog takes the GUI thread four times as long as the next ones: the style's icons, its rules for each
kind of widget and the model of the file system are made with it. In one go that is a hitch of 45 ms.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialogButtonBox,
    QFileDialog,
    QFileIconProvider,
    QFileSystemModel,
    QListView,
    QSplitter,
    QStyle,
    QTreeView,
    QWidget,
)

_PAUSE_MS = 30
_ICON = QSize(16, 16)
_ICONS = ("FileDialog", "Dir", "Arrow", "Drive", "Computer", "Home")
_WIDGETS: tuple[type[QWidget], ...] = (QComboBox, QTreeView, QListView, QSplitter, QDialogButtonBox)


class DialogParts(QObject):
    """Makes them one after the other, each in a turn of its own, the dialog itself last; nothing of it is shown.

    Args:
        window: the dialogs' parent.

    Attributes:
        ready: whether they are made.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._steps: list[Callable[[], object]] = []
        self.ready = False
        self._next = QTimer(self)
        self._next.setInterval(_PAUSE_MS)
        self._next.timeout.connect(self._make_one)

    def prepare(self) -> None:
        """Begins, unless it has begun."""
        if not self._steps and not self.ready:
            kinds = [lambda kind=kind: self._made(kind(self._window)) for kind in _WIDGETS]
            self._steps = [self._icons, *kinds, self._model, lambda: QFileDialog(self._window).deleteLater()]
            self._next.start()

    def stop(self) -> None:
        """Makes no more."""
        self._next.stop()

    def _make_one(self) -> None:
        self._steps.pop(0)()
        if not self._steps:
            self._next.stop()
            self.ready = True

    def _icons(self) -> None:
        style, files = self._window.style(), QFileIconProvider()
        for which in QStyle.StandardPixmap:
            if any(word in which.name for word in _ICONS):
                style.standardIcon(which).pixmap(_ICON)
        for kind in QFileIconProvider.IconType:
            files.icon(kind).pixmap(_ICON)

    @staticmethod
    def _made(widget: QWidget) -> None:
        widget.ensurePolished()
        widget.deleteLater()

    def _model(self) -> None:
        model = QFileSystemModel(self._window)
        QCompleter(model, model)
        model.deleteLater()
