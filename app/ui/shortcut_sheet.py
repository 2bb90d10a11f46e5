"""All keys on one page, from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.ui.action_spec import MENUS
from app.ui.actions import ActionTable
from app.ui.key_table import KeyTable

_COLUMNS = 3
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
        groups = [(QCoreApplication.translate("Menus", menu), _rows(actions, menu)) for menu in MENUS]
        groups.append((self.tr("Pointer and held keys"), [(self.tr(k), self.tr(w)) for k, w in HELD]))
        column = QVBoxLayout(self)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(self.tr("Keyboard shortcuts"))
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        column.addWidget(area)
        page = QWidget()
        page.setObjectName("panel")
        area.setWidget(page)
        _lay_out(page, groups)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(1180, 660)


def _lay_out(page: QWidget, groups: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """Puts each group under the shortest of the columns."""
    columns = QHBoxLayout(page)
    columns.setSpacing(36)
    heights, stacks = [0] * _COLUMNS, [QVBoxLayout() for _ in range(_COLUMNS)]
    for stack in stacks:
        stack.setSpacing(4)
        columns.addLayout(stack, 1)
    for title, rows in groups:
        shortest = heights.index(min(heights))
        heights[shortest] += len(rows) + 2
        heading, table = QLabel(title), KeyTable(rows)
        heading.setProperty("role", "heading")
        table.setAccessibleName(title)
        stacks[shortest].addWidget(heading)
        stacks[shortest].addWidget(table)
        stacks[shortest].addSpacing(12)
    for stack in stacks:
        stack.addStretch(1)


def _rows(actions: ActionTable, menu: str) -> list[tuple[str, str]]:
    """Keys and words of a menu's actions that have keys."""
    rows = []
    for spec in (each for each in actions.specs if each.menu == menu):
        keys = actions.action(spec.id).shortcuts()
        if keys:
            written = "  ".join(each.toString(QKeySequence.SequenceFormat.NativeText) for each in keys)
            rows.append((written, QCoreApplication.translate("Actions", spec.text)))
    return rows
