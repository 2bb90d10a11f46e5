"""The one table of everything a user can do from a menu, the toolbar or a key.

Menus, toolbars and the shortcut sheet are built from it, so none can disagree with another. A feature adds a row here
and connects it with ``ActionTable.on``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from app.ui.icons import icon
from app.ui.language import step_of
from app.ui.state import UiState
from app.ui.theme import Theme

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
)
"""Why an action cannot be used."""


def _always(_state: UiState) -> bool:
    return True


def _clip(state: UiState) -> bool:
    return state.has_clip


def _editable(state: UiState) -> bool:
    return state.has_clip and not state.selection_locked


def _wiping(state: UiState) -> bool:
    return state.has_clip and state.wiping


def _trackable(state: UiState) -> bool:
    return state.can_edit and state.has_prompt and not state.tracking


def _restorable(state: UiState) -> bool:
    return state.can_edit and state.restoring


def _no_reason(_state: UiState) -> str:
    return ""


def _unmarked(state: UiState) -> str:
    if not state.has_clip:
        return REASONS[0]
    return "" if state.has_masks else REASONS[1]


def _can_go_live(state: UiState) -> bool:
    """What is being found in a box counts: who is quick with the keys waits for nothing."""
    return state.live or ((state.has_masks or state.has_prompts) and not state.rendering)


def _not_live(state: UiState) -> str:
    return "" if state.has_clip and state.has_prompts else _unmarked(state)


def _untrackable(state: UiState) -> str:
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
    enabled: Callable[[UiState], bool] = _always
    checkable: bool = False
    choice: str = ""
    repeats: bool = False
    tip: str = ""
    why: Callable[[UiState], str] = _no_reason


FILE = (
    ActionSpec("file.new", "New project…", "File", 0, ("Ctrl+N",), tip="Choose the clip that it is about"),
    ActionSpec("file.open", "Open…", "File", 0, ("Ctrl+O", "Ctrl+I"), "open", tip="A clip or a project"),
    ActionSpec("file.demo", "Open the demo clip", "File", 0),
    ActionSpec("file.close", "Close", "File", 0, ("Ctrl+W",), enabled=_clip),
    ActionSpec("file.save", "Save project", "File", 1, ("Ctrl+S",), "save", _clip),
    ActionSpec("file.save_as", "Save project as…", "File", 1, ("Ctrl+Shift+S",), "", _clip),
    ActionSpec(
        "masks.import", "Import masks…", "File", 2, ("Ctrl+Shift+I",), "", _editable, tip="A matte clip, or an image"
    ),
    ActionSpec("masks.import_folder", "Import a folder of masks…", "File", 2, (), "", _editable),
    ActionSpec("masks.export", "Export masks…", "File", 2, (), "", lambda s: s.has_selection, tip="A PNG a frame"),
    ActionSpec(
        "file.export", "Export…", "File", 2, ("Ctrl+E", "Ctrl+M"), "export", lambda s: s.has_masks, why=_unmarked
    ),
    ActionSpec("file.export_still", "Export the frame…", "File", 2, ("Ctrl+Shift+E",), "", _clip, tip="PNG or TIFF"),
    ActionSpec("file.quit", "Quit", "File", 9, ("Ctrl+Q",)),
)
EDIT = (
    ActionSpec("edit.undo", "Undo", "Edit", 0, ("Ctrl+Z",), "undo", lambda s: s.undo_label is not None),
    ActionSpec("edit.redo", "Redo", "Edit", 0, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", lambda s: s.redo_label is not None),
    ActionSpec("mask.copy", "Copy mask", "Edit", 1, ("Ctrl+C",), "", lambda s: s.has_selection),
    ActionSpec("mask.paste", "Paste mask", "Edit", 1, ("Ctrl+V",), "", _editable, tip="As this frame's mask"),
    ActionSpec("edit.preferences", "Preferences…", "Edit", 9, ("Ctrl+,",), "preferences"),
)
VIEW = (
    ActionSpec("view.source", "Source", "View", 0, ("Alt+1",), "source", choice="view"),
    ActionSpec("view.result", "Result", "View", 0, ("Alt+2",), "result", choice="view"),
    ActionSpec("view.wipe", "Wipe", "View", 0, ("Alt+3",), "wipe", choice="view", tip="Source left, result right"),
    ActionSpec("view.side_by_side", "Side by side", "View", 0, ("Alt+4",), "side_by_side", choice="view"),
    ActionSpec("view.difference", "Difference ×8", "View", 0, ("Alt+5",), "difference", choice="view"),
    ActionSpec("view.matte", "Matte", "View", 0, ("Alt+6",), "matte", choice="view", tip="White is filled"),
    ActionSpec("view.fit", "Fit", "View", 1, ("Ctrl+0",), "fit", _clip, tip="The whole picture"),
    ActionSpec("view.full_size", "100 %", "View", 1, ("Backspace",), "", _clip, tip="Pixel for pixel"),
    ActionSpec("view.zoom_in", "Zoom in", "View", 1, ("Ctrl++", "Ctrl+="), "zoom_in", _clip, repeats=True),
    ActionSpec("view.zoom_out", "Zoom out", "View", 1, ("Ctrl+-",), "zoom_out", _clip, repeats=True),
    ActionSpec("kept.keep", "Keep this result…", "View", 1, ("Ctrl+K",), "", lambda s: s.has_results),
    ActionSpec("kept.flip", "Flip between two results", "View", 1, ("A",), "", lambda s: s.has_kept),
    ActionSpec("overlay.fill", "Masks filled", "View", 2, (), "overlay", choice="overlay"),
    ActionSpec("overlay.outline", "Masks outlined", "View", 2, (), "outline", choice="overlay"),
    ActionSpec("overlay.off", "Masks hidden", "View", 2, (), "hidden", choice="overlay"),
    ActionSpec("overlay.next", "Next overlay", "View", 2, ("Q",)),
    ActionSpec("view.objects", "Objects panel", "View", 3, ("Ctrl+1",), checkable=True),
    ActionSpec("view.timeline", "Timeline", "View", 3, ("Ctrl+2",), checkable=True),
    ActionSpec("view.exports", "Exports", "View", 3, ("Ctrl+3",), tip="What is being exported, and the logs"),
    ActionSpec("view.second", "Second viewer", "View", 4, ("Ctrl+4",), checkable=True, tip="F11 fills its screen"),
    ActionSpec("view.full_screen", "Full screen", "View", 4, ("F11",), "full_screen", checkable=True),
    ActionSpec("lut.choose", "Look through a LUT…", "View", 6, (), "", _clip, tip="For the screen only"),
    ActionSpec("lut.clear", "No LUT", "View", 6, (), "", _clip),
    ActionSpec("wipe.left", "Move the wipe left", "View", 7, ("Alt+Left",), "", _wiping, repeats=True),
    ActionSpec("wipe.right", "Move the wipe right", "View", 7, ("Alt+Right",), "", _wiping, repeats=True),
    ActionSpec("timeline.zoom_in", "Zoom into the timeline", "View", 5, ("=", "+"), "", _clip, repeats=True),
    ActionSpec("timeline.zoom_out", "Zoom out of the timeline", "View", 5, ("-",), "", _clip, repeats=True),
    ActionSpec("timeline.fit", "The whole clip in the timeline", "View", 5, ("\\", "0"), "", _clip),
)
MASK = (
    ActionSpec("tool.select", "Select", "Mask", 0, ("V",), "select", choice="tool", tip="Pick an object, move its box"),
    ActionSpec("tool.box", "Box", "Mask", 0, ("R",), "box", choice="tool", tip="Drag a box round the object"),
    ActionSpec(
        "tool.click", "Click", "Mask", 0, ("G",), "click", choice="tool", tip="Click the object; right click takes away"
    ),
    ActionSpec("tool.brush", "Brush", "Mask", 0, ("P",), "brush", choice="tool", tip="Paint the mask; [ ] size"),
    ActionSpec("tool.eraser", "Eraser", "Mask", 0, ("E",), "eraser", choice="tool", tip="Erase the mask; [ ] size"),
    ActionSpec("tool.lasso", "Lasso", "Mask", 0, ("S",), "lasso", choice="tool", tip="Draw round; Alt takes away"),
    ActionSpec("tool.polygon", "Polygon", "Mask", 0, ("D",), "polygon", choice="tool", tip="Click corners; Enter ends"),
    ActionSpec(
        "tool.shape", "Shape", "Mask", 0, ("U",), "shape", choice="tool", tip="A curve with points that move over time"
    ),
    ActionSpec(
        "tool.box_shape", "Keyed box", "Mask", 0, ("Shift+R",), "box_shape", choice="tool", tip="For logos and signs"
    ),
    ActionSpec("tool.wand", "Colour wand", "Mask", 0, ("W",), "wand", choice="tool", tip="Click a colour; Alt cuts"),
    ActionSpec(
        "tool.clone", "Clone brush", "Mask", 0, ("C",), "clone", choice="tool", tip="Right-click to copy; then paint"
    ),
    ActionSpec(
        "tool.heal", "Heal brush", "Mask", 0, ("Shift+C",), "heal", choice="tool", tip="Clones, and fits the light"
    ),
    ActionSpec(
        "view.pointer",
        "Keyboard pointer",
        "Mask",
        1,
        ("H",),
        "pointer",
        _clip,
        checkable=True,
        tip="Draw with arrows, Enter and Space instead of the mouse",
    ),
    ActionSpec("brush.smaller", "Smaller brush", "Mask", 1, ("[",), "", _clip, repeats=True),
    ActionSpec("brush.larger", "Larger brush", "Mask", 1, ("]",), "", _clip, repeats=True),
    ActionSpec("object.new", "New object", "Mask", 2, ("N",), "add", _clip),
    ActionSpec("object.delete", "Delete object", "Mask", 2, ("Ctrl+Del",), "delete", lambda s: s.can_edit),
    ActionSpec("object.raise", "Move object up", "Mask", 2, ("Ctrl+]",), "", lambda s: s.can_edit),
    ActionSpec("object.lower", "Move object down", "Mask", 2, ("Ctrl+[",), "", lambda s: s.can_edit),
    ActionSpec("mask.clear", "Clear this frame's mask", "Mask", 2, ("Del",), "", lambda s: s.can_edit),
    ActionSpec("object.deselect", "Select nothing", "Mask", 2, ("Ctrl+D",), "", lambda s: s.has_selection),
    ActionSpec(
        "mask.copy_to_range", "Copy this mask to the range", "Mask", 3, ("Ctrl+Shift+D",), "", lambda s: s.can_edit
    ),
    ActionSpec("mask.clear_range", "Clear the range's masks", "Mask", 3, ("Ctrl+Shift+Del",), "", lambda s: s.can_edit),
    ActionSpec(
        "mask.refine",
        "Refine the mask's edge",
        "Mask",
        3,
        ("X",),
        "refine",
        lambda s: s.can_edit,
        tip="Draws it anew along the picture's edges",
    ),
    ActionSpec(
        "click.next",
        "Next answer to the clicks",
        "Mask",
        5,
        ("Shift+G",),
        "next_answer",
        lambda s: s.can_edit,
        tip="Where one click can mean several things",
    ),
    ActionSpec(
        "click.refine",
        "Refine the mask by the model",
        "Mask",
        5,
        ("Shift+X",),
        "refine",
        lambda s: s.can_edit,
        tip="Takes the mask for a rough one, and finds what it means",
    ),
    ActionSpec("click.models", "Models for clicks…", "Mask", 5, (), "models", tip="What answers clicks; fetch others"),
    ActionSpec("shape.key", "Set or delete a shape key", "Mask", 4, ("Alt+K",), "shape_key", lambda s: s.can_edit),
    ActionSpec("shape.delete", "Delete the shape", "Mask", 4, ("Shift+Del",), "delete", lambda s: s.can_edit),
    ActionSpec(
        "shape.to_mask",
        "Turn shapes into this frame's mask",
        "Mask",
        4,
        (),
        "",
        lambda s: s.can_edit,
        tip="An anchor that can be tracked; the shapes go",
    ),
)
TRACK = (
    ActionSpec("track.forward", "Track forward", "Track", 0, ("F",), "track_forward", _trackable, why=_untrackable),
    ActionSpec("track.backward", "Track backward", "Track", 0, ("B",), "track_back", _trackable, why=_untrackable),
    ActionSpec("track.both", "Track both ways", "Track", 0, ("T",), "track_both", _trackable, why=_untrackable),
    ActionSpec(
        "track.all",
        "Track all objects",
        "Track",
        0,
        ("Shift+T",),
        "track_all",
        lambda s: s.has_prompts and not s.tracking,
        tip="Both ways in one pass: none takes another's pixels. Ctrl-click objects to track some of them",
    ),
    ActionSpec(
        "track.forward_one", "Track one frame forward", "Track", 1, ("Shift+F",), "track_forward_one", _trackable
    ),
    ActionSpec("track.back_one", "Track one frame backward", "Track", 1, ("Shift+B",), "track_back_one", _trackable),
    ActionSpec(
        "track.stop_when_lost",
        "Stop where it is lost",
        "Track",
        2,
        icon="stop_when_lost",
        checkable=True,
        tip="Else the tracker goes on, and takes the object up again where it comes back",
    ),
    ActionSpec(
        "track.look_again",
        "Let SAM look again",
        "Track",
        2,
        icon="look_again",
        checkable=True,
        tip="Better masks, for more work. Needs MobileSAM: Mask, Clicks, Models; without it nothing looks again",
    ),
    ActionSpec("track.next_lost", "Next place where it is lost", "Track", 3, ("Alt+Down",), "", lambda s: s.has_lost),
    ActionSpec(
        "track.previous_lost", "Previous place where it is lost", "Track", 3, ("Alt+Up",), "", lambda s: s.has_lost
    ),
    ActionSpec("track.shadow", "Find its shadow", "Track", 4, (), "", _trackable, tip="As an object of its own"),
    ActionSpec("job.stop", "Stop", "Track", 4, ("Ctrl+.",), "stop", lambda s: s.computing, tip="Esc does it as well"),
)
REMOVE = (
    ActionSpec(
        "remove.live",
        "Live",
        "Remove",
        0,
        ("Ctrl+Shift+R",),
        "live",
        _can_go_live,
        checkable=True,
        tip="Renders on from the playhead whenever a mask changes",
        why=_not_live,
    ),
    ActionSpec(
        "remove.render",
        "Render range",
        "Remove",
        0,
        ("Ctrl+R",),
        "render",
        lambda s: s.has_masks and not s.rendering,
        tip="Looks both ways in time: the best quality",
        why=_unmarked,
    ),
    ActionSpec(
        "remove.pause",
        "Pause rendering",
        "Remove",
        0,
        ("Ctrl+P",),
        "pause",
        lambda s: s.rendering or s.live_running,
        checkable=True,
    ),
    ActionSpec(
        "remove.draft",
        "Half-resolution draft",
        "Remove",
        1,
        ("Ctrl+H",),
        "",
        checkable=True,
        tip="Live and Render at half the size: quick and soft; no export uses it",
    ),
    ActionSpec(
        "remove.follow",
        "Follow the render",
        "Remove",
        1,
        (),
        "follow",
        checkable=True,
        tip="The viewer shows each frame as it gets done",
    ),
)
RESTORE = (
    ActionSpec(
        "restore.start",
        "Bring back what is hidden of it",
        "Remove",
        2,
        ("Alt+R",),
        "restore",
        lambda s: s.can_edit,
        tip="The selected object is completed behind what covers it",
    ),
    ActionSpec(
        "restore.find",
        "Find what hides it",
        "Remove",
        2,
        (),
        "find_occluder",
        _restorable,
        tip="The objects whose masks touch its own",
    ),
    ActionSpec(
        "restore.predict",
        "Predict its shape",
        "Remove",
        2,
        ("Shift+P",),
        "predict",
        lambda s: _restorable(s) and not s.predicting,
        tip="Shown hatched before anything is painted; what you drew stays",
    ),
    ActionSpec(
        "restore.edit",
        "Edit its whole shape",
        "Remove",
        2,
        ("Shift+W",),
        "edit_whole",
        _restorable,
        checkable=True,
        tip="Brush, lasso, clicks and all mask tools change the hatched shape, not what is seen",
    ),
)
REFERENCE = (
    ActionSpec(
        "reference.export",
        "Write this frame for retouching…",
        "Remove",
        3,
        (),
        "",
        _clip,
        tip="PNG with the fill, for another program",
    ),
    ActionSpec(
        "reference.import",
        "Bring this frame back retouched…",
        "Remove",
        3,
        (),
        "",
        _clip,
        tip="Its hole counts as seen and is carried both ways",
    ),
    ActionSpec("reference.delete", "Delete this frame's reference", "Remove", 3, (), "", _clip),
)
PLAYBACK = (
    ActionSpec("play.toggle", "Play or pause", "Playback", 0, ("Space",), "play", _clip),
    ActionSpec("play.back", "Play backward, again: faster", "Playback", 0, ("J",), "", _clip),
    ActionSpec("play.hold", "Pause", "Playback", 0, ("K",), "", _clip),
    ActionSpec("play.ahead", "Play forward, again: faster", "Playback", 0, ("L",), "", _clip),
    ActionSpec("play.step_back", "One frame back", "Playback", 1, ("Left", ","), "back", _clip, repeats=True),
    ActionSpec("play.step", "One frame on", "Playback", 1, ("Right", "."), "forward", _clip, repeats=True),
    ActionSpec("play.jump_back", "Ten frames back", "Playback", 1, ("Shift+Left",), "", _clip, repeats=True),
    ActionSpec("play.jump", "Ten frames on", "Playback", 1, ("Shift+Right",), "", _clip, repeats=True),
    ActionSpec("play.start", "First frame", "Playback", 1, ("Home",), "start", _clip),
    ActionSpec("play.end", "Last frame", "Playback", 1, ("End",), "end", _clip),
    ActionSpec("play.previous_anchor", "Previous anchor frame", "Playback", 2, ("Up", "PgUp"), "up", _clip),
    ActionSpec("play.next_anchor", "Next anchor frame", "Playback", 2, ("Down", "PgDown"), "down", _clip),
    ActionSpec("range.set_in", "Set in point", "Playback", 3, ("I",), "mark_in", _clip),
    ActionSpec("range.set_out", "Set out point", "Playback", 3, ("O",), "mark_out", _clip),
    ActionSpec("range.go_in", "Go to in point", "Playback", 3, ("Shift+I",), "", _clip),
    ActionSpec("range.go_out", "Go to out point", "Playback", 3, ("Shift+O",), "", _clip),
    ActionSpec("range.clear", "Clear in and out", "Playback", 3, ("Alt+X",), "", lambda s: s.has_range),
    ActionSpec("marker.toggle", "Set or clear a marker", "Playback", 5, ("M",), "marker", _clip),
    ActionSpec("marker.next", "Next marker", "Playback", 5, ("Shift+M",), "", _clip),
    ActionSpec("marker.previous", "Previous marker", "Playback", 5, ("Alt+M",), "", _clip),
    ActionSpec("quality.next", "Next doubtful frame", "Playback", 6, ("Shift+Down",), "", _clip),
    ActionSpec("quality.previous", "Previous doubtful frame", "Playback", 6, ("Shift+Up",), "", _clip),
    ActionSpec("play.loop", "Loop", "Playback", 4, ("Ctrl+L",), "loop", checkable=True, tip="From in to out, again"),
    ActionSpec("play.go_to", "Go to…", "Playback", 4, ("Ctrl+G",), "", _clip, tip="A frame, a time code, or +30"),
)
HELP = (
    ActionSpec("help.shortcuts", "Keyboard shortcuts", "Help", 0, ("?", "/", "F1")),
    ActionSpec(
        "help.guide", "Show the next step", "Help", 1, checkable=True, tip="On the picture, until a clip is done"
    ),
    ActionSpec("help.log", "Log…", "Help", 2, tip="What went wrong, to read or to send"),
    ActionSpec("help.about", "About Cleanplate", "Help", 2),
)
ACTIONS: tuple[ActionSpec, ...] = (
    *FILE,
    *EDIT,
    *VIEW,
    *MASK,
    *TRACK,
    *REMOVE,
    *RESTORE,
    *REFERENCE,
    *PLAYBACK,
    *HELP,
)


def settled(specs: Iterable[ActionSpec], remapped: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Every action's keys, none of which two have: with two, a key does nothing at all.

    A key that the user gave to one action is taken from the others, which may be newer than what the user chose.
    """
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for spec in sorted(specs, key=lambda each: each.id not in remapped):  # what the user chose comes first
        keys = {QKeySequence(each).toString(): each for each in remapped.get(spec.id, spec.shortcuts)}
        found[spec.id] = tuple(each for plain, each in keys.items() if plain not in taken)
        taken.update(keys)
    return found


