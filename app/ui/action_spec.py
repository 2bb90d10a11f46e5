"""What a row of the table of actions is: its menu, its keys, and when it can be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.ui.state import UiState

SUBMENUS = {
    ("View", 2): "Masks on the picture",
    ("View", 5): "Zoom of the timeline",
    ("View", 6): "Colours on screen",
    ("View", 7): "Wipe line",
    ("Remove", 2): "Restore",
    ("Mask", 3): "Range and edge",
    ("Mask", 4): "Shapes",
    ("Mask", 5): "Clicks",
}
"""Sections of a menu that open beside it: with them in it, it would not fit on a screen 720 pixels high."""
MENUS = ("File", "Edit", "View", "Mask", "Track", "Remove", "Playback", "Help")


REASONS = (
    "Open a clip first",
    "Mark something first: draw a box, click or paint what should go",
    "Select an object first",
    "Mark the object in this frame first",
    "The object is locked: unlock it first",
    "Copy a mask first",
    "This frame has no reference: paint it with the clone or heal brush, or bring it back retouched",
)
"""Why an action cannot be used."""


def always(_state: UiState) -> bool:
    """Whatever is so."""
    return True


def with_clip(state: UiState) -> bool:
    """While a clip is open."""
    return state.has_clip


def editable(state: UiState) -> bool:
    """While there is something that may be edited."""
    return state.has_clip and not state.selection_locked


def pastable(state: UiState) -> bool:
    """While there is a mask to paste, and something that it may be pasted onto."""
    return state.copied and editable(state)


def uncopied(state: UiState) -> str:
    """Why there is nothing to paste."""
    if not state.has_clip:
        return REASONS[0]
    if state.selection_locked:
        return REASONS[4]
    return "" if state.copied else REASONS[5]


def retouched(state: UiState) -> bool:
    """While the frame under the playhead has a reference."""
    return state.has_clip and state.retouched


def not_retouched(state: UiState) -> str:
    """Why there is no reference to delete."""
    if not state.has_clip:
        return REASONS[0]
    return "" if state.retouched else REASONS[6]


def wiping(state: UiState) -> bool:
    """While the wipe is shown."""
    return state.has_clip and state.wiping


def trackable(state: UiState) -> bool:
    """While the selected object can be tracked."""
    return state.can_edit and state.has_prompt and not state.tracking


def restorable(state: UiState) -> bool:
    """While the selected object is one to bring back."""
    return state.can_edit and state.restoring


def no_reason(_state: UiState) -> str:
    """Nothing to say."""
    return ""


def unmarked(state: UiState) -> str:
    """Why nothing can be removed yet."""
    if not state.has_clip:
        return REASONS[0]
    return "" if state.has_masks else REASONS[1]


def can_go_live(state: UiState) -> bool:
    """What is being found in a box counts: who is quick with the keys waits for nothing."""
    return state.live or ((state.has_masks or state.has_prompts) and not state.rendering)


def not_live(state: UiState) -> str:
    """Why Live cannot be switched on yet."""
    return "" if state.has_clip and state.has_prompts else unmarked(state)


def can_render(state: UiState) -> bool:
    """What is being found counts here as well: the render waits for it."""
    coming = state.has_prompts and (state.tracking or state.looking)
    return (state.has_masks or coming) and not state.rendering


def not_rendered(state: UiState) -> str:
    """Why nothing can be rendered yet."""
    return "" if can_render(state) or state.rendering else unmarked(state)


def untrackable(state: UiState) -> str:
    """Why the selected object cannot be tracked."""
    if not state.has_clip:
        return REASONS[0]
    if not state.has_objects:
        return REASONS[1]
    if not state.has_selection:
        return REASONS[2]
    if state.selection_locked:
        return REASONS[4]
    return "" if state.has_prompt else REASONS[3]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One row of the table.

    Attributes:
        id: what code calls it.
        text: what a user calls it, English.
        menu: one of ``MENUS``; empty for keys without a menu entry.
        section: a line parts it from another section of the same menu.
        shortcuts: key sequences in Qt's portable text; the first is shown.
        icon: one of ``icons.NAMES``, or empty.
        enabled: whether it can be used.
        checkable: whether it is on or off.
        choice: name of a group of which exactly one is on, or empty.
        repeats: whether it goes on while its key is held.
        tip: one more sentence for the tool tip.
        why: one of ``REASONS``, which the tool tip says while it cannot be used; empty for none.
    """

    id: str
    text: str
    menu: str = ""
    section: int = 0
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    enabled: Callable[[UiState], bool] = always
    checkable: bool = False
    choice: str = ""
    repeats: bool = False
    tip: str = ""
    why: Callable[[UiState], str] = no_reason
