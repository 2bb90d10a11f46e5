"""What the side panel says of an object that is restored: what hides it, what it is, and its whole shape."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QMenu, QPushButton, QWidget

from app.core.document import Action, DocumentObject
from app.engine.loader import restored_kinds
from app.ui.actions import ActionTable
from app.ui.controller import Controller
from app.ui.field_label import FieldLabel
from app.ui.menus import button_of, push_of
from app.ui.restoring import Restoring

_NAMES_PX = 110


class RestoreControls(QWidget):
    """Shown while the selected object is restored.

    Args:
        controller: knows the document.
        restoring: does it.
        actions: the buttons.
    """

    def __init__(self, controller: Controller, restoring: Restoring, actions: ActionTable) -> None:
        super().__init__()
        self._controller, self._restoring = controller, restoring
        self.occluders = QPushButton()
        self.occluders.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.occluders.setToolTip(
            self.tr("Which objects are in front of it. One that is kept stays; one that is removed goes as well")
        )
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.occluders.setMenu(self.menu)
        self.kind = QComboBox()
        self.kind.addItem(self.tr("anything"), "")
        for name in restored_kinds():
            self.kind.addItem(QCoreApplication.translate("Kinds", name), name)
        self.kind.setToolTip(self.tr("What it is, as far as the network knows"))
        self.kind.setAccessibleName(self.kind.toolTip())
        self.kind.activated.connect(lambda _row: restoring.set_kind(self.kind.currentData()))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (text, field) in enumerate(((self.tr("Hidden by"), self.occluders), (self.tr("It is"), self.kind))):
            grid.addWidget(FieldLabel(text, field), row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(button_of(actions.action("restore.find")), 0, 2)
        grid.addWidget(button_of(actions.action("restore.edit")), 1, 2)
        grid.addWidget(push_of(actions.action("restore.predict")), 2, 0, 1, 3)
        self.refresh()

    def refresh(self) -> None:
        """Shows the selected object's settings, or nothing where it is not restored."""
        selected = self._controller.selected
        restored = selected is not None and selected.settings.action is Action.RESTORE
        self.setVisible(restored)
        if selected is None or not restored:
            return
        names = [each.name for each in self._others(selected) if each.id in selected.settings.occluders]
        words = ", ".join(names) or self.tr("say what…")
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, _NAMES_PX)
        self.occluders.setText(shown)
        self.occluders.setAccessibleName(self.tr("Hidden by: {0}").format(words))
        self.kind.setCurrentIndex(max(0, self.kind.findData(selected.settings.kind)))
        for field in (self.occluders, self.kind):
            field.setEnabled(not selected.settings.locked)

    def _others(self, selected: DocumentObject) -> list[DocumentObject]:
        return [each for each in reversed(self._controller.document.objects) if each.id != selected.id]

    def _fill_menu(self) -> None:
        """The other objects, ticked where they hide this one, with what becomes of each."""
        self.menu.clear()
        selected = self._controller.selected
        if selected is None:
            return
        ends = {
            Action.REMOVE: self.tr("{0} (is removed)"),
            Action.KEEP: self.tr("{0} (stays)"),
            Action.RESTORE: self.tr("{0} (is restored)"),
        }
        for each in self._others(selected):
            action = self.menu.addAction(ends[each.settings.action].format(each.name))
            action.setCheckable(True)
            action.setChecked(each.id in selected.settings.occluders)
            action.toggled.connect(lambda on, which=each.id: self._toggle(which, on))
        if self.menu.isEmpty():
            self.menu.addAction(self.tr("There is no other object: mark what hides it first")).setEnabled(False)

    def _toggle(self, object_id: int, on: bool) -> None:
        selected = self._controller.selected
        if selected is not None:
            others = [each for each in selected.settings.occluders if each != object_id]
            self._restoring.set_occluders([*others, object_id] if on else others)
