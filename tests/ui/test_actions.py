"""The table of actions: every row does something, no key means two things, and the sheet lists them all."""

from __future__ import annotations

from PySide6.QtCore import SIGNAL
from PySide6.QtGui import QKeySequence

from app.ui.action_rows import ACTIONS
from app.ui.action_spec import MENUS
from app.ui.actions import settled
from app.ui.icons import NAMES
from app.ui.key_table import KeyTable
from app.ui.main_window import MainWindow
from app.ui.shortcut_sheet import ShortcutSheet
from app.ui.state import UiState
from app.ui.theme import THEMES, style_sheet


def test_no_key_means_two_things() -> None:
    wanted = [QKeySequence(keys).toString() for spec in ACTIONS for keys in spec.shortcuts]
    assert len(wanted) == len(set(wanted))
    assert settled(ACTIONS, {}) == {spec.id: spec.shortcuts for spec in ACTIONS}


def test_a_key_that_the_user_chose_is_taken_from_others_however_it_is_written(window: MainWindow) -> None:
    """An action that came with an update may have a key that the user gave away before; Qt would do neither then."""
    mine = {"tool.box": ("ctrl+z",), "tool.wand": ("Ctrl+Z", "Ctrl+Alt+W"), "gone.with.an.update": ("Ctrl+S",)}
    keys = settled(ACTIONS, mine)
    assert keys["tool.box"] == ("ctrl+z",) and keys["tool.wand"] == ("Ctrl+Alt+W",)
    assert keys["edit.undo"] == () and keys["edit.redo"] == ("Ctrl+Shift+Z", "Ctrl+Y")
    assert keys["file.save"] == ("Ctrl+S",), "nobody is there who could use it"
    window.actions_table.remap(mine)
    assert window.actions_table.action("edit.undo").shortcuts() == []
    assert window.actions_table.action("tool.box").shortcut() == QKeySequence("Ctrl+Z")


def test_every_row_is_in_a_menu_and_its_icon_exists() -> None:
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)
    for spec in ACTIONS:
        assert spec.menu in MENUS
        assert not spec.icon or spec.icon in NAMES


def test_every_action_is_connected(window: MainWindow) -> None:
    idle = [action.objectName() for action in window.actions_table if not action.receivers(SIGNAL("triggered(bool)"))]
    assert idle == []


def test_without_a_clip_only_opening_and_looking_is_possible(window: MainWindow) -> None:
    window.actions_table.show_state(UiState())
    enabled = {action.objectName() for action in window.actions_table if action.isEnabled()}
    assert {"file.open", "file.demo", "file.quit", "help.shortcuts"} <= enabled
    assert not {"file.save", "file.export", "track.forward", "remove.live", "play.toggle", "edit.undo"} & enabled


def test_undo_says_what_it_would_take_back(opened: MainWindow) -> None:
    opened.actions_table.action("object.new").trigger()
    assert opened.actions_table.action("edit.undo").text() == "Undo: Add Object 1"


def test_the_sheet_lists_every_action_that_has_a_key(window: MainWindow) -> None:
    sheet = ShortcutSheet(window.actions_table, window)
    words = {words for table in sheet.findChildren(KeyTable) for _keys, words in table.rows}
    sheet.close()
    assert {spec.text for spec in ACTIONS if spec.shortcuts} <= words


def test_every_theme_fills_the_whole_style_sheet() -> None:
    for theme in THEMES.values():
        assert "@" not in style_sheet(theme)
