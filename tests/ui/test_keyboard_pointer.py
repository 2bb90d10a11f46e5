"""Everything that a mouse does on the picture is done by keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gestures import ALT, CTRL, NONE, SHIFT, press, steps
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt
from app.engine.result_view import FrameState
from app.media.reader import open_clip
from app.ui.export_dialog import ExportDialog
from app.ui.main_window import MainWindow
from app.ui.views import View

Until = Callable[[Callable[[], bool]], None]
Key = Qt.Key


def go(window: MainWindow, x: int, y: int) -> None:
    """Steers the pointer there with arrows alone."""
    pointer = window.pointer
    for axis, less, more in ((0, Key.Key_Left, Key.Key_Right), (1, Key.Key_Up, Key.Key_Down)):
        while (away := (x - pointer.x, y - pointer.y)[axis]) != 0:
            key = more if away > 0 else less
            press(window, key, CTRL if abs(away) >= 100 else SHIFT if abs(away) >= 10 else NONE)


def draw(window: MainWindow, *places: tuple[int, int]) -> None:
    """Holds at the first place, goes over the others and lets go at the last."""
    go(window, *places[0])
    press(window, Key.Key_Space)
    for place in places[1:]:
        go(window, *place)
    press(window, Key.Key_Space)


def click(window: MainWindow, *places: tuple[int, int], held: Qt.KeyboardModifier = NONE) -> None:
    for place in places:
        go(window, *place)
        press(window, Key.Key_Return, held)


def mask(window: MainWindow) -> MaskBlob:
    selected = window.controller.selected
    assert selected is not None
    found = window.controller.mask_of(selected.id, window.controller.transport.position)
    assert found is not None
    return found


@pytest.fixture
def pointing(opened: MainWindow) -> MainWindow:
    """With the pointer on."""
    press(opened, Key.Key_Y)
    assert opened.pointer.on
    return opened


def test_the_pointer_begins_in_the_middle_and_stays_in_the_picture(pointing: MainWindow, until: Until) -> None:
    pointer = pointing.pointer
    assert abs(pointer.x - WIDTH // 2) <= 1 and abs(pointer.y - HEIGHT // 2) <= 1
    position = pointing.controller.transport.position
    for _ in range(4):
        press(pointing, Key.Key_Left, CTRL)
        press(pointing, Key.Key_Down, CTRL)
    assert (pointer.x, pointer.y) == (0, HEIGHT)
    assert pointing.controller.transport.position == position, "arrows are the pointer's now"
    press(pointing, Key.Key_Period)
    assert pointing.controller.transport.position == position + 1, "points and commas still step"
    press(pointing, Key.Key_Escape)
    assert not pointer.on and not pointing.actions_table.action("view.pointer").isChecked()
    until(lambda: pointing.viewer.shown is not None and pointing.viewer.shown.wanted.index == position + 1)
    press(pointing, Key.Key_Left)
    until(lambda: pointing.controller.transport.position == position)  # and arrows step again


def test_it_is_told_where_it_is_and_what_it_holds(pointing: MainWindow) -> None:
    announced: list[str] = []
    pointing.pointer.changed.connect(lambda: announced.append(pointing.pointer.words))
    press(pointing, Key.Key_R)
    go(pointing, 40, 50)
    assert "40, 50" in announced[-1]
    assert "40, 50" in pointing.status.pointer_words
    press(pointing, Key.Key_Space)
    assert announced[-1] == "40, 50, held"
    press(pointing, Key.Key_Escape)
    assert announced[-1] == "40, 50", "Esc gives the gesture up first"
    press(pointing, Key.Key_Escape)
    assert pointing.status.pointer_words == ""
    assert QAccessible.queryAccessibleInterface(pointing.viewer) is not None


def test_a_box_is_drawn_and_moved_by_keys(pointing: MainWindow, until: Until) -> None:
    left, top = object_corner(0)
    press(pointing, Key.Key_R)
    draw(pointing, (left - 4, top - 4), (left + BLOB + 4, top + BLOB + 4))
    until(lambda: bool(steps(pointing)) and not pointing.controller.state.looking)
    selected = pointing.controller.selected
    assert selected is not None
    (box,) = (each for each in selected.prompts if isinstance(each, BoxPrompt))
    assert (box.rect.x, box.rect.y, box.rect.width, box.rect.height) == (left - 4, top - 4, BLOB + 8, BLOB + 8)
    press(pointing, Key.Key_V)
    draw(pointing, (left + 10, top + 10), (left + 15, top + 8))
    until(lambda: "Move box" in steps(pointing) and not pointing.controller.state.looking)


def test_brush_and_eraser_paint_by_keys(pointing: MainWindow, until: Until) -> None:
    pointing.options.size.setValue(10)
    press(pointing, Key.Key_P)
    draw(pointing, (60, 60), (90, 60))
    assert steps(pointing) == ("Paint mask",)
    painted = mask(pointing).to_array()
    assert painted[60, 60:90].all()
    until(lambda: pointing.viewer.shown is not None and bool(pointing.viewer.shown.outlines))
    press(pointing, Key.Key_E)
    click(pointing, (75, 60))
    assert not mask(pointing).to_array()[60, 75]
    press(pointing, Key.Key_Minus)
    draw(pointing, (74, 60), (76, 60))
    assert mask(pointing).to_array()[60, 75], "with Alt the eraser paints"


def test_lines_are_closed_by_keys(pointing: MainWindow) -> None:
    corners = ((40, 40), (80, 40), (80, 80))
    press(pointing, Key.Key_S)
    draw(pointing, *corners)
    assert steps(pointing) == ("Draw mask",)
    press(pointing, Key.Key_D)
    click(pointing, (120, 40), (160, 40), (160, 80), (120, 90))
    press(pointing, Key.Key_Backspace)  # takes the last corner back
    click(pointing, (120, 80))
    press(pointing, Key.Key_Return)  # twice at one place: closes
    assert steps(pointing) == ("Draw mask", "Draw mask")
    array = mask(pointing).to_array()
    assert array[60, 75] and array[60, 140] and not array[88, 122]


def test_shapes_are_drawn_bent_and_keyed_by_keys(pointing: MainWindow) -> None:
    press(pointing, Key.Key_U)
    click(pointing, (100, 40), (160, 40), (160, 100), (100, 100))
    press(pointing, Key.Key_Return)
    assert steps(pointing) == ("Draw shape",)
    press(pointing, Key.Key_Period)
    draw(pointing, (130, 70), (140, 75))
    assert steps(pointing)[-1] == "Move shape"
    click(pointing, (110, 45), held=CTRL)
    assert steps(pointing)[-1] == "Bend shape"
    press(pointing, Key.Key_R, SHIFT)
    draw(pointing, (20, 20), (50, 50))
    assert steps(pointing)[-1] == "Draw box"


def test_the_wand_takes_a_colour_and_with_alt_gives_it_back(pointing: MainWindow, until: Until) -> None:
    left, top = object_corner(0)
    press(pointing, Key.Key_W)
    click(pointing, (left + 5, top + 5))
    until(lambda: "Select by colour" in steps(pointing))
    click(pointing, (left + 5, top + 5), held=ALT)
    until(lambda: "Cut colour from mask" in steps(pointing))


def test_the_wipes_line_is_moved_by_keys(pointing: MainWindow, until: Until) -> None:
    press(pointing, Key.Key_3, ALT)
    assert pointing.viewer.view is View.WIPE
    until(lambda: pointing.viewer.shown is not None and pointing.viewer.shown.wanted.view is View.WIPE)
    draw(pointing, (WIDTH // 2, HEIGHT // 2), (200, HEIGHT // 2))
    assert abs(pointing.viewer.wipe - 200 / WIDTH) < 0.01
    before = pointing.viewer.wipe
    press(pointing, Key.Key_Left, ALT)
    assert pointing.viewer.wipe < before


def test_the_picture_follows_the_pointer_when_it_is_zoomed(pointing: MainWindow) -> None:
    go(pointing, 10, 10)
    for _ in range(12):
        press(pointing, Key.Key_Equal, CTRL)
    assert pointing.viewer.rect().contains(pointing.pointer.place.toPoint()), "it zooms round the pointer"
    go(pointing, WIDTH - 5, HEIGHT - 5)
    assert pointing.viewer.rect().contains(pointing.pointer.place.toPoint())


def test_it_is_seen_on_the_picture(pointing: MainWindow) -> None:
    def pixels() -> np.ndarray:
        image = pointing.viewer.grab().toImage()
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4).copy()

    go(pointing, 128, 72)
    with_it, at = pixels(), pointing.viewer.place_of(128, 72)
    press(pointing, Key.Key_Escape)
    without = pixels()
    arms = at - QPoint(8, 0), at + QPoint(0, 8)
    for place in arms:
        assert not np.array_equal(with_it[place.y(), place.x()], without[place.y(), place.x()])


def test_space_stops_the_tracking_while_it_points(pointing: MainWindow, until: Until) -> None:
    press(pointing, Key.Key_R)
    left, top = object_corner(0)
    draw(pointing, (left - 4, top - 4), (left + BLOB + 4, top + BLOB + 4))
    until(lambda: pointing.controller.state.has_masks and not pointing.controller.state.looking)
    before = steps(pointing)
    press(pointing, Key.Key_F)
    assert pointing.controller.state.tracking
    press(pointing, Key.Key_Space)
    until(lambda: not pointing.controller.state.tracking)
    assert not pointing.pointer.held and not pointing.controller.transport.playing
    assert pointing.pointer.on and len(steps(pointing)) <= len(before) + 1, "nothing was drawn"
    press(pointing, Key.Key_Space)
    assert pointing.pointer.held, "it holds the button again"


def test_leaving_the_viewer_gives_the_gesture_up(pointing: MainWindow) -> None:
    press(pointing, Key.Key_R)
    go(pointing, 40, 40)
    press(pointing, Key.Key_Space)
    pointing.objects.list.setFocus()
    assert not pointing.pointer.held and steps(pointing) == ()


def test_the_whole_job_goes_by_keyboard_alone(
    window: MainWindow, clip_path: Path, tmp_path: Path, until: Until
) -> None:
    def keys(*which: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        """Pressed wherever the keyboard is."""
        for each in which:
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, each, held)

    window.projects.questions.file = clip_path  # type: ignore[attr-defined]
    window.welcome.open.setFocus()  # where the first page puts it
    keys(Key.Key_Return)
    until(lambda: window.viewer.shown is not None and window.viewer.hasFocus())
    keys(Key.Key_Y, Key.Key_R)
    left, top = object_corner(0)
    draw(window, (left - 4, top - 4), (left + BLOB + 4, top + BLOB + 4))
    until(lambda: window.controller.state.has_masks and not window.controller.state.looking)
    keys(Key.Key_T)
    until(lambda: not window.controller.state.tracking and len(window.controller.document.objects[0].track) == FRAMES)
    keys(Key.Key_R, held=CTRL | SHIFT)
    until(lambda: bool((window.rendering.states == FrameState.LIVE).all()))
    keys(Key.Key_3, held=ALT)
    keys(Key.Key_Left, held=ALT)
    assert window.viewer.view is View.WIPE and window.viewer.wipe < 0.5
    keys(Key.Key_P)
    draw(window, (left + 2, top + 2), (left + 8, top + 2))
    assert steps(window)[-1] == "Paint mask"
    keys(Key.Key_Z, held=CTRL)
    keys(Key.Key_R, held=CTRL)
    until(lambda: bool((window.rendering.states == FrameState.FINAL).all()))
    keys(Key.Key_E, held=CTRL)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    until(lambda: dialog.isActiveWindow() and QApplication.focusWidget() is dialog.target)
    target = tmp_path / "clean.mp4"
    keys(Key.Key_A, held=CTRL)
    QTest.keyClicks(QApplication.focusWidget(), str(target))
    keys(Key.Key_Return)
    until(target.is_file)
    with open_clip(target) as cleaned:
        assert len(cleaned) == FRAMES
