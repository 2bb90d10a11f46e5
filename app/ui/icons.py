"""Vector icons by what they mean; drawn from the Material Design Icons font that lies in qtawesome.

The library itself is never imported: it brings all of Qt in once more, by way of another one, and reads a dozen fonts,
which is a fifth of what the window's start takes.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap

from app.ui.theme import Theme

NAMES = {
    "add": "plus",
    "agree": "check",
    "back": "step-backward",
    "box": "vector-square",
    "box_shape": "rectangle-outline",
    "brush": "brush",
    "click": "cursor-default-click-outline",
    "clone": "stamper",
    "close": "close",
    "delete": "trash-can-outline",
    "edit_whole": "image-edit-outline",
    "find_occluder": "layers-search-outline",
    "predict": "puzzle-outline",
    "restore": "layers-plus",
    "difference": "vector-difference-ba",
    "down": "chevron-down",
    "end": "skip-next",
    "eraser": "eraser",
    "error": "alert-circle-outline",
    "export": "export-variant",
    "fit": "fit-to-page-outline",
    "follow": "eye-arrow-right-outline",
    "forward": "step-forward",
    "full_screen": "fullscreen",
    "hand": "hand-back-right-outline",
    "heal": "bandage",
    "hidden": "eye-off-outline",
    "in": "code-brackets",
    "info": "information-outline",
    "keep": "shield-outline",
    "lasso": "lasso",
    "live": "broadcast",
    "look_again": "eye-refresh-outline",
    "locked": "lock-outline",
    "loop": "repeat",
    "mark_in": "ray-start",
    "mark_out": "ray-end",
    "marker": "map-marker-outline",
    "matte": "circle-half-full",
    "models": "download-network-outline",
    "next_answer": "rotate-right",
    "open": "folder-open-outline",
    "outline": "circle-outline",
    "overlay": "layers-outline",
    "pause": "pause",
    "play": "play",
    "pointer": "crosshairs",
    "polygon": "vector-polygon",
    "preferences": "cog-outline",
    "refine": "vector-polyline-edit",
    "redo": "redo",
    "remove": "creation-outline",
    "render": "movie-play-outline",
    "result": "image-check-outline",
    "sam": "auto-fix",
    "save": "content-save-outline",
    "select": "cursor-default-outline",
    "shape": "vector-curve",
    "shape_key": "rhombus-outline",
    "shown": "eye-outline",
    "side_by_side": "view-split-vertical",
    "source": "image-outline",
    "start": "skip-previous",
    "stop": "stop",
    "stop_when_lost": "map-marker-question-outline",
    "track_all": "arrow-expand-all",
    "track_back": "chevron-double-left",
    "track_back_one": "chevron-left",
    "track_both": "arrow-expand-horizontal",
    "track_forward": "chevron-double-right",
    "track_forward_one": "chevron-right",
    "undo": "undo",
    "unlocked": "lock-open-variant-outline",
    "up": "chevron-up",
    "volume": "volume-high",
    "waiting": "timer-sand-empty",
    "warning": "alert-outline",
    "wand": "magic-staff",
    "wipe": "compare",
    "zoom": "magnify",
    "zoom_in": "magnify-plus-outline",
    "zoom_out": "magnify-minus-outline",
}
SIZES_PX = 16, 20
"""The sizes that the window draws icons in."""
_FONT, _CODES = "materialdesignicons6-webfont-*.ttf", "materialdesignicons6-webfont-charmap-*.json"
_GLYPH_SHARE = 0.875
"""How large a glyph is in its icon; the rest is margin."""


def icon(name: str, theme: Theme, *, on_accent: bool = False) -> QIcon:
    """The icon of that meaning in the theme's colours, as pictures, which Qt paints by itself.

    An icon that Python draws whenever a button is painted may have to wait for the interpreter each time, while a job
    has it: a whole window of them takes its time then.

    Args:
        name: one of ``NAMES``.
        theme: gives the colours of its states.
        on_accent: whether it stands on the accent's colour.

    Raises:
        KeyError: there is no such icon.
        FileNotFoundError: qtawesome is not installed, or its font is another one.
    """
    glyph = _glyphs()[NAMES[name]]
    usual = theme.on_accent if on_accent else theme.icon
    looks = (
        (QIcon.Mode.Normal, QIcon.State.Off, usual),
        (QIcon.Mode.Disabled, QIcon.State.Off, theme.disabled),
        (QIcon.Mode.Normal, QIcon.State.On, theme.on_accent if on_accent else theme.accent_text),
    )
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    made = QIcon()
    for size in SIZES_PX:
        for mode, state, colour in looks:
            pixmap = _picture(glyph, round(size * ratio), colour)
            pixmap.setDevicePixelRatio(ratio)
            made.addPixmap(pixmap, mode, state)
            if mode is QIcon.Mode.Disabled:  # it looks the same on or off
                made.addPixmap(pixmap, mode, QIcon.State.On)
    return made


def _picture(glyph: str, size_px: int, colour: str) -> QPixmap:
    """A glyph of that colour in the middle of a transparent square."""
    font = QFont(_family())
    font.setPixelSize(round(_GLYPH_SHARE * size_px))
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QRect(0, 0, size_px, size_px), Qt.AlignmentFlag.AlignCenter, glyph)
    painter.end()
    return pixmap


@cache
def _family() -> str:
    """What the font is called, once the program has it."""
    families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(_file(_FONT))))
    if not families:
        raise FileNotFoundError(f"The font of the icons cannot be read: {_file(_FONT)}")
    return families[0]


@cache
def _glyphs() -> dict[str, str]:
    """The font's glyphs by name."""
    codes: dict[str, str] = json.loads(_file(_CODES).read_text("ascii"))
    wanted = {*NAMES.values()}
    return {name: chr(int(code, 16)) for name, code in codes.items() if name in wanted}


def _file(pattern: str) -> Path:
    spec = importlib.util.find_spec("qtawesome")
    folders = spec.submodule_search_locations if spec is not None else None
    found = [path for folder in folders or () for path in Path(folder, "fonts").glob(pattern)]
    if not found:
        raise FileNotFoundError("The font of the icons is missing: qtawesome is not installed, or is another version.")
    return found[0]
