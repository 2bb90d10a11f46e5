"""Exports beside the window: a queue of jobs, how far each is, its log, and where the file is when it is done."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.errors import Cancelled
from app.engine.report import RemovalReport
from app.engine.request import Removal
from app.engine.stills import Still
from app.jobs.context import JobContext, Progress
from app.jobs.pausing import pausable
from app.jobs.runner import JobHandle, Lane
from app.ui.controller import Controller
from app.ui.export_entry import ExportEntry, ExportState
from app.ui.notices import Choice, Notice, Severity
from app.ui.reveal import open_with_system, show_in_folder
from app.workspace import Workspace


class Exporting(QObject):
    """Runs exports, one after the other in the EXPORT lane, and keeps a list of them.

    Attributes:
        entries: all exports of this session that were not taken off the list, in the order they were asked for.

    Signals:
        changed: an entry was added or taken off.
        entry_changed: the ``ExportEntry`` whose state or progress changed.
        finished: the file's path and its ``RemovalReport``.
        log_wanted: the ``ExportEntry`` whose log the user wants to read.
    """

    changed = Signal()
    entry_changed = Signal(object)
    finished = Signal(object, object)
    log_wanted = Signal(object)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.entries: list[ExportEntry] = []
        self._handles: dict[ExportEntry, JobHandle[RemovalReport]] = {}

    @property
    def running(self) -> bool:
        """Whether an export runs or waits."""
        return bool(self._handles)

    def targets(self) -> set[Path]:
        """What is being written, or will be."""
        return {entry.target for entry in self._handles}

    def run(self, removal: Removal, sentences: tuple[str, ...] = ()) -> ExportEntry | None:
        """Queues an export of the document as it is now; what it refuses is told before it takes time.

        Args:
            removal: what to write.
            sentences: what was told of it, for its log.

        Returns:
            Its entry, None without a clip.
        """
        workspace = self._controller.workspace
        if workspace is None:
            return None
        return self._queue(workspace, ExportEntry(removal, workspace.document, sentences))

    def can_repeat(self, entry: ExportEntry) -> bool:
        """Whether an export that failed or was stopped can be asked for again: its clip is still open."""
        workspace = self._controller.workspace
        ended = entry.state in (ExportState.FAILED, ExportState.STOPPED)
        return ended and workspace is not None and workspace.document.clip == entry.document.clip

    def repeat(self, entry: ExportEntry) -> ExportEntry | None:
        """Queues an export that failed or was stopped once more, in place of it, of the document it was asked for.

        Returns:
            The new entry, None where it cannot be repeated.
        """
        workspace = self._controller.workspace
        if workspace is None or not self.can_repeat(entry):
            return None
        self.entries.remove(entry)
        self._controller.settled.emit(self._label(entry))
        return self._queue(workspace, ExportEntry(entry.removal, entry.document, entry.sentences))

    def _queue(self, workspace: Workspace, entry: ExportEntry) -> ExportEntry:
        removal, document, label = entry.removal, entry.document, self._label(entry)

        def job(context: JobContext) -> RemovalReport:
            context.progress(0, None, "Starting")
            # Made here, because it looks at the target and the disk.
            return workspace.remove(removal, document)(pausable(context, entry.hold))

        self._handles[entry] = self._controller.submit(
            job,
            Lane.EXPORT,
            label,
            done=lambda report: self._done(entry, report),
            failed=lambda error: self._failed(entry, error, label),
            progress=lambda progress: self._progressed(entry, progress),
        )
        self.entries.append(entry)
        self._controller.set_flag(exporting=True)
        self._controller.exporting.emit(Progress(0, None))
        self.changed.emit()
        return entry

    def _label(self, entry: ExportEntry) -> str:
        return self.tr("exporting {0}").format(entry.target.name)

    def stop(self) -> None:
        """Ends all exports, within a frame; no half file is left."""
        for entry in list(self._handles):
            self.stop_entry(entry)

    def stop_entry(self, entry: ExportEntry) -> None:
        """Ends an export, within a frame, or takes it out of the queue; no half file is left."""
        handle = self._handles.get(entry)
        if handle is None:
            return
        handle.cancel()
        if entry.state is ExportState.WAITING:
            self._over(entry)
            entry.stop()
            self.entry_changed.emit(entry)

    def pause_entry(self, entry: ExportEntry, on: bool) -> None:
        """Holds an export at its next frame, or lets it go on; those behind it in the queue wait for it."""
        if not entry.state.over:
            entry.pause(on)
            self.entry_changed.emit(entry)

    def take_off(self, entry: ExportEntry) -> None:
        """Takes an export that is over off the list; its file stays."""
        if entry.state.over:
            self.entries.remove(entry)
            self.changed.emit()

    def take_off_ended(self) -> None:
        """Takes all exports that are over off the list; their files stay."""
        self.entries = [entry for entry in self.entries if not entry.state.over]
        self.changed.emit()

    def write_still(self, frame: int, path: Path, still: Still) -> None:
        """Writes a frame as a picture, in place of one of that name."""
        workspace = self._controller.workspace
        if workspace is None:
            return
        document = workspace.document

        def job(context: JobContext) -> Path:
            return workspace.export_still(workspace.results(document), frame, path, still)(context)

        self._controller.submit(job, Lane.IO, self.tr("writing {0}").format(path.name), done=self._told_still)

    def _told_still(self, path: Path) -> None:
        sentence = self.tr("{0} is written.").format(path.name)
        choices = (
            Choice(self.tr("Show in folder"), lambda: show_in_folder(path)),
            Choice(self.tr("Open"), lambda: open_with_system(path)),
        )
        self._controller.notice.emit(Notice(sentence, Severity.INFO, choices=choices))

    def _progressed(self, entry: ExportEntry, progress: Progress) -> None:
        if entry in self._handles:
            entry.begun(progress)
            self._controller.exporting.emit(progress)
            self.entry_changed.emit(entry)

    def _done(self, entry: ExportEntry, report: RemovalReport) -> None:
        self._over(entry)
        entry.finish(report)
        self.entry_changed.emit(entry)
        one, many = self.tr("{0} is finished: 1 frame."), self.tr("{0} is finished: {1} frames.")
        sentence = (one if report.frame_count == 1 else many).format(entry.target.name, report.frame_count)
        choices = (
            Choice(self.tr("Show in folder"), lambda: show_in_folder(entry.target)),
            Choice(self.tr("Log"), lambda: self.log_wanted.emit(entry)),
        )
        self._controller.notice.emit(Notice(sentence, Severity.INFO, "\n".join(report.notes), choices))
        self.finished.emit(entry.target, report)

    def _failed(self, entry: ExportEntry, error: BaseException, label: str) -> None:
        if entry not in self._handles:
            return  # it was taken out of the queue before it began
        self._over(entry)
        if isinstance(error, Cancelled):
            entry.stop()
            self._controller.said.emit(self.tr("The export was stopped; finished frames are kept."))
        else:
            entry.fail(error)
            self._controller.tell(error, label)
        self.entry_changed.emit(entry)

    def _over(self, entry: ExportEntry) -> None:
        self._handles.pop(entry, None)
        if not self._handles:
            self._controller.exporting.emit(None)
            self._controller.set_flag(exporting=False)
