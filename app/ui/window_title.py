"""The window's title, which the system's task bar shows as well: the file, ``*`` for changes, how far the work is."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QMainWindow

from app.jobs.context import Progress
from app.ui.controller import Controller
from app.ui.exporting import Exporting
from app.ui.rendering import Rendering


class WindowTitle(QObject):
    """Keeps the title; the task bar's entry calls for attention when an export ends behind other windows.

    Args:
        window: whose title it is; its owner.
        controller: knows the clip and whether it has changed.
        rendering, exporting: tell how far they are.
    """

    def __init__(self, window: QMainWindow, controller: Controller, rendering: Rendering, exporting: Exporting) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        self._shares = {"render": -1, "export": -1}
        controller.state_changed.connect(lambda _state: self.show())
        controller.clip_opened.connect(self.show)
        controller.clip_closed.connect(self.show)
        controller.exporting.connect(self._exported)
        rendering.progressed.connect(lambda share, _words: self._note("render", share))
        exporting.finished.connect(lambda _path, _report: QApplication.alert(window))
        self.show()

    def _exported(self, progress: Progress | None) -> None:
        share = -1.0 if progress is None else progress.done / progress.total if progress.total else 0.0
        self._note("export", share)

    def _note(self, what: str, share: float) -> None:
        percent = -1 if share < 0 else min(int(100 * share), 100)
        if self._shares[what] != percent:
            self._shares[what] = percent
            self.show()

    def show(self) -> None:
        """Shows what is so now; an export's progress comes before a render's."""
        workspace, info = self._controller.workspace, self._controller.info
        if workspace is None or info is None:
            self._window.setWindowTitle("Cleanplate")
            return
        name = (workspace.project_path or info.path).name
        star = "*" if self._controller.state.modified else ""
        percent = self._shares["export"] if self._shares["export"] >= 0 else self._shares["render"]
        done = f"{percent} % – " if percent >= 0 else ""
        self._window.setWindowTitle(f"{done}{name}{star} – Cleanplate")
