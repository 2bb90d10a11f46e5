"""What a hurried user does: closes, opens and edits while something runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.document import Action
from app.core.edits import AddObject, AddPrompt, SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import RemoveObject, set_anchor
from app.core.prompts import BoxPrompt
from app.ui.icons import icon
from app.ui.main_window import MainWindow
from app.ui.objects_panel import ObjectRow
from app.ui.questions import Keep
from app.ui.theme import LIGHT
from app.ui.tracking import Direction

Until = Callable[[Callable[[], bool]], None]


def boxed(window: MainWindow) -> None:
    left, top = object_corner(0)
    target = window.editing.target()
    box = AddPrompt(target.object_id, BoxPrompt(Rect(left - 4, top - 4, BLOB + 8, BLOB + 8), 0))
    window.editing.commit(*target.first, box)


def square(left: int) -> MaskBlob:
    return MaskBlob.from_array(box_mask(Rect(left, 50, 40, 40), WIDTH, HEIGHT))


def test_closing_the_window_while_it_tracks_ends_everything(opened: MainWindow) -> None:
    boxed(opened)
    opened.tracking.track(Direction.FORWARD)
    opened._may_quit = True
    opened.close()
    assert not opened.isVisible()


def test_another_clip_while_it_renders(opened: MainWindow, clip_path: Path, until: Until) -> None:
    opened.editing.new_object()
    masks: dict[int, MaskBlob | None] = {index: square(40 + index) for index in range(FRAMES)}
    opened.controller.perform(SetTrack.tracked(opened.controller.document, 1, masks))
    until(lambda: not opened.rendering.busy)
    opened.rendering.render_range()
    opened.projects.questions.keep = Keep.DISCARD  # type: ignore[attr-defined]
    opened.open_path(clip_path)
    until(lambda: opened.controller.workspace is not None and not opened.controller.document.objects)
    until(lambda: opened.viewer.shown is not None and not opened.rendering.busy)
    assert not opened.controller.state.rendering
    assert not opened.notices.isVisible()


def test_a_frame_painted_while_the_tracker_runs_stays_as_painted(opened: MainWindow, until: Until) -> None:
    boxed(opened)
    opened.tracking.track(Direction.FORWARD)
    painted = square(200)
    opened.controller.perform(set_anchor(opened.controller.document, 1, 30, painted))
    until(lambda: not opened.tracking.running)
    track = opened.controller.document.objects[0].track
    assert len(track) == FRAMES and track[30] == painted


def test_deleting_the_object_while_it_is_tracked(opened: MainWindow, until: Until) -> None:
    boxed(opened)
    opened.tracking.track(Direction.FORWARD)
    opened.editing.delete_object()
    until(lambda: not opened.tracking.running)
    assert opened.controller.document.objects == ()
    assert not opened.notices.isVisible()


def test_undo_goes_all_the_way_back_and_redo_all_the_way_on(opened: MainWindow) -> None:
    opened.editing.new_object()
    opened.controller.perform(set_anchor(opened.controller.document, 1, 0, square(40)))
    opened.actions_table.action("mask.copy_to_range").trigger()
    opened.objects._change(1, "name", "Square")
    opened.objects._change(1, "action", Action.KEEP)
    opened.objects.grow.setValue(9)
    opened.actions_table.action("range.set_in").trigger()
    opened.actions_table.action("mask.clear_range").trigger()
    after = opened.controller.document
    steps = len(opened.controller.workspace.history.steps)  # type: ignore[union-attr]
    for _ in range(steps):
        QTest.keyClick(opened.viewer, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert opened.controller.document.objects == () and opened.controller.document.in_out is None
    for _ in range(steps):
        QTest.keyClick(opened.viewer, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert opened.controller.document == after
    assert all(mask.is_empty for mask in opened.controller.document.objects[0].track.values())


def test_in_and_out_move_by_keys_and_can_be_undone(opened: MainWindow) -> None:
    opened.controller.transport.go_to(5)
    QTest.keyClick(opened.viewer, Qt.Key.Key_I)
    opened.controller.transport.go_to(20)
    QTest.keyClick(opened.viewer, Qt.Key.Key_O)
    assert opened.controller.transport.range == (5, 21)
    QTest.keyClick(opened.viewer, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert opened.controller.transport.range == (5, FRAMES)
    QTest.keyClick(opened.viewer, Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    assert opened.controller.transport.range == (0, FRAMES)


def test_the_theme_can_be_changed_while_it_runs(opened: MainWindow) -> None:
    opened.editing.new_object()
    opened.set_theme(LIGHT)
    assert opened.theme is LIGHT
    opened.grab()


def rows_of(window: MainWindow) -> dict[str, ObjectRow]:
    """The rows of the list by the names that they show, from top to bottom."""
    rows = [window.objects.list.itemWidget(window.objects.list.item(row)) for row in range(window.objects.list.count())]
    return {row.name.text(): row for row in rows if isinstance(row, ObjectRow)}


def test_the_rows_of_objects_that_stay_are_the_same_whatever_comes_and_goes(opened: MainWindow, until: Until) -> None:
    controller = opened.controller
    for name in "abcd":
        controller.perform(AddObject(name))
    until(lambda: list(rows_of(opened)) == ["d", "c", "b", "a"])
    before = rows_of(opened)
    controller.perform(*(RemoveObject.of(controller.document, each) for each in (4, 2)))
    assert rows_of(opened) == {name: before[name] for name in "ca"}
    controller.undo()
    until(lambda: list(rows_of(opened)) == ["d", "c", "b", "a"])
    assert [rows_of(opened)[name] is before[name] for name in "abcd"] == [True, False, True, False]
    controller.select(4)
    opened.actions_table.action("object.lower").trigger()
    names = [each.name for each in reversed(controller.document.objects)]
    assert names != ["d", "c", "b", "a"] and list(rows_of(opened)) == names
    kept = rows_of(opened)
    opened.set_theme(LIGHT)
    assert rows_of(opened) == kept
    assert kept["a"].locked.icon().cacheKey() == icon("unlocked", LIGHT).cacheKey()


def test_objects_are_picked_by_digits_and_by_a_click(opened: MainWindow, until: Until) -> None:
    opened.editing.new_object()
    opened.controller.perform(set_anchor(opened.controller.document, 1, 0, square(40)))
    opened.controller.select(None)
    opened.editing.new_object()
    opened.controller.perform(set_anchor(opened.controller.document, 2, 0, square(140)))
    QTest.keyClick(opened.viewer, Qt.Key.Key_2)
    assert opened.controller.selected_object == 1
    QTest.keyClick(opened.viewer, Qt.Key.Key_V)
    place = opened.viewer.place_of(160, 70)
    QTest.mouseClick(opened.viewer, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert opened.controller.selected_object == 2
    QTest.mouseClick(
        opened.viewer, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, opened.viewer.place_of(10, 10)
    )
    assert opened.controller.selected_object is None


def test_pictures_come_again_after_a_clip_was_closed_before_its_first_one(
    window: MainWindow, clip_path: Path, until: Until
) -> None:
    for _ in range(3):
        window.open_path(clip_path)
        until(lambda: window.controller.workspace is not None)
        window.viewer.refresh()
        window.controller.close_clip()
    window.open_path(clip_path)
    until(lambda: window.viewer.shown is not None)
