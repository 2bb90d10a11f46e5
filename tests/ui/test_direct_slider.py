"""A click on a slider's groove goes there, and is dragged on from there in one gesture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.direct_slider import DirectSlider

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def slider(qapp: QApplication) -> Iterator[DirectSlider]:
    made = DirectSlider()
    made.setRange(0, 100)
    made.resize(200, 20)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def test_a_click_on_the_groove_goes_there(slider: DirectSlider) -> None:
    QTest.mouseClick(slider, LEFT, NONE, QPoint(150, 10))
    assert abs(slider.value() - 76) <= 3
    QTest.mouseClick(slider, LEFT, NONE, QPoint(199, 10))
    assert slider.value() == 100


def test_it_is_dragged_on_from_there_as_one_gesture(slider: DirectSlider) -> None:
    told: list[str] = []
    slider.sliderPressed.connect(lambda: told.append("pressed"))
    slider.valueChanged.connect(lambda _value: told.append("changed"))
    slider.sliderReleased.connect(lambda: told.append("released"))
    QTest.mousePress(slider, LEFT, NONE, QPoint(150, 10))
    QTest.mouseMove(slider, QPoint(100, 10))
    assert abs(slider.value() - 50) <= 3
    QTest.mouseRelease(slider, LEFT, NONE, QPoint(100, 10))
    assert (told[0], told[-1]) == ("pressed", "released")
    assert told.count("pressed") == told.count("released") == 1


def test_the_handle_stays_where_it_is_when_it_is_taken(slider: DirectSlider) -> None:
    slider.setValue(50)
    QTest.mousePress(slider, LEFT, NONE, QPoint(103, 10))
    assert slider.value() == 50
    QTest.mouseRelease(slider, LEFT, NONE, QPoint(103, 10))
