"""Masks from and to files: a matte clip, a folder of images, one image; by menu, or dropped on the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from app.core.edits import SetTrack
from app.core.errors import Cancelled, UserError
from app.core.masks import MaskBlob
from app.core.object_edits import set_anchor
from app.engine.masks_in import ImportedMasks, MaskCountError
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, Lane
from app.media.images import IMAGE_SUFFIXES
from app.ui.clips import is_project
from app.ui.controller import Controller
from app.ui.editing import Editing
from app.ui.notices import Choice, notice_of
from app.ui.places import results_folder
from app.ui.projects import Projects
from app.ui.questions import Dropped
from app.ui.tools.base import Target

T = TypeVar("T")


class MaskFiles(QObject):
    """Reads masks for the selected object, or for a new one, and writes an object's masks."""

    def __init__(
        self, controller: Controller, editing: Editing, projects: Projects, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._controller, self._editing, self._projects = controller, editing, projects
        self._handle: JobHandle[Any] | None = None
        controller.clip_closed.connect(self._over)

    @property
    def running(self) -> bool:
        """Whether masks are being read or written."""
        return self._handle is not None

    # In

    def ask_for_file(self) -> None:
        """Asks for a matte clip or an image, and reads it."""
        workspace = self._controller.workspace
        folder = None if workspace is None else results_folder(workspace)
        title = self.tr("Masks from a matte clip, or from an image for this frame")
        chosen = self._projects.questions.open_file(title, folder=folder)
        if chosen is not None:
            self.read(chosen)

    def ask_for_folder(self) -> None:
        """Asks for a folder of images, one for each frame, and reads them."""
        workspace = self._controller.workspace
        start = None if workspace is None else results_folder(workspace)
        chosen = self._projects.questions.folder(self.tr("Masks from a folder of images, one for each frame"), start)
        if chosen is not None:
            self.read(chosen)

    def dropped(self, path: Path, *, on_objects: bool) -> bool:
        """Something was dropped on the window.

        Args:
            path: what.
            on_objects: whether it fell on the objects panel, where it can only mean masks.

        Returns:
            Whether it was dealt with; if not, it is to be opened.
        """
        if self._controller.workspace is None or is_project(path):
            return False
        if on_objects:
            self.read(path)
            return True
        selected = self._controller.selected
        name = selected.name if selected is not None else self.tr("a new object")
        answer = self._projects.questions.masks_or_clip(path.name, name)
        if answer is Dropped.MASKS:
            self.read(path)
        return answer is not Dropped.OPEN

    def read(self, path: Path, frames: tuple[int, int] | None = None) -> None:
        """Reads masks as one step: an image for this frame (an anchor), all others for the range.

        Args:
            path: an image, a folder of images, or a matte clip.
            frames: first frame and end (exclusive) in place of the range.
        """
        workspace = self._controller.workspace
        if workspace is None or self.running:
            return
        try:
            target = self._editing.target()
        except UserError as error:
            self._controller.tell(error)
            return
        doing = self.tr("reading masks from {0}").format(path.name)
        if path.suffix.lower() in IMAGE_SUFFIXES:
            frame = self._editing.frame
            self._run(workspace.read_mask_image(path), doing, lambda mask: self._take_image(target, path, frame, mask))
        else:
            job = workspace.read_masks(path, frames or self._controller.document.range)
            self._run(job, doing, lambda found: self._take_masks(target, path, found), partial(self._not_read, path))

    def _take_image(self, wanted: Target, path: Path, frame: int, mask: MaskBlob) -> None:
        target = self._target_again(wanted, path)
        if target is not None:
            edit = set_anchor(target.document, target.object_id, frame, mask, label=self.tr("Import mask"))
            self._editing.commit(*target.first, edit, label=edit.label)
            self._controller.said.emit(self.tr("{0} is the mask of frame {1} now.").format(path.name, frame))

    def _take_masks(self, wanted: Target, path: Path, found: ImportedMasks) -> None:
        target = self._target_again(wanted, path)
        if target is not None:
            edit = SetTrack.imported(target.document, target.object_id, dict(found.masks), found.soft)
            self._editing.commit(*target.first, edit, label=edit.label)
            one, many = self.tr("One mask was read from {1}."), self.tr("{0} masks were read from {1}.")
            words = one if len(found.masks) == 1 else many
            self._controller.said.emit(words.format(len(found.masks), path.name))

    def _not_read(self, path: Path, error: BaseException, doing: str) -> None:
        """Tells, and offers to take masks that are too few for the clip for the frames from here on."""
        notice = notice_of(error, doing)
        at, end = self._controller.transport.position, self._controller.transport.frame_count
        if isinstance(error, MaskCountError) and at + error.count <= end:
            words = self.tr("Take them for frames {0} to {1}").format(at, at + error.count - 1)
            here = Choice(words, lambda: self.read(path, (at, at + error.count)))
            notice = replace(notice, choices=(here,))
        self._controller.notice.emit(notice)

    def _target_again(self, wanted: Target, path: Path) -> Target | None:
        """The object that was meant when reading began, in the document as it is now; a new one bears the file's name.

        None if it is gone.
        """
        document = self._controller.document
        if not wanted.first:
            there = any(each.id == wanted.object_id for each in document.objects)
            return Target(wanted.object_id, (), document) if there else None
        adding = replace(self._editing.adding(), name=path.stem)
        return Target(document.next_id, (adding,), adding.apply(document).document)

    # Out

    def ask_for_target(self) -> None:
        """Asks for a new folder and writes the selected object's masks into it, a PNG for each frame of the range."""
        workspace, selected = self._controller.workspace, self._controller.selected
        if workspace is None or selected is None or self.running:
            return
        proposal = results_folder(workspace) / f"{workspace.info.path.stem} {selected.name} masks"
        chosen = self._projects.questions.save_file(
            self.tr("Masks of {0}: name a new folder").format(selected.name), proposal
        )
        if chosen is not None:
            self.write(selected.id, chosen)

    def write(self, object_id: int, folder: Path) -> None:
        """Writes an object's masks of the range into a new folder; it appears whole or not at all."""
        workspace = self._controller.workspace
        if workspace is None or self.running:
            return
        frames = self._controller.document.range
        write = workspace.write_masks(object_id, frames, folder, overwrite=False)

        def run(context: JobContext) -> None:
            workspace.check_mask_folder(folder, overwrite=False)
            write(context)

        self._run(run, self.tr("writing masks to {0}").format(folder.name), lambda _nothing: self._written(folder))

    def _written(self, folder: Path) -> None:
        self._controller.said.emit(self.tr("The masks are in {0}.").format(folder))

    # Both

    def stop(self) -> None:
        """Ends what runs; nothing of it is kept."""
        if self._handle is not None:
            self._handle.cancel()

    def _run(
        self,
        job: Callable[[JobContext], T],
        doing: str,
        done: Callable[[T], object],
        tell: Callable[[BaseException, str], object] | None = None,
    ) -> None:
        words = f"{doing[:1].upper()}{doing[1:]}"

        def finished(result: T) -> None:
            if self._handle is not None:
                self._over()
                done(result)

        def failed(error: BaseException) -> None:
            if self._handle is not None:
                self._over()
                if not isinstance(error, Cancelled):
                    (tell or self._controller.tell)(error, doing)

        self._handle = self._controller.submit(
            job,
            Lane.TOOLS,
            doing,
            done=finished,
            failed=failed,
            progress=lambda progress: self._controller.working.emit(words, progress),
        )
        self._controller.set_flag(masking=True)
        self._controller.working.emit(words, Progress(0, None))

    def _over(self) -> None:
        if self._handle is not None:
            self._handle = None
            self._controller.working.emit("", None)
            self._controller.set_flag(masking=False)
