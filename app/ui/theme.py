"""Themes: neutral greys round the picture and one accent, as colours that a style sheet template is filled with."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from app import environment

# Okabe and Ito's colours, which people with any kind of colour blindness can tell apart.
OBJECT_COLORS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#0072B2", "#E8E8E8")
_TOKEN = re.compile(r"@(\w+)@")
TEXT_PX = 12
"""The size of the window's words, which Qt scales; a style sheet would give it to one widget after the other, and a
combo box that gets a font makes the list that it opens."""
_NO_PLACE = ":/no-icon-theme"
"""Where no icons are. Qt's own dialogs look for every icon in every folder of the desktop's theme otherwise, each time:
10 to 20 ms an icon on the GUI thread, 300 ms for a file dialog, most often to find none."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``; every grey is neutral, so that none tints the eye while it judges colour.

    Attributes:
        name: "dark" or "light".
        canvas: round the picture.
        window: of panels.
        sunken: of lists, and of the timeline beyond the range.
        raised: of buttons and fields.
        hover: of what is under the pointer.
        pressed: of what is held down.
        selected: of the row that is chosen in a list.
        line: between panels.
        outline: round fields and buttons.
        text, dim, disabled: of words.
        icon: of icons.
        accent: the one accent; accent_hover is a lighter one.
        accent_text: of words and icons that are on.
        on_accent: of words on the accent.
        warning, error, good: of notices and the rendered bar; each comes with a word or a shape as well.
    """

    name: str
    canvas: str
    window: str
    sunken: str
    raised: str
    hover: str
    pressed: str
    selected: str
    line: str
    outline: str
    text: str
    dim: str
    disabled: str
    icon: str
    accent: str
    accent_hover: str
    accent_text: str
    on_accent: str
    warning: str
    error: str
    good: str


class Dressed(Protocol):
    """A part of the window that draws in a theme's colours."""

    def set_theme(self, theme: Theme) -> None:
        """Draws in another theme's colours."""
        ...


DARK = Theme(
    name="dark",
    canvas="#1b1b1b",
    window="#262626",
    sunken="#1d1d1d",
    raised="#333333",
    hover="#3d3d3d",
    pressed="#2b2b2b",
    selected="#3d3d3d",
    line="#161616",
    outline="#464646",
    text="#dedede",
    dim="#9c9c9c",
    disabled="#6a6a6a",
    icon="#c8c8c8",
    accent="#2d78ba",
    accent_hover="#4a9add",
    accent_text="#7cbcf0",
    on_accent="#ffffff",
    warning="#e0a83c",
    error="#e2685c",
    good="#59b07a",
)
LIGHT = Theme(
    name="light",
    canvas="#7f7f7f",
    window="#ececec",
    sunken="#d8d8d8",
    raised="#fafafa",
    hover="#ffffff",
    pressed="#dcdcdc",
    selected="#bdbdbd",
    line="#c4c4c4",
    outline="#b4b4b4",
    text="#1e1e1e",
    dim="#5e5e5e",
    disabled="#909090",
    icon="#3c3c3c",
    accent="#1f6fb2",
    accent_hover="#2a7abd",
    accent_text="#185c94",
    on_accent="#ffffff",
    warning="#8a5a00",
    error="#b3261e",
    good="#1e7a44",
)
THEMES = {"dark": DARK, "light": LIGHT}


def theme_named(name: str) -> Theme:
    """The theme of that name; ``system`` is the one that the desktop has chosen, dark where it has not."""
    if name == "system":
        return LIGHT if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light else DARK
    return THEMES[name]


def style_sheet(theme: Theme) -> str:
    """The window's style sheet in the theme's colours.

    Raises:
        KeyError: the template names a colour that a theme has not.
    """
    template = environment.resource("theme/window.qss").read_text(encoding="utf-8")
    colours = {each.name: getattr(theme, each.name) for each in fields(theme)}
    colours["arrow"] = environment.resource(f"theme/arrow-{theme.name}.svg").as_posix()
    for name in ("arrow-disabled", "check", "dot"):
        colours[name.replace("-", "_")] = environment.resource(f"theme/{name}.svg").as_posix()
    return _TOKEN.sub(lambda found: str(colours[found.group(1)]), template)


def apply(app: QApplication, theme: Theme) -> None:
    """Dresses the whole program in a theme; may be called again to change it."""
    QIcon.setThemeSearchPaths([_NO_PLACE])
    QIcon.setFallbackSearchPaths([_NO_PLACE])
    if app.styleSheet():
        # Qt puts another sheet in a sheet's place once for each widget that a widget lies in: three times the work.
        app.setStyleSheet("")
    else:
        app.setStyle("Fusion")  # a style that is set again is another one: every widget would be dressed twice
    app.setPalette(_palette(theme))
    font = app.font()
    font.setPixelSize(TEXT_PX)
    app.setFont(font)
    app.setStyleSheet(style_sheet(theme))


def object_color(index: int) -> QColor:
    """The colour of an object's overlay, lane and swatch."""
    return QColor(OBJECT_COLORS[index % len(OBJECT_COLORS)])


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.raised),
        (role.AlternateBase, theme.window),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.dim),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent_text),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.disabled))
    return palette
