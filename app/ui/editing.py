"""What tools ask for (a ``ToolHost``): the object to edit, its mask in this frame, one step a gesture."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from app.core.amodal_edits import SetAmodal
from app.core.document import Document, DocumentObject, ObjectSettings
from app.core.edits import AddObject, Edit
from app.core.errors import Cancelled, UserError
from app.core.masks import MaskBlob
from app.core.object_edits import MoveObject, RemoveObject, set_anchor
from app.core.prompts import Clicks
from app.core.soft_edge import SoftEdge
from app.core.strokes import Brush
from app.jobs.context import JobContext
from app.jobs.runner import JobHandle, Lane
from app.ui.controller import Controller
from app.ui.language import hint_of
from app.ui.theme import OBJECT_COLORS, object_color
from app.ui.tools.base import RgbView, Target, ToolSettings, ViewReader

T = TypeVar("T")

MIN_BRUSH_PX, MAX_BRUSH_PX = 1.0, 2000.0
BRUSH_STEP = 1.2


class Editing(QObject):
    """Edits of objects and masks on behalf of tools and actions.

    Signals:
        brush_changed: size or hardness of the brush.
        settings_changed: what else tools are set to.
        shape_picked: another shape's points are shown, or none's.
        changed: the document, the selection or the playhead, so that tools and their options mean something else.
        repaint: something that a tool draws has changed.
        drawn: id of the object and frame whose mask was drawn by hand.
    """

    brush_changed = Signal()
    settings_changed = Signal()
    shape_picked = Signal()
    changed = Signal()
    repaint = Signal()
    drawn = Signal(int, int)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._brush = Brush(40.0, 0.8)
        self._settings = ToolSettings()
        self._shape_id: int | None = None
        self._looking: JobHandle[Any] | None = None
        self._drawing: Edit | None = None
        self.on_box: Callable[[int, Hashable], None] | None = None
        """Called with an object's id and the gesture when a box was drawn for it."""
        controller.clip_opened.connect(self._fit_to_clip)
        controller.selection_changed.connect(lambda: self.pick_shape(None))
        for signal in (controller.document_changed, controller.selection_changed, controller.transport.moved):
            signal.connect(lambda *_: self.changed.emit())

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

    @property
    def settings(self) -> ToolSettings:
        """See ``ToolHost``."""
        return self._settings

    def set_settings(self, settings: ToolSettings) -> None:
        """Sets what tools are set to beside the brush."""
        self._settings = settings
        self.settings_changed.emit()

    @property
    def shape_id(self) -> int | None:
        """See ``ToolHost``."""
        return self._shape_id

    def pick_shape(self, shape_id: int | None) -> None:
        """See ``ToolHost``."""
        if shape_id != self._shape_id:
            self._shape_id = shape_id
            self.shape_picked.emit()
            self.repaint.emit()

    def look(
        self,
        find: Callable[[ViewReader], T],
        done: Callable[[T], object],
        doing: str,
        lapsed: Callable[[], object] | None = None,
    ) -> None:
        """See ``ToolHost``."""
        clip, document, frame = self._controller.clip, self.document, self.frame
        if clip is None:
            return
        if self._looking is not None:
            self._looking.cancel()

        def run(context: JobContext) -> T:
            def view() -> RgbView:
                picture = clip.frame(frame).rgb
                context.checkpoint()
                return picture

            context.checkpoint()
            return find(view)

        def give_up() -> None:
            if lapsed is not None and self._controller.workspace is clip.workspace:
                lapsed()

        def take(found: T) -> None:
            if self._controller.workspace is clip.workspace and self.document is document and self.frame == frame:
                done(found)
            else:
                give_up()

        def failed(error: BaseException) -> None:
            if not isinstance(error, Cancelled):
                self._controller.tell(error, label)
            give_up()

        label = hint_of(doing)
        self._looking = self._controller.submit(run, Lane.TOOLS, label, done=take, failed=failed)

    def mask_of(self, object_id: int) -> MaskBlob | None:
        """See ``ToolHost``."""
        if self.edits_whole and object_id == self._controller.selected_object:
            whole = self._controller.whole_of(object_id, self.frame)
            if whole is not None:
                return whole
        return self._controller.mask_of(object_id, self.frame)

    @property
    def edits_whole(self) -> bool:
        """See ``ToolHost``."""
        return self._controller.edits_whole

    def mask_edit(
        self,
        target: Target,
        mask: MaskBlob,
        label: str,
        *,
        soft: SoftEdge | None = None,
        clicks: Clicks | None = None,
    ) -> Edit:
        """See ``ToolHost``."""
        if self.edits_whole:
            return SetAmodal.painted(target.document, target.object_id, {self.frame: mask})
        edit = set_anchor(target.document, target.object_id, self.frame, mask, soft=soft, clicks=clicks, label=label)
        self._drawing = edit if clicks is None else None
        return edit

    def target(self) -> Target:
        """See ``ToolHost``.

        Raises:
            UserError: the selected object is locked.
        """
        document, selected = self.document, self.selected
        if selected is None:
            adding = self.adding()
            return Target(document.next_id, (adding,), adding.apply(document).document)
        if selected.settings.locked:
            raise UserError(f"{selected.name} is locked: unlock it in the Objects panel to edit it.")
        return Target(selected.id, (), document)

    def commit(self, *edits: Edit, label: str | None = None, gesture: Hashable | None = None) -> None:
        """See ``ToolHost``."""
        made = self.document.next_id if any(isinstance(each, AddObject) for each in edits) else None
        self._controller.perform(*edits, label=label, gesture=gesture, select=made)
        drawing, self._drawing = self._drawing, None
        selected = self.selected
        if selected is not None and any(each is drawing for each in edits):
            self.drawn.emit(selected.id, self.frame)

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
        return object_color(free_color(self.document))

    def say(self, sentence: str) -> None:
        """See ``ToolHost``."""
        self._controller.said.emit(hint_of(sentence))

    def new_object(self) -> None:
        """Adds an object and selects it."""
        self.commit(self.adding())

    def delete_object(self) -> None:
        """Removes the selected object from the document."""
        selected = self.selected
        if selected is not None:
            self._controller.perform(RemoveObject.of(self.document, selected.id))

    def move_object(self, steps: int) -> None:
        """Moves the selected object up in the list, or down if negative."""
        selected = self.selected
        if selected is not None:
            place = self.document.objects.index(selected)
            edit = MoveObject.of(self.document, selected.id, place + steps)
            if edit.after != place:
                self._controller.perform(edit)

    def adding(self) -> AddObject:
        """The edit that adds an object, with a name and a colour that none has."""
        number = self.document.next_id
        return AddObject(self.tr("Object {0}").format(number), ObjectSettings(color=free_color(self.document)))

    def _fit_to_clip(self) -> None:
        """A brush and a band that suit the clip's size."""
        self.set_brush(replace(self._brush, size_px=float(max(8, self.picture_size[1] // 16))))
        self.set_settings(replace(self._settings, band_px=max(3, self.picture_size[1] // 90)))


def free_color(document: Document) -> int:
    """The first place in the palette that no object has, else the one after the last object's."""
    used = {each.settings.color % len(OBJECT_COLORS) for each in document.objects}
    free = [index for index in range(len(OBJECT_COLORS)) if index not in used]
    return free[0] if free else document.next_id % len(OBJECT_COLORS)
