"""Menus and toolbars, built from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QPushButton, QSizePolicy, QToolBar, QToolButton, QWidget

from app.ui.action_spec import MENUS, SUBMENUS
from app.ui.actions import ActionTable
from app.ui.menu_letters import MenuLetters

ICON_PX = 20


def fill_menu_bar(bar: QMenuBar, table: ActionTable) -> dict[str, QMenu]:
    """Makes the menus; gives them by English name."""
    menus = {}
    for name in MENUS:
        menu = bar.addMenu(QCoreApplication.translate("Menus", name))
        menu.setObjectName(f"menu.{name.lower()}")
        section: int | None = None
        inner = menu
        for spec in table.specs:
            if spec.menu == name:
                if spec.section != section:
                    beside = SUBMENUS.get((name, spec.section))
                    if section is not None and not (beside and (name, section) in SUBMENUS):
                        menu.addSeparator()
                    inner = menu if beside is None else menu.addMenu(QCoreApplication.translate("Menus", beside))
                section = spec.section
                inner.addAction(table.action(spec.id))
        menus[name] = menu
    MenuLetters(list(menus.values()), table, bar)
    return menus


def tool_bar(name: str, title: str, entries: Sequence[QAction | QWidget | None], *, upright: bool = False) -> QToolBar:
    """A toolbar that stays where it is.

    Args:
        name: object name, for the style sheet.
        title: for screen readers.
        entries: actions, widgets, and None for a line.
        upright: whether it stands on a side.
    """
    bar = QToolBar(title)
    bar.setObjectName(name)
    bar.setMovable(False)
    bar.setFloatable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.setIconSize(QSize(ICON_PX, ICON_PX))
    if upright:
        bar.setOrientation(Qt.Orientation.Vertical)
    for entry in entries:
        if entry is None:
            bar.addSeparator()
        elif isinstance(entry, QAction):
            bar.addAction(entry)
        else:
            bar.addWidget(entry)
    for button in bar.findChildren(QToolButton):
        # A click must not take the keyboard from the viewer: Space would press the button again.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return bar


def button_of(action: QAction, *, text: bool = False) -> QToolButton:
    """A button of an action, outside a toolbar."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text())
    if text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("text_button", "true")
    return button


def push_of(action: QAction) -> QPushButton:
    """A push button that shows an action's text, state and tool tip, and triggers it."""
    button = QPushButton(action.icon(), action.text())
    button.setCheckable(action.isCheckable())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(action.toolTip())

    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setChecked(action.isChecked())
        button.setText(action.text())
        button.setToolTip(action.toolTip())
        if button.property("primary") != "true":  # on the accent's colour an icon has another
            button.setIcon(action.icon())

    action.changed.connect(follow)
    action.toggled.connect(lambda _on: follow())
    button.clicked.connect(lambda _checked=False: action.trigger())
    follow()
    return button


def spring() -> QWidget:
    """What takes the room that is left in a toolbar."""
    widget = QWidget()
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return widget
