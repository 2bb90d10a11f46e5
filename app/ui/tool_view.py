"""The pointer and the keys over the picture: the tool in the hand, panning, the wipe's handle, Space and Tab."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QTabletEvent
from PySide6.QtWidgets import QWidget

from app.core.errors import UserError
from app.ui.controller import Controller
from app.ui.tools.base import Button, PointerEvent, Tool
from app.ui.viewer_paint import HANDLE_PX, picture_rect
from app.ui.zoom_view import ZoomView

# A tap of Tab moves the focus on, as everywhere; only holding it for longer is "show the source".
_TAP_MS = 250
# X tells a held key as let go and pressed again, and Qt does not always see that both are one: they come together.
_AGAIN_MS = 25
_BUTTONS = {Qt.MouseButton.LeftButton: Button.LEFT, Qt.MouseButton.RightButton: Button.RIGHT}
_PAINTING = frozenset(
    {"click", "brush", "eraser", "lasso", "polygon", "shape", "box_shape", "wand", "clone", "heal", "hand", "zoom"}
)
"""Tools that work on either side of the wipe's line and on it; they leave its handle to be dragged."""


class ToolView(ZoomView):
    """Hands what the pointer does to a tool, in the picture's coordinates.

    Signals:
        wipe_moved: the place of the wipe's line.
        play_pressed: Space was tapped.
    """

    wipe_moved = Signal(float)
    play_pressed = Signal()

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._wipe = 0.5
        self._tool: Tool | None = None
        self._peek_since: int | None = None
        self._drag: str = ""
        self._last = QPointF()
        self._space_held = False
        self._space_dragged = False
        self._pen_pressure, self._pen_down = 1.0, False
        self._held_long = QTimer(self)
        self._held_long.setSingleShot(True)
        self._held_long.setInterval(_TAP_MS)
        self._leaving: Qt.Key | None = None
        self._was_tap = False
        self._let_go = QTimer(self)
        self._let_go.setSingleShot(True)
        self._let_go.setInterval(_AGAIN_MS)
        self._let_go.timeout.connect(self._key_left)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)

    @property
    def has_picture(self) -> bool:
        """Whether a clip is open."""
        return self._controller.workspace is not None

    @property
    def peeking(self) -> bool:
        """Whether Tab is held to see the source."""
        return self._peek_since is not None

    @property
    def wipe_is_shown(self) -> bool:
        """Whether there is a wipe's line to drag."""
        raise NotImplementedError

    def set_tool(self, tool: Tool) -> None:
        """Puts another tool into the hand; the old one's gesture is given up."""
        if self._tool is not None:
            self._tool.cancel()
        self._tool = tool
        self._show_cursor()
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

    # The pointer

    def tabletEvent(self, event: QTabletEvent) -> None:  # noqa: N802
        """Notes a pen's pressure; the mouse events that Qt makes of it follow.

        A pen that hovers presses nothing, and one that is lifted ends its stroke with the pressure that it had.
        """
        if event.type() == QEvent.Type.TabletRelease:
            self._pen_down = False
        else:
            self._pen_down = self._pen_down or event.type() == QEvent.Type.TabletPress
            if self._pen_down:
                self._pen_pressure = event.pressure()
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
        self._pen_pressure = 1.0  # the next one may be the mouse's
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
        if not self.wipe_is_shown:
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
        key = Qt.Key(event.key())
        if pressed and self._leaving is key:
            self._leaving = None  # it never was let go
            self._let_go.stop()
        elif not event.isAutoRepeat():
            self._key_left()
            if pressed:
                self._key_down(key)
            else:
                self._leaving, self._was_tap = key, self._held_long.isActive()
                self._let_go.start()

    def _key_down(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_Tab:
            self._peek_since = 1
            self._held_long.start()
            self.refresh()
            self.update()
        else:
            self._space_held, self._space_dragged = True, False
        self._show_cursor()

    def _key_left(self) -> None:
        """Tab or Space is up, and stays up."""
        key, self._leaving = self._leaving, None
        self._let_go.stop()
        if key == Qt.Key.Key_Tab and self.peeking:
            self._peek_since = None
            self.refresh()
            if self._was_tap:
                self.focusNextChild()
            self.update()
        elif key == Qt.Key.Key_Space and self._space_held:
            self._space_held = False
            if not self._space_dragged:
                self.play_pressed.emit()
        self._show_cursor()

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
        self._leaving = None
        self._let_go.stop()
        self._space_held = False
        self._peek_since = None
        self.refresh()
        super().focusOutEvent(event)


def _held_button(event: QMouseEvent) -> Button:
    for qt, button in _BUTTONS.items():
        if event.buttons() & qt:
            return button
    return Button.NONE
