"""Projects: opening, saving, what was opened lately, autosave beside the user's files, recovery after a crash."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import environment
from app.core.document import ClipIdentity
from app.core.errors import Cancelled, UserError
from app.core.file_names import last_part
from app.core.media_link import MediaDiffers, MediaMissing, MediaUnfit
from app.core.project_copies import ProjectCopies, ProjectCopy
from app.core.project_file import SUFFIX, KeptDocument, SavedProject
from app.core.recent import RecentFiles
from app.core.sessions import AUTOSAVE_EVERY_S, Recovery, Session, Sessions
from app.jobs.context import JobContext
from app.jobs.runner import Lane
from app.media.target import unfinished_targets
from app.ui.clips import OpenClip, is_project, opened, opened_again, opened_project, opened_version
from app.ui.controller import Controller
from app.ui.notices import Severity, notice_of
from app.ui.places import results_folder
from app.ui.questions import Keep, OtherClip, Questions
from app.ui.recovering import Recovering
from app.ui.sentences import sentence_of
from app.ui.shown_results import ShownResults
from app.workspace import ProjectChanged, Workspace

_LOOK_EVERY_MS = 5_000

_log = logging.getLogger(__name__)


def _nothing() -> None:
    """Stands in where nobody waits."""


class Projects(QObject):
    """Everything about files that a document lives in.

    Signals:
        recent_changed: paths, the latest first.
        versions_changed: the open project's earlier versions, the latest first.
    """

    recent_changed = Signal(object)
    versions_changed = Signal(object)

    def __init__(self, controller: Controller, questions: Questions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self.questions = controller, questions
        self._recent = RecentFiles(environment.data_dir() / "recent.json")
        self._sessions = Sessions(environment.data_dir() / "sessions")
        self.recovering = Recovering(controller, self._sessions, self.may_close, self._media_instead, self)
        self._copies = ProjectCopies(environment.data_dir() / "versions")
        self._session: Session | None = None
        self._autosaving = False
        self._clips_opened = 0
        self._not_taken_up: tuple[KeptDocument, ...] = ()
        self.autosave_every_s = AUTOSAVE_EVERY_S
        self.more_view: Callable[[], Mapping[str, Any]] = dict
        """What is kept in the project for the window beside the playhead."""
        self.being_written: Callable[[], list[str]] = list
        """Names of files that are being exported: closing the clip would stop that, so the user is asked."""
        self.recent: list[Path] = []
        """What was opened, the latest first."""
        self.recent_changed.connect(self._take_recent)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.autosave_if_due)
        controller.clip_opened.connect(self._opened)
        controller.clip_closed.connect(lambda: self.versions_changed.emit([]))

    @property
    def _name(self) -> str:
        workspace = self._controller.workspace
        assert workspace is not None
        return (workspace.project_path or workspace.info.path).name

    def begin(self) -> None:
        """Starts autosaving, looks for what a crash left, and reads the list of recent files."""
        self._job(self._begun_session, self.tr("starting the autosave"), self._take_session)
        self._job(self._recent.entries, self.tr("reading the recent files"), self.recent_changed.emit)

    def _begun_session(self) -> tuple[Session, list[Recovery]]:
        unfinished_targets().clear()
        left = self._sessions.crashed()
        return self._sessions.begin(), left

    def _take_session(self, begun: tuple[Session, list[Recovery]]) -> None:
        self._session, left = begun
        self._timer.start()
        self.recovering.offer(left)

    def _take_recent(self, paths: list[Path]) -> None:
        self.recent = paths

    def _job(self, work: Callable[[], object], label: str, done: Callable[..., object] | None = None) -> None:
        self._controller.submit(lambda _context: work(), Lane.IO, label, done=done)

    # Opening

    def open(self, path: Path) -> None:
        """Opens a clip or a project, once what is open may be closed."""
        self.may_close(lambda: self._open(path))

    def _open(self, path: Path, media: Path | None = None, *, accept_different: bool = False) -> None:
        def load() -> OpenClip:
            if is_project(path):
                return opened_project(path, media=media, accept_different=accept_different)
            return opened(path)

        self._controller.open_with(
            load, path.name, failed=lambda error: self._open_failed(error, path), done=lambda: self._note_recent(path)
        )

    def open_again(self, failed: Callable[[], object]) -> None:
        """Opens the file of the clip anew, with the document as it is: it is another one than was opened.

        Args:
            failed: called if it cannot be opened; the clip is open as before then.
        """
        info = self._controller.info
        if info is not None:
            self._open_again(info.path, failed)

    def open_elsewhere(self, failed: Callable[[], object]) -> None:
        """Asks for another file of the clip, and goes on with the document as it is; see ``open_again``."""
        workspace = self._controller.workspace
        if workspace is None:
            return
        wanted = workspace.document.clip
        chosen = self._where_is(wanted, Path(wanted.path).parent)
        if chosen is None:
            failed()
        else:
            self._open_again(chosen, failed)

    def _open_again(self, media: Path, failed: Callable[[], object]) -> None:
        clip = self._controller.clip
        if clip is None:
            return
        saved = SavedProject(clip.workspace.document, None, self._view(), self._kept())
        empty = not saved.document.objects and not saved.kept and clip.workspace.project_path is None

        def load() -> OpenClip:
            return opened(media) if empty else opened_again(clip, saved, media)

        def refuse(error: BaseException) -> None:
            found = self._media_instead(error)
            if found is not None:
                self._open_again(found, failed)
                return
            failed()
            self._controller.tell_not_opened(error, media.name)

        transport = self._controller.transport
        at = transport.position

        def done() -> None:
            transport.go_to(min(at, transport.frame_count - 1))

        self._controller.open_with(load, media.name, failed=refuse, done=done)

    def _open_failed(self, error: BaseException, path: Path) -> None:
        media = self._media_instead(error)
        if media is None:
            self._controller.tell_not_opened(error, path.name)
        else:
            self._open(path, media, accept_different=isinstance(error, MediaDiffers) and media == error.found)

    def _media_instead(self, error: BaseException) -> Path | None:
        """Asks which clip a project that was not opened for want of it is opened with.

        Returns:
            A file; None if the user does not say, or the error is about something else.
        """
        if isinstance(error, MediaMissing):
            return self._where_is(error.wanted, error.project.parent)
        if isinstance(error, MediaDiffers | MediaUnfit):
            answer = self.questions.other_clip(sentence_of(str(error)), can_open=isinstance(error, MediaDiffers))
            if answer is OtherClip.CHOOSE:
                return self._where_is(error.wanted, error.found.parent)
            if answer is OtherClip.OPEN:
                return error.found
        return None

    def _where_is(self, wanted: ClipIdentity, folder: Path) -> Path | None:
        """Asks where a project's clip is now."""
        if environment.data_dir() in folder.parents:
            folder = Path.home()
        return self.questions.open_file(self.tr("Where is {0} now?").format(last_part(wanted.path)), folder=folder)

    def _note_recent(self, path: Path) -> None:
        def note() -> list[Path]:
            self._recent.add(path)
            return self._recent.entries()

        self._job(note, self.tr("noting the file"), self.recent_changed.emit)

    @property
    def _revision(self) -> tuple[int, int]:
        """Which clip, and which state of it: every clip counts its own from zero."""
        return self._clips_opened, self._controller.revision

    def _opened(self) -> None:
        self._clips_opened += 1
        workspace = self._controller.workspace
        if workspace is None:
            return
        self._look_up_versions(workspace)
        self._not_taken_up = workspace.saved_kept
        if isinstance(position := workspace.saved_view.get("position"), int):
            self._controller.transport.go_to(position)
        if workspace.saved_kept:
            self._take_up_kept(workspace)

    def _look_up_versions(self, workspace: Workspace) -> None:
        """Lists the project's earlier versions."""
        project = workspace.project_path

        def take(found: list[ProjectCopy]) -> None:
            if self._controller.workspace is workspace:
                self.versions_changed.emit(found)

        if project is not None:
            self._job(lambda: self._copies.of(project), self.tr("looking for earlier versions"), take)

    def open_version(self, copy: ProjectCopy) -> None:
        """Opens an earlier version of the open project, once that may be closed; saving puts it in its place."""
        workspace = self._controller.workspace
        project = None if workspace is None else workspace.project_path
        if project is not None:
            self.may_close(lambda: self._controller.open_with(lambda: opened_version(copy, project), project.name))

    def _take_up_kept(self, workspace: Workspace) -> None:
        """Shows the results that the project kept in their menu."""

        def look_up() -> list[tuple[KeptDocument, ShownResults]]:
            views = (workspace.results(each.document, draft=each.draft, aside=True) for each in workspace.saved_kept)
            return [(each, ShownResults(view)) for each, view in zip(workspace.saved_kept, views, strict=True)]

        def take(found: list[tuple[KeptDocument, ShownResults]]) -> None:
            if self._controller.workspace is workspace:
                self._not_taken_up = ()
                self._controller.kept.restore(found)

        self._job(look_up, self.tr("looking up kept results"), take)

    def _kept(self) -> tuple[KeptDocument, ...]:
        workspace = self._controller.workspace
        earlier = () if workspace is None else workspace.earlier_results()
        return (*self._not_taken_up, *(each.saved for each in self._controller.kept.entries), *earlier)

    # Saving

    def save(self, then: Callable[[], object] = _nothing, given_up: Callable[[], object] = _nothing) -> None:
        """Saves the project; asks where, the first time.

        Args:
            then: called once it is saved.
            given_up: called if the user does not say where, or it cannot be written.
        """
        workspace = self._controller.workspace
        if workspace is None:
            return
        if workspace.project_path is None:
            self.save_as(then, given_up)
        else:
            self._save(workspace.project_path, then, given_up)

    def save_as(self, then: Callable[[], object] = _nothing, given_up: Callable[[], object] = _nothing) -> None:
        """Asks where to save the project, and does; see ``save``."""
        workspace = self._controller.workspace
        if workspace is None:
            return
        named = results_folder(workspace) / f"{workspace.info.path.stem}{SUFFIX}"
        proposal = workspace.project_path or named
        chosen = self.questions.save_file(
            self.tr("Save the project"), proposal, self.tr("Cleanplate projects (*{0})").format(SUFFIX)
        )
        if chosen is None:
            given_up()
        else:
            self._save(chosen if is_project(chosen) else chosen.with_name(chosen.name + SUFFIX), then, given_up)

    def _save(
        self,
        path: Path,
        then: Callable[[], object],
        given_up: Callable[[], object],
        *,
        replace_changed: bool = False,
    ) -> None:
        workspace = self._controller.workspace
        assert workspace is not None
        document, session = workspace.document, self._session
        kept, revision = self._kept(), self._controller.kept.revision
        job = workspace.save(path, self._view(), kept, replace_changed=replace_changed)

        def run(context: JobContext) -> Path:
            self._copies.keep(path)
            saved = job(context)
            if session is not None:
                session.forget()
            return saved

        def done(saved: Path) -> None:
            workspace.saved(saved, document)
            if self._controller.workspace is workspace:
                self._controller.kept.mark_saved(revision)
            self._controller.refresh_state()
            self._controller.said.emit(self.tr("Saved {0}").format(saved.name))
            self._note_recent(saved)
            self._look_up_versions(workspace)
            then()

        doing = self.tr("saving {0}").format(path.name)

        def failed(error: BaseException) -> None:
            changed = isinstance(error, ProjectChanged) and self._controller.workspace is workspace
            if changed and self.questions.yes(sentence_of(str(error)), self.tr("Replace")):
                self._save(path, then, given_up, replace_changed=True)
                return
            given_up()
            if not isinstance(error, Cancelled | ProjectChanged):
                self._controller.tell(error, doing)

        self._controller.submit(run, Lane.IO, doing, done=done, failed=failed)

    def _view(self) -> dict[str, Any]:
        return {"position": self._controller.transport.position, **self.more_view()}

    def may_close(self, go_on: Callable[[], object], stay: Callable[[], object] = _nothing) -> None:
        """Goes on once nothing would be lost: at once, or after the user has saved or thrown away the changes.

        Args:
            go_on: closes what is open.
            stay: called if the user would rather go on with what is open.
        """
        names = self.being_written()
        if names:
            sentence = self.tr("{0} is still being exported. Stop the export?").format(", ".join(sorted(names)))
            if not self.questions.yes(sentence, self.tr("Stop the export")):
                stay()
                return
        if not self._controller.is_modified:
            go_on()
            return
        answer = self.questions.keep_changes(self._name)
        if answer is Keep.SAVE:
            self.save(then=go_on, given_up=stay)
        elif answer is Keep.DISCARD:
            go_on()
        else:
            stay()

    # Autosave

    def autosave_if_due(self) -> None:
        """Saves beside the user's files if half a minute has passed since the last time and there is something new."""
        workspace = self._controller.workspace
        if workspace is not None and self._session is not None and not self._autosaving:
            now = time.monotonic()
            every = self.autosave_every_s - _LOOK_EVERY_MS / 1000  # else it were older by the next look
            if self._controller.is_modified and self._session.is_due(self._revision, now, every):
                self.autosave(now)

    def autosave(self, now_s: float) -> None:
        """Saves beside the user's files."""
        workspace, session = self._controller.workspace, self._session
        if workspace is None or session is None:
            return
        document, revision, project = workspace.document, self._revision, workspace.project_path
        view, kept = self._view(), self._kept()
        self._autosaving = True
        self._controller.submit(
            lambda _context: session.autosave(document, project, revision=revision, now_s=now_s, view=view, kept=kept),
            Lane.IO,
            self.tr("saving automatically"),
            done=lambda _nothing: self._autosave_over(None),
            failed=self._autosave_over,
        )

    def keeping(self) -> Callable[[], None]:
        """What ends the session without a question and loses nothing: the system asks the program to end.

        Call what it gives once no job runs any more. A project is saved in its file then, whose earlier versions are
        kept; a clip that has no project yet is saved beside the user's files, and offered at the next start.
        """
        workspace, session = self._controller.workspace, self._session
        if workspace is None or not self._controller.is_modified:
            return self.end
        document, revision, project = workspace.document, self._revision, workspace.project_path
        view, kept = self._view(), self._kept()
        save = None if project is None else workspace.save(project, view, kept)

        def is_saved() -> bool:
            if project is None or save is None:
                return False
            try:
                self._copies.keep(project)
                save(JobContext())
            except UserError:
                _log.exception("the project was not saved at the end")
                return False
            return True

        def keep() -> None:
            if is_saved():
                self.end()
            elif session is not None:
                session.autosave(
                    document,
                    project,
                    revision=revision,
                    now_s=time.monotonic(),
                    view=view,
                    kept=kept,
                    told_to_end=True,
                )

        return keep

    def _autosave_over(self, error: BaseException | None) -> None:
        self._autosaving = False
        if error is not None and not isinstance(error, Cancelled):
            notice = notice_of(error, self.tr("saving automatically"))
            severity = Severity.WARNING if isinstance(error, UserError) else notice.severity
            self._controller.notice.emit(replace(notice, severity=severity))

    def end(self) -> None:
        """The window closes properly: nothing is left to recover. No job may run any more."""
        self._timer.stop()
        if self._session is not None:
            self._session.close()
            self._session = None
