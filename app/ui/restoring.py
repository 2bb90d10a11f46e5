"""Restoring in the window: what hides an object, its whole shape predicted and mended before anything is painted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Qt, Signal

from app.core.amodal_edits import SetAmodal
from app.core.document import Action, DocumentObject
from app.core.errors import Cancelled
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject
from app.engine.amodal import ShapesFound
from app.jobs.context import JobContext, Progress
from app.jobs.runner import JobHandle, Lane
from app.ui.bridge import Collected
from app.ui.controller import Controller
from app.ui.sentences import sentence_of


class Restoring(QObject):
    """Sets objects to be brought back where others hide them, and predicts their whole shapes.

    Signals:
        shaped: a frame whose whole shape was just found.
    """

    shaped = Signal(int)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._handle: JobHandle[ShapesFound] | None = None
        self._object_id = 0
        self._began_at = 0
        self._found: dict[int, MaskBlob] = {}
        self._answers: Collected[tuple[int, int, MaskBlob]] = Collected(self)
        self._answers.filled.connect(self._take_answers, Qt.ConnectionType.QueuedConnection)
        controller.clip_closed.connect(self._forget)

    @property
    def running(self) -> bool:
        """Whether whole shapes are being predicted."""
        return self._handle is not None

    @property
    def _target(self) -> DocumentObject | None:
        """The selected object where it may be changed."""
        selected = self._controller.selected
        return None if selected is None or selected.settings.locked else selected

    # What hides it

    def restore(self) -> None:
        """Sets the selected object to be brought back; what touches it is taken for what hides it."""
        workspace, target = self._controller.workspace, self._target
        if workspace is None or target is None:
            return
        settings = target.settings
        if settings.action is not Action.RESTORE:
            self._controller.perform(workspace.restore(target.id, settings.occluders, settings.kind))
        if not settings.occluders:
            self.find_occluders()

    def find_occluders(self) -> None:
        """Looks for the objects that touch the selected one, and takes them for what hides it."""
        workspace, target = self._controller.workspace, self._target
        if workspace is None or target is None:
            return
        revision = workspace.history.revision

        def take(found: tuple[int, ...]) -> None:
            if workspace is not self._controller.workspace or workspace.history.revision != revision:
                return  # somebody has gone on meanwhile
            if not found:
                self._controller.said.emit(
                    self.tr("No object touches {0}: mark what hides it, track it, and look again.").format(target.name)
                )
                return
            self.set_occluders(found, target.id)
            names = ", ".join(self._controller.document.object(each).name for each in found)
            self._controller.said.emit(self.tr("Hidden by: {0}.").format(names))

        job_label = self.tr("looking for what hides {0}").format(target.name)
        self._controller.submit(
            lambda _context: workspace.touching_objects(target.id), Lane.TOOLS, job_label, done=take
        )

    def set_occluders(self, occluders: Iterable[int], object_id: int | None = None) -> None:
        """Says which objects hide the selected one, or another one."""
        self._change(object_id, occluders=tuple(occluders))

    def set_kind(self, kind: str) -> None:
        """Says what the selected object is; empty for unknown."""
        self._change(None, kind=kind)

    def _change(self, object_id: int | None, **changes: object) -> None:
        document = self._controller.document
        target = self._target if object_id is None else document.object(object_id)
        if target is not None and any(getattr(target.settings, name) != value for name, value in changes.items()):
            self._controller.perform(ChangeObject.of(document, target.id, **changes))

    # Its whole shape

    def predict(self) -> None:
        """Predicts the selected object's whole shape in the range; what was drawn stays."""
        workspace, target = self._controller.workspace, self._target
        if workspace is None or target is None or self.running:
            return

        def told(index: int, shape: MaskBlob) -> None:
            self._answers.put((target.id, index, shape))

        def run(context: JobContext) -> ShapesFound:
            # Made here: which networks there are is found out by reading their files.
            return workspace.predict_amodal(target.id, on_frame=told)(context)

        label = self.tr("predicting the whole shape of {0}").format(target.name)
        words = self.tr("Looking for the whole shape")
        self._controller.transport.pause()
        self._object_id, self._found = target.id, {}
        self._began_at = self._controller.transport.position
        self._answers.take()
        self._controller.found.shapes = {target.id: self._found}
        self._controller.set_flag(predicting=True)
        self._handle = self._controller.submit(
            run,
            Lane.COMPUTE,
            label,
            done=self._finished,
            failed=lambda error: self._ended(error, label),
            progress=lambda progress: self._controller.working.emit(words, progress),
        )
        self._controller.working.emit(words, Progress(0, None))

    def stop(self) -> None:
        """Ends the prediction within a frame; the shapes that were found stay."""
        if self._handle is not None:
            self._handle.cancel()

    def _take_answers(self) -> None:
        answers = self._answers.take()
        if self._handle is None or not answers:
            return
        for object_id, index, shape in answers:
            if object_id == self._object_id:
                self._found[index] = shape
        self.shaped.emit(answers[-1][1])

    def _finished(self, found: ShapesFound) -> None:
        if self._handle is None:
            return  # the clip was closed meanwhile
        self._over()
        workspace = self._controller.workspace
        if workspace is None or not self._is_there():
            return
        if found.frames:
            self._controller.perform(workspace.predicted(found))
            one = self.tr("One frame has a whole shape: look at it, mend it, then render.")
            many = self.tr("{0} frames have a whole shape: look at it, mend it, then render.")
            words = (one if found.frames == 1 else many).format(found.frames)
        else:
            words = self.tr("Nothing of it is hidden in these frames, as far as the masks tell.")
        self._controller.transport.go_to(self._began_at)
        self._controller.said.emit(" ".join([words, *map(sentence_of, found.remarks)]))

    def _ended(self, error: BaseException, label: str) -> None:
        """It was stopped or failed: what it had found is kept."""
        if self._handle is None:
            return
        self._take_answers()
        found = dict(self._found)
        self._over()
        if found and self._is_there():
            self._controller.perform(SetAmodal.predicted(self._controller.document, self._object_id, found))
        if not isinstance(error, Cancelled):
            self._controller.tell(error, label)

    def _is_there(self) -> bool:
        if self._controller.workspace is None:
            return False
        return any(each.id == self._object_id for each in self._controller.document.objects)

    def _over(self) -> None:
        self._handle = None
        self._controller.found.shapes = {}
        self._controller.working.emit("", None)
        self._controller.set_flag(predicting=False)

    def _forget(self) -> None:
        if self._handle is not None:
            self._over()

    # Mending it

    def set_whole(self, on: bool) -> None:
        """Has the tools edit the whole shape of a restored object, or what is seen of it."""
        self._controller.set_flag(whole=on)
        if on:
            self._controller.said.emit(self.tr("Mask tools edit the whole shape now; Del forgets this frame's."))

    def forget(self, frames: range) -> None:
        """Forgets the selected object's whole shapes in these frames, so that they are predicted again."""
        target = self._target
        if target is None:
            return
        known: Sequence[int] = [frame for frame in frames if frame in target.amodal]
        if known:
            document = self._controller.document
            self._controller.perform(SetAmodal.painted(document, target.id, dict.fromkeys(known), "Forget whole shape"))

    def copy_to_range(self) -> None:
        """Gives every frame of the range the whole shape on screen; those that were drawn stay."""
        target, at = self._target, self._controller.transport.position
        shape = None if target is None else target.amodal.get(at)
        if target is None or shape is None:
            self._controller.said.emit(self.tr("There is no whole shape in this frame to copy."))
            return
        frames = [each for each in range(*self._controller.document.range) if each not in target.amodal_drawn]
        document = self._controller.document
        self._controller.perform(
            SetAmodal.painted(document, target.id, dict.fromkeys(frames, shape), "Copy whole shape")
        )
