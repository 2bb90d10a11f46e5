"""Notices that the open clip's file was replaced, changed or taken away, and says once what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from app.core.errors import Cancelled
from app.jobs.runner import Lane
from app.media.same_file import ClipChanged
from app.ui.controller import Controller
from app.ui.notice_bar import NoticeBar
from app.ui.notices import OPENING, Choice, Notice, Severity

if TYPE_CHECKING:
    from app.ui.projects import Projects

_QUIET_MS = 700
"""A file that is being written is looked at once nothing has happened to it for so long."""
_MOST_FILES = 32
"""Of a clip in more files than this their folder is watched, and each image when it is read."""


class ClipWatch(QObject):
    """Looks at the files of the open clip when the system says that something happened to them.

    It looks as well when the window becomes active again, since not every file system tells.

    Args:
        controller: tells which clip is open, and what jobs met.
        projects: opens it again.
        notices: where it is told.
        parent: owns it.
    """

    def __init__(
        self, controller: Controller, projects: Projects, notices: NoticeBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._controller, self._projects, self._notices = controller, projects, notices
        self._shown: Notice | None = None
        self._told: str = ""
        self._looking = False
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_QUIET_MS)
        self._soon.timeout.connect(self.look)
        self._watcher.fileChanged.connect(lambda _path: self._soon.start())
        self._watcher.directoryChanged.connect(lambda _path: self._soon.start())
        controller.clip_opened.connect(self._watch)
        controller.clip_closed.connect(self._forget)
        controller.clip_changed.connect(self._tell)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._state_changed)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._soon.start()

    def _watch(self) -> None:
        """Watches the files of the open clip that are there, and their folders."""
        clip = self._controller.clip
        if clip is None:
            return
        files = clip.workspace.reader.same.files
        folders = sorted({str(file.parent) for file in files})
        watched = {*self._watcher.files(), *self._watcher.directories()}
        wanted = [*map(str, files[:_MOST_FILES]), *folders] if len(files) <= _MOST_FILES else folders
        missing = [path for path in wanted if path not in watched]
        if missing:
            self._watcher.addPaths(missing)  # one that is not there is left out, and its folder tells when it comes

    def _forget(self) -> None:
        self._soon.stop()
        self._told, self._shown, self._looking = "", None, False
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)

    def look(self) -> None:
        """Finds out whether the files are those that were opened, beside the window."""
        clip = self._controller.clip
        if clip is None:
            return
        if self._looking:
            self._soon.start()
            return
        self._looking = True
        self._watch()  # a file that was replaced is watched no more

        def over(error: BaseException | None) -> None:
            if self._controller.clip is None or self._controller.clip.workspace is not clip.workspace:
                return
            self._looking = False
            if error is None:
                self._told = ""
                if self._shown is not None:
                    self._notices.take_back(self._shown)
                    self._shown = None
            elif not isinstance(error, ClipChanged | Cancelled):
                self._controller.tell(error)
            elif isinstance(error, ClipChanged) and str(error) != self._told:
                self._tell(error)

        self._controller.submit(
            lambda _context: clip.workspace.reader.same.check(),
            Lane.IO,
            "",
            done=lambda _nothing: over(None),
            failed=over,
        )

    def _tell(self, error: ClipChanged) -> None:
        """Says it, unless it stands there already."""
        self._told = str(error)
        if self._shown is not None:
            waits = any(each is self._shown for each in self._notices.waiting)
            if waits and self._shown.sentence == self._told:
                return
            self._notices.take_back(self._shown)
        self._shown = Notice(
            self._told,
            Severity.ERROR,
            choices=(
                Choice(self.tr("Open it again"), lambda: self._projects.open_again(lambda: self._tell(error))),
                Choice(
                    self.tr("Choose another file…"), lambda: self._projects.open_elsewhere(lambda: self._tell(error))
                ),
            ),
            about=OPENING,
        )
        self._notices.show_notice(self._shown)
