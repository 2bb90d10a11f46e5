"""Below the viewer: time code and frame number to read and to type, and the buttons that move the playhead."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.core.errors import UserError
from app.ui.actions import ActionTable
from app.ui.controller import Controller
from app.ui.menus import button_of
from app.ui.timecode import parse_place, timecode

_BUTTONS = ("play.start", "play.step_back", "play.toggle", "play.step", "play.end")
_RANGE = ("range.set_in", "range.set_out", "play.loop")


class PlaceField(QLineEdit):
    """A place in the clip, to read and to type; a click picks all of it, so that what is typed takes its place."""

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Picks all of it; puts the cursor where a place is being typed."""
        typing = self.hasFocus()
        super().mousePressEvent(event)
        if not typing or not self.isModified():
            self.selectAll()

    def show_place(self, text: str) -> None:
        """Shows where the playhead is, unless another place is being typed; what was picked stays picked."""
        if self.hasFocus() and self.isModified():
            return
        picked = self.hasSelectedText()
        self.setText(text)
        if picked:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """What was typed and not entered is given up."""
        self.setModified(False)
        super().focusOutEvent(event)


class TransportBar(QWidget):
    """Time code left, buttons in the middle, facts right."""

    def __init__(self, controller: Controller, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._controller = controller
        self.place = PlaceField("00:00:00:00")
        self.place.setProperty("role", "timecode")
        self.place.setFixedWidth(104)
        self.place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.place.setToolTip(self.tr("Time code. Type a time, a frame number, +30 or -30"))
        self.place.setAccessibleName(self.tr("Time code"))
        self.frame = PlaceField("0")
        self.frame.setFixedWidth(64)
        self.frame.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.frame.setToolTip(self.tr("Frame number"))
        self.frame.setAccessibleName(self.tr("Frame number"))
        self._of = QLabel("")
        self._of.setProperty("role", "dim")
        self._facts = QLabel("")
        self._facts.setProperty("role", "dim")
        self._facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._lay_out(actions)
        for field in (self.place, self.frame):
            field.returnPressed.connect(self._typed)
            field.editingFinished.connect(self._show_position)
        controller.transport.moved.connect(self._show_position)
        controller.transport.playing_changed.connect(self._show_facts)
        controller.transport.speed_changed.connect(self._show_facts)
        controller.clip_opened.connect(self._opened)
        controller.clip_closed.connect(self._closed)
        controller.state_changed.connect(lambda state: self.setEnabled(state.has_clip))
        self.setEnabled(False)

    def _lay_out(self, actions: ActionTable) -> None:
        left = QHBoxLayout()
        for widget in (self.place, self.frame, self._of):
            left.addWidget(widget)
        left.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(2)
        for name in _BUTTONS:
            middle.addWidget(button_of(actions.action(name)))
        right = QHBoxLayout()
        right.addStretch(1)
        right.addWidget(self._facts)
        for name in _RANGE:
            right.addWidget(button_of(actions.action(name)))
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 4, 8, 4)
        grid.addLayout(left, 0, 0)
        grid.addLayout(middle, 0, 1)
        grid.addLayout(right, 0, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)

    def edit_place(self) -> None:
        """Puts the cursor into the time code."""
        self.place.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.place.selectAll()

    @property
    def _rate(self) -> Fraction:
        info = self._controller.info
        return info.rate if info is not None else Fraction(25)

    def _opened(self) -> None:
        self._of.setText(self.tr("of {0}").format(self._controller.transport.frame_count))
        self._show_position()
        self._show_facts()

    def _closed(self) -> None:
        self._of.clear()
        self._show_position()
        self._show_facts()

    def _show_position(self, _frame: int = 0) -> None:
        position = self._controller.transport.position
        self.place.show_place(timecode(position, self._rate))
        self.frame.show_place(str(position))
        if self._controller.transport.playing:
            self._show_facts()

    def _show_facts(self, _playing: bool = False) -> None:
        transport = self._controller.transport
        rate = f"{float(self._rate):g} fps"
        if transport.playing:
            times = f" ×{abs(transport.speed)}" if abs(transport.speed) != 1 else ""
            backwards = self.tr("backwards")
            speed = f" {backwards}{times}" if transport.speed < 0 else times
            dropped = self.tr("{0} dropped").format(transport.dropped)
            self._facts.setText(f"{rate}{speed}  {dropped}")
        else:
            self._facts.setText(rate if self._controller.info is not None else "")

    def _typed(self) -> None:
        field = self.sender()
        if not isinstance(field, QLineEdit):
            return
        transport, going = self._controller.transport, self.tr("going to a frame")
        try:
            frame = parse_place(
                field.text(), position=transport.position, rate=self._rate, frame_count=transport.frame_count
            )
        except UserError as error:
            self._controller.tell(error, going)
            return
        self._controller.settled.emit(going)
        field.setModified(False)
        transport.pause()
        transport.go_to(frame)
        self._show_position()
        window = self.window()
        window.setFocus(Qt.FocusReason.OtherFocusReason)
