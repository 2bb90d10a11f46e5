"""Earlier versions of the open project, each a click away; opened, a version is a change that is not saved yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtWidgets import QMenu, QWidget

from app.core.project_copies import ProjectCopy


class VersionsMenu(QMenu):
    """Lists when the earlier versions were saved, the latest first.

    Args:
        open_version: opens one.
        parent: the window.
    """

    def __init__(self, open_version: Callable[[ProjectCopy], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Earlier versions"))
        self._open = open_version
        self.show_versions(())

    def show_versions(self, versions: Sequence[ProjectCopy]) -> None:
        """Lists these."""
        self.clear()
        for each in versions:
            saved = QDateTime.fromSecsSinceEpoch(round(each.saved_at))
            words = QLocale().toString(saved, QLocale.FormatType.ShortFormat)
            self.addAction(self.tr("Saved {0}").format(words), partial(self._open, each))
        self.setEnabled(bool(versions))
