"""Gives actions other keys, and says so when a key is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.action_spec import MENUS, ActionSpec
from app.ui.actions import ActionTable, settled

_ID = Qt.ItemDataRole.UserRole
RESERVED = ("Esc", "Tab", "Shift+Tab", *(str(digit) for digit in range(1, 10)))
"""Keys that the window itself takes: giving up, the source while it is held, choosing an object."""


class ShortcutEditor(QWidget):
    """All actions with their keys.

    Args:
        table: the actions.
        remapped: key sequences by action id, where they are others than the table's.
    """

    def __init__(
        self, table: ActionTable, remapped: Mapping[str, tuple[str, ...]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._specs: dict[str, ActionSpec] = {spec.id: spec for spec in table.specs}
        self._keys = settled(table.specs, remapped)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self._make_widgets()
        self._lay_out()
        self.choose(next(iter(self._items)))

    def _make_widgets(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search an action or a key"))
        self.search.setAccessibleName(self.tr("Search an action or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.tree.setUniformRowHeights(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(14)
        for menu in MENUS:
            group = QTreeWidgetItem([QCoreApplication.translate("Menus", menu), ""])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(group)
            members = []
            for spec in (each for each in self._specs.values() if each.menu == menu):
                item = QTreeWidgetItem([QCoreApplication.translate("Actions", spec.text), ""])
                item.setData(0, _ID, spec.id)
                group.addChild(item)
                members.append(item)
                self._items[spec.id] = item
            self._groups.append((group, members))
        self.tree.expandAll()
        self.tree.setColumnWidth(0, 280)
        self.tree.currentItemChanged.connect(lambda *_: self._show_current())
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName(self.tr("New key for the action"))
        self.edit.keySequenceChanged.connect(lambda _: self._show_conflict())
        self.use = _button(self.tr("Use this key"), lambda: self.give(add=False))
        self.add = _button(self.tr("Add this key"), lambda: self.give(add=True))
        self.none = _button(self.tr("No key"), lambda: self._set_current(()))
        self.usual = _button(self.tr("Usual keys"), self._usual_keys)
        self.all_usual = _button(self.tr("Usual keys for all"), self._all_usual)
        self.conflict = QLabel("")
        self.conflict.setWordWrap(True)
        for action_id in self._items:
            self._show_keys(action_id)

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.edit, 1)
        for button in (self.use, self.add):
            first.addWidget(button)
        for button in (self.none, self.usual):
            second.addWidget(button)
        second.addStretch(1)
        second.addWidget(self.all_usual)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(first)
        column.addWidget(self.conflict)
        column.addLayout(second)

    @property
    def remapped(self) -> dict[str, tuple[str, ...]]:
        """The keys that are others than the table's, by action id."""
        return {name: keys for name, keys in self._keys.items() if keys != self._specs[name].shortcuts}

    @property
    def current(self) -> str | None:
        """The id of the action that is chosen."""
        item = self.tree.currentItem()
        return None if item is None else item.data(0, _ID)

    def choose(self, action_id: str) -> None:
        """Chooses an action."""
        self.tree.setCurrentItem(self._items[action_id])

    def taken_by(self, keys: str) -> str | None:
        """The id of another action that has this key; None if it is free."""
        wanted = _plain(keys)
        for name, has in self._keys.items():
            if name != self.current and wanted in (_plain(each) for each in has):
                return name
        return None

    def give(self, *, add: bool) -> None:
        """Gives the chosen action the key that was typed; another action that has it loses it."""
        keys = self.edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if self.current is None or not keys or _plain(keys) in RESERVED:
            return
        loser = self.taken_by(keys)
        if loser is not None:
            self._keys[loser] = tuple(each for each in self._keys[loser] if _plain(each) != _plain(keys))
            self._show_keys(loser)
        kept = [each for each in self._keys[self.current] if add and _plain(each) != _plain(keys)]
        self._set_current((*kept, keys))
        self.tree.setFocus()  # else it goes on to the next button, which takes the key away again
        self.edit.clear()

    def _set_current(self, keys: tuple[str, ...]) -> None:
        if self.current is not None:
            self._keys[self.current] = keys
            self._show_keys(self.current)
            self._show_current()

    def _usual_keys(self) -> None:
        """The table's own keys again, as far as no other action has them now."""
        if self.current is not None:
            self._set_current(tuple(k for k in self._specs[self.current].shortcuts if self.taken_by(k) is None))

    def _all_usual(self) -> None:
        for name, spec in self._specs.items():
            self._keys[name] = spec.shortcuts
            if name in self._items:
                self._show_keys(name)
        self._show_current()

    def _show_keys(self, action_id: str) -> None:
        item, keys = self._items.get(action_id), self._keys[action_id]
        if item is None:
            return
        native = QKeySequence.SequenceFormat.NativeText
        item.setText(1, "   ".join(QKeySequence(each).toString(native) for each in keys))
        font = item.font(1)
        font.setBold(keys != self._specs[action_id].shortcuts)
        item.setFont(1, font)

    def _show_current(self) -> None:
        chosen = self.current is not None
        for widget in (self.edit, self.use, self.add, self.none, self.usual):
            widget.setEnabled(chosen)
        self._show_conflict()

    def _show_conflict(self) -> None:
        keys = self.edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        loser = self.taken_by(keys) if keys else None
        reserved = bool(keys) and _plain(keys) in RESERVED
        if reserved:
            words = self.tr("⚠ {0} has a meaning of its own in the window: choose another key.").format(keys)
        elif loser is not None:
            name = QCoreApplication.translate("Actions", self._specs[loser].text)
            words = self.tr("⚠ {0} belongs to “{1}”, which loses it if you use it here.").format(keys, name)
        else:
            words = ""
        self.conflict.setText(words)
        for button in (self.use, self.add):
            button.setEnabled(bool(keys) and not reserved and self.current is not None)

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for group, members in self._groups:
            hits = 0
            for item in members:
                hit = wanted in f"{item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not hit)
                hits += hit
            group.setHidden(hits == 0)


def _plain(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def _button(text: str, slot: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: slot())
    return button
