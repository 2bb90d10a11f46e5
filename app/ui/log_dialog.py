"""The program's log, to read, to copy into a report, and to find in its folder."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app import environment
from app.jobs.runner import Lane
from app.ui.controller import Controller
from app.ui.reveal import show_in_folder

TAIL_BYTES = 256 * 1024


class LogDialog(QDialog):
    """Shows the end of the log."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        path = environment.log_file()
        self.setWindowTitle(self.tr("Log"))
        where = QLabel(str(path))
        where.setProperty("role", "dim")
        where.setWordWrap(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.tr("Log"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        folder = buttons.addButton(self.tr("Show in folder"), QDialogButtonBox.ButtonRole.ActionRole)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        folder.clicked.connect(lambda _checked=False: show_in_folder(path))
        copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (where, self.text, buttons):
            column.addWidget(widget)
        self.resize(760, 440)
        controller.submit(lambda _context: tail(path), Lane.IO, self.tr("reading the log"), done=self._show)

    def _show(self, text: str) -> None:
        """Puts the text in, at its end: the newest lines are last."""
        self.text.setPlainText(text or self.tr("Nothing has gone wrong yet: the log is empty."))
        self.text.moveCursor(QTextCursor.MoveOperation.End)


def tail(path: Path, most_bytes: int = TAIL_BYTES) -> str:
    """The end of a text file in whole lines, empty if there is none; reads a file, so call it in a job.

    Args:
        path: the file.
        most_bytes: how much of it at most.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - most_bytes, 0))
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return text.split("\n", 1)[-1] if size > most_bytes else text
