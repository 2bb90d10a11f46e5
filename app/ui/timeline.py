"""The bar below the viewer: ruler, rendered frames, anchor frames, range and playhead."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.engine.result_view import FrameState
from app.ui.controller import Controller
from app.ui.theme import Theme, object_color
from app.ui.timecode import timecode

RULER_PX, BAR_PX, LANE_PX, MARGIN_PX = 20, 8, 14, 12
_LABEL_PX = 96
_STEPS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000)


class TimelineBar(QWidget):
    """Shows the whole clip; a click or a drag moves the playhead."""

    def __init__(self, controller: Controller, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller, self._theme = controller, theme
        self._states: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Timeline"))
        self.setMouseTracking(True)
        transport = controller.transport
        transport.moved.connect(lambda _: self.update())
        transport.range_changed.connect(self.update)
        controller.document_changed.connect(self._document_changed)
        controller.clip_opened.connect(self._resize)
        controller.clip_closed.connect(self._resize)
        controller.selection_changed.connect(self.update)

    def set_states(self, states: NDArray[np.uint8]) -> None:
        """Shows what is rendered: a ``FrameState`` for each frame."""
        self._states = states
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draws in another theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its lanes, of which five are seen at most."""
        lanes = 0 if self._controller.workspace is None else len(self._controller.document.objects)
        return QSize(400, RULER_PX + BAR_PX + 10 + LANE_PX * min(max(lanes, 1), 5))

    def _document_changed(self, _changes: object) -> None:
        self._resize()

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()

    # Frames and pixels

    @property
    def _count(self) -> int:
        return max(self._controller.transport.frame_count, 1)

    def x_of(self, frame: float) -> float:
        """Where a frame begins."""
        return MARGIN_PX + frame * (self.width() - 2 * MARGIN_PX) / self._count

    def frame_at(self, x: float) -> int:
        """The frame at a place."""
        frame = int((x - MARGIN_PX) * self._count / max(self.width() - 2 * MARGIN_PX, 1))
        return min(max(frame, 0), self._count - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Moves the playhead."""
        if event.button() == Qt.MouseButton.LeftButton and self._controller.workspace is not None:
            self._controller.transport.begin_scrub()
            self._controller.transport.go_to(self.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Scrubs while the button is held; says the time under the pointer otherwise."""
        if self._controller.workspace is None:
            return
        frame = self.frame_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._controller.transport.go_to(frame)
        info = self._controller.info
        if info is not None:
            self.setToolTip(f"{timecode(frame, info.rate)}  ·  {frame}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Lets go of the playhead."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._controller.transport.end_scrub()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draws everything."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.window))
        if self._controller.workspace is not None:
            self._paint_range(painter)
            self._paint_ruler(painter)
            self._paint_rendered(painter)
            self._paint_lanes(painter)
            self._paint_playhead(painter)
        painter.end()

    def _paint_range(self, painter: QPainter) -> None:
        first, end = self._controller.transport.range
        inside = QRectF(self.x_of(first), 0, self.x_of(end) - self.x_of(first), self.height())
        painter.fillRect(
            QRectF(self.x_of(0), 0, self.x_of(self._count) - self.x_of(0), self.height()), QColor(self._theme.sunken)
        )
        painter.fillRect(inside, QColor(self._theme.raised))
        painter.setPen(QPen(QColor(self._theme.accent), 1))
        if (first, end) != (0, self._count):
            for x in (inside.left(), inside.right()):
                painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def _paint_ruler(self, painter: QPainter) -> None:
        info = self._controller.info
        assert info is not None
        pixels = (self.width() - 2 * MARGIN_PX) / self._count
        base = max(1, round(info.rate))
        steps = [
            step for step in (*_STEPS, base, 2 * base, 5 * base, 10 * base, 60 * base) if step * pixels >= _LABEL_PX
        ]
        step = min(steps, default=self._count)
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        for frame in range(0, self._count, step):
            x = self.x_of(frame)
            painter.setPen(QColor(self._theme.outline))
            painter.drawLine(QPointF(x, 0), QPointF(x, RULER_PX - 4))
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(QPointF(x + 4, 12), timecode(frame, info.rate))

    def _paint_rendered(self, painter: QPainter) -> None:
        """Finished frames: live a thin line, final a full one, stale hatched, failed crossed out."""
        top = RULER_PX + 1.0
        painter.fillRect(
            QRectF(self.x_of(0), top, self.x_of(self._count) - self.x_of(0), BAR_PX), QColor(self._theme.sunken)
        )
        place = 0
        for state, run in groupby(self._states.tolist()):
            length = sum(1 for _ in run)
            left, right = self.x_of(place), self.x_of(place + length)
            place += length
            area = QRectF(left, top, max(right - left, 1), BAR_PX)
            if state == FrameState.FINAL:
                painter.fillRect(area, QColor(self._theme.good))
            elif state == FrameState.LIVE:
                painter.fillRect(area.adjusted(0, BAR_PX / 2, 0, 0), QColor(self._theme.good))
            elif state == FrameState.STALE:
                painter.fillRect(area, QBrush(QColor(self._theme.warning), Qt.BrushStyle.BDiagPattern))
            elif state == FrameState.FAILED:
                painter.fillRect(area, QBrush(QColor(self._theme.error), Qt.BrushStyle.DiagCrossPattern))

    def _paint_lanes(self, painter: QPainter) -> None:
        """Where each object has a mask, and its anchor frames."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        top = RULER_PX + BAR_PX + 5.0
        for each in self._controller.document.objects[:5]:
            color = object_color(each.settings.color)
            selected = each.id == self._controller.selected_object
            for first, end in _stretches([frame for frame, mask in each.track.items() if not mask.is_empty]):
                bar = QRectF(self.x_of(first), top + 4, max(self.x_of(end) - self.x_of(first), 1), LANE_PX - 8)
                shade = QColor(color)
                shade.setAlpha(200 if selected else 110)
                painter.fillRect(bar, shade)
            painter.setPen(QPen(QColor(self._theme.line), 1))
            painter.setBrush(color)
            for frame in each.anchors:
                middle = QPointF((self.x_of(frame) + self.x_of(frame + 1)) / 2, top + LANE_PX / 2)
                painter.drawPolygon(_diamond(middle, 5.0))
            top += LANE_PX

    def _paint_playhead(self, painter: QPainter) -> None:
        position = self._controller.transport.position
        left, right = self.x_of(position), self.x_of(position + 1)
        middle = (left + right) / 2
        painter.fillRect(QRectF(left, 0, max(right - left, 1), self.height()), QColor(255, 255, 255, 28))
        painter.setPen(QPen(QColor(self._theme.text), 1))
        painter.drawLine(QPointF(middle, 0), QPointF(middle, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.text))
        painter.drawPolygon(QPolygonF([QPointF(middle - 5, 0), QPointF(middle + 5, 0), QPointF(middle, 7)]))


def _stretches(frames: list[int]) -> list[tuple[int, int]]:
    """Stretches (first, end) of consecutive frames."""
    found: list[tuple[int, int]] = []
    for frame in frames:
        if found and found[-1][1] == frame:
            found[-1] = (found[-1][0], frame + 1)
        else:
            found.append((frame, frame + 1))
    return found


def _diamond(middle: QPointF, reach: float) -> QPolygonF:
    x, y = middle.x(), middle.y()
    return QPolygonF([QPointF(x, y - reach), QPointF(x + reach, y), QPointF(x, y + reach), QPointF(x - reach, y)])
