"""The two themes' colours."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.theme import DARK, LIGHT, THEMES, Theme, apply, style_sheet

TEXT, SHAPE = 4.5, 3.0
"""The least contrast of words and of parts of a control (WCAG 2.2, 1.4.3 and 1.4.11)."""


def luminance(colour: str) -> float:
    """Relative luminance of sRGB."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_words_stand_out_from_what_they_stand_on(theme: Theme) -> None:
    grounds = ("window", "sunken", "raised", "pressed")
    pairs = [(words, ground) for words in ("text", "dim", "accent_text") for ground in grounds]
    pairs += [("text", "selected"), ("text", "hover"), ("on_accent", "accent"), ("error", "window"), ("good", "window")]
    low = {pair: contrast(*(getattr(theme, name) for name in pair)) for pair in pairs}
    assert {pair: round(each, 2) for pair, each in low.items() if each < TEXT} == {}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_what_is_on_or_has_the_focus_is_seen(theme: Theme) -> None:
    pairs = [(part, ground) for part in ("accent", "accent_hover", "icon", "dim") for ground in ("window", "sunken")]
    low = {pair: contrast(*(getattr(theme, name) for name in pair)) for pair in pairs}
    assert {pair: round(each, 2) for pair, each in low.items() if each < SHAPE} == {}


@pytest.mark.parametrize("name", THEMES)
def test_a_check_box_shows_its_frame_and_its_tick(qapp: QApplication, name: str) -> None:
    theme = THEMES[name]
    before = qapp.styleSheet()
    apply(qapp, theme)
    box = QCheckBox("Draft")
    try:
        box.ensurePolished()
        box.resize(box.sizeHint())
        assert contrast(_strongest(box, theme.window), theme.window) > SHAPE
        box.setChecked(True)
        colours = _colours(box)
        assert QColor(theme.accent).rgb() in colours
        assert QColor("white").rgb() in colours
    finally:
        box.deleteLater()
        qapp.setStyleSheet(before)


def test_the_style_sheet_names_only_pictures_that_are_there(qapp: QApplication) -> None:
    for theme in THEMES.values():
        for part in style_sheet(theme).split("url(")[1:]:
            assert not QImage(part.split(")")[0]).isNull(), part


def _drawn(box: QCheckBox) -> QImage:
    """The left of it: the indicator alone."""
    image = QImage(18, box.height(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        box.render(painter, QPoint())
    return image


def _colours(box: QCheckBox) -> set[int]:
    image = _drawn(box)
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


def _strongest(box: QCheckBox, ground: str) -> str:
    return max((QColor(each).name() for each in _colours(box)), key=lambda each: contrast(each, ground))


class Dressings(QObject):
    """Counts how often a widget is dressed anew."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.times = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.times += event.type() == QEvent.Type.StyleChange
        return False


def test_another_theme_dresses_each_widget_twice_however_deep_it_lies(qtbot: QtBot, qapp: QApplication) -> None:
    """As a sheet goes and as the next one comes; in one step Qt does it once for each widget that it lies in."""
    apply(qapp, DARK)
    outer = QWidget()
    qtbot.addWidget(outer)
    inner, labels = outer, [QLabel(outer)]
    for _ in range(8):
        inner = QWidget(inner)
        labels.append(QLabel(inner))
    outer.show()
    seen = [Dressings(label) for label in labels]
    apply(qapp, LIGHT)
    assert {each.times for each in seen} == {2}
    assert labels[-1].palette().color(QPalette.ColorRole.WindowText).name() == LIGHT.text
    apply(qapp, DARK)
