"""Exports beside the window: one job, its progress, and where the file is when it is done."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.core.errors import Cancelled, UserError
from app.engine.report import RemovalReport
from app.engine.request import Removal
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, Lane
from app.ui.controller import Controller
from app.ui.notices import Choice, Notice, Severity


class Exporting(QObject):
    """Runs exports, one at a time in the COMPUTE lane.

    Signals:
        finished: the file's path and its ``RemovalReport``.
    """

    finished = Signal(object, object)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._handles: set[JobHandle[RemovalReport]] = set()
        controller.clip_closed.connect(self._forget)

    @property
    def running(self) -> bool:
        """Whether an export runs or waits."""
        return bool(self._handles)

    def run(self, removal: Removal) -> None:
        """Starts an export; what it refuses is told before it takes time."""
        workspace = self._controller.workspace
        if workspace is None:
            return
        label = self.tr("exporting {0}").format(removal.target.name)

        def job(context: JobContext) -> RemovalReport:
            # Made here, because it looks at the target and the disk.
            return workspace.remove(removal)(context)

        handle = self._controller.submit(
            job,
            Lane.COMPUTE,
            label,
            done=lambda report: self._done(handle, removal.target, report),
            failed=lambda error: self._failed(handle, error, label),
            progress=lambda progress: self._controller.working.emit(self.tr("Exporting"), progress),
        )
        self._handles.add(handle)
        self._controller.set_flag(exporting=True)
        self._controller.working.emit(self.tr("Exporting"), Progress(0, None, self.tr("Exporting")))

    def stop(self) -> None:
        """Ends all exports, within a frame; no half file is left."""
        for handle in self._handles:
            handle.cancel()

    def _done(self, handle: JobHandle[RemovalReport], target: Path, report: RemovalReport) -> None:
        self._over(handle)
        sentence = self.tr("{0} is finished: {1} frames.").format(target.name, report.frame_count)
        show = Choice(self.tr("Show in folder"), lambda: _show_folder(target))
        self._controller.notice.emit(Notice(sentence, Severity.INFO, "\n".join(report.notes), (show,)))
        self.finished.emit(target, report)

    def _failed(self, handle: JobHandle[RemovalReport], error: BaseException, label: str) -> None:
        self._over(handle)
        if isinstance(error, Cancelled):
            self._controller.said.emit(self.tr("The export was stopped; finished frames are kept."))
        elif isinstance(error, UserError):
            self._controller.notice.emit(Notice(str(error), Severity.ERROR))
        else:
            self._controller.tell(error, label)

    def _over(self, handle: JobHandle[RemovalReport]) -> None:
        self._handles.discard(handle)
        if not self._handles:
            self._controller.working.emit("", None)
            self._controller.set_flag(exporting=False)

    def _forget(self) -> None:
        self._handles.clear()
        self._controller.working.emit("", None)
        self._controller.set_flag(exporting=False)


def _show_folder(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
