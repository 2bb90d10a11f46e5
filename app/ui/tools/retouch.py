"""Clone and heal: right-click or Alt-click what to copy, then paint it into the hole; the frame becomes a reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from app.core.geometry import Rect
from app.core.strokes import Brush
from app.ui.tools.base import Button, GestureTool, PointerEvent
from app.ui.tools.brush import paint_circle
from app.ui.view_transform import ViewTransform

_CROSS_PX = 6.0


class Paper(Protocol):
    """What is painted on (``app.ui.retouching.Retouching``)."""

    @property
    def image(self) -> tuple[QImage, Rect] | None:
        """What to draw over the picture, and where."""
        ...

    @property
    def border(self) -> QPainterPath | None:
        """The border of what can be painted, in picture pixels."""
        ...

    def begin(self, brush: Brush, offset: tuple[int, int], *, heal: bool) -> None:
        """A stroke begins."""
        ...

    def extend(self, x: float, y: float, pressure: float) -> None:
        """It goes on."""
        ...

    def finish(self, label: str, *, heal: bool) -> None:
        """It ends."""
        ...

    def give_up(self) -> None:
        """It is taken back."""
        ...


@dataclass
class CopySource:
    """What is copied from; one for both brushes.

    Attributes:
        place: where Alt was clicked; None before.
        offset: from the pointer to what is copied, the same for all strokes until Alt is clicked again (aligned).
    """

    place: tuple[float, float] | None = None
    offset: tuple[int, int] | None = None


@dataclass
class RetouchTool(GestureTool):
    """Copies one part of the frame over another.

    Attributes:
        paper: what is painted on.
        source: what is copied from.
        heal: whether the copy takes on the colours round the stroke.
    """

    id: str = "clone"
    hint: str = "Right-click what to copy (or Alt-click; by keys Y, Backspace), then paint what is left. [ ]: size."
    paper: Paper | None = None
    source: CopySource | None = None
    heal: bool = False
    _painting: bool = False
    _pointer: tuple[float, float] | None = None

    def cursor(self) -> Qt.CursorShape:
        """The brush's own circle is the pointer."""
        return Qt.CursorShape.CrossCursor if self.host.brush.size_px < 4 else Qt.CursorShape.BlankCursor

    def looks_through(self) -> bool:
        """See ``Tool.looks_through``: what is painted has to be seen."""
        return True

    def press(self, event: PointerEvent) -> None:
        """Says what to copy (Alt, or the right button where the desktop keeps Alt for itself), or begins a stroke."""
        assert self.paper is not None and self.source is not None, "given by the window"
        if event.alt or event.button is Button.RIGHT:
            self.source.place, self.source.offset = (event.x, event.y), None
            self.host.say("Now paint: what you clicked is copied to where you begin.")
        elif self.source.place is None:
            self.host.say("Right-click or Alt-click what to copy first; with the keyboard pointer (Y), Backspace.")
        else:
            if self.source.offset is None:
                x, y = self.source.place
                self.source.offset = (round(x - event.x), round(y - event.y))
            self._painting = True
            self.paper.begin(self.host.brush, self.source.offset, heal=self.heal)
            self.paper.extend(event.x, event.y, event.pressure)
        self.host.redraw()

    def move(self, event: PointerEvent) -> None:
        """Paints on."""
        self._pointer = (event.x, event.y)
        if self._painting and self.paper is not None:
            self.paper.extend(event.x, event.y, event.pressure)
        self.host.redraw()

    def release(self, _event: PointerEvent) -> None:
        """Ends the stroke: one step."""
        if self._painting and self.paper is not None:
            self._painting = False
            self.paper.finish("Heal frame" if self.heal else "Clone on frame", heal=self.heal)

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        had, self._painting = self._painting, False
        if had and self.paper is not None:
            self.paper.give_up()
        self.host.redraw()
        return had

    def paint_result(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws what was painted, and the border of what can be."""
        drawn = None if self.paper is None else self.paper.image
        if drawn is not None:
            image, area = drawn
            left, top = view.to_view(area.x, area.y)
            right, bottom = view.to_view(area.right, area.bottom)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.zoom < 2)
            painter.drawImage(QRectF(QPointF(left, top), QPointF(right, bottom)), image)
            self._paint_border(painter, view)

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws the brush's circle, and a cross at what is copied."""
        if self._pointer is not None:
            paint_circle(painter, view, self._pointer, self.host.brush, dashed=False)
        self._paint_cross(painter, view)

    def _paint_border(self, painter: QPainter, view: ViewTransform) -> None:
        """What can be painted is bordered by dots, seen on dark and bright."""
        border = None if self.paper is None else self.paper.border
        if border is None:
            return
        path = QTransform(view.zoom * view.aspect, 0, 0, view.zoom, view.left, view.top).map(border)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1.0))
        painter.drawPath(path)
        painter.setPen(QPen(QColor("#f4f4f4"), 1.0, Qt.PenStyle.DotLine))
        painter.drawPath(path)

    def _paint_cross(self, painter: QPainter, view: ViewTransform) -> None:
        place = self._copied_from()
        if place is None:
            return
        middle = QPointF(*view.to_view(*place))
        for color, width in ((QColor(0, 0, 0, 170), 3.0), (QColor("#f4f4f4"), 1.2)):
            painter.setPen(QPen(color, width))
            painter.drawLine(middle - QPointF(_CROSS_PX, 0), middle + QPointF(_CROSS_PX, 0))
            painter.drawLine(middle - QPointF(0, _CROSS_PX), middle + QPointF(0, _CROSS_PX))

    def _copied_from(self) -> tuple[float, float] | None:
        """Where the brush would copy from."""
        source = self.source
        if source is None or source.place is None:
            return None
        if source.offset is None or self._pointer is None:
            return source.place
        return self._pointer[0] + source.offset[0], self._pointer[1] + source.offset[1]
