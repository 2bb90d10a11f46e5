"""The underlined letters of the menus: Alt and a letter opens a menu, so that every action can be reached by key."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.ui.actions import ActionTable

_ALT = "Alt+"


def lettered(titles: Sequence[str], taken: Collection[str]) -> list[str]:
    """Titles with an ampersand before the letter that opens them.

    Args:
        titles: of menus, in their order.
        taken: upper-case letters that do something else with Alt: with two meanings, a key has none.
    """
    used, found = set(taken), []
    for title in titles:
        at = next((at for at, each in enumerate(title) if each.isalpha() and each.upper() not in used), None)
        if at is None:
            found.append(title)
        else:
            used.add(title[at].upper())
            found.append(f"{title[:at]}&{title[at:]}")
    return found


class MenuLetters(QObject):
    """Gives menus their letters, and others when the user puts a letter to another use.

    Args:
        menus: of the menu bar, titled; they stay.
        table: the actions, whose keys go first.
        parent: owns it.
    """

    def __init__(self, menus: Sequence[QMenu], table: ActionTable, parent: QObject) -> None:
        super().__init__(parent)
        self._menus, self._table = menus, table
        self._titles = [menu.title() for menu in menus]
        table.keys_changed.connect(self.give)
        self.give()

    def give(self) -> None:
        """Gives every menu the first letter of its title that has no other use."""
        for menu, title in zip(self._menus, lettered(self._titles, self._taken()), strict=True):
            menu.setTitle(title)

    def _taken(self) -> set[str]:
        """Letters that are keys of actions together with Alt alone."""
        texts = [keys.toString() for action in self._table for keys in action.shortcuts()]
        return {
            text[len(_ALT)] for text in texts if text.startswith(_ALT) and len(text.split(", ")[0]) == len(_ALT) + 1
        }
