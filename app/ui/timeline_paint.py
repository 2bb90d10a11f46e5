"""Draws the rows of the timeline; each is drawn once and kept as a picture until what it shows has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen, QPolygonF

from app.core.document import Action, DocumentObject, Marker
from app.engine.result_view import FrameState
from app.engine.survey import Trouble
from app.ui.filmstrip import Filmstrip
from app.ui.theme import Theme, object_color
from app.ui.time_axis import TimeAxis
from app.ui.timecode import timecode
from app.ui.timeline_facts import any_of, gravest, lowest_known, runs, stretches

RULER_PX, FILM_PX, BAR_PX, QUALITY_PX, LANE_PX = 20, 36, 9, 18, 18
_LABEL_PX = 96
_BESIDE_PLAYHEAD_PX = 8  # from the middle of a frame: there it hides no time code
_FEW, _SECONDS = (1, 2, 5, 10), (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_WIDE_FRAME_PX = 6
_MARK_PX = 6
_SELECTED_ALPHA, _LANE_ALPHA = 210, 120


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row is drawn: the painter's origin is its top left corner.

    Attributes:
        painter: draws.
        axis: where frames lie.
        theme: its colours.
        height: of the row, in pixels.
    """

    painter: QPainter
    axis: TimeAxis
    theme: Theme
    height: int

    def area(self, first: float, end: float, top: float = 0.0, height: float | None = None) -> QRectF:
        """The rectangle of a stretch of frames, at least a pixel wide."""
        left, right = self.axis.x_of(first), self.axis.x_of(end)
        return QRectF(left, top, max(right - left, 1.0), self.height - top if height is None else height)


def ruler(row: Row, rate: Fraction, markers: Sequence[Marker], references: Iterable[int] = ()) -> None:
    """Time codes, the markers as flags, and frames retouched by hand as small pictures in a frame."""
    painter, axis = row.painter, row.axis
    base = max(1, round(rate))
    steps = (*(each for each in _FEW if each < base), *(each * base for each in _SECONDS))
    step = min((each for each in steps if each * axis.frame_px >= _LABEL_PX), default=max(steps))
    first, end = axis.frames
    for frame in range(first - first % step, end, step):
        x = axis.x_of(frame)
        painter.setPen(QColor(row.theme.outline))
        painter.drawLine(QPointF(x, 2), QPointF(x, row.height - 2))
        painter.setPen(QColor(row.theme.dim))
        words, at = timecode(frame, rate), x + axis.frame_px / 2 + _BESIDE_PLAYHEAD_PX
        if at + painter.fontMetrics().horizontalAdvance(words) <= axis.right:
            painter.drawText(QPointF(at, 13), words)
    painter.setPen(Qt.PenStyle.NoPen)
    for marker in markers:
        x = axis.x_of(marker.frame + 0.5)
        painter.setBrush(object_color(marker.color + 1))
        painter.drawRect(QRectF(x - 0.5, 2, 1.5, row.height - 2))
        painter.drawPolygon(QPolygonF([QPointF(x, 2), QPointF(x + 9, 5.5), QPointF(x, 9)]))
    for frame in references:
        x = axis.x_of(frame + 0.5)
        place = QRectF(x - 4.5, row.height - 8.5, 9, 7)
        painter.setPen(QPen(QColor(row.theme.text), 1))
        painter.setBrush(QColor(row.theme.accent))
        painter.drawRect(place)
        painter.drawLine(place.bottomLeft() + QPointF(1, -1), place.topRight() + QPointF(-1, 1))


def film_frames(axis: TimeAxis, thumb_px: float) -> list[int]:
    """The frames whose pictures stand side by side in the strip, from left to right."""
    if thumb_px <= 0:
        return []
    step = max(1, int(np.ceil(thumb_px / axis.frame_px)))
    first, end = axis.frames
    return list(range(first - first % step, end, step))


def film(row: Row, strip: Filmstrip, frames: Sequence[int], thumb_px: float) -> None:
    """Small pictures of the clip."""
    row.painter.setClipRect(row.area(0, row.axis.count))
    for frame in frames:
        picture = strip.picture(frame)
        if picture is not None:
            area = QRectF(row.axis.x_of(frame), 0, thumb_px, row.height)
            row.painter.drawPixmap(area, picture, QRectF(picture.rect()))


