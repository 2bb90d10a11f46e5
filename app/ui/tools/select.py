"""The select tool: click an object to pick it; drag the selected object's box, or one of its corners."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.core.geometry import Rect
from app.core.object_edits import SetPrompts
from app.core.prompts import BoxPrompt
from app.ui.tools.base import Button, GestureTool, PointerEvent
from app.ui.tools.box import LEAST_PX
from app.ui.view_transform import ViewTransform
from app.ui.viewer_paint import draw_box


@dataclass
class SelectTool(GestureTool):
    """Picks objects and moves boxes."""

    id: str = "select"
    hint: str = "Click an object to select it; drag its box to move it."
    _held: tuple[str, Rect, float, float] | None = None
    _moved: Rect | None = None

    def cursor(self) -> Qt.CursorShape:
        """An arrow."""
        return Qt.CursorShape.ArrowCursor

    def press(self, event: PointerEvent) -> None:
        """Takes hold of the selected object's box, or selects what is under the pointer."""
        if event.button is not Button.LEFT:
            return
        box = self._box()
        part = _part_at(box.rect, event) if box is not None else ""
        if box is not None and part:
            self.host.target()
            self._held, self._moved = (part, box.rect, event.x, event.y), box.rect
        else:
            self.host.select(self._object_at(event))

    def move(self, event: PointerEvent) -> None:
        """Moves what is held."""
        if self._held is None:
            return
        part, rect, x, y = self._held
        self._moved = _moved(rect, part, event.x - x, event.y - y)
        self.host.redraw()

    def release(self, _event: PointerEvent) -> None:
        """Puts it down."""
        held, moved = self._held, self._moved
        self._held = self._moved = None
        self.host.redraw()
        selected, box = self.host.selected, self._box()
        if held is None or moved is None or selected is None or box is None:
            return
        rect = moved.clipped(*self.host.picture_size)
        if rect == box.rect or rect.width < LEAST_PX or rect.height < LEAST_PX:
            return
        prompts = tuple(replace(one, rect=rect) if one is box else one for one in selected.prompts)
        label = "Move box" if held[0] == "inside" else "Resize box"
        gesture = object()
        self.host.commit(SetPrompts(selected.id, selected.prompts, prompts, label), gesture=gesture)
        self.host.box_drawn(selected.id, gesture)

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        had = self._held is not None
        self._held = self._moved = None
        self.host.redraw()
        return had

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws the selected object's box in this frame."""
        box, selected = self._box(), self.host.selected
        if box is not None and selected is not None:
            rect = self._moved or box.rect
            draw_box(painter, view, (rect.x, rect.y, rect.width, rect.height), self.host.color_of(selected.id))

    def _box(self) -> BoxPrompt | None:
        """The selected object's last box in this frame."""
        selected = self.host.selected
        if selected is None:
            return None
        here = [one for one in selected.prompts if isinstance(one, BoxPrompt) and one.frame == self.host.frame]
        return here[-1] if here else None

    def _object_at(self, event: PointerEvent) -> int | None:
        """The topmost shown object whose mask lies under the pointer."""
        column, row = int(event.x), int(event.y)
        width, height = self.host.picture_size
        if not (0 <= column < width and 0 <= row < height):
            return None
        for each in reversed(self.host.document.objects):
            mask = self.host.mask_of(each.id) if each.settings.shown else None
            if mask is None or mask.is_empty:
                continue
            box = mask.bbox
            inside = box.x <= column < box.right and box.y <= row < box.bottom
            if inside and mask.crop()[row - box.y, column - box.x]:
                return each.id
        return None


def _part_at(rect: Rect, event: PointerEvent) -> str:
    """What of a box lies under the pointer: a corner by its sides, ``inside``, or nothing."""
    near = event.reach
    across = "left" if abs(event.x - rect.x) <= near else "right" if abs(event.x - rect.right) <= near else ""
    down = "top" if abs(event.y - rect.y) <= near else "bottom" if abs(event.y - rect.bottom) <= near else ""
    if across and down:
        return f"{down} {across}"
    inside = rect.x <= event.x < rect.right and rect.y <= event.y < rect.bottom
    return "inside" if inside else ""


def _moved(rect: Rect, part: str, dx: float, dy: float) -> Rect:
    if part == "inside":
        return Rect(round(rect.x + dx), round(rect.y + dy), rect.width, rect.height)
    left, right = rect.x + dx * ("left" in part), rect.right + dx * ("right" in part)
    top, bottom = rect.y + dy * ("top" in part), rect.bottom + dy * ("bottom" in part)
    first_x, last_x = sorted((round(left), round(right)))
    first_y, last_y = sorted((round(top), round(bottom)))
    return Rect(first_x, first_y, last_x - first_x, last_y - first_y)
