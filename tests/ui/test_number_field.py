"""A click or a double click takes the whole number of a field and never its unit: what is typed then replaces it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from app.ui.number_field import NumberField

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def field(qapp: QApplication) -> Iterator[NumberField]:
    """A field with "7 px", beside another widget that has the keyboard."""
    window = QWidget()
    column = QVBoxLayout(window)
    beside, made = QLineEdit(), NumberField(-1, 200, "Grow", " px")
    made.setValue(7)
    made.setKeyboardTracking(False)
    column.addWidget(beside)
    column.addWidget(made)
    window.show()
    beside.setFocus()
    yield made
    window.close()
    window.deleteLater()


def place_of(field: NumberField, characters: int) -> QPoint:
    """Where so many characters end in the field."""
    line = field.lineEdit()
    width = line.fontMetrics().horizontalAdvance(line.text()[:characters])
    return QPoint(line.textMargins().left() + width + 3, line.height() // 2)


def test_a_double_click_on_the_unit_takes_the_number(field: NumberField) -> None:
    line, on_unit = field.lineEdit(), place_of(field, 3)
    QTest.mouseClick(line, LEFT, NONE, on_unit)
    QTest.mouseDClick(line, LEFT, NONE, on_unit)
    assert line.selectedText() == "7"
    QTest.keyClicks(line, "12")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert field.value() == 12 and field.text() == "12 px"


def test_the_click_that_brings_the_keyboard_takes_the_number_and_the_next_one_does_not(field: NumberField) -> None:
    line = field.lineEdit()
    QTest.mouseClick(line, LEFT, NONE, place_of(field, 1))
    assert line.selectedText() == "7"
    QTest.mouseClick(line, LEFT, NONE, place_of(field, 1) + QPoint(1, 0))
    assert not line.hasSelectedText()


def test_what_is_drawn_over_stays_selected(field: NumberField) -> None:
    field.setValue(123)
    line = field.lineEdit()
    QTest.mousePress(line, LEFT, NONE, place_of(field, 1))
    QTest.mouseMove(line, place_of(field, 3))
    QTest.mouseRelease(line, LEFT, NONE, place_of(field, 3))
    assert line.selectedText() == "23"
