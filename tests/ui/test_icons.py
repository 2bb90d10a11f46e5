"""Icons are pictures in the theme's colours that Qt paints without asking Python."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage

from app.ui.icons import NAMES, SIZES_PX, icon
from app.ui.theme import DARK

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
