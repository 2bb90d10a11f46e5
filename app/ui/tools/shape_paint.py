"""How shapes are drawn over the picture: outline, points, handles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.shapes import Combine, Polyline, Shape, ShapeKind, Vertex, outline
from app.ui.tools.shape_grips import corners, handles
from app.ui.view_transform import ViewTransform

_SHADE = QColor(0, 0, 0, 170)
_POINT_PX, _HANDLE_PX = 3.5, 3.0


def paint_shape(
    painter: QPainter, view: ViewTransform, shape: Shape, frame: int, color: QColor, *, active: bool
) -> None:
    """Draws a shape as it is in a frame.

    Points are filled in a key frame and hollow between keys; the line of a shape that takes away is dashed.

    Args:
        painter: where.
        view: where the picture lies.
        shape: what.
        frame: which frame.
        color: its object's.
        active: whether its points and handles are shown.
    """
    vertices = shape.at(frame)
    if vertices is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _line(painter, _on_view(view, outline(shape.kind, vertices)), color, dashed=shape.combine is Combine.SUBTRACT)
    if not active:
        return
    if shape.kind is ShapeKind.SPLINE:
        for vertex in vertices:
            _handles(painter, view, vertex, color)
    filled = frame in shape.key_frames
    for x, y in corners(shape.kind, vertices):
        _point(painter, QPointF(*view.to_view(x, y)), color, filled=filled)


def paint_drawing(
    painter: QPainter,
    view: ViewTransform,
    vertices: Sequence[Vertex],
    pointer: tuple[float, float] | None,
    color: QColor,
    *,
    cuts: bool,
) -> None:
    """Draws a curve that is not closed yet, on to the pointer."""
    ended = (*vertices, Vertex(*pointer)) if pointer is not None else tuple(vertices)
    line = outline(ShapeKind.SPLINE, ended)
    places = _on_view(view, line)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade = QColor(color)
    shade.setAlpha(45)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawPolygon(places)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _line(painter, places, color, dashed=cuts)
    for vertex in vertices:
        _handles(painter, view, vertex, color)
        _point(painter, QPointF(*view.to_view(vertex.x, vertex.y)), color, filled=True)


def _on_view(view: ViewTransform, line: Polyline) -> QPolygonF:
    closed = np.concatenate([line, line[:1]]) if len(line) else line
    return QPolygonF([QPointF(*view.to_view(x, y)) for x, y in closed.tolist()])


def _line(painter: QPainter, places: QPolygonF, color: QColor, *, dashed: bool) -> None:
    painter.setPen(QPen(_SHADE, 3))
    painter.drawPolyline(places)
    pen = QPen(color, 1.4)
    if dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawPolyline(places)


def _handles(painter: QPainter, view: ViewTransform, vertex: Vertex, color: QColor) -> None:
    middle = QPointF(*view.to_view(vertex.x, vertex.y))
    for _, x, y in handles(vertex):
        end = QPointF(*view.to_view(x, y))
        painter.setPen(QPen(_SHADE, 2.4))
        painter.drawLine(middle, end)
        painter.setPen(QPen(color, 1))
        painter.drawLine(middle, end)
        painter.setPen(QPen(_SHADE, 1))
        painter.setBrush(color)
        painter.drawEllipse(end, _HANDLE_PX, _HANDLE_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _point(painter: QPainter, place: QPointF, color: QColor, *, filled: bool) -> None:
    size = _POINT_PX
    painter.setPen(QPen(_SHADE, 1) if filled else QPen(color, 1.5))
    painter.setBrush(color if filled else QColor(0, 0, 0, 120))
    painter.drawRect(QRectF(place.x() - size, place.y() - size, 2 * size, 2 * size))
    painter.setBrush(Qt.BrushStyle.NoBrush)
