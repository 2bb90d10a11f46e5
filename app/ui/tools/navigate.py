"""The hand and the zoom tool: they move the picture under the pointer and change nothing in it."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.ui.tools.base import Button, GestureTool, PointerEvent
from app.ui.view_transform import ViewTransform

ZOOM_FACTOR = 1.5
"""How much a click with the zoom tool enlarges."""


class Navigated(Protocol):
    """A view whose picture can be moved; places and distances are picture pixels."""

    def pan_picture(self, dx: float, dy: float) -> None:
        """Moves the picture by so many of its pixels."""
        ...

    def zoom_at_picture(self, factor: float, x: float, y: float) -> None:
        """Zooms; the place in the picture stays where it is."""
        ...

    def show_area(self, area: QRectF) -> None:
        """Shows a rectangle of the picture as large as it goes."""
        ...


@dataclass
class HandTool(GestureTool):
    """Drags the picture about.

    Attributes:
        view: whose picture.
    """

    view: Navigated | None = None
    id: str = "hand"
    hint: str = "Drag the picture about. Space and drag does so with every tool."
    _held: tuple[float, float] | None = None

    def cursor(self) -> Qt.CursorShape:
        """A hand, closed while it holds the picture."""
        return Qt.CursorShape.OpenHandCursor if self._held is None else Qt.CursorShape.ClosedHandCursor

    def press(self, event: PointerEvent) -> None:
        """Takes hold of a place in the picture."""
        if event.button is Button.LEFT:
            self._held = event.x, event.y

    def move(self, event: PointerEvent) -> None:
        """That place goes along with the pointer."""
        if self._held is not None:
            assert self.view is not None, "a hand has a view"
            self.view.pan_picture(event.x - self._held[0], event.y - self._held[1])

    def release(self, _event: PointerEvent) -> None:
        """Lets go of it."""
        self._held = None

    def cancel(self) -> bool:
        """See ``Tool.cancel``; what was moved stays moved."""
        had, self._held = self._held is not None, None
        return had


@dataclass
class ZoomTool(GestureTool):
    """Zooms in where the picture is clicked, out with Alt or the right button, and into a box that is drawn.

    Attributes:
        view: whose picture.
    """

    view: Navigated | None = None
    id: str = "zoom"
    hint: str = "Click to zoom in, Alt and click or right-click to zoom out, or draw a box to look into."
    _start: PointerEvent | None = None
    _end: tuple[float, float] = (0.0, 0.0)

    def press(self, event: PointerEvent) -> None:
        """Begins a click or a box."""
        self._start, self._end = event, (event.x, event.y)

    def move(self, event: PointerEvent) -> None:
        """Draws the box larger."""
        if self._start is not None:
            self._end = event.x, event.y
            self.host.redraw()

    def release(self, event: PointerEvent) -> None:
        """Zooms."""
        start, self._start = self._start, None
        if start is None:
            return
        assert self.view is not None, "a zoom tool has a view"
        self._end = event.x, event.y
        out = start.alt or start.button is Button.RIGHT
        if not out and self._is_drag(start):
            self.view.show_area(self._area(start))
        else:
            self.view.zoom_at_picture(1 / ZOOM_FACTOR if out else ZOOM_FACTOR, start.x, start.y)
        self.host.redraw()

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        had, self._start = self._start is not None, None
        self.host.redraw()
        return had

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws the box that will be looked into."""
        if self._start is not None and self._start.button is Button.LEFT and self._is_drag(self._start):
            area = self._area(self._start)
            corners = view.to_view(area.left(), area.top()), view.to_view(area.right(), area.bottom())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, style in (
                (QColor(0, 0, 0, 170), Qt.PenStyle.SolidLine),
                (QColor("#f4f4f4"), Qt.PenStyle.DashLine),
            ):
                painter.setPen(QPen(color, 1, style))
                painter.drawRect(QRectF(QPointF(*corners[0]), QPointF(*corners[1])))

    def _is_drag(self, start: PointerEvent) -> bool:
        return hypot(self._end[0] - start.x, self._end[1] - start.y) > start.reach

    def _area(self, start: PointerEvent) -> QRectF:
        (x, y), (right, bottom) = (start.x, start.y), self._end
        return QRectF(min(x, right), min(y, bottom), abs(right - x), abs(bottom - y))
