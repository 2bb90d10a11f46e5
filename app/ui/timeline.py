"""The timeline below the viewer: ruler, filmstrip, rendered frames, quality, a lane an object, range and playhead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.document import DocumentObject, Doubt
from app.engine.result_view import FrameState
from app.ui import timeline_paint as paint
from app.ui.controller import Controller
from app.ui.coverage import Coverage
from app.ui.filmstrip import Filmstrip
from app.ui.language import trouble_of
from app.ui.quality import Quality
from app.ui.theme import Theme
from app.ui.time_axis import TimeAxis
from app.ui.timecode import timecode
from app.ui.timeline_facts import frames_of
from app.ui.timeline_paint import BAR_PX, FILM_PX, LANE_PX, QUALITY_PX, RULER_PX, Row

NAMES_PX, MARGIN_PX, GAP_PX = 84, 12, 3
FEW_LANES, MOST_LANES = 3, 5
_HIGH_WINDOW_PX = 860
ZOOM_STEP = 1.25
_FILM_DETAIL = 2
"""Pixels of a small picture for one of the timeline, so that it is sharp at 200 % as well."""
STATE_WORDS = {
    FrameState.STALE: "out of date",
    FrameState.LIVE: "rendered live",
    FrameState.FINAL: "rendered",
    FrameState.FAILED: "failed",
}


@dataclass(frozen=True, slots=True)
class _Strip:
    """A row: what it is, where, its name, and what draws it."""

    id: str
    top: int
    height: int
    name: str
    draw: Callable[[Row], None]


class TimelineBar(QWidget):
    """Shows the clip over time. A click or a drag moves the playhead; Ctrl and the wheel zoom at the pointer.

    Args:
        controller: knows the clip.
        quality: knows how good rendered frames are.
        theme: its colours.
    """

    def __init__(self, controller: Controller, quality: Quality, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller, self._quality, self._theme = controller, quality, theme
        self._states: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._coverage = Coverage(controller, self)
        self._coverage.changed.connect(self.refresh_lanes)
        self._drawn: dict[str, QPixmap] = {}
        self._first_lane = 0
        self._lanes = FEW_LANES
        self.film = Filmstrip(controller, FILM_PX * _FILM_DETAIL, self)
        self.axis = TimeAxis.whole(1, 0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Timeline"))
        self.setMouseTracking(True)
        transport = controller.transport
        transport.moved.connect(self._moved)
        transport.range_changed.connect(self.update)
        controller.document_changed.connect(lambda _changes: self._document_changed())
        controller.clip_opened.connect(self._clip_changed)
        controller.clip_closed.connect(self._clip_changed)
        controller.selection_changed.connect(self._document_changed)
        quality.changed.connect(lambda: self._redraw("quality"))
        self.film.changed.connect(lambda: self._redraw("film"))

    def set_states(self, states: NDArray[np.uint8]) -> None:
        """Shows what is rendered: a ``FrameState`` for each frame."""
        self._states = states
        self._redraw("rendered")

    def set_theme(self, theme: Theme) -> None:
        """Draws in another theme's colours."""
        self._theme = theme
        self._redraw()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its rows, with room for lanes that are still to come: the picture above must not jump."""
        return QSize(400, RULER_PX + FILM_PX + BAR_PX + QUALITY_PX + self._lanes * LANE_PX + 4 * GAP_PX + 4)

    def fit_to_window(self, height: int) -> None:
        """Keeps room for as many lanes as suit a window of that height; the wheel shows the others."""
        lanes = MOST_LANES if height >= _HIGH_WINDOW_PX else FEW_LANES
        if lanes != self._lanes:
            self._lanes = lanes
            self._show_selected()
            self.updateGeometry()
            self.refresh_lanes()

    def _show_selected(self) -> None:
        """Moves through the lanes as far as it takes to see the selected object's."""
        ids = [each.id for each in self._objects]
        first = max(0, min(self._first_lane, len(ids) - self._lanes))
        if self._controller.selected_object in ids:
            at = ids.index(self._controller.selected_object)
            first = min(max(first, at - self._lanes + 1), at)
        self._first_lane = first

    # What is shown

    @property
    def _objects(self) -> list[DocumentObject]:
        """From top to bottom, as in the panel."""
        return [] if self._controller.workspace is None else list(reversed(self._controller.document.objects))

    @property
    def _selected_ids(self) -> frozenset[int]:
        return frozenset(each.id for each in self._controller.selected_together)

    def _clip_changed(self) -> None:
        self._coverage.clear()
        self._first_lane = 0
        self.axis = TimeAxis.whole(self._controller.transport.frame_count, *self._ends)
        self._document_changed()
        self._axis_changed()

    def _document_changed(self) -> None:
        self._show_selected()
        self._drawn.pop("ruler", None)
        self.refresh_lanes()

    def refresh_lanes(self) -> None:
        """Draws the objects' lanes anew: masks were found."""
        for name in [name for name in self._drawn if name.startswith("lane")]:
            del self._drawn[name]
        self.update()

    def _redraw(self, row: str | None = None) -> None:
        if row is None:
            self._drawn.clear()
        else:
            self._drawn.pop(row, None)
        self.update()

    def _moved(self, frame: int) -> None:
        if not self.axis.is_whole and frame < self.axis.count:
            self._set_axis(self.axis.showing(frame))
        self.update()

    # Frames and pixels

    @property
    def _ends(self) -> tuple[float, float]:
        return NAMES_PX + MARGIN_PX, max(self.width() - MARGIN_PX, NAMES_PX + MARGIN_PX + 1)

    def x_of(self, frame: float) -> float:
        """Where a frame begins."""
        return self.axis.x_of(frame)

    def frame_at(self, x: float) -> int:
        """The frame at a place."""
        return self.axis.frame_at(x)

    def zoom_by(self, factor: float, x: float | None = None) -> None:
        """Zooms at a place, the playhead by default."""
        at = self.axis.x_of(self._controller.transport.position + 0.5) if x is None else x
        self._set_axis(self.axis.zoomed(factor, min(max(at, self.axis.left), self.axis.right)))

    def fit(self) -> None:
        """Shows the whole clip."""
        self._set_axis(TimeAxis.whole(self.axis.count, *self._ends))

    def show_stretch(self, first: float, shown: float) -> None:
        """Shows so many frames from a frame on."""
        self._set_axis(self.axis.stretch(first, shown))

    def _set_axis(self, axis: TimeAxis) -> None:
        if axis != self.axis:
            self.axis = axis
            self._axis_changed()

    def _axis_changed(self) -> None:
        self._redraw()
        if self._controller.workspace is not None:
            self.film.want(self._film_frames())

    def _film_frames(self) -> list[int]:
        return paint.film_frames(self.axis, self.film.width_px / _FILM_DETAIL)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Goes on showing the same frames."""
        super().resizeEvent(event)
        self._set_axis(self.axis.resized(*self._ends))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draws anew with another font or style."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._redraw()

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Moves the playhead; a click on a lane's name selects its object."""
        if event.button() != Qt.MouseButton.LeftButton or self._controller.workspace is None:
            return
        place = event.position()
        if place.x() < NAMES_PX:
            each = self._object_at(place.y())
            if each is not None:
                self._controller.select(each.id)
            return
        self._controller.transport.begin_scrub()
        self._controller.transport.go_to(self.frame_at(place.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Scrubs while the button is held; says what is under the pointer otherwise."""
        if self._controller.workspace is None:
            return
        frame = self.frame_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton and self._controller.transport.scrubbing:
            self._controller.transport.go_to(frame)
        self.setToolTip(self.words_of(frame))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Lets go of the playhead."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._controller.transport.end_scrub()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """With Ctrl zooms at the pointer; else moves along, or through the lanes if there are more than are shown."""
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(ZOOM_STEP**notches, event.position().x())
        elif self._object_at(event.position().y()) is not None and len(self._objects) > self._lanes:
            last = len(self._objects) - self._lanes
            self._first_lane = min(max(self._first_lane - (1 if notches > 0 else -1), 0), last)
            self._redraw()
        else:
            self._set_axis(self.axis.panned(-notches * self.axis.shown / 10))
        event.accept()

    def _object_at(self, y: float) -> DocumentObject | None:
        for strip in self._strips():
            if strip.id.startswith("lane") and strip.top <= y < strip.top + strip.height:
                wanted = int(strip.id.removeprefix("lane"))
                return next((each for each in self._objects if each.id == wanted), None)
        return None

    def words_of(self, frame: int) -> str:
        """What is known of a frame, in words: time, marker, whether it is rendered, what may be wrong."""
        info = self._controller.info
        if info is None:
            return ""
        words = [timecode(frame, info.rate), str(frame)]
        words += [marker.name for marker in self._controller.document.markers if marker.frame == frame and marker.name]
        if frame in self._controller.document.references:
            words.append(self.tr("retouched by hand"))
        if frame < len(self._states) and FrameState(self._states[frame]) in STATE_WORDS:
            words.append(self.tr(STATE_WORDS[FrameState(self._states[frame])]))
        known = self._quality.qualities.get(frame)
        if known is not None:
            old = bool(self._quality.outdated[frame])
            seen = self.tr("{0:.0%} seen before the change") if old else self.tr("{0:.0%} seen")
            words.append(seen.format(known.seen_share))
        problem = self._quality.problem_at(frame)
        if problem is not None:
            words += [trouble_of(trouble) for trouble in problem.troubles]
        return "  ·  ".join(words)

    # Painting

    def _strips(self) -> list[_Strip]:
        info = self._controller.info
        if info is None:
            return []
        document, rate = self._controller.document, info.rate
        fixed: list[tuple[str, int, str, Callable[[Row], None]]] = [
            ("ruler", RULER_PX, "", lambda row: paint.ruler(row, rate, document.markers, document.references)),
            ("film", FILM_PX, self.tr("Clip"), self._draw_film),
            ("rendered", BAR_PX, self.tr("Rendered"), lambda row: paint.rendered(row, self._states)),
            ("quality", QUALITY_PX, self.tr("Seen"), self._draw_quality),
        ]
        strips, top = [], 0
        for name, height, words, draw in fixed:
            strips.append(_Strip(name, top, height, words, draw))
            top += height + GAP_PX
        for each in self._objects[self._first_lane : self._first_lane + self._lanes]:
            strips.append(_Strip(f"lane{each.id}", top, LANE_PX, each.name, self._lane_drawer(each)))
            top += LANE_PX
        return strips

    def _draw_film(self, row: Row) -> None:
        paint.film(row, self.film, self._film_frames(), self.film.width_px / _FILM_DETAIL)

    def _draw_quality(self, row: Row) -> None:
        paint.quality(row, self._quality.seen, self._quality.troubles, self._quality.outdated)

    def _lane_drawer(self, each: DocumentObject) -> Callable[[Row], None]:
        def draw(row: Row) -> None:
            covered = self._coverage.of(each, self.axis.count)
            found = self._controller.found.frames(each.id)
            if found:
                frames = np.fromiter(found, np.int64, len(found))
                covered = covered.copy()
                covered[frames[frames < len(covered)]] = True
            lost = frames_of(each.doubts, Doubt.LOST)
            paint.lane(row, each, covered, lost, selected=each.id in self._selected_ids)

        return draw

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Puts the rows together; only those are drawn that have changed."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.window))
            if self._controller.workspace is not None:
                self._paint_ground(painter)
                font = painter.font()
                font.setPixelSize(10)
                painter.setFont(font)
                left = int(self.axis.left) - 6
                for strip in self._strips():
                    painter.drawPixmap(left, strip.top, self._picture(strip, left))
                    selected = strip.id.startswith("lane") and int(strip.id.removeprefix("lane")) in self._selected_ids
                    area = QRectF(MARGIN_PX, strip.top, NAMES_PX - MARGIN_PX, strip.height)
                    paint.label(painter, area, strip.name, self._theme, strong=selected)
                self._paint_range(painter)
                self._paint_place_in_lanes(painter)
                painter.setClipRect(QRectF(left, 0, self.width() - left, self.height()))
                paint.playhead(painter, self.axis, self._controller.transport.position, self.height(), self._theme)

    def _picture(self, strip: _Strip, left: int) -> QPixmap:
        """A row as it was drawn last, drawn again if it has changed."""
        drawn = self._drawn.get(strip.id)
        if drawn is None:
            ratio = self.devicePixelRatioF()
            size = QSize(max(self.width() - left, 1), strip.height)
            drawn = QPixmap(size * ratio)
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(Qt.GlobalColor.transparent)
            with QPainter(drawn) as painter:
                font = painter.font()
                font.setPixelSize(10)
                painter.setFont(font)
                painter.translate(-left, 0)
                painter.setClipRect(self._shown_part(strip.height))
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
                strip.draw(Row(painter, self.axis, self._theme, strip.height))
            self._drawn[strip.id] = drawn
        return drawn

    def _shown_part(self, height: int) -> QRectF:
        """What of a row is seen: a mark on the clip's first or last frame may stand out, frames beyond may not."""
        left = self.axis.left - (6 if self.axis.first <= 0 else 0)
        right = self.axis.right + (6 if self.axis.first + self.axis.shown >= self.axis.count else 0)
        return QRectF(left, 0, right - left, height)

    def _paint_ground(self, painter: QPainter) -> None:
        left, right = self.axis.x_of(0), self.axis.x_of(self.axis.count)
        left, right = max(left, self.axis.left), min(right, self.axis.right)
        painter.fillRect(QRectF(left, 0, right - left, self.height()), QColor(self._theme.raised))

    def _paint_place_in_lanes(self, painter: QPainter) -> None:
        """A bar at the right edge tells which of more lanes than there is room for are shown."""
        count = len(self._objects)
        if count > self._lanes:
            height = self._lanes * LANE_PX
            top = RULER_PX + FILM_PX + BAR_PX + QUALITY_PX + 4 * GAP_PX
            bar = QRectF(
                self.width() - 7, top + height * self._first_lane / count, 4, max(height * self._lanes / count, 8)
            )
            painter.fillRect(QRectF(bar.left(), top, 4, height), QColor(self._theme.sunken))
            painter.fillRect(bar, QColor(self._theme.dim))

    def _paint_range(self, painter: QPainter) -> None:
        """What lies outside the in and out points is veiled."""
        first, end = self._controller.transport.range
        if (first, end) == (0, self.axis.count):
            return
        veil = QColor(self._theme.sunken)
        veil.setAlpha(150)
        for start, stop in ((0, first), (end, self.axis.count)):
            left = max(self.axis.x_of(start), self.axis.left)
            right = min(self.axis.x_of(stop), self.axis.right)
            if right > left:
                painter.fillRect(QRectF(left, 0, right - left, self.height()), veil)
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        for frame in (first, end):
            x = self.axis.x_of(frame)
            if self.axis.left - 1 <= x <= self.axis.right + 1:
                painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
