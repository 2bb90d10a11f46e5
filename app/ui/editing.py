"""What tools ask for (a ``ToolHost``): the object to edit, its mask in this frame, one step a gesture."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from app.core.document import Document, DocumentObject, ObjectSettings
from app.core.edits import AddObject, Edit
from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.core.object_edits import RemoveObject
from app.core.strokes import Brush
from app.ui.controller import Controller
from app.ui.theme import OBJECT_COLORS, object_color
from app.ui.tools.base import Target

MIN_BRUSH_PX, MAX_BRUSH_PX = 1.0, 2000.0
BRUSH_STEP = 1.2


class Editing(QObject):
    """Edits of objects and masks on behalf of tools and actions.

    Signals:
        brush_changed: size or hardness of the brush.
        repaint: something that a tool draws has changed.
    """

    brush_changed = Signal()
    repaint = Signal()

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._brush = Brush(40.0, 0.8)
        self.on_box: Callable[[int, Hashable], None] | None = None
        """Called with an object's id and the gesture when a box was drawn for it."""
        controller.clip_opened.connect(self._fit_brush)

    @property
    def document(self) -> Document:
        """See ``ToolHost``."""
        return self._controller.document

    @property
    def frame(self) -> int:
        """See ``ToolHost``."""
        return self._controller.transport.position

    @property
    def picture_size(self) -> tuple[int, int]:
        """See ``ToolHost``."""
        clip = self.document.clip
        return clip.width, clip.height

    @property
    def selected(self) -> DocumentObject | None:
        """See ``ToolHost``."""
        return self._controller.selected

    @property
    def brush(self) -> Brush:
        """See ``ToolHost``."""
        return self._brush

    def set_brush(self, brush: Brush) -> None:
        """See ``ToolHost``."""
        self._brush = replace(brush, size_px=min(max(brush.size_px, MIN_BRUSH_PX), MAX_BRUSH_PX))
        self.brush_changed.emit()
        self.repaint.emit()

    def scale_brush(self, larger: bool) -> None:
        """One step larger or smaller."""
        factor = BRUSH_STEP if larger else 1 / BRUSH_STEP
        self.set_brush(replace(self._brush, size_px=self._brush.size_px * factor))

    def mask_of(self, object_id: int) -> MaskBlob | None:
        """See ``ToolHost``."""
        return self._controller.mask_of(object_id, self.frame)

    def target(self) -> Target:
        """See ``ToolHost``.

        Raises:
            UserError: the selected object is locked.
        """
        document, selected = self.document, self.selected
        if selected is None:
            adding = self._new_object()
            return Target(document.next_id, (adding,), adding.apply(document).document)
        if selected.settings.locked:
            raise UserError(f"{selected.name} is locked: unlock it in the Objects panel to edit it.")
        return Target(selected.id, (), document)

    def commit(self, *edits: Edit, label: str | None = None, gesture: Hashable | None = None) -> None:
        """See ``ToolHost``."""
        made = self.document.next_id if any(isinstance(each, AddObject) for each in edits) else None
        self._controller.perform(*edits, label=label, gesture=gesture)
        if made is not None:
            self._controller.select(made)

    def select(self, object_id: int | None) -> None:
        """See ``ToolHost``."""
        self._controller.select(object_id)

    def box_drawn(self, object_id: int, gesture: Hashable) -> None:
        """See ``ToolHost``."""
        if self.on_box is not None:
            self.on_box(object_id, gesture)

    def redraw(self) -> None:
        """See ``ToolHost``."""
        self.repaint.emit()

    def color_of(self, object_id: int) -> QColor:
        """See ``ToolHost``."""
        for each in self.document.objects:
            if each.id == object_id:
                return object_color(each.settings.color)
        return object_color(self._free_color())

    def say(self, sentence: str) -> None:
        """See ``ToolHost``."""
        self._controller.said.emit(sentence)

    def new_object(self) -> None:
        """Adds an object and selects it."""
        self.commit(self._new_object())

    def delete_object(self) -> None:
        """Removes the selected object from the document."""
        selected = self.selected
        if selected is not None:
            self._controller.perform(RemoveObject.of(self.document, selected.id))

    def _new_object(self) -> AddObject:
        number = self.document.next_id
        return AddObject(self.tr("Object {0}").format(number), ObjectSettings(color=self._free_color()))

    def _free_color(self) -> int:
        """The first colour that no object has, else the one after the last object's."""
        used = {each.settings.color % len(OBJECT_COLORS) for each in self.document.objects}
        free = [index for index in range(len(OBJECT_COLORS)) if index not in used]
        return free[0] if free else self.document.next_id % len(OBJECT_COLORS)

    def _fit_brush(self) -> None:
        """A brush of a size that suits the clip's."""
        self.set_brush(replace(self._brush, size_px=float(max(8, self.picture_size[1] // 16))))
