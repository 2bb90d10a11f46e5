"""Roto in the real window: drawing a shape, dragging its points, keys over time, adding and deleting points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from gestures import ALT, CTRL, RIGHT, SHIFT, Place, click, drag, press, steps
from moving_square import BLOB, FRAMES, object_corner
from PySide6.QtCore import Qt

from app.core.document import DocumentObject
from app.core.shapes import Combine, Ease, Shape, ShapeKind
from app.ui.main_window import MainWindow
from app.ui.tools.shape import ShapeTool

Until = Callable[[Callable[[], bool]], None]
SQUARE: tuple[Place, ...] = ((60, 40), (120, 40), (120, 100), (60, 100))


def draw(window: MainWindow, places: tuple[Place, ...] = SQUARE, held: Qt.KeyboardModifier | None = None) -> None:
    press(window, Qt.Key.Key_U)
    for number, place in enumerate(places):
        click(window, place, held if held is not None and not number else Qt.KeyboardModifier.NoModifier)
    press(window, Qt.Key.Key_Return)


def the_object(window: MainWindow) -> DocumentObject:
    return window.controller.document.objects[0]


def the_shape(window: MainWindow) -> Shape:
    return the_object(window).shapes[-1]


def mask(window: MainWindow, frame: int) -> np.ndarray:
    found = window.controller.mask_of(1, frame)
    assert found is not None
    return found.to_array()


def go_to(window: MainWindow, frame: int, until: Until) -> None:
    window.controller.transport.go_to(frame)
    until(lambda: window.viewer.shown is not None and window.viewer.shown.wanted.index == frame)


def test_clicked_points_make_a_shape_that_is_there_in_every_frame(opened: MainWindow) -> None:
    draw(opened)
    assert steps(opened) == ("Draw shape",)
    assert the_shape(opened).kind is ShapeKind.SPLINE and the_shape(opened).key_frames == (0,)
    for frame in (0, 20):
        assert mask(opened, frame)[70, 90] and not mask(opened, frame)[70, 130]
    press(opened, Qt.Key.Key_Z, CTRL)
    assert opened.controller.document.objects == ()


def test_a_dragged_click_makes_a_smooth_point(opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_U)
    click(opened, (60, 90))
    drag(opened, [(100, 40), (115, 40), (130, 40)])
    click(opened, (140, 90))
    click(opened, (60, 90))  # the first point closes it
    top = the_shape(opened).keys[0].vertices[1]
    assert top.out_x == pytest.approx(30, abs=1) and top.in_x == pytest.approx(-30, abs=1)
    assert top.out_y == pytest.approx(0, abs=1)
    assert mask(opened, 0)[45, 110], "the curve bulges beyond the straight line"


def test_a_point_dragged_in_another_frame_moves_over_time(opened: MainWindow, until: Until) -> None:
    draw(opened)
    go_to(opened, 10, until)
    drag(opened, [(120, 100), (140, 110), (160, 120)])
    assert steps(opened)[-1] == "Move shape point"
    assert the_shape(opened).key_frames == (0, 10)
    assert the_shape(opened).keys[0].vertices[2].x == pytest.approx(120, abs=0.5)
    between = the_shape(opened).at(5)
    assert between is not None and between[2].x == pytest.approx(140, abs=0.5)
    assert mask(opened, 10)[110, 145] and not mask(opened, 0)[110, 145]
    press(opened, Qt.Key.Key_Z, CTRL)
    assert the_shape(opened).key_frames == (0,)


def test_the_inside_moves_the_whole_shape(opened: MainWindow) -> None:
    draw(opened)
    drag(opened, [(90, 70), (100, 75), (110, 80)])
    assert steps(opened) == ("Draw shape", "Move shape")
    assert [(round(v.x), round(v.y)) for v in the_shape(opened).keys[0].vertices] == [
        (x + 20, y + 10) for x, y in SQUARE
    ]


def test_a_click_on_the_line_adds_a_point_and_a_right_click_deletes_one(opened: MainWindow) -> None:
    draw(opened)
    drag(opened, [(90, 40), (90, 30), (90, 20)])
    assert steps(opened)[-1] == "Add shape point"
    assert len(the_shape(opened).keys[0].vertices) == 5
    assert mask(opened, 0)[30, 90]
    click(opened, (90, 20), button=RIGHT)
    assert steps(opened)[-1] == "Delete shape point"
    assert len(the_shape(opened).keys[0].vertices) == 4
    assert not mask(opened, 0)[30, 90]


def test_the_last_three_points_stay(opened: MainWindow) -> None:
    draw(opened, SQUARE[:3])
    click(opened, SQUARE[0], button=RIGHT)
    assert len(the_shape(opened).keys[0].vertices) == 3
    assert steps(opened) == ("Draw shape",)


def test_ctrl_click_bends_a_corner_and_its_handle_can_be_dragged(opened: MainWindow) -> None:
    draw(opened)
    click(opened, SQUARE[0], CTRL)
    vertex = the_shape(opened).keys[0].vertices[0]
    assert vertex.out_x and vertex.in_x == -vertex.out_x
    end = (vertex.x + vertex.out_x, vertex.y + vertex.out_y)
    drag(opened, [end, (end[0] + 8, end[1]), (end[0] + 16, end[1])])
    after = the_shape(opened).keys[0].vertices[0]
    assert after.out_x == pytest.approx(vertex.out_x + 16, abs=1)
    assert np.cross((after.out_x, after.out_y, 0), (after.in_x, after.in_y, 0))[2] == pytest.approx(0, abs=1e-6)
    click(opened, SQUARE[0], CTRL)
    assert the_shape(opened).keys[0].vertices[0].out_x == 0
    assert steps(opened) == ("Draw shape", "Bend shape", "Bend shape", "Bend shape")


def test_alt_at_the_first_point_draws_a_shape_that_cuts(opened: MainWindow) -> None:
    draw(opened)
    press(opened, Qt.Key.Key_Escape)
    draw(opened, ((80, 60), (100, 60), (100, 80), (80, 80)), ALT)
    assert the_shape(opened).combine is Combine.SUBTRACT
    assert not mask(opened, 0)[70, 90] and mask(opened, 0)[50, 70]
    combine = opened.options.shape.combine
    combine.setCurrentIndex(combine.findData(Combine.ADD))
    combine.activated.emit(combine.currentIndex())
    assert mask(opened, 0)[70, 90]
    press(opened, Qt.Key.Key_Z, CTRL)
    assert not mask(opened, 0)[70, 90]


def test_escape_gives_a_drawing_up(opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_U)
    for place in SQUARE[:3]:
        click(opened, place)
    press(opened, Qt.Key.Key_Escape)
    press(opened, Qt.Key.Key_Return)
    assert opened.controller.document.objects == ()


def test_a_keyed_box_moves_between_its_keys(opened: MainWindow, until: Until) -> None:
    press(opened, Qt.Key.Key_R, SHIFT)
    drag(opened, [(20, 20), (40, 30), (60, 40)])
    assert the_shape(opened).kind is ShapeKind.BOX
    go_to(opened, 20, until)
    drag(opened, [(40, 30), (80, 60), (140, 90)])
    assert the_shape(opened).key_frames == (0, 20)
    go_to(opened, 10, until)
    assert mask(opened, 10)[60, 90] and not mask(opened, 10)[25, 30]
    drag(opened, [(110, 70), (115, 80), (120, 90)])  # its lower right corner, between the keys
    assert the_shape(opened).key_frames == (0, 10, 20)
    corner = the_shape(opened).keys[1].vertices[1]
    assert (corner.x, corner.y) == (pytest.approx(120, abs=1), pytest.approx(90, abs=1))
    assert steps(opened) == ("Draw box", "Move shape", "Move shape point")


def test_keys_are_set_and_deleted_with_a_key_and_the_arrows_find_them(opened: MainWindow, until: Until) -> None:
    draw(opened)
    go_to(opened, 12, until)
    press(opened, Qt.Key.Key_K, ALT)
    assert the_shape(opened).key_frames == (0, 12) and steps(opened)[-1] == "Set shape key"
    assert opened.options.shape.key.text() == "key"
    go_to(opened, 5, until)
    assert opened.options.shape.key.text() == "no key"
    press(opened, Qt.Key.Key_Down)
    assert opened.controller.transport.position == 12
    press(opened, Qt.Key.Key_K, ALT)
    assert the_shape(opened).key_frames == (0,)
    press(opened, Qt.Key.Key_Up)
    assert opened.controller.transport.position == 0
    press(opened, Qt.Key.Key_K, ALT)
    assert the_shape(opened).key_frames == (0,), "the last key stays"


def test_the_motion_between_keys_is_chosen(opened: MainWindow, until: Until) -> None:
    draw(opened)
    go_to(opened, 10, until)
    drag(opened, [(90, 70), (100, 80), (110, 90)])
    go_to(opened, 5, until)
    ease = opened.options.shape.ease
    ease.setCurrentIndex(ease.findData(Ease.HOLD))
    ease.activated.emit(ease.currentIndex())
    assert the_shape(opened).keys[0].ease is Ease.HOLD
    assert the_shape(opened).at(9) == the_shape(opened).keys[0].vertices
    assert steps(opened)[-1] == "Change shape motion"


def test_shapes_become_an_anchor_that_is_tracked(opened: MainWindow) -> None:
    draw(opened)
    opened.actions_table.action("shape.to_mask").trigger()
    assert the_object(opened).shapes == () and the_object(opened).anchors == {0}
    assert mask(opened, 0)[70, 90] and opened.controller.mask_of(1, 20) is None
    assert steps(opened) == ("Draw shape", "Turn shapes into mask")
    assert opened.actions_table.action("track.forward").isEnabled()


def test_a_shape_drawn_round_an_object_is_tracked_at_once(opened: MainWindow, until: Until) -> None:
    left, top = object_corner(0)
    draw(opened, ((left, top), (left + BLOB, top), (left + BLOB, top + BLOB), (left, top + BLOB)))
    press(opened, Qt.Key.Key_F)
    until(lambda: not opened.tracking.running and len(the_object(opened).track) == FRAMES)
    assert the_object(opened).shapes == ()
    left, top = object_corner(30)
    assert mask(opened, 30)[top + 6 : top + BLOB - 6, left + 6 : left + BLOB - 6].mean() > 0.8


def test_a_shape_that_moves_by_keys_is_not_tracked_away(opened: MainWindow, until: Until) -> None:
    draw(opened)
    go_to(opened, 10, until)
    drag(opened, [(90, 70), (100, 80), (110, 90)])
    press(opened, Qt.Key.Key_F)
    until(opened.notices.isVisible)
    assert "Nothing says where" in opened.notices.sentence.text()
    assert the_shape(opened).key_frames == (0, 10)


def test_shift_delete_deletes_the_shape_only(opened: MainWindow) -> None:
    draw(opened)
    press(opened, Qt.Key.Key_Delete)
    assert len(the_object(opened).shapes) == 1 and "Shift+Del" in opened.statusBar().words  # type: ignore[attr-defined]
    press(opened, Qt.Key.Key_Delete, SHIFT)
    assert the_object(opened).shapes == ()
    press(opened, Qt.Key.Key_Z, CTRL)
    assert len(the_object(opened).shapes) == 1


def test_a_locked_object_keeps_its_shape(opened: MainWindow) -> None:
    draw(opened)
    opened.objects.list.itemWidget(opened.objects.list.item(0)).locked.click()  # type: ignore[attr-defined]
    before = the_shape(opened)
    drag(opened, [(90, 70), (100, 75), (110, 80)])
    assert the_shape(opened) == before
    assert "locked" in opened.notices.sentence.text()


def test_taking_the_tool_again_shows_the_points_of_the_shape(opened: MainWindow) -> None:
    draw(opened)
    press(opened, Qt.Key.Key_P)
    assert opened.editing.shape_id is None
    press(opened, Qt.Key.Key_U)
    assert opened.editing.shape_id == the_shape(opened).id
    assert any(isinstance(tool, ShapeTool) for tool in opened.tools)
