"""File dialogs, made while nothing is asked for: what all of them share a little in each turn, then one ahead.

Qt's first file dialog takes the GUI thread four times as long as the next ones: the style's icons, its rules for each
kind of widget and the model of the file system are made with it. The next ones still take 20 ms to make and as much to
show, which in one go is a hitch: so one is always there before it is asked for.

By itself it also reads, in the GUI thread, into every file of a folder whose name does not say what it is: a second in
a folder of programs, for ever where nothing comes (``/proc/kmsg``). ``KindsByName`` goes by names alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QFileInfo, QMimeDatabase, QObject, QSize, QTimer
from PySide6.QtGui import QAbstractFileIconProvider, QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialogButtonBox,
    QFileDialog,
    QFileIconProvider,
    QFileSystemModel,
    QHeaderView,
    QListView,
    QSplitter,
    QStyle,
    QTreeView,
    QWidget,
)

from app.core.project_file import SUFFIX as PROJECT

_PAUSE_MS = 30
_ICON = QSize(16, 16)
_WIDEST, _MARGINS_PX = ("1,023.99 MiB", "Matroska-Video", "2026-12-28 22:58:58"), 20
"""What the columns beside the name have to hold: size, kind, date."""
_ICONS = ("FileDialog", "Dir", "Arrow", "Drive", "Computer", "Home")
_WIDGETS: tuple[type[QWidget], ...] = (QComboBox, QTreeView, QListView, QSplitter, QDialogButtonBox)


class KindsByName(QFileIconProvider):
    """Tells a file's kind and icon by its name, without a look into it.

    Args:
        unknown: the kind of a file whose name says nothing.
        known: kinds that the system does not know, by suffix without its dot.
    """

    def __init__(self, unknown: str, known: Mapping[str, str]) -> None:
        super().__init__()
        self._unknown, self._kinds, self._names = unknown, dict(known), QMimeDatabase()
        self._icons: dict[QAbstractFileIconProvider.IconType, QIcon] = {}

    def icon(self, of: QAbstractFileIconProvider.IconType | QFileInfo) -> QIcon:
        """The icon of a kind of file, or of a file."""
        kinds = QAbstractFileIconProvider.IconType
        kind = (kinds.Folder if of.isDir() else kinds.File) if isinstance(of, QFileInfo) else of
        if kind not in self._icons:
            self._icons[kind] = super().icon(kind)
        return self._icons[kind]

    def type(self, info: QFileInfo) -> str:
        """The kind of a file, in words."""
        if info.isDir():
            return super().type(info)
        suffix = info.suffix().lower()
        if suffix not in self._kinds:
            found = self._names.mimeTypeForFile(f"a.{suffix}", QMimeDatabase.MatchMode.MatchExtension)
            self._kinds[suffix] = self._unknown if found.isDefault() else found.comment()
        return self._kinds[suffix]


class FileDialogs(QObject):
    """Gives file dialogs in which nothing is chosen, and makes the next one ahead.

    Where the desktop has dialogs of its own, these are shown.

    Args:
        window: the dialogs' parent.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        kinds = [lambda kind=kind: self._made(kind(window)) for kind in _WIDGETS]
        self._steps: list[Callable[[], object]] = [self._icons, *kinds, self._model]
        self._kinds = KindsByName(self.tr("File"), {PROJECT.lstrip("."): self.tr("Cleanplate project")})
        self._ahead: QFileDialog | None = None
        self._next = QTimer(self)
        self._next.setInterval(_PAUSE_MS)
        self._next.timeout.connect(self._make_one)

    @property
    def ready(self) -> bool:
        """Whether one is there."""
        return self._ahead is not None

    def prepare(self) -> None:
        """Begins to make what is missing, each thing in a turn of its own; nothing of it is shown."""
        if not self.ready:
            self._next.start()

    def stop(self) -> None:
        """Makes no more."""
        self._next.stop()

    def take(self) -> QFileDialog:
        """A dialog as Qt makes it; it starts where the last one was left. The caller deletes it, then ``prepare``."""
        self.stop()
        dialog, self._ahead = self._ahead or self._new(), None
        for tree in dialog.findChildren(QTreeView):  # none where the desktop has dialogs of its own
            _give_room(tree.header())
        return dialog

    def _make_one(self) -> None:
        if self._steps:
            self._steps.pop(0)()
        else:
            self._next.stop()
            self._ahead = self._new()

    def _new(self) -> QFileDialog:
        dialog = QFileDialog(self._window)
        dialog.setIconProvider(self._kinds)
        return dialog

    def _icons(self) -> None:
        style, files = self._window.style(), self._kinds
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


def _give_room(header: QHeaderView) -> None:
    """Names take what is left; size, kind and date are as wide as their words, which Qt cuts off."""
    header.setStretchLastSection(False)
    for column, words in enumerate(_WIDEST, start=1):
        header.resizeSection(column, header.fontMetrics().horizontalAdvance(words) + _MARGINS_PX)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
