"""The table of keys: as high as its rows, broken into lines where there is no room, readable without eyes."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from app.ui.key_table import KeyTable

ROWS = (("Ctrl+S", "Save project"), ("Space and drag, or middle button", "Pan, in every direction that there is"))


def test_what_has_no_room_in_one_line_takes_several(qapp: QApplication) -> None:
    table = KeyTable(ROWS)
    assert table.heightForWidth(240) > table.heightForWidth(1000)
    table.deleteLater()


def test_words_and_keys_never_lie_on_each_other(qapp: QApplication) -> None:
    table = KeyTable(ROWS)
    table.resize(260, table.heightForWidth(260))
    for words, keys in table._places(260):
        assert words.right() < keys.left()
        assert keys.right() < 260
    table.deleteLater()


def test_a_larger_font_makes_it_higher(qapp: QApplication) -> None:
    table = KeyTable(ROWS)
    before = table.heightForWidth(400)
    font = QFont(table.font())
    font.setPixelSize(2 * max(font.pixelSize(), 12))
    table.setFont(font)
    assert table.heightForWidth(400) > before
    table.deleteLater()


def test_a_screen_reader_is_told_all_of_it(qapp: QApplication) -> None:
    table = KeyTable(ROWS)
    for keys, words in ROWS:
        assert f"{words}: {keys}" in table.accessibleDescription()
    table.deleteLater()
