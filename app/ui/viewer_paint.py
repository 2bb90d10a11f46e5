"""How the viewer draws: pictures, outlines, the wipe's handle, labels. Functions of a painter and a transform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from app.ui.outlines import ObjectOutline
from app.ui.theme import Theme
from app.ui.view_transform import NEAREST_FROM, ViewTransform
from app.ui.views import Picture

HANDLE_PX = 9.0
LABEL_HEIGHT_PX, _LABEL_PX = 20.0, 11


class Overlay(Enum):
    """How masks lie over the picture."""

    FILL = "fill"
    OUTLINE = "outline"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class OverlayStyle:
    """How masks lie over the picture.

    Attributes:
        kind: filled, outlined or not at all.
        opacity: of the filling, 0 to 1.
        selected: the object whose outline is thicker, and not dashed: colour alone tells nothing.
    """

    kind: Overlay = Overlay.FILL
    opacity: float = 0.45
    selected: int | None = None


def picture_rect(view: ViewTransform) -> QRectF:
    """Where the whole picture lies on the widget."""
    return QRectF(view.left, view.top, *view.size)


def draw_picture(painter: QPainter, view: ViewTransform, picture: Picture, pixel_ratio: float) -> None:
    """Draws a picture over the whole of its rectangle; only what is visible costs time."""
    target = picture_rect(view)
    image = picture.image
    if image.width() < view.width and _same_size(image.width(), image.height(), target, pixel_ratio):
        # Pixel for pixel: it lies on whole device pixels and is copied.
        left = round(target.left() * pixel_ratio) / pixel_ratio
        top = round(target.top() * pixel_ratio) / pixel_ratio
        target = QRectF(left, top, image.width() / pixel_ratio, image.height() / pixel_ratio)
    smooth = view.zoom * pixel_ratio < NEAREST_FROM and abs(view.zoom * pixel_ratio - 1) > 1e-6
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(target, image)


def _same_size(width: int, height: int, target: QRectF, ratio: float) -> bool:
    return abs(target.width() * ratio - width) <= 1 and abs(target.height() * ratio - height) <= 1


def draw_overlay(
    painter: QPainter,
    view: ViewTransform,
    outlines: Sequence[ObjectOutline],
    colors: dict[int, QColor],
    style: OverlayStyle,
) -> None:
    """Draws the masks' fillings and borders; borders are dark and light, to be seen on any picture."""
    if style.kind is Overlay.OFF:
        return
    to_view = QTransform(view.zoom * view.aspect, 0, 0, view.zoom, view.left, view.top)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for each in outlines:
        path = to_view.map(each.path)
        color = QColor(colors.get(each.object_id, QColor("white")))
        selected = each.object_id == style.selected
        if each.whole:
            _draw_whole(painter, path, color, style, selected=selected)
            continue
        if style.kind is Overlay.FILL:
            filling = QColor(color)
            filling.setAlphaF(style.opacity)
            painter.fillPath(path, filling)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 170), 3.0 if selected else 2.0))
        painter.drawPath(path)
        pen = QPen(color, 1.6 if selected else 1.0)
        if not selected:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPath(path)


def _draw_whole(painter: QPainter, path: QPainterPath, color: QColor, style: OverlayStyle, *, selected: bool) -> None:
    """Draws a whole shape, of which a part is hidden: hatched both ways, with a border of dots and dashes."""
    if style.kind is Overlay.FILL:
        hatching = QColor(color)
        hatching.setAlphaF(min(1.0, 1.6 * style.opacity))
        painter.fillPath(path, QBrush(hatching, Qt.BrushStyle.DiagCrossPattern))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 170), 3.4 if selected else 2.4))
    painter.drawPath(path)
    pen = QPen(QColor("white"), 1.8 if selected else 1.2)
    pen.setStyle(Qt.PenStyle.DashDotLine)
    painter.setPen(pen)
    painter.drawPath(path)


