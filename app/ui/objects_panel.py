"""The objects: what each is called, its colour, whether it is shown and locked, and how its hole is made."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.document import Action, DocumentObject
from app.core.object_edits import ChangeObject
from app.ui.actions import ActionTable
from app.ui.controller import Controller
from app.ui.field_label import FieldLabel
from app.ui.icons import icon
from app.ui.menus import button_of
from app.ui.number_field import NumberField
from app.ui.restore_controls import RestoreControls
from app.ui.restoring import Restoring
from app.ui.theme import OBJECT_COLORS, Theme, object_color
from app.ui.timers import rest_timer

_ROW_PX = 30
_MENU = ("object.raise", "object.lower", "masks.import", "masks.import_folder", "masks.export", "object.delete")
_MAX_GROW_PX = 200
_MAX_SMOOTHING = 5


class NameField(QLineEdit):
    """A name that a double click or the Tab key opens for typing; a click only picks the object.

    Who picks an object with the mouse presses a tool's key next, and that key must not land in the name.

    Signals:
        picked: it was clicked, with these keys held.
    """

    picked = Signal(Qt.KeyboardModifier)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFrame(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Picks the object; puts the cursor where the name is being typed."""
        self.picked.emit(event.modifiers())
        if self.hasFocus():
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Opens the name, or picks a word in it."""
        if self.hasFocus():
            super().mouseDoubleClickEvent(event)
        elif not self.isReadOnly():
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.selectAll()


class ObjectRow(QWidget):
    """A row of the list; it shows one object, and another one when the list changes.

    Signals:
        changed: the object's id, a setting's name and its new value.
        picked: the object's id, and the keys that are held: the user is in its name.
    """

    changed = Signal(int, str, object)
    picked = Signal(int, Qt.KeyboardModifier)

    def __init__(self, shown: DocumentObject, icon_of: Callable[[str], QIcon], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._object: DocumentObject | None = None
        self._filling = False
        self._icon_of = icon_of
        self.color = QToolButton()
        self.color.setIconSize(QSize(16, 16))
        self.color.setToolTip(self.tr("Colour of the overlay"))
        self.color.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.color.setMenu(self._color_menu())
        self.name = NameField(shown.name)
        self.name.setAccessibleName(self.tr("Name of the object"))
        self.name.picked.connect(lambda held: self.picked.emit(self._id, held))
        self.name.editingFinished.connect(self._renamed)
        self.name.cursorPositionChanged.connect(lambda *_: self._typed_in())
        self.shown = self._switch("shown", self.tr("Show or hide the mask"))
        self.locked = self._switch("locked", self.tr("Lock against edits"))
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(2)
        row.addWidget(self.color)
        row.addWidget(self.name, 1)
        row.addWidget(self.shown)
        row.addWidget(self.locked)
        self.show_object(shown)

    @property
    def _id(self) -> int:
        assert self._object is not None, "a row shows an object"
        return self._object.id

    def show_object(self, shown: DocumentObject) -> None:
        """Shows an object as it is now."""
        before, self._object = self._object, shown
        another = before is None or before.id != shown.id
        if not another and before is not None and (before.name, before.settings) == (shown.name, shown.settings):
            return
        settings = shown.settings
        self.color.setIcon(_swatch(object_color(settings.color)))
        self.color.setAccessibleName(self.tr("Colour of {0}").format(shown.name))
        if self.name.text() != shown.name and (another or not self.name.hasFocus()):
            self._filling = True
            self.name.setText(shown.name)
            self._filling = False
        self._name = shown.name
        self.shown.setChecked(settings.shown)
        self.locked.setChecked(settings.locked)
        self.draw_icons()
        self.name.setReadOnly(settings.locked)

    def draw_icons(self) -> None:
        """Draws its icons, in the theme as it is now."""
        self.shown.setIcon(self._icon_of("shown" if self.shown.isChecked() else "hidden"))
        self.locked.setIcon(self._icon_of("locked" if self.locked.isChecked() else "unlocked"))

    def _switch(self, field: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setProperty("role", "switch")
        button.clicked.connect(lambda checked: self.changed.emit(self._id, field, bool(checked)))
        return button

    def _color_menu(self) -> QMenu:
        """The colours to choose from, drawn when they are asked for."""
        menu = QMenu(self)

        def fill() -> None:
            if menu.isEmpty():
                for index, code in enumerate(OBJECT_COLORS):
                    action = menu.addAction(_swatch(QColor(code)), self.tr("Colour {0}").format(index + 1))
                    action.triggered.connect(lambda _=False, which=index: self.changed.emit(self._id, "color", which))

        menu.aboutToShow.connect(fill)
        return menu

    def _typed_in(self) -> None:
        if not self._filling:
            self.picked.emit(self._id, Qt.KeyboardModifier.NoModifier)

    def _renamed(self) -> None:
        text = self.name.text().strip()
        if text and text != self._name:
            self.changed.emit(self._id, "name", text)
        elif not text:
            self.name.setText(self._name)


class ObjectsPanel(QWidget):
    """The list of objects and the selected one's settings."""

    def __init__(
        self,
        controller: Controller,
        restoring: Restoring,
        actions: ActionTable,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._controller, self._restoring, self._theme = controller, restoring, theme
        self._filling = False
        self._rest = rest_timer(self, 0, self._make_row)  # of rows that are still to be made
        self._making = False
        heading = QLabel(self.tr("Objects"))
        heading.setProperty("role", "heading")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Objects"))
        self.list.setMinimumHeight(_ROW_PX * 2)
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.itemSelectionChanged.connect(self._picked)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.list.addActions([actions.action(name) for name in _MENU])
        self.empty = QLabel(self.tr("Nothing is marked yet.\nDraw a box round what should go."), self.list)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "dim")
        self.empty.setWordWrap(True)
        place = QVBoxLayout(self.list)
        place.addWidget(self.empty)
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addStretch(1)
        head.addWidget(button_of(actions.action("object.new")))
        head.addWidget(button_of(actions.action("object.delete")))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addLayout(self._settings())
        self.restore = RestoreControls(controller, restoring, actions)
        column.addWidget(self.restore)
        controller.document_changed.connect(lambda _changes: self.refresh())
        controller.clip_opened.connect(self.refresh)
        controller.clip_closed.connect(self.refresh)
        controller.selection_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draws its icons in another theme's colours."""
        self._theme = theme
        for place in range(self.list.count()):
            self._row(place).draw_icons()

    def _settings(self) -> QGridLayout:
        self.grow = self._spin("grow_px", self.tr("How far the hole reaches beyond the mask"))
        self.feather = self._spin("feather_px", self.tr("Width of the hole's soft border"))
        self.action = QComboBox()
        for action, text in (
            (Action.REMOVE, self.tr("Remove")),
            (Action.KEEP, self.tr("Keep: never fill over it")),
            (Action.RESTORE, self.tr("Restore what is hidden")),
        ):
            self.action.addItem(text, action)
        self.action.setAccessibleName(self.tr("What is done with the object"))
        self.action.activated.connect(lambda row: self._choose_action(self.action.itemData(row)))
        self.smoothing = self._spin("smoothing", self.tr("Masks of so many frames on each side are united"))
        self.smoothing.setMaximum(_MAX_SMOOTHING)
        self.smoothing.setSuffix("")
        self.fill_holes = QCheckBox(self.tr("Fill gaps"))
        self.fill_holes.setToolTip(
            self.tr("Fills gaps in tracked masks and drops dots beside them; painted masks are taken at their word")
        )
        self.fill_holes.clicked.connect(lambda checked: self._set("fill_holes", bool(checked)))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        rows: tuple[tuple[str, QWidget, int, int], ...] = (
            (self.tr("Do"), self.action, 0, 0),
            (self.tr("Grow"), self.grow, 1, 0),
            (self.tr("Feather"), self.feather, 1, 2),
            (self.tr("Smooth"), self.smoothing, 2, 0),
        )
        self._of_masks: list[QWidget] = [self.smoothing, self.fill_holes]
        for text, field, row, column in rows:
            label = FieldLabel(text, field)
            if field is self.smoothing:
                self._of_masks.append(label)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1, 1, 3 if field is self.action else 1)
        grid.addWidget(self.fill_holes, 2, 2, 1, 2)
        return grid

    def _spin(self, field: str, tip: str) -> NumberField:
        spin = NumberField(-1, _MAX_GROW_PX, tip, " px")
        spin.setSpecialValueText(self.tr("auto"))
        spin.setToolTip(tip)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(lambda value: self._set(field, None if value < 0 else value))
        return spin

    def refresh(self) -> None:
        """Shows the document's objects, the top one first."""
        self._filling = True
        try:
            self._fill()
        finally:
            self._filling = False

    def _make_row(self) -> None:
        self._making = True
        try:
            self.refresh()
        finally:
            self._making = False

    def _fill(self) -> None:
        controller = self._controller
        objects = list(reversed(controller.document.objects)) if controller.workspace is not None else []
        self._fit_rows(objects)
        there = self._shown_ids()
        if len(there) < len(objects):
            self._rest.start()
            objects = [each for each in objects if each.id in there]
        for row, each in enumerate(objects):
            item = self.list.item(row)
            item.setData(Qt.ItemDataRole.UserRole, each.id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, each.name)
            self._row(row).show_object(each)
        self.empty.setVisible(not objects and controller.workspace is not None)
        selected = controller.selected
        self._show_selected(objects)
        self.restore.refresh()
        for widget in self._of_masks:  # of masks that become holes; a restored object's do not
            widget.setVisible(selected is None or selected.settings.action is not Action.RESTORE)
        for field in (self.action, self.grow, self.feather, self.smoothing, self.fill_holes):
            field.setEnabled(selected is not None and not selected.settings.locked)
        if selected is None:
            for spin in (self.grow, self.feather, self.smoothing):
                spin.setValue(-1)
        else:
            settings = selected.settings
            self.action.setCurrentIndex(self.action.findData(settings.action))
            self.smoothing.setValue(-1 if settings.smoothing is None else settings.smoothing)
            self.grow.setValue(-1 if settings.grow_px is None else settings.grow_px)
            self.feather.setValue(-1 if settings.feather_px is None else settings.feather_px)
            self.fill_holes.setChecked(settings.fill_holes)

    def _fit_rows(self, objects: list[DocumentObject]) -> None:
        """Takes away the rows of objects that are gone, and makes those of new ones where they belong, one at a time.

        Making one takes milliseconds: the others stay, and a project of many objects gets them one by one.
        """
        ids = {each.id for each in objects}
        for place in reversed(range(self.list.count())):
            if _id_of(self.list.item(place)) not in ids:
                self.list.takeItem(place)
        there = self._shown_ids()
        missing = [(place, each) for place, each in enumerate(objects) if each.id not in there]
        at_once = self._making or (len(missing) == 1 and not self._rest.isActive())  # others: in turns of their own
        for place, each in missing[:at_once]:
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, _ROW_PX))
            item.setData(Qt.ItemDataRole.UserRole, each.id)
            self.list.insertItem(place, item)
            row = ObjectRow(each, lambda name: icon(name, self._theme))
            row.changed.connect(self._change)
            row.picked.connect(self._row_picked)
            self.list.setItemWidget(item, row)

    def _shown_ids(self) -> set[int]:
        return {_id_of(self.list.item(place)) for place in range(self.list.count())}

    def _row(self, place: int) -> ObjectRow:
        widget = self.list.itemWidget(self.list.item(place))
        assert isinstance(widget, ObjectRow)
        return widget

    def _show_selected(self, objects: list[DocumentObject]) -> None:
        """Marks the rows of the selected objects; the one that tools work on is the current one."""
        controller = self._controller
        ids = [each.id for each in objects]
        selected = controller.selected_object
        self.list.setCurrentRow(ids.index(selected) if selected in ids else -1)
        along = {each.id for each in controller.selected_together}
        for row, object_id in enumerate(ids):
            self.list.item(row).setSelected(object_id in along)

    def _picked(self) -> None:
        """The user selected rows of the list."""
        if self._filling:
            return
        ids = [_id_of(item) for item in self.list.selectedItems()]
        if ids:
            now = self._controller.selected_object
            self._controller.select(now if now in ids else ids[-1], ids)
        else:
            self.refresh()  # the last one was Ctrl-clicked: one stays selected

    def _row_picked(self, object_id: int, held: Qt.KeyboardModifier) -> None:
        """A click in a name; with Ctrl the object joins those that are selected or leaves, Shift selects up to it."""
        controller = self._controller
        selected = controller.selected_object
        along = {each.id for each in controller.selected_together}
        if selected is not None and held & Qt.KeyboardModifier.ShiftModifier:
            ids = [_id_of(self.list.item(row)) for row in range(self.list.count())]
            first, last = sorted((ids.index(selected), ids.index(object_id)))
            controller.select(selected, ids[first : last + 1])
        elif not held & Qt.KeyboardModifier.ControlModifier:
            controller.select(object_id)
        elif object_id not in along:
            controller.select(object_id, along)
        elif len(along) > 1:
            along.discard(object_id)
            controller.select(selected if selected in along else max(along), along)

    def _choose_action(self, action: Action) -> None:
        if action is Action.RESTORE:
            self._restoring.restore()
        else:
            self._set("action", action)

    def _set(self, field: str, value: object) -> None:
        selected = self._controller.selected
        if not self._filling and selected is not None and getattr(selected.settings, field) != value:
            self._change(selected.id, field, value)

    def _change(self, object_id: int, field: str, value: object) -> None:
        self._controller.perform(ChangeObject.of(self._controller.document, object_id, **{field: value}))


def _id_of(item: QListWidgetItem) -> int:
    return int(item.data(Qt.ItemDataRole.UserRole))


def _swatch(color: QColor) -> QIcon:
    """A filled disc of a colour."""
    pixmap = QPixmap(32, 32)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(color)
        painter.setPen(QColor(0, 0, 0, 120))
        painter.drawEllipse(5, 5, 22, 22)
    return QIcon(pixmap)