def rendered(row: Row, states: NDArray[np.uint8]) -> None:
    """Finished frames: live a thin line, final a full one, stale hatched, failed crossed out."""
    row.painter.fillRect(row.area(0, row.axis.count), QColor(row.theme.sunken))
    first, end = row.axis.frames
    per_cell = max(1, int(1 / row.axis.frame_px))
    looks = {
        FrameState.FINAL: (QBrush(QColor(row.theme.good)), 0.0),
        FrameState.LIVE: (QBrush(QColor(row.theme.good)), row.height * 0.55),
        FrameState.STALE: (QBrush(QColor(row.theme.warning), Qt.BrushStyle.BDiagPattern), 0.0),
        FrameState.FAILED: (QBrush(QColor(row.theme.error), Qt.BrushStyle.DiagCrossPattern), 0.0),
    }
    for start, stop, state in runs(gravest(states[first:end], per_cell)):
        look = looks.get(FrameState(state))
        if look is not None:
            brush, top = look
            row.painter.fillRect(row.area(first + start * per_cell, first + stop * per_cell, top), brush)


def quality(row: Row, seen: NDArray[np.float32], troubles: NDArray[np.uint8], outdated: NDArray[np.bool_]) -> None:
    """How much of each hole was really seen, as a column; doubtful frames have a mark on top, a shape for each kind.

    What is out of date is drawn thinly: dotted columns, hollow marks.

    Args:
        row: where.
        seen: 0 to 1 by frame, NaN where it is not known.
        troubles: 0, or 1 and the place of a frame's gravest trouble in ``Trouble``.
        outdated: whether that was found before the last change, by frame.
    """
    first, end = row.axis.frames
    per_cell = max(1, int(1 / row.axis.frame_px))
    room = row.height - _MARK_PX
    good, doubtful = QColor(row.theme.good), QColor(row.theme.warning)
    good.setAlpha(120)
    doubtful.setAlpha(170)
    levels = np.where(np.isnan(seen[first:end]), -1, np.rint(seen[first:end] * room)).astype(np.int16)
    for old, pattern in ((False, Qt.BrushStyle.SolidPattern), (True, Qt.BrushStyle.Dense5Pattern)):
        some = np.where(outdated[first:end] == old, levels, -1).astype(np.int16)
        for start, stop, level in runs(lowest_known(some, per_cell)):
            if level >= 0:
                place = (first + start * per_cell, first + stop * per_cell)
                row.painter.fillRect(row.area(*place, _MARK_PX + room - level), QBrush(good, pattern))
                row.painter.fillRect(row.area(*place, _MARK_PX, room - level), QBrush(doubtful, pattern))
    row.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    kinds, last = list(Trouble), -np.inf
    doubts = np.flatnonzero(troubles[first:end])
    for frame in first + doubts[np.unique(doubts // per_cell, return_index=True)[1]]:
        x = row.axis.x_of(frame + 0.5)
        if x - last >= _MARK_PX:  # marks that would lie over each other are drawn once
            last = x
            trouble = kinds[troubles[frame] - 1]
            color = QColor(row.theme.error if trouble is Trouble.FAILED else row.theme.warning)
            row.painter.setBrush(Qt.BrushStyle.NoBrush if outdated[frame] else color)
            row.painter.setPen(color if outdated[frame] else Qt.PenStyle.NoPen)
            row.painter.drawPolygon(_mark(trouble, x))


def _mark(trouble: Trouble, x: float) -> QPolygonF:
    """A small shape that tells the kind without its colour."""
    shapes = {
        Trouble.FAILED: [(-3, 0), (3, 0), (3, 5), (-3, 5)],
        Trouble.MASK: [(-3, 5), (0, 0), (3, 5)],
        Trouble.LOST: [(-3, 0), (0, 2), (3, 0), (3, 2), (0, 5), (-3, 2)],
        Trouble.UNSURE: [(-1, 0), (1, 0), (1, 5), (-1, 5)],
        Trouble.GUESSED: [(-3, 0), (3, 0), (0, 5)],
        Trouble.SHARED: [(-3, 0), (1, 0), (1, 2), (3, 2), (3, 5), (-1, 5), (-1, 3), (-3, 3)],
        Trouble.SEAM: [(-3, 2), (3, 2), (3, 4), (-3, 4)],
    }
    return QPolygonF([QPointF(x + dx, dy) for dx, dy in shapes[trouble]])


def lane(
    row: Row, each: DocumentObject, covered: NDArray[np.bool_], lost: NDArray[np.int64], *, selected: bool
) -> None:
    """Where an object has a mask, its anchor frames (diamonds) and the keys of its shapes (hollow ones).

    Frames in which its tracker lost it are hatched, and a cross stands where each such stretch begins.
    """
    painter = row.painter
    shade = object_color(each.settings.color)
    shade.setAlpha((_SELECTED_ALPHA if selected else _LANE_ALPHA) if each.settings.shown else 50)
    first, end = row.axis.frames
    per_cell = max(1, int(1 / row.axis.frame_px))
    for start, stop, there in runs(any_of(covered[first:end], per_cell)):
        if there:
            place = (first + start * per_cell, min(first + stop * per_cell, end))
            painter.fillRect(row.area(*place, 5, row.height - 10), shade)
    _lost(row, lost)
    if each.settings.action is Action.RESTORE:
        _whole(row, each)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    anchors = {frame for frame in each.anchors if first <= frame < end}
    keys = {frame for shape in each.shapes for frame in shape.key_frames if first <= frame < end} - anchors
    for frames, brush in (
        (keys, QBrush(QColor(row.theme.sunken))),
        (anchors, QBrush(object_color(each.settings.color))),
    ):
        painter.setBrush(brush)
        edge = QColor(row.theme.text) if selected else QColor(row.theme.line)
        painter.setPen(QPen(edge, 1) if frames is anchors else QPen(object_color(each.settings.color), 1.5))
        for frame in frames:
            painter.drawPolygon(_diamond(row.axis.x_of(frame + 0.5), row.height / 2, 5.0))


def _whole(row: Row, each: DocumentObject) -> None:
    """Underlines where a restored object has a whole shape: dots where it was predicted, a line where it was drawn."""
    first, end = row.axis.frames
    shapes = np.array([frame for frame in each.amodal if first <= frame < end], np.int64)
    drawn = np.array([frame for frame in each.amodal_drawn if first <= frame < end], np.int64)
    y, color = row.height - 2.0, object_color(each.settings.color)
    for frames, style in ((shapes, Qt.PenStyle.DotLine), (drawn, Qt.PenStyle.SolidLine)):
        row.painter.setPen(QPen(color, 2, style))
        for start, stop in stretches(frames):
            row.painter.drawLine(QPointF(row.axis.x_of(start), y), QPointF(row.axis.x_of(stop), y))


def _lost(row: Row, lost: NDArray[np.int64]) -> None:
    """Hatches the stretches of these frames, and marks where each begins."""
    first, end = row.axis.frames
    painter, warning = row.painter, QColor(row.theme.warning)
    for start, stop in stretches(lost[(lost >= first) & (lost < end)]):
        painter.fillRect(row.area(start, stop, 5, row.height - 10), QBrush(warning, Qt.BrushStyle.BDiagPattern))
        x, y = row.axis.x_of(start) + 3.0, row.height / 2
        painter.setPen(QPen(warning, 2))
        painter.drawLine(QPointF(x - 3, y - 4), QPointF(x + 3, y + 4))
        painter.drawLine(QPointF(x - 3, y + 4), QPointF(x + 3, y - 4))


def label(painter: QPainter, area: QRectF, text: str, theme: Theme, *, strong: bool = False) -> None:
    """A row's name, left of it."""
    painter.setPen(QColor(theme.text if strong else theme.dim))
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def playhead(painter: QPainter, axis: TimeAxis, frame: int, height: int, theme: Theme) -> None:
    """The line through all rows, as wide a shade as the frame."""
    left, right = axis.x_of(frame), axis.x_of(frame + 1)
    if right < axis.left or left > axis.right:
        return
    middle = (left + right) / 2
    if right - left >= _WIDE_FRAME_PX:
        shade = QColor(theme.text)
        shade.setAlpha(32)
        painter.fillRect(QRectF(left, 0, right - left, height), shade)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor(theme.text), 1))
    painter.drawLine(QPointF(middle, 0), QPointF(middle, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.text))
    painter.drawPolygon(QPolygonF([QPointF(middle - 5, 0), QPointF(middle + 5, 0), QPointF(middle, 7)]))


def _diamond(x: float, y: float, reach: float) -> QPolygonF:
    return QPolygonF([QPointF(x, y - reach), QPointF(x + reach, y), QPointF(x, y + reach), QPointF(x - reach, y)])
