"""What is done with the shape in hand beside dragging it: keys, ease, adding or cutting, deleting, making a mask."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.core.document import DocumentObject
from app.core.errors import UserError
from app.core.object_edits import SetShapes, Together, set_anchor
from app.core.raster import object_mask
from app.core.shapes import Combine, Ease, Shape
from app.ui.controller import Controller
from app.ui.editing import Editing


class ShapeCommands:
    """Changes the selected object's shapes; each call is one step."""

    def __init__(self, controller: Controller, editing: Editing) -> None:
        self._controller, self._editing = controller, editing

    @property
    def shape(self) -> Shape | None:
        """The shape in hand, else the selected object's top one; None if it has none."""
        selected = self._controller.selected
        if selected is None or not selected.shapes:
            return None
        picked = [each for each in selected.shapes if each.id == self._editing.shape_id]
        return picked[0] if picked else selected.shapes[-1]

    @property
    def ease(self) -> Ease:
        """How the shape goes on from the last key before the playhead."""
        shape = self.shape
        return Ease.LINEAR if shape is None else _key_before(shape, self._editing.frame)[1]

    @property
    def is_key(self) -> bool:
        """Whether the shape has a key in the frame on screen."""
        shape = self.shape
        return shape is not None and self._editing.frame in shape.key_frames

    def toggle_key(self) -> None:
        """Sets a key in the frame on screen, or takes it away."""
        shape, frame = self.shape, self._editing.frame
        if shape is None:
            self._say_none()
            return
        if frame not in shape.key_frames:
            vertices = shape.at(frame)
            if vertices is not None:
                self._put(shape, shape.with_key(frame, vertices), "Set shape key")
        elif len(shape.keys) == 1:
            self._say(_tr("A shape has at least one key: delete the shape if it is not wanted."))
        else:
            self._put(shape, shape.without_key(frame), "Delete shape key")

    def set_ease(self, ease: Ease) -> None:
        """Sets how the shape goes on from the last key before the playhead."""
        shape = self.shape
        if shape is not None and ease is not self.ease:
            self._put(shape, shape.with_ease(_key_before(shape, self._editing.frame)[0], ease), "Change shape motion")

    def set_combine(self, combine: Combine) -> None:
        """Says whether the shape adds to the mask or cuts from it."""
        shape = self.shape
        if shape is not None and combine is not shape.combine:
            self._put(shape, _with_combine(shape, combine), "Change shape")

    def delete(self) -> None:
        """Deletes the shape."""
        selected, shape = self._controller.selected, self.shape
        if selected is None or shape is None:
            self._say_none()
            return
        rest = [each for each in selected.shapes if each.id != shape.id]
        self._set(selected, rest, "Delete shape")

    def to_mask(self) -> None:
        """Makes one mask of the object's shapes and its mask in this frame: an anchor that can be tracked.

        The shapes are gone then, in all frames.
        """
        selected, controller = self._controller.selected, self._controller
        if selected is None or not selected.shapes:
            self._say_none()
            return
        document, frame = controller.document, self._editing.frame
        mask = object_mask(selected, frame, document.clip.width, document.clip.height)
        if mask is None or mask.is_empty:
            self._say(_tr("The shapes cover nothing in this frame."))
            return
        label = "Turn shapes into mask"
        try:
            self._editing.target()
        except UserError as error:
            controller.tell(error)
            return
        edits: Together = set_anchor(document, selected.id, frame, mask, label=label)
        controller.perform(SetShapes.of(document, selected.id, (), label), edits, label=label)
        self._say(_tr("Press T to track it through the shot."))

    def ready_to_track(self) -> None:
        """A shape that was drawn round an object to be tracked becomes a mask; one that moves by keys is left alone."""
        selected = self._controller.selected
        if selected is None or selected.prompts or selected.track:
            return
        frame = self._editing.frame
        if selected.shapes and all(shape.key_frames == (frame,) for shape in selected.shapes):
            self.to_mask()

    def _put(self, before: Shape, after: Shape, label: str) -> None:
        selected = self._controller.selected
        assert selected is not None, "a shape belongs to an object"
        shapes = [after if each.id == before.id else each for each in selected.shapes]
        self._set(selected, shapes, label)
        self._editing.pick_shape(before.id)

    def _set(self, selected: DocumentObject, shapes: list[Shape], label: str) -> None:
        try:
            self._editing.target()
        except UserError as error:
            self._controller.tell(error)
            return
        edit = SetShapes.of(self._controller.document, selected.id, shapes, label)
        self._controller.perform(edit, label=label)

    def _say_none(self) -> None:
        self._say(_tr("The selected object has no shape: draw one with the shape tool (U) or the keyed box."))

    def _say(self, sentence: str) -> None:
        self._controller.said.emit(sentence)


def _key_before(shape: Shape, frame: int) -> tuple[int, Ease]:
    """The key whose motion counts in a frame: the last one up to it, else the first."""
    before = [key for key in shape.keys if key.frame <= frame]
    key = before[-1] if before else shape.keys[0]
    return key.frame, key.ease


def _with_combine(shape: Shape, combine: Combine) -> Shape:
    return Shape(shape.id, shape.kind, shape.keys, combine, shape.span, shape.name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ShapeCommands", text)
