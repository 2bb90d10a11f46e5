"""What the viewer shows while no clip is open: how to begin, with the demo one click away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.actions import ActionTable
from app.ui.icons import icon
from app.ui.theme import Theme


class Welcome(QWidget):
    """Covers the viewer until a clip is open."""

    def __init__(self, actions: ActionTable, theme: Theme, viewer: QWidget) -> None:
        super().__init__(viewer)
        title = QLabel(self.tr("Drop a clip here"))
        title.setStyleSheet("font-size: 20px;")
        words = QLabel(self.tr("Draw a box round what should go, track it, and watch it vanish."))
        open_ = QPushButton(icon("open", theme, on_accent=True), self.tr("Open a clip…"))
        open_.setProperty("primary", "true")
        demo = QPushButton(icon("play", theme), self.tr("Try the demo clip"))
        open_.clicked.connect(actions.action("file.open").trigger)
        demo.clicked.connect(actions.action("file.demo").trigger)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (open_, demo):
            button.setIconSize(QSize(18, 18))
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
        column.addStretch(1)
        self.demo, self.open = demo, open_
        viewer.installEventFilter(self)
        self.resize(viewer.size())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Takes the keyboard: whoever has no mouse begins here."""
        super().showEvent(event)
        self.open.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stays as large as the viewer."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.resize(watched.size())
        return super().eventFilter(watched, event)
