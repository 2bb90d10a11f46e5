"""What the program is and with what it runs, as text to copy into a report."""

from __future__ import annotations

import os
import platform

from PySide6.QtCore import QLibraryInfo
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app import environment
from app.engine.loader import device_described
from app.jobs.runner import Lane
from app.media.hardware import known_devices
from app.ui.controller import Controller


class AboutDialog(QDialog):
    """About Cleanplate."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Cleanplate"))
        title = QLabel(f"Cleanplate {environment.VERSION}")
        title.setStyleSheet("font-size: 18px;")
        words = QLabel(
            self.tr(
                "Removes objects from video and fills in what they hid. Apache License 2.0. Uses Qt under the LGPL 3."
            )
        )
        words.setWordWrap(True)
        words.setProperty("role", "dim")
        self.facts = QPlainTextEdit()
        self.facts.setReadOnly(True)
        self.facts.setAccessibleName(self.tr("Versions and devices"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.facts.toPlainText()))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (title, words, self.facts, buttons):
            column.addWidget(widget)
        self.resize(520, 470)
        decoder = _decoder(controller)
        controller.submit(
            lambda _context: diagnostics(decoder), Lane.IO, self.tr("looking up versions"), done=self.facts.setPlainText
        )


def _decoder(controller: Controller) -> str:
    """What decodes for the screen."""
    if not environment.hardware_decoding():
        return "software (hardware decoding is off in the preferences)"
    clip = controller.clip
    return "hardware where it is exact; no clip is open" if clip is None or clip.screen is None else clip.screen.decoder


def diagnostics(decoder: str) -> str:
    """Versions, devices and places, one a line; reads files, so call it in a job.

    Args:
        decoder: what decodes for the screen.
    """
    facts = {
        **environment.versions(),
        "Qt": QLibraryInfo.version().toString(),
        "Qt platform": QGuiApplication.platformName(),
        "processor": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "networks run on": device_described(),
        "the screen's decoder": decoder,
        "hardware decoders known": ", ".join(known_devices()) or "none",
        "data": str(environment.data_dir()),
        "cache": str(environment.cache_dir()),
        "log": str(environment.log_file()),
    }
    return "\n".join(f"{name}: {value}" for name, value in facts.items())
