"""Reference frames beside painting: written for retouching elsewhere, brought back, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from app.core.edits import ChangeSet
from app.core.object_edits import SetReference
from app.core.pictures import ImageBlob
from app.engine.result_view import FrameState
from app.jobs.context import JobContext
from app.jobs.runner import Lane
from app.ui.controller import Controller
from app.ui.notices import Choice, Notice, Severity
from app.ui.places import results_folder
from app.ui.projects import Projects
from app.ui.rendering import Rendering
from app.workspace import state_on_disk

_PICTURES = "PNG (*.png)"

FileState = tuple[int, int] | None
"""See ``state_on_disk``."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """A retouched picture as it was brought back: its file, which state of it, and what the document has of it."""

    path: Path
    state: FileState
    picture: ImageBlob | None


class References(QObject):
    """The reference of the frame on screen."""

    def __init__(
        self, controller: Controller, rendering: Rendering, projects: Projects, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._controller, self._rendering, self._projects = controller, rendering, projects
        self._told: set[tuple[int, int]] = set()
        self._brought: dict[int, _Brought] = {}
        controller.document_changed.connect(self._document_changed)
        controller.clip_closed.connect(self._told.clear)
        controller.clip_closed.connect(self._brought.clear)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._state_changed)

    def _document_changed(self, changes: ChangeSet) -> None:
        """A reference was painted for the masks of its time: what they get beyond it would show the source there."""
        references = self._controller.document.references
        for frame, reference in self._told:
            if id(references.get(frame)) != reference:
                self._controller.settled.emit(_reference_of(frame))
        for frame, brought in self._brought.items():
            if references.get(frame) is not brought.picture:
                self._controller.settled.emit(_file_of(frame))
        under = sorted(changes.frames & frozenset(references)) if changes.objects else []
        for frame in under:
            told = (frame, id(references[frame]))
            if told not in self._told:
                self._told.add(told)
                self._tell_outdated(frame)
                return

    def _tell_outdated(self, frame: int) -> None:
        words = self.tr(
            "Frame {0} was retouched by hand before its masks changed: where they are larger now, its picture stays. "
            "Paint it there, or delete its reference."
        )
        go = Choice(self.tr("Go there"), lambda: self._controller.transport.go_to(frame))
        delete = Choice(self.tr("Delete reference"), lambda: self._delete(frame))
        self._controller.notice.emit(
            Notice(words.format(frame), Severity.WARNING, choices=(go, delete), about=_reference_of(frame))
        )

    def ask_for_target(self) -> None:
        """Asks where to, and writes the frame on screen with its fill as PNG."""
        workspace, view = self._controller.workspace, self._rendering.view
        if workspace is None or view is None:
            return
        at, stem = self._controller.transport.position, workspace.info.path.stem
        proposal = results_folder(workspace) / f"{stem} frame {at}.png"
        chosen = self._projects.questions.save_file(self.tr("Frame {0} for retouching").format(at), proposal, _PICTURES)
        if chosen is None:
            return
        path = chosen if chosen.suffix else chosen.with_suffix(".png")
        self._controller.submit(
            workspace.export_reference(view, at, path),
            Lane.IO,
            self.tr("writing frame {0}").format(at),
            done=lambda written: self._written(Path(written), at),
        )

    def _written(self, path: Path, frame: int) -> None:
        states = self._rendering.states
        if frame < len(states) and states[frame] in (FrameState.MISSING, FrameState.STALE, FrameState.FAILED):
            words = self.tr("{0} shows the source: frame {1} is not filled yet. Render it first to retouch the fill.")
        else:
            words = self.tr("Retouch {0}, then bring it back (Remove menu) in frame {1}.")
        self._controller.said.emit(words.format(path.name, frame))

    def ask_for_picture(self) -> None:
        """Asks for a retouched picture of the frame on screen, and takes it for the frame's reference."""
        workspace = self._controller.workspace
        if workspace is None:
            return
        chosen = self._projects.questions.open_file(
            self.tr("The retouched picture of this frame"), folder=results_folder(workspace)
        )
        if chosen is None:
            return
        self._read(self._controller.transport.position, chosen)

    def _read(self, at: int, path: Path) -> None:
        """Takes a retouched picture for a frame's reference, and remembers which state of the file it was."""
        workspace = self._controller.workspace
        if workspace is None:
            return
        read_into = workspace.import_reference(at, path)

        def run(context: JobContext) -> tuple[SetReference, FileState]:
            state = state_on_disk(path)  # before it is read: what is written meanwhile is another one
            return read_into(context), state

        def take(read: tuple[SetReference, FileState]) -> None:
            if self._controller.workspace is not workspace:
                return
            picture, state = read[0].after, read[1]
            self._controller.perform(SetReference.of(self._controller.document, at, picture))
            self._brought[at] = _Brought(path, state, picture)
            view = self._rendering.view
            if view is not None and not view.final.may_have_hole(at):
                words = self.tr("{0} is kept, but nothing is removed in frame {1}, so it changes nothing yet.")
            else:
                words = self.tr("{0} is the reference of frame {1}: switch on Live or render to carry it on.")
            self._controller.said.emit(words.format(path.name, at))

        self._controller.submit(run, Lane.IO, self.tr("reading {0}").format(path.name), done=take)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:  # back from the program that retouches, for example
            self.look_at_files()

    def look_at_files(self) -> None:
        """Looks whether a picture that was brought back has been retouched once more, and offers to read it again."""
        if self._controller.workspace is None:
            return
        references = self._controller.document.references
        known = {at: each for at, each in self._brought.items() if references.get(at) is each.picture}
        if known:
            self._controller.submit(
                lambda _context: {at: state_on_disk(each.path) for at, each in known.items()},
                Lane.IO,
                self.tr("looking at retouched pictures"),
                done=lambda states: self._tell_changed(known, states),
            )

    def _tell_changed(self, known: Mapping[int, _Brought], states: Mapping[int, FileState]) -> None:
        words = self.tr("{0} was changed after it was brought back in frame {1}.")
        for at, brought in known.items():
            state = states[at]
            if state is None or state == brought.state or self._brought.get(at) is not brought:
                continue  # it is gone or as it was, or another one has come meanwhile
            self._brought[at] = replace(brought, state=state)
            again = Choice(self.tr("Read it again"), partial(self._read, at, brought.path))
            about = _file_of(at)
            self._controller.settled.emit(about)
            self._controller.notice.emit(Notice(words.format(brought.path.name, at), choices=(again,), about=about))

    def delete(self) -> None:
        """Takes the reference of the frame on screen away."""
        at = self._controller.transport.position
        if at in self._controller.document.references:
            self._delete(at)
        else:
            self._controller.said.emit(self.tr("This frame has no reference."))

    def _delete(self, frame: int) -> None:
        if self._controller.workspace is not None and frame in self._controller.document.references:
            self._controller.perform(SetReference.of(self._controller.document, frame, None))


def _reference_of(frame: int) -> str:
    """What a notice about a frame's reference is about."""
    return f"reference of frame {frame}"


def _file_of(frame: int) -> str:
    """What a notice about the file of a frame's reference is about."""
    return f"file of the reference of frame {frame}"
