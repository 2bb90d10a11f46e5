"""What a Mac moves into the application's own menu: what belongs there, whatever the words are."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.ui.actions import ActionTable
from app.ui.theme import THEMES

Role = QAction.MenuRole


def test_only_quit_preferences_and_about_leave_their_menus_on_a_mac(qapp: object) -> None:
    parent = QWidget()
    table = ActionTable(parent, THEMES["dark"])
    moved = {action.objectName(): action.menuRole() for action in table if action.menuRole() != Role.NoRole}
    assert moved == {
        "file.quit": Role.QuitRole,
        "edit.preferences": Role.PreferencesRole,
        "help.about": Role.AboutRole,
    }
    parent.deleteLater()
