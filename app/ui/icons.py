"""Vector icons by what they mean; drawn from the Material Design Icons font that qtawesome brings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import PySide6
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QIcon

from app.ui.theme import Theme

if TYPE_CHECKING:
    from qtawesome.iconic_font import IconicFont

_FONT = "materialdesignicons6-webfont"

NAMES = {
    "add": "mdi6.plus",
    "agree": "mdi6.check",
    "back": "mdi6.step-backward",
    "box": "mdi6.vector-square",
    "box_shape": "mdi6.rectangle-outline",
    "brush": "mdi6.brush",
    "click": "mdi6.cursor-default-click-outline",
    "clone": "mdi6.stamper",
    "close": "mdi6.close",
    "delete": "mdi6.trash-can-outline",
    "edit_whole": "mdi6.image-edit-outline",
    "find_occluder": "mdi6.layers-search-outline",
    "predict": "mdi6.puzzle-outline",
    "restore": "mdi6.layers-plus",
    "difference": "mdi6.vector-difference-ba",
    "down": "mdi6.chevron-down",
    "end": "mdi6.skip-next",
    "eraser": "mdi6.eraser",
    "error": "mdi6.alert-circle-outline",
    "export": "mdi6.export-variant",
    "fit": "mdi6.fit-to-page-outline",
    "follow": "mdi6.eye-arrow-right-outline",
    "forward": "mdi6.step-forward",
    "full_screen": "mdi6.fullscreen",
    "hand": "mdi6.hand-back-right-outline",
    "heal": "mdi6.bandage",
    "hidden": "mdi6.eye-off-outline",
    "in": "mdi6.code-brackets",
    "info": "mdi6.information-outline",
    "keep": "mdi6.shield-outline",
    "lasso": "mdi6.lasso",
    "live": "mdi6.broadcast",
    "look_again": "mdi6.eye-refresh-outline",
    "locked": "mdi6.lock-outline",
    "loop": "mdi6.repeat",
    "mark_in": "mdi6.ray-start",
    "mark_out": "mdi6.ray-end",
    "marker": "mdi6.map-marker-outline",
    "matte": "mdi6.circle-half-full",
    "models": "mdi6.download-network-outline",
    "next_answer": "mdi6.rotate-right",
    "open": "mdi6.folder-open-outline",
    "outline": "mdi6.circle-outline",
    "overlay": "mdi6.layers-outline",
    "pause": "mdi6.pause",
    "play": "mdi6.play",
    "pointer": "mdi6.crosshairs",
    "polygon": "mdi6.vector-polygon",
    "preferences": "mdi6.cog-outline",
    "refine": "mdi6.vector-polyline-edit",
    "redo": "mdi6.redo",
    "remove": "mdi6.creation-outline",
    "render": "mdi6.movie-play-outline",
    "result": "mdi6.image-check-outline",
    "sam": "mdi6.auto-fix",
    "save": "mdi6.content-save-outline",
    "select": "mdi6.cursor-default-outline",
    "shape": "mdi6.vector-curve",
    "shape_key": "mdi6.rhombus-outline",
    "shown": "mdi6.eye-outline",
    "side_by_side": "mdi6.view-split-vertical",
    "source": "mdi6.image-outline",
    "start": "mdi6.skip-previous",
    "stop": "mdi6.stop",
    "stop_when_lost": "mdi6.map-marker-question-outline",
    "track_all": "mdi6.arrow-expand-all",
    "track_back": "mdi6.chevron-double-left",
    "track_back_one": "mdi6.chevron-left",
    "track_both": "mdi6.arrow-expand-horizontal",
    "track_forward": "mdi6.chevron-double-right",
    "track_forward_one": "mdi6.chevron-right",
    "undo": "mdi6.undo",
    "unlocked": "mdi6.lock-open-variant-outline",
    "up": "mdi6.chevron-up",
    "volume": "mdi6.volume-high",
    "waiting": "mdi6.timer-sand-empty",
    "warning": "mdi6.alert-outline",
    "wand": "mdi6.magic-staff",
    "wipe": "mdi6.compare",
    "zoom": "mdi6.magnify",
    "zoom_in": "mdi6.magnify-plus-outline",
    "zoom_out": "mdi6.magnify-minus-outline",
}
SIZES_PX = 16, 20
"""The sizes that the window draws icons in."""
_STATES = (
    (QIcon.Mode.Normal, QIcon.State.Off),
    (QIcon.Mode.Disabled, QIcon.State.Off),
    (QIcon.Mode.Normal, QIcon.State.On),
)


def icon(name: str, theme: Theme, *, on_accent: bool = False) -> QIcon:
    """The icon of that meaning in the theme's colours; drawn once.

    Args:
        name: one of ``NAMES``.
        theme: gives the colours of its states.
        on_accent: whether it stands on the accent's colour.

    Raises:
        KeyError: there is no such icon.
    """
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    return _made(name, theme, on_accent, ratio)


@cache
def _made(name: str, theme: Theme, on_accent: bool, ratio: float) -> QIcon:
    drawn = _font().icon(
        NAMES[name],
        color=theme.on_accent if on_accent else theme.icon,
        color_disabled=theme.disabled,
        color_on=theme.on_accent if on_accent else theme.accent_text,
    )
    return _as_pixmaps(drawn, ratio)


@cache
def _font() -> IconicFont:
    """The one font of qtawesome's twelve that the icons are from: to read them all takes 50 ms."""
    try:
        with _pyside_as_qtpy():
            from qtawesome import iconic_font
    except ImportError:  # a later qtawesome that asks qtpy for more
        from qtawesome import iconic_font
    folder = Path(iconic_font.__file__).parent / "fonts"
    letters, names = (next(folder.glob(f"{_FONT}-{kind}")).name for kind in ("[0-9]*.ttf", "charmap-*.json"))
    return iconic_font.IconicFont(("mdi6", letters, names))


@contextmanager
def _pyside_as_qtpy() -> Iterator[None]:
    """Within it PySide6 is found under the name qtpy, through which qtawesome asks for it; nobody else meets that.

    qtpy takes every name out of Qt's modules, and PySide6 makes all of its classes for that: a tenth of the start. What
    qtawesome asks for is there without.
    """
    if "qtpy" in sys.modules:
        yield
        return
    stand_in = ModuleType("qtpy")
    parts = {"QtCore": QtCore, "QtGui": QtGui, "QtWidgets": QtWidgets}
    vars(stand_in).update(parts, PYSIDE_VERSION=PySide6.__version__)
    named: dict[str, ModuleType] = {"qtpy": stand_in, **{f"qtpy.{name}": part for name, part in parts.items()}}
    sys.modules.update(named)
    try:
        yield
    finally:
        for name in named:
            del sys.modules[name]


def _as_pixmaps(drawn: QIcon, ratio: float) -> QIcon:
    """The same icon as pictures, which Qt paints by itself.

    qtawesome draws a glyph in Python whenever a button is painted, a dozen calls each, and each may have to wait for
    the interpreter while a job has it: a whole window of them takes its time then.
    """
    made = QIcon()
    for size in SIZES_PX:
        for mode, state in _STATES:
            pixels = round(size * ratio)
            pixmap = drawn.pixmap(QSize(pixels, pixels), 1.0, mode, state)
            pixmap.setDevicePixelRatio(ratio)
            made.addPixmap(pixmap, mode, state)
            if mode is QIcon.Mode.Disabled:  # it looks the same on or off
                made.addPixmap(pixmap, mode, QIcon.State.On)
    return made
