"""All work can be done by keyboard and told by a screen reader: names for whatever takes the focus."""

from __future__ import annotations

from collections.abc import Iterator

from moving_square import HEIGHT, WIDTH
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QWidget,
)

from app import environment
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor
from app.engine.result_view import FrameState
from app.ui.about import AboutDialog
from app.ui.export_dialog import ExportDialog
from app.ui.log_dialog import LogDialog
from app.ui.main_window import MainWindow
from app.ui.preferences_dialog import PreferencesDialog
from app.ui.shortcut_sheet import ShortcutSheet
from app.ui.still_dialog import StillDialog
from app.ui.views import View

_INNER = (QAbstractSpinBox, QComboBox)  # their own fields are named by them


def nameless(window: QWidget) -> Iterator[str]:
    """Widgets that take the focus and have no name."""
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or isinstance(widget.parentWidget(), _INNER):
            continue
        popup = isinstance(widget, QAbstractItemView) and widget.window().windowType() == Qt.WindowType.Popup
        if popup or isinstance(widget, QLabel):
            continue
        if isinstance(widget, QAbstractButton) and isinstance(widget.parentWidget(), QDialogButtonBox):
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if not face.text(QAccessible.Text.Name) and not widget.objectName().startswith("qt_"):
            yield f"{type(window).__name__}: {type(widget).__name__} in {type(widget.parentWidget()).__name__}"


def test_whatever_takes_the_focus_has_a_name(opened: MainWindow) -> None:
    opened.editing.new_object()
    controller, questions = opened.controller, opened.projects.questions
    dialogs: list[QWidget] = [
        ExportDialog(controller, opened.exporting, questions, opened),
        StillDialog(controller, opened.exporting, questions, FrameState.MISSING, View.RESULT, opened),
        PreferencesDialog(opened.preferences, opened.actions_table, opened.projects.questions, opened),
        AboutDialog(controller, opened),
        LogDialog(controller, opened),
        ShortcutSheet(opened.actions_table, opened),
        opened.exports,
        opened.second,
    ]
    preferences = dialogs[2]
    assert isinstance(preferences, PreferencesDialog) and preferences.shortcuts is not None, "made when it is asked for"
    opened.show_recent([environment.resource("demo")])
    found = [name for window in (opened, *dialogs) for name in nameless(window)]
    for dialog in dialogs[:6]:
        dialog.close()
        dialog.deleteLater()
    assert "; ".join(sorted(set(found))) == ""


def test_tab_walks_through_the_whole_window_and_comes_back(opened: MainWindow) -> None:
    opened.editing.new_object()
    mask = MaskBlob.from_array(box_mask(Rect(40, 40, 30, 30), WIDTH, HEIGHT))
    opened.controller.perform(set_anchor(opened.controller.document, 1, 0, mask))  # without it, Live cannot be used
    opened.viewer.setFocus()
    seen: list[QWidget] = []
    for _ in range(200):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in seen:
            break
        seen.append(focused)
        if focused is opened.viewer:
            opened.viewer.focusNextChild()  # Tab held shows the source; a tap moves on, see the viewer's tests
        else:
            QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is opened.viewer, "it comes round"
    names = {type(widget).__name__ for widget in seen}
    assert {"Viewer", "QListWidget", "QToolButton", "QPushButton", "PlaceField", "NumberField", "QComboBox"} <= names
    assert len(seen) > 20
