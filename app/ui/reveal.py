"""Hands a finished file to the system: shown in its folder, or opened with whatever the system opens it with."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def show_in_folder(path: Path) -> None:
    """Opens the folder that holds the path, with the path marked where the system can do that."""
    program, arguments = folder_command(path, sys.platform)
    if not program or not QProcess.startDetached(program, list(arguments))[0]:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def open_with_system(path: Path) -> None:
    """Opens a file or folder with the program that the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def folder_command(path: Path, platform: str) -> tuple[str, tuple[str, ...]]:
    """The program that marks a path in its folder, and its arguments; no program where there is none for all.

    Args:
        path: what to mark.
        platform: as ``sys.platform``.
    """
    if platform == "win32":
        # Two arguments, because the path alone must be in quotation marks where it has a space in it.
        return "explorer.exe", ("/select,", str(path))
    if platform == "darwin":
        return "open", ("-R", str(path))
    return "", ()