def draw_hole(painter: QPainter, view: ViewTransform, hole: QPainterPath, style: OverlayStyle) -> None:
    """Draws the border of what is filled, dotted and thin: it lies as far outside the masks as they are grown."""
    if style.kind is Overlay.OFF:
        return
    path = QTransform(view.zoom * view.aspect, 0, 0, view.zoom, view.left, view.top).map(hole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, style_of in ((QColor(0, 0, 0, 110), Qt.PenStyle.SolidLine), (QColor("white"), Qt.PenStyle.DotLine)):
        painter.setPen(QPen(color, 1.0, style_of))
        painter.drawPath(path)


def draw_names(
    painter: QPainter,
    view: ViewTransform,
    outlines: Sequence[ObjectOutline],
    names: dict[int, str],
    style: OverlayStyle,
) -> None:
    """Says which mask is whose, where there are several: their colours alone do not tell everybody."""
    if style.kind is Overlay.OFF:
        return
    for each in outlines:
        if each.whole:
            continue
        box = each.path.boundingRect()
        corner = QPointF(*view.to_view(box.left(), box.top()))
        draw_label(painter, names.get(each.object_id, ""), corner + QPointF(2, 2))


def draw_whole_names(
    painter: QPainter, view: ViewTransform, outlines: Sequence[ObjectOutline], words: str, style: OverlayStyle
) -> None:
    """Says which outlines are whole shapes, at their lower edge."""
    if style.kind is Overlay.OFF:
        return
    for each in outlines:
        if each.whole:
            box = each.path.boundingRect()
            corner = QPointF(*view.to_view(box.left(), box.bottom()))
            draw_label(painter, words, corner + QPointF(2, -22))


def draw_wipe(painter: QPainter, at_x: float, area: QRectF, theme: Theme, *, held: bool) -> None:
    """Draws the line between source and result, with a handle to drag."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor(0, 0, 0, 140), 3))
    painter.drawLine(QPointF(at_x, area.top()), QPointF(at_x, area.bottom()))
    painter.setPen(QPen(QColor("#f2f2f2"), 1))
    painter.drawLine(QPointF(at_x, area.top()), QPointF(at_x, area.bottom()))
    middle = QPointF(at_x, area.center().y())
    painter.setBrush(QColor(theme.accent if held else "#262626"))  # dark in both themes: its arrows are light
    painter.setPen(QPen(QColor("#f2f2f2"), 1.4))
    painter.drawEllipse(middle, HANDLE_PX, HANDLE_PX)
    for way in (-1, 1):
        tip = QPainterPath(middle + QPointF(way * 6.0, 0))
        tip.lineTo(middle + QPointF(way * 2.6, -3.2))
        tip.lineTo(middle + QPointF(way * 2.6, 3.2))
        tip.closeSubpath()
        painter.fillPath(tip, QColor("#f2f2f2"))


def label_plate(font: QFont, text: str, corner: QPointF, *, right: bool = False) -> QRectF:
    """Where ``draw_label`` draws, whatever the size of the font."""
    small = QFont(font)
    small.setPixelSize(_LABEL_PX)
    width = QFontMetricsF(small).horizontalAdvance(text) + 14
    return QRectF(corner.x() - width if right else corner.x(), corner.y(), width, LABEL_HEIGHT_PX)


def draw_label(painter: QPainter, text: str, corner: QPointF, *, right: bool = False) -> None:
    """Draws a word on a dark plate whose corner lies at ``corner`` (its top right one if ``right``)."""
    plate = label_plate(painter.font(), text, corner, right=right)
    font = QFont(painter.font())
    font.setPixelSize(_LABEL_PX)
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 150))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(QColor("#ececec"))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def draw_box(painter: QPainter, view: ViewTransform, box: tuple[float, float, float, float], color: QColor) -> QRectF:
    """Draws a box (left, top, width, height in picture pixels) with corners to grab; gives its place on the widget."""
    left, top = view.to_view(box[0], box[1])
    right, bottom = view.to_view(box[0] + box[2], box[1] + box[3])
    rect = QRectF(QPointF(left, top), QPointF(right, bottom))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 160), 3))
    painter.drawRect(rect)
    painter.setPen(QPen(color, 1))
    painter.drawRect(rect)
    for corner in (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()):
        grip = QRectF(corner.x() - 3, corner.y() - 3, 6, 6)
        painter.fillRect(grip.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 160))
        painter.fillRect(grip, color)
    return rect
