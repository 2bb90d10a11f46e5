"""A pointer that is steered by keys: whatever a mouse does on the picture, the keyboard does with it.

It presses, moves and lets go through the same three doors of the viewer as the mouse, so every tool works with it and
none knows of it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui.controller import Controller
from app.ui.tools.base import Button
from app.ui.viewer import Viewer
from app.ui.viewer_paint import draw_label

FINE_PX, STEP_PX, LEAP_PX = 1, 10, 100
"""How far an arrow moves it, in stored pixels: alone, with Shift, with Ctrl."""
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OWN = frozenset({*_ARROWS, *_ENTER, Qt.Key.Key_Space, Qt.Key.Key_Backspace, Qt.Key.Key_Minus})
_MARK = QSize(260, 92)
_ARM_PX, _GAP_PX = 13.0, 4.0
_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier


class KeyboardPointer(QObject):
    """The pointer of one viewer. Off, it takes no key.

    While it is on and the viewer has the focus: arrows move it (``FINE_PX``, ``STEP_PX``, ``LEAP_PX``), Enter clicks,
    Space holds the button and lets it go, Backspace clicks the right button, Minus holds Alt until it is pressed again.
    While masks are being found Space stops that, as it does without the pointer, unless a button is held.
    Enter twice at one place ends a gesture of several clicks. Commas and points step through the frames.

    Args:
        viewer: where it points.
        controller: gives the picture's size.
        parent: owns it.

    Signals:
        changed: it was switched on or off, has moved, or holds another button.

    Attributes:
        on: whether it takes the keys.
        x, y: where it is, in stored pixels.
    """

    changed = Signal()

    def __init__(self, viewer: Viewer, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer, self._controller = viewer, controller
        self.on = False
        self.x, self.y = 0, 0
        self._held: Qt.MouseButton | None = None
        self._alt = False
        self._clicked: tuple[int, int] | None = None
        self._placed = False
        self._stopping = False
        self._mark = _Mark(self, viewer)
        viewer.installEventFilter(self)
        viewer.zoom_changed.connect(lambda _zoom: self._mark.follow())
        controller.clip_opened.connect(self._forget)
        controller.clip_closed.connect(self._forget)

    @property
    def place(self) -> QPointF:
        """Where it is on the viewer, in logical pixels."""
        return QPointF(*self._viewer.transform.to_view(self.x, self.y))

    @property
    def words(self) -> str:
        """Where it is and what it holds, for the status line and screen readers; empty while it is off."""
        if not self.on:
            return ""
        words = f"{self.x}, {self.y}"
        if self._held is not None:
            words = self.tr("{0}, held").format(words)
        return self.tr("{0}, with Alt").format(words) if self._alt else words

    @property
    def held(self) -> bool:
        """Whether it holds a button down."""
        return self._held is not None

    def switch(self, on: bool) -> None:
        """Takes the keys from now on, or leaves them."""
        on = on and self._controller.workspace is not None
        if not on:
            self._let_go()
            if self.on:
                self._controller.said.emit("")  # how it is steered
        self._alt, self._clicked = False, None
        self.on = on
        if on:
            self._place_once()
            self._viewer.setFocus(Qt.FocusReason.OtherFocusReason)
            self._move_tool()
            self._controller.said.emit(
                self.tr(
                    "Keyboard pointer: arrows move it (Shift 10, Ctrl 100 pixels), Enter clicks, Space holds and lets "
                    "go, Esc leaves."
                )
            )
        self._tell()

    def leave(self) -> bool:
        """Gives the keys back; whether it had them."""
        was_on = self.on
        if was_on:
            self.switch(False)
        return was_on

    def drop(self) -> None:
        """What was held is held no more, because the gesture was given up."""
        self._let_go()
        self._clicked = None
        self._tell()

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Takes its keys before the viewer and before the actions that have the same ones."""
        if self.on and isinstance(event, QKeyEvent) and self._is_own(event) and not self._stops(event):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._press(event)
                return True
            if event.type() == QEvent.Type.KeyRelease:
                return True
        if event.type() == QEvent.Type.FocusOut and self._held is not None:
            self._viewer.cancel_gesture()
            self.drop()
        return super().eventFilter(watched, event)

    @staticmethod
    def _is_own(event: QKeyEvent) -> bool:
        """Whether it takes a key; arrows with Alt move the wipe's line."""
        return event.key() in _OWN and not (event.key() in _ARROWS and event.modifiers() & _ALT)

    def _stops(self, event: QKeyEvent) -> bool:
        """Whether it is the Space that stops what finds masks: the viewer's, until it is up again."""
        if event.key() != Qt.Key.Key_Space or self._held is not None:
            return False
        state = self._controller.state
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._stopping = state.tracking or state.predicting
        return self._stopping

    def _press(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS:
            across, down = _ARROWS[key]
            control = bool(held & Qt.KeyboardModifier.ControlModifier)
            shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
            pixels = LEAP_PX if control else STEP_PX if shift else FINE_PX
            self.move_to(self.x + across * pixels, self.y + down * pixels)
        elif event.isAutoRepeat():
            return
        elif key == Qt.Key.Key_Minus:
            self._alt = not self._alt
            self._tell()
        elif key == Qt.Key.Key_Space:
            self.hold() if self._held is None else self.let_go()
        else:
            self.click(Qt.MouseButton.RightButton if key == Qt.Key.Key_Backspace else Qt.MouseButton.LeftButton, held)

    def move_to(self, x: int, y: int) -> None:
        """Goes to a place in the picture, or to the nearest one that lies in it."""
        info = self._controller.info
        assert info is not None, "it is on while a clip is open"
        self.x, self.y = min(max(x, 0), info.width), min(max(y, 0), info.height)
        self._viewer.bring_into_view(self.x, self.y)
        self._move_tool()
        self._tell()

    def hold(self, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Presses a button and keeps it down."""
        self._held, self._clicked = button, None
        self._viewer.press_at(self.place, button, self._modifiers())
        self._tell()

    def let_go(self) -> None:
        """Lets the button go."""
        self._let_go()
        self._tell()

    def click(self, button: Qt.MouseButton, held: Qt.KeyboardModifier = _NONE) -> None:
        """Presses a button and lets it go; lets go of one that is held; twice at one place ends what is drawn."""
        if self._held is not None:
            self.let_go()
            return
        here = (self.x, self.y)
        if button == Qt.MouseButton.LeftButton and here == self._clicked and self._viewer.finish_gesture():
            self._clicked = None
        else:
            self._viewer.press_at(self.place, button, held | self._modifiers())
            self._viewer.release_at(self.place, button, held | self._modifiers())
            self._clicked = here
        self._tell()

    def _let_go(self) -> None:
        button, self._held = self._held, None
        if button is not None:
            self._viewer.release_at(self.place, button, self._modifiers())

    def _move_tool(self) -> None:
        self._viewer.move_to(self.place, Button.NONE if self._held is None else Button.LEFT, self._modifiers())

    def _modifiers(self) -> Qt.KeyboardModifier:
        return _ALT if self._alt else _NONE

    # Where it is

    def _forget(self) -> None:
        """Another clip: it begins anew."""
        self._held, self._placed = None, False
        self.switch(False)

    def _place_once(self) -> None:
        """The middle of what is on screen, the first time in a clip."""
        info = self._controller.info
        if self._placed or info is None:
            return
        self._placed = True
        middle = QRectF(self._viewer.rect()).center()
        x, y = self._viewer.transform.to_picture(middle.x(), middle.y())
        self.x, self.y = min(max(round(x), 0), info.width), min(max(round(y), 0), info.height)

    def _tell(self) -> None:
        self._mark.follow()
        self.changed.emit()
        if self.on:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._viewer, self.words))


class _Mark(QWidget):
    """A cross on the picture with where it is; the mouse goes through it."""

    def __init__(self, pointer: KeyboardPointer, viewer: Viewer) -> None:
        super().__init__(viewer)
        self._pointer, self._viewer = pointer, viewer
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(_MARK)
        self.hide()

    def follow(self) -> None:
        """Lies where the pointer is."""
        self.setVisible(self._pointer.on)
        if self._pointer.on:
            place = self._pointer.place.toPoint()
            self.setGeometry(QRect(place - self.rect().center(), self.size()))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draws a cross that is seen on dark and bright; with a ring while a button is held."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = self._pointer.place - QPointF(self.pos())
            for color, width in ((QColor(0, 0, 0, 200), 4.0), (QColor("#ffffff"), 1.6)):
                painter.setPen(QPen(color, width))
                for across, down in _ARROWS.values():
                    way = QPointF(across, down)
                    painter.drawLine(middle + way * _GAP_PX, middle + way * _ARM_PX)
                if self._pointer.held:
                    painter.drawEllipse(middle, _GAP_PX + 4, _GAP_PX + 4)
            right = middle.x() + self.x() + 130 > self._viewer.width()
            below = middle.y() + self.y() + 44 > self._viewer.height()
            corner = middle + QPointF(-12 if right else 12, -32 if below else 12)
            draw_label(painter, self._pointer.words, corner, right=right)
