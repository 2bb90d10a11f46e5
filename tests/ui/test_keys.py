"""Keys go where the user works: fields, lists and buttons keep theirs, the transport gets the rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from moving_square import FRAMES, HEIGHT, WIDTH
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor
from app.ui.main_window import MainWindow
from app.ui.objects_panel import ObjectRow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def active(opened: MainWindow, until: Until) -> MainWindow:
    """With two objects, and the keyboard at the window."""
    opened.activateWindow()
    until(opened.isActiveWindow)
    opened.editing.new_object()
    opened.controller.select(None)
    opened.editing.new_object()
    opened.controller.transport.go_to(5)
    return opened


def press(key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def test_arrows_change_a_number_that_has_the_focus(active: MainWindow) -> None:
    active.objects.grow.setFocus()
    press(Qt.Key.Key_Up)
    assert active.controller.selected is not None
    assert active.controller.selected.settings.grow_px == 0
    assert active.controller.transport.position == 5


def test_digits_are_typed_into_a_number_and_enter_gives_the_keys_back(active: MainWindow, until: Until) -> None:
    chosen = active.controller.selected_object
    active.objects.grow.setFocus()
    active.objects.grow.selectAll()
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_Return)
    assert active.controller.selected is not None and active.controller.selected.settings.grow_px == 12
    assert active.controller.selected_object == chosen
    until(active.viewer.hasFocus)


def test_arrows_move_through_the_list_of_objects(active: MainWindow) -> None:
    active.objects.list.setFocus()
    press(Qt.Key.Key_Down)
    assert active.controller.selected_object == 1


def test_home_and_end_and_steps_are_the_playheads_in_the_list_of_objects(active: MainWindow, until: Until) -> None:
    chosen = active.controller.selected_object
    active.objects.list.setFocus()
    press(Qt.Key.Key_End)
    until(lambda: active.controller.transport.position == FRAMES - 1)
    press(Qt.Key.Key_Home)
    until(lambda: active.controller.transport.position == 0 and active.viewer.shown is not None)
    press(Qt.Key.Key_Right)
    until(lambda: active.controller.transport.position == 1)
    assert active.controller.selected_object == chosen and active.objects.list.hasFocus()


def test_arrows_step_everywhere_else(active: MainWindow, until: Until) -> None:
    active.viewer.setFocus()
    press(Qt.Key.Key_Right)
    until(lambda: active.controller.transport.position == 6)  # the step waits for frame 5 to be shown


def test_space_presses_a_button_that_has_the_focus(active: MainWindow) -> None:
    mask = MaskBlob.from_array(box_mask(Rect(40, 40, 30, 30), WIDTH, HEIGHT))
    active.controller.perform(set_anchor(active.controller.document, 1, 5, mask))
    active.removal.live.setFocus()
    press(Qt.Key.Key_Space)
    assert active.rendering.live
    assert not active.controller.transport.playing


def test_letters_are_typed_into_a_name_and_are_no_commands(active: MainWindow) -> None:
    row = active.objects.list.itemWidget(active.objects.list.item(0))
    assert row is not None
    name = row.name  # type: ignore[attr-defined]
    name.setFocus()
    name.selectAll()
    for key in (Qt.Key.Key_P, Qt.Key.Key_E, Qt.Key.Key_T):
        press(key)
    press(Qt.Key.Key_Return)
    assert active.controller.document.objects[1].name == "pet"
    assert not active.controller.state.tracking


def test_a_click_on_a_name_picks_its_object_and_leaves_the_keys_where_they_were(active: MainWindow) -> None:
    row = active.objects.list.itemWidget(active.objects.list.item(1))
    assert isinstance(row, ObjectRow)
    active.viewer.setFocus()
    QTest.mouseClick(row.name, Qt.MouseButton.LeftButton)
    assert active.controller.selected_object == active.controller.document.objects[0].id
    assert not row.name.hasFocus()


def test_a_double_click_opens_a_name_and_enter_gives_the_keys_back(active: MainWindow, until: Until) -> None:
    row = active.objects.list.itemWidget(active.objects.list.item(0))
    assert isinstance(row, ObjectRow)
    QTest.mouseDClick(row.name, Qt.MouseButton.LeftButton)
    press(Qt.Key.Key_P)
    press(Qt.Key.Key_Return)
    assert active.controller.document.objects[1].name == "p"
    until(active.viewer.hasFocus)


def test_escape_leaves_a_field_for_the_viewer(active: MainWindow) -> None:
    active.transport_bar.edit_place()
    press(Qt.Key.Key_Escape)
    assert active.viewer.hasFocus()


def test_a_place_that_is_typed_moves_the_playhead(active: MainWindow) -> None:
    active.transport_bar.edit_place()
    QTest.keyClicks(active.transport_bar.place, "+7")
    press(Qt.Key.Key_Return)
    assert active.controller.transport.position == 12
