"""The one table of everything a user can do from a menu, the toolbar or a key.

Menus, toolbars and the shortcut sheet are built from it, so none can disagree with another. Its rows stand in
``action_rows.py``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from app.ui.action_rows import ACTIONS
from app.ui.action_spec import ActionSpec, no_reason
from app.ui.icons import icon
from app.ui.language import step_of
from app.ui.state import UiState
from app.ui.theme import Theme

MENU_ROLES = {
    "file.quit": QAction.MenuRole.QuitRole,
    "edit.preferences": QAction.MenuRole.PreferencesRole,
    "help.about": QAction.MenuRole.AboutRole,
}
"""What stands in the application's own menu on a Mac; everything else stays where the table has it."""

_DRAW_S = 0.008
"""How long icons are drawn before the window has its turn; all of them take 40 ms."""


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

    Signals:
        keys_changed: actions have other keys.
    """

    keys_changed = Signal()

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
        self._theme = theme
        self._icons = {spec.id: spec.icon for spec in specs if spec.icon}
        self._undrawn: list[str] = []
        keys = settled(specs, remapped or {})
        for spec in specs:
            self._actions[spec.id] = self._made(spec, keys[spec.id])
        for action_id in self._icons:
            self._draw(action_id)
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

    def chosen(self, group: str) -> str | None:
        """The id of the one of them that is on; None before any is."""
        return next((spec.id for spec in self.specs if spec.choice == group and self.action(spec.id).isChecked()), None)

    def set_icon(self, action_id: str, name: str) -> None:
        """Gives an action another icon, such as pause for play."""
        self._icons[action_id] = name
        self._draw(action_id)

    def set_theme(self, theme: Theme) -> None:
        """Draws the icons in a theme's colours: a few now, and the others a few at a time."""
        self._theme = theme
        going_on = bool(self._undrawn)
        self._undrawn = list(reversed(self._icons))
        if not going_on:
            self._draw_some()

    def _draw_some(self) -> None:
        until = time.monotonic() + _DRAW_S
        while self._undrawn:
            self._draw(self._undrawn.pop())
            if time.monotonic() > until:
                break
        if self._undrawn:
            QTimer.singleShot(0, self, self._draw_some)

    def _draw(self, action_id: str) -> None:
        self._actions[action_id].setIcon(icon(self._icons[action_id], self._theme))

    def set_shortcuts(self, action_id: str, keys: tuple[str, ...]) -> None:
        """Gives an action other keys."""
        self._set_keys(self.action(action_id), self.spec(action_id), keys)

    def remap(self, remapped: Mapping[str, tuple[str, ...]]) -> None:
        """Gives every action its own keys, or others."""
        for name, keys in settled(self.specs, remapped).items():
            self.set_shortcuts(name, keys)
        self.keys_changed.emit()

    def show_state(self, state: UiState) -> None:
        """Enables what can be used, and puts what would be undone into words."""
        for spec in self.specs:
            action = self._actions[spec.id]
            usable = spec.enabled(state)
            action.setEnabled(usable)
            if spec.why is not no_reason:
                action.setToolTip(_tool_tip(spec, action.shortcuts(), "" if usable else spec.why(state)))
        for action_id, label in (("edit.undo", state.undo_label), ("edit.redo", state.redo_label)):
            if action_id in self._actions:
                word = _translated(self.spec(action_id).text)
                self._actions[action_id].setText(f"{word}: {step_of(label)}" if label else word)

    def _made(self, spec: ActionSpec, keys: tuple[str, ...]) -> QAction:
        action = QAction(_translated(spec.text), self.parent())
        action.setObjectName(spec.id)
        # A Mac moves an action into its application's menu by what its text begins with, unless it is told.
        action.setMenuRole(MENU_ROLES.get(spec.id, QAction.MenuRole.NoRole))
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
