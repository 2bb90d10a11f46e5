"""Icons are pictures in the theme's colours that Qt paints without asking Python."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage

from app.ui import actions, icons
from app.ui.icons import NAMES, SIZES_PX, icon
from app.ui.main_window import MainWindow
from app.ui.theme import DARK, LIGHT

Until = Callable[[Callable[[], bool]], None]
OFF, ON = QIcon.State.Off, QIcon.State.On
NORMAL, DISABLED = QIcon.Mode.Normal, QIcon.Mode.Disabled


def drawn(which: QIcon, mode: QIcon.Mode, state: QIcon.State, size: int = 20) -> QImage:
    return which.pixmap(QSize(size, size), 1.0, mode, state).toImage()


def darkest_colour(image: QImage) -> str:
    """The colour where the image is least transparent."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    most = max(pixels, key=QColor.alpha)
    return most.name()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_icon_has_pictures_in_every_size(qapp: object, name: str) -> None:
    sizes = icon(name, DARK).availableSizes()
    assert {size.width() for size in sizes} >= set(SIZES_PX)


@pytest.mark.parametrize(
    ("mode", "state", "colour"),
    [(NORMAL, OFF, DARK.icon), (NORMAL, ON, DARK.accent_text), (DISABLED, OFF, DARK.disabled)],
)
def test_an_icon_has_the_colour_of_its_state(qapp: object, mode: QIcon.Mode, state: QIcon.State, colour: str) -> None:
    assert darkest_colour(drawn(icon("stop", DARK), mode, state)) == QColor(colour).name()


def test_what_cannot_be_used_looks_the_same_on_or_off(qapp: object) -> None:
    made = icon("live", DARK)
    assert drawn(made, DISABLED, ON) == drawn(made, DISABLED, OFF)


def test_an_icon_is_drawn_once_and_of_one_font(qapp: object) -> None:
    assert icon("open", DARK).cacheKey() == icon("open", DARK).cacheKey() != icon("open", LIGHT).cacheKey()
    assert list(icons._font().charmap) == ["mdi6"]


def test_another_theme_draws_icons_in_turns_and_what_plays_shows_pause(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_DRAW_S", 0.0)
    table = window.actions_table
    table.set_icon("play.toggle", "pause")
    there = {action: action.icon().cacheKey() for action in table if not action.icon().isNull()}
    table.set_theme(LIGHT)
    assert sum(action.icon().cacheKey() != before for action, before in there.items()) == 1
    until(lambda: all(action.icon().cacheKey() != before for action, before in there.items()))
    assert table.action("play.toggle").icon().cacheKey() == icon("pause", LIGHT).cacheKey()
    table.set_theme(DARK)
    until(lambda: all(action.icon().cacheKey() == before for action, before in there.items()))


def test_the_icons_load_no_qtpy_and_leave_no_stand_in_for_it() -> None:
    """To load it PySide6 makes each of its classes."""
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from app.ui.icons import icon; from app.ui.theme import DARK\n"
        "assert not icon('open', DARK).isNull()\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'qtpy']\n"
        "import qtpy.QtCore; assert qtpy.PYSIDE6\n"
    )
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", code], check=True, env=variables)
