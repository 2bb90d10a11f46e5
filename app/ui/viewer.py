"""The viewer: one frame in one of several views, with masks and the tool in hand drawn over it.

It decodes and computes nothing: it asks the picture server for what it is to show, and draws the last answer until the
next one comes.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.controller import Controller
from app.ui.kept_drawing import KeptDrawing
from app.ui.theme import Theme, object_color
from app.ui.tool_view import ToolView
from app.ui.view_transform import ViewTransform
from app.ui.viewer_paint import (
    Overlay,
    OverlayStyle,
    draw_hole,
    draw_label,
    draw_names,
    draw_overlay,
    draw_picture,
    draw_whole_names,
    draw_wipe,
    label_plate,
    picture_rect,
)
from app.ui.views import Making, Picture, ShownFrame, View, Wanted
from app.ui.zoom_view import GAP_PX

MAIN_SEAT = 0
LABEL_PX = 10
"""How far from the corner what is shown is named."""


class Viewer(ToolView):
    """Shows the frame under the playhead.

    Signals:
        view_changed: another view was chosen.
        overlay_changed: masks are shown in another way.
    """

    view_changed = Signal(object)
    overlay_changed = Signal()

    def __init__(
        self, controller: Controller, theme: Theme, parent: QWidget | None = None, *, seat: int = MAIN_SEAT
    ) -> None:
        super().__init__(controller, parent)
        self._theme = theme
        self._seat, self._awake = seat, seat == MAIN_SEAT
        self._view = View.RESULT
        self.overlay = OverlayStyle()
        self._shown: ShownFrame | None = None
        self._masks = KeptDrawing()
        self._covered_px = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(320, 180))
        self.setAccessibleName(self.tr("Viewer"))
        self._listen()

    def _listen(self) -> None:
        controller = self._controller
        controller.pictures.ready.connect(self._show)
        controller.clip_opened.connect(self._open)
        controller.clip_closed.connect(self._close)
        controller.document_changed.connect(self._document_changed)
        controller.results_changed.connect(self.refresh)
        controller.look_changed.connect(self.refresh)
        controller.kept.shown_changed.connect(self.refresh)
        controller.selection_changed.connect(self._selection_changed)
        controller.transport.moved.connect(self._moved)
        controller.transport.scrub_ended.connect(self.refresh)
        controller.transport.playing_changed.connect(lambda on: None if on else self.refresh())

    # What it shows

    @property
    def view(self) -> View:
        """The view that was chosen."""
        return self._view

    @property
    def shown(self) -> ShownFrame | None:
        """The frame on screen, None before the first one."""
        return self._shown

    @property
    def wipe_is_shown(self) -> bool:
        """See ``ToolView.wipe_is_shown``."""
        return self._view is View.WIPE and not self.peeking and self._shown is not None

    def set_view(self, view: View) -> None:
        """Shows another view."""
        if view is not self._view:
            self._view = view
            self._fit_again()
            self.refresh()
            self.view_changed.emit(view)

    def set_overlay(self, kind: Overlay | None = None, opacity: float | None = None) -> None:
        """Shows masks in another way."""
        style = self.overlay
        self.overlay = replace(
            style,
            kind=style.kind if kind is None else kind,
            opacity=style.opacity if opacity is None else opacity,
        )
        self.update()
        self.overlay_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Draws in another theme's colours."""
        self._theme = theme
        self.update()

    def set_covered(self, height_px: int) -> None:
        """Makes room for what lies over the upper edge: the labels stand below it."""
        self._covered_px = height_px
        self.update()

    @property
    def covered_px(self) -> int:
        """How much of the upper edge something lies over."""
        return self._covered_px

    def start(self) -> None:
        """Asks for pictures from now on; the main viewer always does."""
        self._awake = True
        if self._controller.info is not None:
            self._open()

    def rest(self) -> None:
        """Asks for no more pictures."""
        self._awake = False
        self._shown = None

    def refresh(self) -> None:
        """Asks for the picture that is due."""
        controller = self._controller
        if controller.workspace is None or not self._awake:
            return
        ratio = self.devicePixelRatioF()
        width, height = self._transform.size
        size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        results, revision = controller.shown_results
        ahead = (controller.transport.speed > 0) - (controller.transport.speed < 0)
        controller.pictures.want(
            Wanted(
                index=controller.transport.position,
                size=size,
                view=View.SOURCE if self.peeking else self._view,
                document=controller.shown_document,
                results=results,
                revision=revision,
                ahead=ahead,
                rough=controller.transport.scrubbing,
                seat=self._seat,
            )
        )

    def _moved(self, _frame: int) -> None:
        self.refresh()

    def _document_changed(self, _changes: object) -> None:
        self.refresh()

    def _selection_changed(self) -> None:
        self.overlay = replace(self.overlay, selected=self._controller.selected_object)
        if self._shown is None or self._shown.wanted.document is self._controller.shown_document:
            self.update()  # else a picture of the document as it is now is on its way

    def _show(self, answer: ShownFrame) -> None:
        if answer.wanted.seat != self._seat or not self._awake:
            return
        self._shown = answer
        if self._seat == MAIN_SEAT and answer.exact:
            self._controller.transport.note_shown(answer.wanted.index)
        if self._tool is not None and answer.wanted.document is self._controller.shown_document:
            self._tool.settled()
        self.update()

    def _open(self) -> None:
        info = self._controller.info
        assert info is not None
        aspect = float(info.display_aspect_ratio) * info.height / info.width
        self._transform = ViewTransform(info.width, info.height, aspect)
        self._shown = None
        self.fit()

    def _close(self) -> None:
        self._shown = None
        self._masks.forget()
        self._transform = ViewTransform(1, 1)
        self.update()

    @property
    def panes(self) -> int:
        """See ``ZoomView.panes``."""
        return 2 if self._view is View.SIDE_BY_SIDE and not self.peeking else 1

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draws pictures, masks, tool and labels."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.canvas))
            shown = self._shown
            if shown is None:
                return
            if self.panes == 2 and shown.wanted.view is View.SIDE_BY_SIDE:
                self._paint_pane(painter, 0, shown.source, plain=False)
                self._paint_pane(painter, 1, shown.other or shown.source, plain=shown.has_result)
            elif shown.wanted.view is View.WIPE and not self.peeking:
                self._paint_wipe(painter, shown)
            else:
                picture, _ = self._single(shown)
                plain = shown.has_result and shown.wanted.view is View.RESULT
                self._paint_pane(painter, 0, picture, plain=plain)
            for words, corner, right in self.labels():
                draw_label(painter, words, corner, right=right)

    def _single(self, shown: ShownFrame) -> tuple[Picture | None, str]:
        view = shown.wanted.view
        if view in (View.DIFFERENCE, View.MATTE):
            name = self.tr("Difference ×8") if view is View.DIFFERENCE else self.tr("Matte")
            return shown.other, name if shown.other is not None else self._result_label(shown)
        if view is View.RESULT:
            return shown.other or shown.source, self._result_label(shown)
        return shown.source, self.tr("Source")

    def labels(self) -> list[tuple[str, QPointF, bool]]:
        """What the pictures on screen are called: words, a corner on the widget, and whether that is the right one."""
        shown, top = self._shown, LABEL_PX + self._covered_px
        if shown is None:
            return []
        if self.panes == 2 and shown.wanted.view is View.SIDE_BY_SIDE:
            second = QPointF(self._pane_rect(1).left() + LABEL_PX, top)
            return [(self.tr("Source"), QPointF(LABEL_PX, top), False), (self._result_label(shown), second, False)]
        if shown.wanted.view is View.WIPE and not self.peeking:
            right = QPointF(self.width() - LABEL_PX, top)
            return [(self.tr("Source"), QPointF(LABEL_PX, top), False), (self._result_label(shown), right, True)]
        return [(self._single(shown)[1], QPointF(LABEL_PX, top), False)]

    def label_areas(self) -> list[QRectF]:
        """Where they stand on the widget."""
        return [label_plate(self.font(), words, corner, right=right) for words, corner, right in self.labels()]

    def _result_label(self, shown: ShownFrame) -> str:
        first, end = shown.wanted.document.range
        if not first <= shown.wanted.index < end:
            return self.tr("Source, outside in and out")
        if not shown.has_hole:
            return self.tr("Source")
        if not shown.has_result:
            return self.tr("Source") if self._controller.state.tracking else self.tr("Source, not rendered yet")
        kept = self._controller.kept.shown
        if kept is not None:
            return kept.name
        names = {
            Making.RENDERED: self.tr("Result"),
            Making.DRAFT: self.tr("Draft"),
            Making.RETOUCHED: self.tr("Result, retouched by hand"),
            Making.OUTDATED: self.tr("Result, out of date"),
        }
        return names[shown.making]

    def _paint_pane(self, painter: QPainter, pane: int, picture: Picture | None, *, plain: bool) -> None:
        area = self._pane_rect(pane)
        painter.save()
        painter.setClipRect(area)
        painter.translate(area.topLeft())
        if picture is not None:
            draw_picture(painter, self._transform, picture, self.devicePixelRatioF())
        else:
            painter.fillRect(picture_rect(self._transform), QColor("black"))
        self._paint_over(painter, plain=plain)
        painter.restore()
        if pane:
            painter.fillRect(QRectF(area.left() - GAP_PX, 0, GAP_PX, self.height()), QColor(self._theme.line))

    def _paint_wipe(self, painter: QPainter, shown: ShownFrame) -> None:
        line = self._wipe_x()
        ratio = self.devicePixelRatioF()
        for picture, area, plain in (
            (shown.source, QRectF(0, 0, line, self.height()), False),
            (
                shown.other or shown.source,
                QRectF(line, 0, max(self.width() - line, 0), self.height()),
                shown.has_result,
            ),
        ):
            if picture is not None and not area.isEmpty():
                painter.save()
                painter.setClipRect(area)
                draw_picture(painter, self._transform, picture, ratio)
                self._paint_over(painter, plain=plain)
                painter.restore()
        area = self._wipe_area()
        draw_wipe(painter, line, area, self._theme, held=self._drag == "wipe")

    def _paint_over(self, painter: QPainter, *, plain: bool) -> None:
        """Masks and the tool; not while the source is looked at.

        Args:
            painter: clipped to where the picture is.
            plain: whether the result is there: masks are outlined at most, for what is filled is to be seen.
        """
        shown = self._shown
        if shown is None or self.peeking:
            return
        on_result, plain = plain, plain or (self._tool is not None and self._tool.looks_through())
        if shown.wanted.view is not View.MATTE:
            self._paint_masks(painter, shown, plain=plain)
        if self._tool is not None and self._controller.workspace is not None:
            painter.save()
            if on_result:
                self._tool.paint_result(painter, self._transform)
            self._tool.paint(painter, self._transform)
            painter.restore()

    def _paint_masks(self, painter: QPainter, shown: ShownFrame, *, plain: bool) -> None:
        """Masks, and whose they are: drawn anew only where something about them is another than before."""
        hidden = self._tool.hides() if self._tool is not None else None
        whole = self._controller.edits_whole
        outlines = [each for each in shown.outlines if each.object_id != hidden or each.whole is not whole]
        if not outlines:
            return
        style = (
            replace(self.overlay, kind=Overlay.OUTLINE) if plain and self.overlay.kind is Overlay.FILL else self.overlay
        )
        named = not plain and not self._controller.transport.playing
        objects = shown.wanted.document.objects
        colors, names = {each.id: each.settings.color for each in objects}, {each.id: each.name for each in objects}
        view, whole_words = self._transform, self.tr("whole shape")
        hole = None if plain else shown.hole

        def draw(painter: QPainter) -> None:
            if hole is not None:
                draw_hole(painter, view, hole, style)
            draw_overlay(painter, view, outlines, {each: object_color(color) for each, color in colors.items()}, style)
            if named and sum(not each.whole for each in outlines) > 1:
                draw_names(painter, view, outlines, names, style)
            if named:
                draw_whole_names(painter, view, outlines, whole_words, style)

        looks = tuple((id(each.path), each.whole, colors.get(each.object_id)) for each in outlines)
        words = tuple(names.get(each.object_id) for each in outlines)
        chosen = style.selected if any(each.object_id == style.selected for each in outlines) else None
        key = (looks, id(hole), words, style.kind, style.opacity, chosen, named, view, painter.font().toString())
        self._masks.draw(painter, key, self.size(), draw)
