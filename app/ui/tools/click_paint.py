"""How the click tool draws: signs that tell including from excluding without colour, a mask that is not there yet."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.core.masks import MaskBlob
from app.ui.view_transform import ViewTransform

_DOT_PX = 7.0
_PREVIEW_ALPHA = 110


def paint_sign(
    painter: QPainter, view: ViewTransform, place: tuple[float, float], *, include: bool, waits: bool = False
) -> None:
    """Draws a click: a disc with a plus where it includes, a square with a minus where not; faint while it waits."""
    middle = QPointF(*view.to_view(*place))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("#ffffff"), 1.4))
    filling = QColor("#1f8f3a" if include else "#c22f2f")
    filling.setAlpha(120 if waits else 255)
    painter.setBrush(filling)
    if include:
        painter.drawEllipse(middle, _DOT_PX, _DOT_PX)
    else:
        painter.drawRect(QRectF(middle.x() - _DOT_PX, middle.y() - _DOT_PX, 2 * _DOT_PX, 2 * _DOT_PX))
    painter.setPen(QPen(QColor("#ffffff"), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    arm = _DOT_PX * 0.6
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    if include:
        painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))


def paint_preview(painter: QPainter, view: ViewTransform, mask: MaskBlob, color: QColor) -> None:
    """Draws a mask that is not there yet: filled, in the object's colour."""
    area = mask.bbox
    if not area.area_px:
        return
    values = np.ascontiguousarray(mask.crop().astype(np.uint8))
    image = QImage(values.data, area.width, area.height, area.width, QImage.Format.Format_Indexed8)
    shade = QColor(color)
    shade.setAlpha(_PREVIEW_ALPHA)
    image.setColorTable([QColor(0, 0, 0, 0).rgba(), shade.rgba()])
    corner, far = view.to_view(area.x, area.y), view.to_view(area.right, area.bottom)
    painter.drawImage(QRectF(QPointF(*corner), QPointF(*far)), image)
