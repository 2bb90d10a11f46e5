"""The viewer: one frame in one of several views, with masks and the tool in hand drawn over it.

It decodes and computes nothing: it asks the picture server for what it is to show, and draws the last answer until the
next one comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.errors import UserError
from app.ui.controller import Controller
from app.ui.pictures import Making, Picture, ShownFrame, View, Wanted
from app.ui.theme import Theme, object_color
from app.ui.tools.base import Button, PointerEvent, Tool
from app.ui.view_transform import ZOOM_STEP, ViewTransform
from app.ui.viewer_paint import (
    HANDLE_PX,
    Overlay,
    OverlayStyle,
    draw_label,
    draw_overlay,
    draw_picture,
    draw_wipe,
    picture_rect,
)

# While zooming, the picture on screen is stretched; a sharp one is asked for when the wheel has come to rest.
_SETTLE_MS = 60
# A tap of Tab moves the focus on, as everywhere; only holding it for longer is "show the source".
_TAP_MS = 250
_GAP_PX = 2.0
_SIGHT_PX = 24.0  # so near to the edge the keyboard's pointer moves the picture instead
MAIN_SEAT = 0


class Viewer(QWidget):
    """Shows the frame under the playhead.

    Signals:
        view_changed: another view was chosen.
        zoom_changed: the zoom in screen pixels a picture pixel.
        wipe_moved: the place of the wipe's line.
        overlay_changed: masks are shown in another way.
        play_pressed: Space was tapped.
        files_dropped: paths of files that were dropped on it.
    """

    view_changed = Signal(object)
    zoom_changed = Signal(float)
    wipe_moved = Signal(float)
    overlay_changed = Signal()
    play_pressed = Signal()

    def __init__(
        self, controller: Controller, theme: Theme, parent: QWidget | None = None, *, seat: int = MAIN_SEAT
    ) -> None:
        super().__init__(parent)
        self._controller, self._theme = controller, theme
        self._seat, self._awake = seat, seat == MAIN_SEAT
        self._transform = ViewTransform(1, 1)
        self._view = View.RESULT
        self.overlay = OverlayStyle()
        self._wipe = 0.5
        self._shown: ShownFrame | None = None
        self._tool: Tool | None = None
        self._peek_since: int | None = None
        self._drag: str = ""
        self._last = QPointF()
        self._space_held = False
        self._space_dragged = False
        self._pen_pressure = 1.0
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self._held_long = QTimer(self)
        self._held_long.setSingleShot(True)
        self._held_long.setInterval(_TAP_MS)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)
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
    def transform(self) -> ViewTransform:
        """Where the picture lies."""
        return self._transform

    @property
    def peeking(self) -> bool:
        """Whether Tab is held to see the source."""
        return self._peek_since is not None

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

    def set_tool(self, tool: Tool) -> None:
        """Puts another tool into the hand; the old one's gesture is given up."""
        if self._tool is not None:
            self._tool.cancel()
        self._tool = tool
        self._show_cursor()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draws in another theme's colours."""
        self._theme = theme
        self.update()

    @property
    def wipe(self) -> float:
        """Where the wipe's line is, as a share of the picture's width."""
        return self._wipe

    def set_wipe(self, share: float) -> None:
        """Moves the wipe's line."""
        self._wipe = min(max(share, 0.0), 1.0)
        self.update()
        self.wipe_moved.emit(self._wipe)

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
        self.update()

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
        self._transform = ViewTransform(1, 1)
        self.update()

    # Zoom and pan

    @property
    def _panes(self) -> int:
        return 2 if self._view is View.SIDE_BY_SIDE and not self.peeking else 1

    def _pane_rect(self, pane: int) -> QRectF:
        if self._panes == 1:
            return QRectF(self.rect())
        width = (self.width() - _GAP_PX) / 2
        return QRectF(pane * (width + _GAP_PX), 0, width, self.height())

    def _pane_at(self, place: QPointF) -> int:
        return int(self._panes == 2 and place.x() > self._pane_rect(0).right())

    def _in_pane(self, place: QPointF) -> QPointF:
        """A place on the widget as a place in its pane; panes share one transform."""
        return place - self._pane_rect(self._pane_at(place)).topLeft()

    def fit(self) -> None:
        """Shows the whole picture."""
        pane = self._pane_rect(0)
        self._set_transform(self._transform.fit(pane.width(), pane.height(), margin=12.0), now=True)

    def full_size(self) -> None:
        """Shows pixel for pixel."""
        self._zoom_to(1 / self.devicePixelRatioF(), self._middle())

    def zoom_by(self, factor: float) -> None:
        """Zooms round the pointer if it is over the viewer, else round the middle."""
        pointer = QPointF(self.mapFromGlobal(QCursor.pos()))
        place = self._in_pane(pointer) if self.underMouse() else self._middle()
        self._zoom_to(self._transform.zoom * factor, place)

    def zoom_at(self, factor: float, place: QPointF) -> None:
        """Zooms round a place on the widget."""
        self._zoom_to(self._transform.zoom * factor, self._in_pane(place))

    def bring_into_view(self, x: float, y: float) -> None:
        """Pans as far as it takes to see a place in the picture."""
        pane = self._pane_rect(0).adjusted(_SIGHT_PX, _SIGHT_PX, -_SIGHT_PX, -_SIGHT_PX)
        across, down = self._transform.to_view(x, y)
        dx = max(pane.left() - across, 0.0) + min(pane.right() - across, 0.0)
        dy = max(pane.top() - down, 0.0) + min(pane.bottom() - down, 0.0)
        if (dx or dy) and not self._transform.fitted:
            self._set_transform(self._transform.panned(dx, dy))

    def _middle(self) -> QPointF:
        pane = self._pane_rect(0)
        return QPointF(pane.width() / 2, pane.height() / 2)

    def _zoom_to(self, zoom: float, place: QPointF) -> None:
        self._set_transform(self._transform.at_zoom(zoom, place.x(), place.y()))

    def _set_transform(self, transform: ViewTransform, *, now: bool = False) -> None:
        pane = self._pane_rect(0)
        self._transform = transform.kept_in(pane.width(), pane.height())
        self.zoom_changed.emit(self._transform.zoom * self.devicePixelRatioF())
        self.update()
        if now:
            self.refresh()
        else:
            self._settle.start()

    def _fit_again(self) -> None:
        if self._transform.fitted:
            self.fit()
        else:
            self._set_transform(self._transform)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keeps a fitted picture fitted."""
        super().resizeEvent(event)
        if self._controller.workspace is not None:
            self._fit_again()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zooms at the pointer; a touch pad's own pixels pan."""
        if not event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            delta = event.pixelDelta()
            self._set_transform(self._transform.panned(delta.x(), delta.y()))
        elif event.angleDelta().y():
            steps = event.angleDelta().y() / 120
            self._zoom_to(self._transform.zoom * ZOOM_STEP**steps, self._in_pane(event.position()))
        event.accept()

    # The pointer

    def tabletEvent(self, event: QTabletEvent) -> None:  # noqa: N802
        """Notes a pen's pressure; the mouse events that Qt makes of it follow."""
        self._pen_pressure = event.pressure() if event.type() != QEvent.Type.TabletRelease else 1.0
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begins a pan, a drag of the wipe or the tool's gesture."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.press_at(event.position(), event.button(), event.modifiers())

    def press_at(self, place: QPointF, button: Qt.MouseButton, held: Qt.KeyboardModifier) -> None:
        """A button goes down at a place on the widget; the mouse's, or the keyboard's."""
        self._last = place
        if button == Qt.MouseButton.MiddleButton or self._space_held:
            self._drag, self._space_dragged = "pan", True
        elif button == Qt.MouseButton.LeftButton and self._over_wipe(place):
            self._drag = "wipe"
        elif self._tool is not None and self._controller.workspace is not None and not self._drag:
            which = _BUTTONS.get(button)
            if which is not None:
                self._drag = "tool"
                self._asking(self._tool.press, self._pointer(place, held, which))
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Goes on with what the press began."""
        self.move_to(event.position(), _held_button(event), event.modifiers())

    def move_to(self, place: QPointF, button: Button, held: Qt.KeyboardModifier) -> None:
        """The pointer goes to a place on the widget, with a button held or none."""
        delta = place - self._last
        self._last = place
        if self._drag == "pan":
            self._set_transform(self._transform.panned(delta.x(), delta.y()))
        elif self._drag == "wipe":
            self.set_wipe(self._transform.to_picture(place.x(), 0)[0] / self._transform.width)
        elif self._tool is not None and self._controller.workspace is not None:
            self._asking(self._tool.move, self._pointer(place, held, button))
            self._show_cursor(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ends it."""
        self.release_at(event.position(), event.button(), event.modifiers())

    def release_at(self, place: QPointF, button: Qt.MouseButton, held: Qt.KeyboardModifier) -> None:
        """The button goes up at a place on the widget."""
        drag, self._drag = self._drag, ""
        if drag == "tool" and self._tool is not None:
            self._asking(self._tool.release, self._pointer(place, held, _BUTTONS.get(button, Button.LEFT)))
        self._show_cursor(place)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Tools that draw at the pointer draw no more."""
        super().leaveEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Tools draw at the pointer again."""
        super().enterEvent(event)
        self.update()

    def _asking(self, ask: Callable[[PointerEvent], None], event: PointerEvent) -> None:
        """Asks the tool; what the user cannot do is said and ends the gesture."""
        try:
            ask(event)
        except UserError as error:
            self._drag = ""
            self._controller.tell(error)

    def _pointer(self, at: QPointF, held: Qt.KeyboardModifier, button: Button) -> PointerEvent:
        place = self._in_pane(at)
        x, y = self._transform.to_picture(place.x(), place.y())
        return PointerEvent(
            x,
            y,
            button,
            shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
            alt=bool(held & Qt.KeyboardModifier.AltModifier),
            control=bool(held & Qt.KeyboardModifier.ControlModifier),
            pressure=self._pen_pressure,
            reach=8.0 / self._transform.zoom,
        )

    def _over_wipe(self, place: QPointF) -> bool:
        if self._view is not View.WIPE or self.peeking or self._shown is None:
            return False
        handle = QPointF(self._wipe_x(), self._wipe_area().center().y())
        away = place - handle
        on_line = abs(away.x()) <= 4 and not (self._tool is not None and self._tool.id in _PAINTING)
        return on_line or (away.x() ** 2 + away.y() ** 2) <= (HANDLE_PX + 3) ** 2

    def _wipe_x(self) -> float:
        return self._transform.to_view(self._wipe * self._transform.width, 0)[0]

    def _wipe_area(self) -> QRectF:
        return picture_rect(self._transform).intersected(QRectF(self.rect()))

    def _show_cursor(self, place: QPointF | None = None) -> None:
        if self._drag == "pan":
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._drag == "wipe" or (place is not None and not self._drag and self._over_wipe(place)):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif self._tool is not None and self._controller.workspace is not None:
            self.setCursor(self._tool.cursor())
        else:
            self.unsetCursor()

    # Keys

    def event(self, event: QEvent) -> bool:
        """Takes Tab and Space before Qt moves the focus or an action plays."""
        if isinstance(event, QKeyEvent) and self._controller.workspace is not None:
            space = event.key() == Qt.Key.Key_Space and not event.modifiers()
            if event.type() == QEvent.Type.ShortcutOverride and space:
                event.accept()
                return True
            if event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and (
                space or (event.key() == Qt.Key.Key_Tab and not event.modifiers())
            ):
                self._special_key(event, pressed=event.type() == QEvent.Type.KeyPress)
                return True
        return super().event(event)

    def _special_key(self, event: QKeyEvent, *, pressed: bool) -> None:
        event.accept()
        if event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Tab:
            self._peek(pressed)
        elif pressed:
            self._space_held, self._space_dragged = True, False
        else:
            self._space_held = False
            if not self._space_dragged:
                self.play_pressed.emit()
        self._show_cursor()

    def _peek(self, on: bool) -> None:
        if on:
            self._peek_since = 1
            self._held_long.start()
            self.refresh()
        elif self.peeking:
            self._peek_since = None
            self.refresh()
            if self._held_long.isActive():
                self.focusNextChild()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter ends a tool's gesture."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.finish_gesture():
            return
        super().keyPressEvent(event)

    def finish_gesture(self) -> bool:
        """Ends a tool's gesture of several clicks; whether there was one."""
        return self._tool is not None and self._tool.finish()

    def cancel_gesture(self) -> bool:
        """Gives up what the tool is doing; whether there was anything."""
        return self._tool is not None and self._tool.cancel()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Lets go of held keys, whose release goes elsewhere."""
        self._space_held = False
        self._peek_since = None
        self.refresh()
        super().focusOutEvent(event)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draws pictures, masks, tool and labels."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.canvas))
        shown = self._shown
        if shown is None:
            return
        if self._panes == 2 and shown.wanted.view is View.SIDE_BY_SIDE:
            self._paint_pane(painter, 0, shown.source, self.tr("Source"), plain=False)
            self._paint_pane(painter, 1, shown.other or shown.source, self._result_label(shown), plain=shown.has_result)
        elif shown.wanted.view is View.WIPE and not self.peeking:
            self._paint_wipe(painter, shown)
        else:
            picture, label = self._single(shown)
            plain = shown.has_result and shown.wanted.view is View.RESULT
            self._paint_pane(painter, 0, picture, label, plain=plain)
        painter.end()

    def _single(self, shown: ShownFrame) -> tuple[Picture | None, str]:
        view = shown.wanted.view
        if view in (View.DIFFERENCE, View.MATTE):
            name = self.tr("Difference ×8") if view is View.DIFFERENCE else self.tr("Matte")
            return shown.other, name if shown.other is not None else self._result_label(shown)
        if view is View.RESULT:
            return shown.other or shown.source, self._result_label(shown)
        return shown.source, self.tr("Source")

    def _result_label(self, shown: ShownFrame) -> str:
        if not shown.has_hole or self._controller.state.tracking:
            return self.tr("Source")
        if not shown.has_result:
            return self.tr("Source, not rendered yet")
        kept = self._controller.kept.shown
        if kept is not None:
            return kept.name
        names = {
            Making.RENDERED: self.tr("Result"),
            Making.DRAFT: self.tr("Draft"),
            Making.RETOUCHED: self.tr("Result, retouched by hand"),
        }
        return names[shown.making]

    def _paint_pane(self, painter: QPainter, pane: int, picture: Picture | None, label: str, *, plain: bool) -> None:
        area = self._pane_rect(pane)
        painter.save()
        painter.setClipRect(area)
        painter.translate(area.topLeft())
        if picture is not None:
            draw_picture(painter, self._transform, picture, self.devicePixelRatioF())
        else:
            painter.fillRect(picture_rect(self._transform), QColor("black"))
        self._paint_over(painter, plain=plain)
        draw_label(painter, label, QPointF(10, 10))
        painter.restore()
        if pane:
            painter.fillRect(QRectF(area.left() - _GAP_PX, 0, _GAP_PX, self.height()), QColor(self._theme.line))

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
        draw_label(painter, self.tr("Source"), QPointF(10, 10))
        draw_label(painter, self._result_label(shown), QPointF(self.width() - 10, 10), right=True)

    def _paint_over(self, painter: QPainter, *, plain: bool) -> None:
        """Masks and the tool; not while the source is looked at.

        Args:
            painter: clipped to where the picture is.
            plain: whether masks are outlined at most: what is filled under them is what the user wants to see.
        """
        shown = self._shown
        if shown is None or self.peeking:
            return
        plain = plain or (self._tool is not None and self._tool.looks_through())
        if shown.wanted.view is not View.MATTE:
            colors = {each.id: object_color(each.settings.color) for each in shown.wanted.document.objects}
            hidden = self._tool.hides() if self._tool is not None else None
            outlines = [each for each in shown.outlines if each.object_id != hidden]
            style = (
                replace(self.overlay, kind=Overlay.OUTLINE)
                if plain and self.overlay.kind is Overlay.FILL
                else self.overlay
            )
            draw_overlay(painter, self._transform, outlines, colors, style)
        if self._tool is not None:
            painter.save()
            self._tool.paint(painter, self._transform)
            painter.restore()

    def place_of(self, x: float, y: float) -> QPoint:
        """Where a picture pixel lies on the widget (in the first pane)."""
        left, top = self._transform.to_view(x, y)
        return QPointF(left, top).toPoint()


_BUTTONS = {Qt.MouseButton.LeftButton: Button.LEFT, Qt.MouseButton.RightButton: Button.RIGHT}
_PAINTING = ("click", "brush", "eraser", "lasso", "polygon", "shape", "box_shape", "wand", "clone", "heal")


def _held_button(event: QMouseEvent) -> Button:
    for qt, button in _BUTTONS.items():
        if event.buttons() & qt:
            return button
    return Button.NONE
