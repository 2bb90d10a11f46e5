"""Where the parts of the main window lie: toolbars, viewer, transport and timeline, the panel at the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.ui.menus import tool_bar

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

PANEL_PX = 264
LEAST_SIZE = 1280, 720


def lay_out(window: MainWindow) -> QWidget:
    """Puts the window's parts in their places; gives the side panel, which can be hidden."""
    table = window.actions_table
    window.addToolBar(
        Qt.ToolBarArea.TopToolBarArea,
        tool_bar(
            "main",
            window.tr("Main"),
            [
                table.action("file.open"),
                table.action("file.export"),
                None,
                table.action("edit.undo"),
                table.action("edit.redo"),
                None,
                *table.choices("view"),
                None,
                *window.options.widgets(),
            ],
        ),
    )
    tools = [table.action(f"tool.{each.id}") for each in window.tools]
    moving = len(tools) - 2  # the hand and the zoom tool, which change nothing
    strip = tool_bar("tools", window.tr("Tools"), [*tools[:moving], None, *tools[moving:]], upright=True)
    window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, strip)
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in (window.viewer, window.transport_bar, window.timeline):
        column.addWidget(widget, 1 if widget is window.viewer else 0)
    side = QWidget()
    side.setObjectName("panel")
    stack = QVBoxLayout(side)
    stack.setContentsMargins(0, 0, 0, 0)
    stack.setSpacing(0)
    stack.addWidget(window.objects, 1)
    stack.addWidget(window.removal)
    side.setMinimumWidth(PANEL_PX)
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.addWidget(middle)
    splitter.addWidget(side)
    splitter.setStretchFactor(0, 1)
    splitter.setStretchFactor(1, 0)
    splitter.setCollapsible(0, False)
    splitter.setSizes([LEAST_SIZE[0] - PANEL_PX, PANEL_PX])
    window.setCentralWidget(splitter)
    return side
