"""Lasso and polygon: what lies inside a closed line is added to the mask of this frame, or taken away with Alt."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.shapes import Combine
from app.core.strokes import lasso
from app.ui.tools.base import Button, GestureTool, PointerEvent, ToolHost
from app.ui.view_transform import ViewTransform

Points = list[tuple[float, float]]


def commit_area(host: ToolHost, points: Points, combine: Combine, label: str) -> None:
    """Adds the inside of a closed line to the selected object's mask, or takes it away, as one step."""
    target = host.target()
    base = host.mask_of(target.object_id) if not target.first else None
    mask = lasso(points, base, combine, host.picture_size)
    if mask == base or (base is None and mask.is_empty):
        host.say("There is nothing inside that line.")
        return
    edit = host.mask_edit(target, mask, label)
    host.commit(*target.first, edit, label=edit.label)


def paint_line(
    painter: QPainter, view: ViewTransform, points: Points, color: QColor, *, corners: bool, takes_away: bool
) -> None:
    """Draws an open line over the picture; dashed if its inside will be taken away."""
    places = [QPointF(*view.to_view(x, y)) for x, y in points]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade = QColor(color)
    shade.setAlpha(50)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawPolygon(QPolygonF(places))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 170), 3))
    painter.drawPolyline(QPolygonF(places))
    pen = QPen(color, 1.4)
    if takes_away:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(places))
    if corners:
        painter.setPen(QPen(QColor(0, 0, 0, 170), 1))
        painter.setBrush(color)
        for place in places:
            painter.drawEllipse(place, 3.2, 3.2)


@dataclass
class LassoTool(GestureTool):
    """Drag round a part of the picture."""

    id: str = "lasso"
    hint: str = "Draw round the object. With Alt, what is inside is taken away."
    _points: Points = field(default_factory=list)
    _combine: Combine = Combine.ADD

    def press(self, event: PointerEvent) -> None:
        """Begins the line."""
        self.host.target()
        self._combine = Combine.SUBTRACT if event.alt or event.button is Button.RIGHT else Combine.ADD
        self._points = [(event.x, event.y)]

    def move(self, event: PointerEvent) -> None:
        """Draws it on."""
        if self._points:
            last = self._points[-1]
            if hypot(event.x - last[0], event.y - last[1]) >= event.reach / 6:
                self._points.append((event.x, event.y))
                self.host.redraw()

    def release(self, _event: PointerEvent) -> None:
        """Closes it."""
        points, self._points = self._points, []
        self.host.redraw()
        if len(points) >= 3:
            adding = self._combine is Combine.ADD
            commit_area(self.host, points, self._combine, "Draw mask" if adding else "Cut from mask")

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        had = bool(self._points)
        self._points = []
        self.host.redraw()
        return had

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws the line."""
        if self._points:
            selected = self.host.selected
            color = self.host.color_of(selected.id if selected is not None else -1)
            takes_away = self._combine is Combine.SUBTRACT
            paint_line(painter, view, self._points, color, corners=False, takes_away=takes_away)


@dataclass
class PolygonTool(GestureTool):
    """Click corner after corner; Enter, or a click on the first one, closes the line."""

    id: str = "polygon"
    hint: str = "Click corners; Enter or a click on the first corner closes. With Alt, the inside is taken away."
    _points: Points = field(default_factory=list)
    _frame: int = 0
    _pointer: tuple[float, float] | None = None
    _combine: Combine = Combine.ADD

    def press(self, event: PointerEvent) -> None:
        """Adds a corner, takes the last one back (right button), or closes the line."""
        if event.button is Button.RIGHT:
            self._points = self._points[:-1]
        elif self._is_first(event):
            self.finish()
        else:
            if not self._points or self._frame != self.host.frame:
                self.host.target()
                self._points, self._frame = [], self.host.frame
                self._combine = Combine.SUBTRACT if event.alt else Combine.ADD
            self._points = [*self._points, (event.x, event.y)]
        self.host.redraw()

    def move(self, event: PointerEvent) -> None:
        """Draws the line to the pointer."""
        self._pointer = (event.x, event.y)
        if self._points:
            self.host.redraw()

    def finish(self) -> bool:
        """See ``Tool.finish``."""
        points, self._points = self._points, []
        self.host.redraw()
        if len(points) >= 3 and self._frame == self.host.frame:
            adding = self._combine is Combine.ADD
            commit_area(self.host, points, self._combine, "Draw mask" if adding else "Cut from mask")
        return bool(points)

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        had = bool(self._points)
        self._points = []
        self.host.redraw()
        return had

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws the corners and the line."""
        if not self._points or self._frame != self.host.frame:
            return
        points = self._points if self._pointer is None else [*self._points, self._pointer]
        selected = self.host.selected
        color = self.host.color_of(selected.id if selected is not None else -1)
        paint_line(painter, view, points, color, corners=True, takes_away=self._combine is Combine.SUBTRACT)

    def _is_first(self, event: PointerEvent) -> bool:
        if len(self._points) < 3:
            return False
        first = self._points[0]
        return hypot(event.x - first[0], event.y - first[1]) <= event.reach