class ActionTable(QObject):
    """The actions of one window.

    Args:
        parent: the window; keys work while it is active.
        theme: gives the icons their colours.
        specs: the rows.
        remapped: other key sequences by action id.
    """

    def __init__(
        self,
        parent: QObject,
        theme: Theme,
        specs: tuple[ActionSpec, ...] = ACTIONS,
        remapped: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(parent)
        self.specs = specs
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        keys = settled(specs, remapped or {})
        for spec in specs:
            self._actions[spec.id] = self._made(spec, keys[spec.id])
        self.set_theme(theme)
        self.show_state(UiState())

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def action(self, action_id: str) -> QAction:
        """The action of that id.

        Raises:
            KeyError: there is none.
        """
        return self._actions[action_id]

    def spec(self, action_id: str) -> ActionSpec:
        """The row of that id."""
        return next(spec for spec in self.specs if spec.id == action_id)

    def on(self, action_id: str, slot: Callable[[], object]) -> None:
        """Calls ``slot`` when the action is triggered."""
        self.action(action_id).triggered.connect(lambda _checked=False: slot())

    def on_toggled(self, action_id: str, slot: Callable[[bool], object]) -> None:
        """Calls ``slot`` with on or off when the user turns the action on or off."""
        self.action(action_id).triggered.connect(lambda checked: slot(bool(checked)))

    def choices(self, group: str) -> list[QAction]:
        """The actions of which exactly one is on, in the table's order."""
        return self._groups[group].actions()

    def set_icon(self, action_id: str, name: str) -> None:
        """Gives an action another icon, such as pause for play."""
        self._actions[action_id].setIcon(icon(name, self._theme))

    def set_theme(self, theme: Theme) -> None:
        """Draws the icons in a theme's colours."""
        self._theme = theme
        for spec in self.specs:
            if spec.icon:
                self._actions[spec.id].setIcon(icon(spec.icon, theme))

    def set_shortcuts(self, action_id: str, keys: tuple[str, ...]) -> None:
        """Gives an action other keys."""
        self._set_keys(self.action(action_id), self.spec(action_id), keys)

    def remap(self, remapped: Mapping[str, tuple[str, ...]]) -> None:
        """Gives every action its own keys, or others."""
        for name, keys in settled(self.specs, remapped).items():
            self.set_shortcuts(name, keys)

    def show_state(self, state: UiState) -> None:
        """Enables what can be used, and puts what would be undone into words."""
        for spec in self.specs:
            action = self._actions[spec.id]
            usable = spec.enabled(state)
            action.setEnabled(usable)
            if spec.why is not _no_reason:
                action.setToolTip(_tool_tip(spec, action.shortcuts(), "" if usable else spec.why(state)))
        for action_id, label in (("edit.undo", state.undo_label), ("edit.redo", state.redo_label)):
            if action_id in self._actions:
                word = _translated(self.spec(action_id).text)
                self._actions[action_id].setText(f"{word}: {step_of(label)}" if label else word)

    def _made(self, spec: ActionSpec, keys: tuple[str, ...]) -> QAction:
        action = QAction(_translated(spec.text), self.parent())
        action.setObjectName(spec.id)
        action.setAutoRepeat(spec.repeats)
        action.setCheckable(spec.checkable or bool(spec.choice))
        if spec.choice:
            group = self._groups.setdefault(spec.choice, QActionGroup(self))
            group.addAction(action)
        self._set_keys(action, spec, keys)
        return action

    def _set_keys(self, action: QAction, spec: ActionSpec, keys: tuple[str, ...]) -> None:
        sequences = [QKeySequence(each) for each in keys]
        action.setShortcuts(sequences)
        action.setToolTip(_tool_tip(spec, sequences))


def _tool_tip(spec: ActionSpec, keys: Sequence[QKeySequence], why: str = "") -> str:
    """Its name, its first key, and what it does; or why that cannot be done now."""
    title = _translated(spec.text)
    shown = f"{title} ({keys[0].toString(QKeySequence.SequenceFormat.NativeText)})" if keys else title
    more = why or spec.tip
    return f"{shown}\n{_translated(more)}" if more else shown


def _translated(text: str) -> str:
    return QCoreApplication.translate("Actions", text) if text else ""
