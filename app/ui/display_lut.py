"""The LUT that pictures are looked at through: chosen from a .cube file, for the screen only, kept with the project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs.runner import Lane
from app.media.display import DisplayTransform, read_cube
from app.ui.controller import Controller
from app.ui.questions import Questions

VIEW_KEY = "lut"
"""The place of the file's path among what a project keeps for the window."""


class DisplayLut(QObject):
    """Loads and drops the LUT.

    Signals:
        changed: another LUT, or none.
    """

    changed = Signal()

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._path: Path | None = None
        controller.clip_opened.connect(self._opened)
        controller.clip_closed.connect(self._forget)

    @property
    def path(self) -> Path | None:
        """The file of the LUT in use."""
        return self._path

    def ask(self, questions: Questions) -> None:
        """Asks for a file and looks through it."""
        chosen = questions.open_file(self.tr("Look through a LUT"), self.tr("LUTs (*.cube)"))
        if chosen is not None:
            self.load(chosen)

    def load(self, path: Path) -> None:
        """Looks through a LUT; a file that is none is told and changes nothing."""
        workspace = self._controller.workspace

        def take(found: DisplayTransform) -> None:
            if workspace is not None and self._controller.workspace is workspace:
                self._path = path
                self._controller.look_through(found)
                self.changed.emit()

        self._controller.submit(
            lambda _context: read_cube(path), Lane.IO, self.tr("reading {0}").format(path.name), done=take
        )

    def clear(self) -> None:
        """Looks at the clip as it is; HDR is tone-mapped again."""
        if self._path is not None:
            self._path = None
            self._controller.look_through(None)
            self.changed.emit()

    def kept(self) -> dict[str, str]:
        """What a project keeps of it."""
        return {} if self._path is None else {VIEW_KEY: str(self._path)}

    def _opened(self) -> None:
        workspace = self._controller.workspace
        kept = None if workspace is None else workspace.saved_view.get(VIEW_KEY)
        if isinstance(kept, str) and kept:
            self.load(Path(kept))

    def _forget(self) -> None:
        self._path = None
        self.changed.emit()
