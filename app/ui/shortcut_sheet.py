"""All keys on one page, from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.ui.action_spec import MENUS
from app.ui.actions import ActionTable

_COLUMNS = 3
_NAME_PX, _LONG_KEYS = 190, 24
# Keys that the viewer takes itself, beside the actions'.
HELD = (
    ("Hold Tab", "Show the source (in the viewer)"),
    ("Space and drag, or middle button", "Pan"),
    ("With the zoom tool: Alt, or right-click", "Zoom out"),
    ("Wheel", "Zoom at the pointer"),
    ("Ctrl and wheel", "Zoom the timeline at the pointer"),
    ("Hold K, press J or L", "One frame back or on"),
    ("Esc", "Give up a gesture; stop tracking or rendering"),
    ("Space while it tracks", "Stop tracking"),
    ("Enter", "Close a polygon or a shape"),
    ("Click a shape's line, right-click a point", "Add a point, delete one"),
    ("Ctrl and click a shape's point", "Corner or smooth"),
    ("Alt and click, or right-click, with clone or heal", "What is copied"),
    ("Alt while drawing a mask", "Take away instead of add"),
    ("Right-click, or Ctrl and click, with Click", "This is not the object"),
    ("Hold Shift over the picture, with Click", "What a click would give"),
    ("1 to 9", "Select an object"),
    ("Y, then arrows; Shift, Ctrl", "Keyboard pointer: 1 pixel; 10, 100"),
    ("Y, then Enter; Backspace", "Click; right-click"),
    ("Y, then Enter twice", "Click, and close a polygon or a shape"),
    ("Y, then Space … Space", "Hold the button … let go: a drag"),
    ("Y, then minus", "As with Alt, until minus again"),
)


class ShortcutSheet(QDialog):
    """The shortcut sheet."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = QWidget()
        page.setObjectName("panel")
        columns = QGridLayout(page)
        columns.setHorizontalSpacing(36)
        groups = [self._group(QCoreApplication.translate("Menus", menu), _rows(actions, menu)) for menu in MENUS]
        groups.append(self._group(self.tr("Pointer and held keys"), [(self.tr(k), self.tr(w)) for k, w in HELD]))
        heights = [0] * _COLUMNS
        stacks = [QVBoxLayout() for _ in range(_COLUMNS)]
        for widget, rows in groups:
            shortest = heights.index(min(heights))
            heights[shortest] += rows + 2
            stacks[shortest].addWidget(widget)
        for place, stack in enumerate(stacks):
            stack.addStretch(1)
            columns.addLayout(stack, 0, place)
            columns.setColumnStretch(place, 1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setAccessibleName(self.tr("Keyboard shortcuts"))
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(area)
        column.addWidget(buttons)
        self.resize(1180, 660)

    def _group(self, title: str, rows: list[tuple[str, str]]) -> tuple[QWidget, int]:
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 12)
        grid.setVerticalSpacing(4)
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (keys, words) in enumerate(rows, 1):
            name = QLabel(words)
            name.setWordWrap(True)
            key = QLabel(keys)
            key.setProperty("role", "dim")
            key.setWordWrap(len(keys) > _LONG_KEYS)
            key.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(name, row, 0)
            grid.addWidget(key, row, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(0, _NAME_PX)
        return widget, len(rows)


def _rows(actions: ActionTable, menu: str) -> list[tuple[str, str]]:
    """Keys and words of a menu's actions that have keys."""
    rows = []
    for spec in actions.specs:
        keys = actions.action(spec.id).shortcuts()
        if spec.menu == menu and keys:
            written = "  ".join(each.toString(QKeySequence.SequenceFormat.NativeText) for each in keys)
            rows.append((written, QCoreApplication.translate("Actions", spec.text)))
    return rows
