"""The box tool: drag a box round the object; the object in it is looked for at once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPainter

from app.core.edits import AddPrompt
from app.core.geometry import Rect
from app.core.prompts import BoxPrompt
from app.ui.tools.base import Button, GestureTool, PointerEvent
from app.ui.view_transform import ViewTransform
from app.ui.viewer_paint import draw_box

LEAST_PX = 3


def rect_between(x0: float, y0: float, x1: float, y1: float, width: int, height: int) -> Rect:
    """The rectangle of whole pixels between two corners, inside the picture."""
    left, right = sorted((round(x0), round(x1)))
    top, bottom = sorted((round(y0), round(y1)))
    return Rect(left, top, right - left, bottom - top).clipped(width, height)


@dataclass
class BoxTool(GestureTool):
    """Draws a box for the selected object, or for a new one."""

    id: str = "box"
    hint: str = "Drag a box round the object. Without a mouse: Mask, Keyboard pointer."
    _start: tuple[float, float] | None = None
    _end: tuple[float, float] = (0.0, 0.0)

    def press(self, event: PointerEvent) -> None:
        """Puts the first corner down."""
        if event.button is Button.LEFT:
            self.host.target()
            self._start = self._end = (event.x, event.y)

    def move(self, event: PointerEvent) -> None:
        """Draws the other corner out."""
        if self._start is not None:
            self._end = (event.x, event.y)
            self.host.redraw()

    def release(self, event: PointerEvent) -> None:
        """Adds the box."""
        if self._start is None:
            return
        self._end = (event.x, event.y)
        start, self._start = self._start, None
        rect = rect_between(*start, *self._end, *self.host.picture_size)
        self.host.redraw()
        if rect.width < LEAST_PX or rect.height < LEAST_PX:
            self.host.say("That box is too small: drag from one corner of the object to the other.")
            return
        self._add(rect)

    def _add(self, rect: Rect) -> None:
        target = self.host.target()
        box = AddPrompt(target.object_id, BoxPrompt(rect, self.host.frame))
        gesture = object()  # equal to nothing but itself
        self.host.commit(*target.first, box, label="Add box", gesture=gesture)
        self.host.box_drawn(target.object_id, gesture)

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        had, self._start = self._start is not None, None
        self.host.redraw()
        return had

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws the box that is being drawn, and one in which nothing has been found yet."""
        if self._start is None:
            self._paint_unfound(painter, view)
            return
        rect = rect_between(*self._start, *self._end, *self.host.picture_size)
        draw_box(painter, view, (rect.x, rect.y, rect.width, rect.height), self._color())

    def _paint_unfound(self, painter: QPainter, view: ViewTransform) -> None:
        selected = self.host.selected
        if selected is None or self.host.mask_of(selected.id) is not None:
            return
        for prompt in selected.prompts:
            if isinstance(prompt, BoxPrompt) and prompt.frame == self.host.frame:
                rect = prompt.rect
                draw_box(painter, view, (rect.x, rect.y, rect.width, rect.height), self._color())

    def _color(self) -> QColor:
        selected = self.host.selected
        return self.host.color_of(selected.id if selected is not None else -1)
