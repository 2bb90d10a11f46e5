"""Brush and eraser: one stroke is one edit and makes its frame an anchor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.core.geometry import Rect
from app.core.strokes import Brush, StrokePainter
from app.ui.tools.base import Button, GestureTool, PointerEvent, Target
from app.ui.view_transform import ViewTransform

_OPACITY = 0.5


@dataclass
class BrushTool(GestureTool):
    """Paints into the selected object's mask of this frame, or takes away from it.

    Attributes:
        erase: whether it takes away. Alt, or the right button, does the other thing.
    """

    id: str = "brush"
    hint: str = "Paint over the object. Alt or the right button erases; [ and ] change the size."
    erase: bool = False
    _target: Target | None = None
    _painter: StrokePainter | None = None
    _painted: Rect | None = None
    _stroke_ended: bool = False
    _pointer: tuple[float, float] | None = None

    def cursor(self) -> Qt.CursorShape:
        """The brush's own circle is the pointer."""
        return Qt.CursorShape.CrossCursor if self.host.brush.size_px < 4 else Qt.CursorShape.BlankCursor

    def press(self, event: PointerEvent) -> None:
        """Begins a stroke."""
        target = self.host.target()
        mask = self.host.mask_of(target.object_id) if not target.first else None
        whole = self.host.edits_whole
        soft = None if whole else target.document.object(target.object_id).soft.get(self.host.frame)
        erase = self.erase is not (event.alt or event.button is Button.RIGHT)
        self._target = target
        self._painter = StrokePainter(*self.host.picture_size, start=mask, soft=soft)
        self._painted = mask.bbox if mask is not None and not mask.is_empty else None
        self._stroke_ended = False
        self._painter.begin(replace(self.host.brush, erase=erase))
        self._extend(event)

    def move(self, event: PointerEvent) -> None:
        """Goes on with it."""
        self._pointer = (event.x, event.y)
        if self._painter is not None and not self._stroke_ended:
            self._extend(event)
        self.host.redraw()

    def release(self, event: PointerEvent) -> None:
        """Ends it: the frame has a new mask."""
        if self._painter is None or self._target is None or self._stroke_ended:
            return
        self._extend(event)
        self._stroke_ended = True
        mask, soft = self._painter.finish()
        target = self._target
        label = "Erase mask" if self.erase else "Paint mask"
        edit = self.host.mask_edit(target, mask, label, soft=soft)
        self.host.commit(*target.first, edit, label=edit.label)

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        had = self._painter is not None and not self._stroke_ended
        self._painter = self._target = self._painted = None
        self.host.redraw()
        return had

    def hides(self) -> int | None:
        """See ``Tool.hides``."""
        return self._target.object_id if self._painter is not None and self._target is not None else None

    def settled(self) -> None:
        """See ``Tool.settled``."""
        if self._stroke_ended:
            self._painter = self._target = self._painted = None
            self._stroke_ended = False

    def _extend(self, event: PointerEvent) -> None:
        assert self._painter is not None
        self._pointer = (event.x, event.y)
        changed = self._painter.extend([(event.x, event.y, event.pressure)])
        if changed is not None:
            self._painted = changed if self._painted is None else self._painted.hull(changed)
            self.host.redraw()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws the mask as it becomes, and the brush's circle."""
        if self._painter is not None and self._painted is not None and self._painted.area_px:
            self._paint_matte(painter, view, self._painter, self._painted)
        if self._pointer is not None:
            paint_circle(painter, view, self._pointer, self.host.brush, dashed=self.erase)

    def _paint_matte(self, painter: QPainter, view: ViewTransform, stroke: StrokePainter, area: Rect) -> None:
        values = np.ascontiguousarray(stroke.matte[area.slices()])
        image = QImage(values.data, area.width, area.height, area.width, QImage.Format.Format_Indexed8)
        color = self.host.color_of(self._target.object_id if self._target is not None else -1)
        image.setColorTable(
            [QColor(color.red(), color.green(), color.blue(), round(_OPACITY * level)).rgba() for level in range(256)]
        )
        left, top = view.to_view(area.x, area.y)
        right, bottom = view.to_view(area.right, area.bottom)
        painter.drawImage(QRectF(QPointF(left, top), QPointF(right, bottom)), image)


def paint_circle(
    painter: QPainter, view: ViewTransform, place: tuple[float, float], brush: Brush, *, dashed: bool
) -> None:
    """Draws a brush's circle round a place in the picture, seen on dark and bright."""
    middle = QPointF(*view.to_view(*place))
    radius = brush.size_px / 2
    across, down = radius * view.zoom * view.aspect, radius * view.zoom
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 170), 2.4))
    painter.drawEllipse(middle, across, down)
    pen = QPen(QColor("#f4f4f4"), 1.2)
    if dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawEllipse(middle, across, down)
