"""Names of fields."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.ui.field_label import FieldLabel
from app.ui.main_window import MainWindow


def test_a_name_is_as_usable_as_its_field(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    field = QSpinBox(parent)
    field.setEnabled(False)
    label = FieldLabel("Grow", field, parent)
    assert not label.isEnabled()
    assert label.buddy() is field
    field.setEnabled(True)
    assert label.isEnabled()
    parent.setEnabled(False)
    assert not label.isEnabled()
    parent.setEnabled(True)
    assert label.isEnabled()


def test_every_name_in_the_side_panel_is_dimmed_while_nothing_is_marked(opened: MainWindow) -> None:
    labels = [each for each in opened.objects.findChildren(FieldLabel) if each.isVisibleTo(opened.objects)]
    assert labels
    assert not any(label.isEnabled() for label in labels)
    assert all(label.isEnabled() for label in opened.removal.seam.findChildren(FieldLabel))
