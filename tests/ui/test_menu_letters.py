"""The menus' letters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.ui.main_window import MainWindow
from app.ui.menu_letters import lettered


def test_every_title_gets_its_first_letter_that_is_free() -> None:
    assert lettered(["File", "Find", "Fi"], ()) == ["&File", "F&ind", "Fi"]
    assert lettered(["Ünder", "3 Rows"], {"R"}) == ["&Ünder", "3 R&ows"]


def test_every_menu_has_a_letter_of_its_own_and_none_of_an_action(opened: MainWindow) -> None:
    titles = [menu.title() for menu in opened.menus.values()]
    letters = [title[title.index("&") + 1].upper() for title in titles]
    assert len(set(letters)) == len(titles)
    keys = {keys.toString() for action in opened.actions_table for keys in action.shortcuts()}
    assert not keys & {f"Alt+{letter}" for letter in letters}


def test_a_letter_that_the_user_takes_is_a_menus_no_more(opened: MainWindow) -> None:
    assert opened.menus["File"].title() == "&File"
    opened.actions_table.remap({"view.fit": ("Alt+F",)})
    assert opened.menus["File"].title() == "F&ile"
    opened.actions_table.remap({})
    assert opened.menus["File"].title() == "&File"


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # the offscreen platform cannot
def test_alt_and_the_letter_open_the_menu_from_the_picture(opened: MainWindow) -> None:
    opened.activateWindow()
    opened.viewer.setFocus()
    QTest.keyClick(opened.viewer, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    assert popup is opened.menus["File"]
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    QCoreApplication.sendPostedEvents()
    assert not opened.menus["File"].isVisible()
