"""What the viewer shows while no clip is open: how to begin, with the demo one click away, and what was open lately."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.actions import ActionTable
from app.ui.icons import icon
from app.ui.recent_names import told_apart
from app.ui.theme import Theme

_RECENT = 5
_NAME_PX = 320


class Welcome(QWidget):
    """Covers the viewer until a clip is open.

    Attributes:
        open_path: called with the file of a recent entry that was chosen.
    """

    def __init__(self, actions: ActionTable, theme: Theme, viewer: QWidget) -> None:
        super().__init__(viewer)
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.open_path: Callable[[Path], object] = lambda _path: None
        title = QLabel(self.tr("Drop a clip here"))
        title.setProperty("role", "title")
        words = QLabel(self.tr("Draw a box round what should go, track it, and watch it vanish."))
        self.open = QPushButton(self.tr("Open a clip…"))
        self.open.setProperty("primary", "true")
        self.demo = QPushButton(self.tr("Try the demo clip"))
        self.open.clicked.connect(actions.action("file.open").trigger)
        self.demo.clicked.connect(actions.action("file.demo").trigger)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.open, self.demo):
            button.setIconSize(QSize(20, 20))
            button.setMinimumHeight(32)
            button.setAutoDefault(True)  # Return presses it
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        for label in (title, words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(6)
        column.addLayout(buttons)
        column.addSpacing(12)
        column.addWidget(self._recent_part(), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.set_theme(theme)
        viewer.installEventFilter(self)
        self.resize(viewer.size())

    def _recent_part(self) -> QWidget:
        self.recent = QWidget()
        self._rows = QGridLayout(self.recent)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self.recent.hide()
        return self.recent

    def set_theme(self, theme: Theme) -> None:
        """Draws its icons in another theme's colours."""
        self._theme = theme
        self.open.setIcon(icon("open", theme, on_accent=True))
        self.demo.setIcon(icon("play", theme))

    def show_recent(self, paths: list[Path]) -> None:
        """Lists what was opened lately, the last first."""
        while (item := self._rows.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if paths:
            heading = QLabel(self.tr("Opened lately"))
            heading.setProperty("role", "heading")
            heading.setContentsMargins(11, 0, 0, 0)  # as far in as the names
            self._rows.addWidget(heading, 0, 0)
        shown = paths[:_RECENT]
        for row, (path, name) in enumerate(zip(shown, told_apart(shown), strict=True), 1):
            self._rows.addWidget(self._entry(path, name), row, 0)
        self.recent.setVisible(bool(paths))

    def _entry(self, path: Path, name: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "entry")
        button.setFixedWidth(_NAME_PX)
        words = button.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX - 24)
        button.setText(words.replace("&", "&&"))
        button.setAccessibleName(name)
        button.setToolTip(str(path))
        button.setAutoDefault(True)
        button.clicked.connect(lambda _checked=False: self.open_path(path))
        return button

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Takes the keyboard: whoever has no mouse begins here."""
        super().showEvent(event)
        self.open.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stays as large as the viewer."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.resize(watched.size())
        return super().eventFilter(watched, event)
