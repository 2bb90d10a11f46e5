"""The whole job in the real window: open, mark, track, remove, fix, compare, undo, export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from moving_square import BLOB, FRAMES, object_corner
from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.core.errors import UserError
from app.core.object_edits import ChangeObject
from app.engine.result_view import FrameState
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.ui.main_window import MainWindow
from app.ui.views import View

Until = Callable[[Callable[[], bool]], None]


def drag(window: MainWindow, places: list[tuple[float, float]]) -> None:
    """Presses at the first place in the picture, moves over the others and lets go at the last."""
    points = [window.viewer.place_of(x, y) for x, y in places]
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(window.viewer, left, Qt.KeyboardModifier.NoModifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(window.viewer, point)
    QTest.mouseRelease(window.viewer, left, Qt.KeyboardModifier.NoModifier, points[-1])


def key(window: MainWindow, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.viewer, which, modifier)


def shows(window: MainWindow, frame: int) -> bool:
    return window.viewer.shown is not None and window.viewer.shown.wanted.index == frame


def box_round_the_object(window: MainWindow, frame: int, until: Until) -> None:
    window.controller.transport.go_to(frame)
    until(lambda: shows(window, frame))
    left, top = object_corner(frame)
    key(window, Qt.Key.Key_R)
    drag(window, [(left - 4, top - 4), (left + 10, top + 10), (left + BLOB + 4, top + BLOB + 4)])


def test_the_whole_job(opened: MainWindow, tmp_path: Path, until: Until) -> None:
    window = opened
    box_round_the_object(window, 10, until)
    until(lambda: bool(window.controller.document.objects) and 10 in window.controller.document.objects[0].track)
    assert window.controller.workspace is not None
    assert window.controller.workspace.history.steps == ("Add box",)

    key(window, Qt.Key.Key_T)
    assert window.controller.state.tracking
    until(lambda: not window.tracking.running)
    track = window.controller.document.objects[0].track
    assert len(track) == FRAMES
    for frame in (0, 20, FRAMES - 1):
        left, top = object_corner(frame)
        mask = track[frame].to_array()
        assert mask[top + 4 : top + BLOB - 4, left + 4 : left + BLOB - 4].mean() > 0.8, frame

    window.controller.transport.go_to(0)
    window.actions_table.action("remove.live").trigger()
    until(lambda: bool((window.rendering.states == FrameState.LIVE).sum() == FRAMES))
    until(lambda: window.viewer.shown is not None and window.viewer.shown.other is not None)
    window.actions_table.action("remove.live").trigger()

    window.controller.transport.go_to(18)
    until(lambda: shows(window, 18))
    key(window, Qt.Key.Key_P)
    left, top = object_corner(18)
    drag(window, [(left + BLOB + 6, top + 6), (left + BLOB + 6, top + 16)])
    mask = window.controller.mask_of(1, 18)
    assert mask is not None and mask.to_array()[top + 12, left + BLOB + 6]
    assert 18 in window.controller.document.objects[0].anchors
    until(lambda: not window.rendering.busy)
    assert (window.rendering.states[:17] == FrameState.LIVE).all(), "what came before the stroke is still good"
    assert (window.rendering.states[18:] == FrameState.STALE).all()

    window.actions_table.action("remove.render").trigger()
    until(lambda: not window.controller.state.rendering and not window.rendering.busy)
    assert (window.rendering.states == FrameState.FINAL).all()

    window.actions_table.action("view.wipe").trigger()
    until(lambda: window.viewer.shown is not None and window.viewer.shown.wanted.view is View.WIPE)
    assert window.viewer.shown is not None and window.viewer.shown.other is not None

    key(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: not window.rendering.busy)
    assert 18 not in window.controller.document.objects[0].anchors
    assert (window.rendering.states == FrameState.LIVE).all(), "undo brings the old results back at once"
    key(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    until(lambda: not window.rendering.busy)
    assert (window.rendering.states == FrameState.FINAL).all()

    check_export(window, tmp_path / "out.mkv", until)


def check_export(window: MainWindow, target: Path, until: Until) -> None:
    """Exports without loss; outside the holes the file is the source, bit for bit."""
    workspace = window.controller.workspace
    assert workspace is not None
    ended: list[object] = []
    window.exporting.finished.connect(lambda path, _report: ended.append(path))
    window.exporting.run(workspace.removal(target, media=ExportSettings(codec="ffv1")))
    assert window.controller.state.exporting
    until(lambda: ended == [target])
    assert "is finished" in window.notices.sentence.text()
    view = workspace.results()
    with open_clip(target) as written:
        assert len(written) == FRAMES
        for frame in (0, 18, FRAMES - 1):
            source, result = workspace.reader.frame(frame), written.frame(frame)
            hole = view.hole(frame).full_region()
            assert hole.any()
            changed = source.planes[0] != result.planes[0]
            assert not changed[~hole].any()
            assert changed[hole].any()


def test_a_box_and_the_mask_found_in_it_are_one_step(opened: MainWindow, until: Until) -> None:
    box_round_the_object(opened, 5, until)
    until(lambda: bool(opened.controller.document.objects) and 5 in opened.controller.document.objects[0].track)
    key(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert opened.controller.document.objects == ()
    assert opened.controller.selected_object is None


def test_a_box_keeps_what_is_found_in_it_while_its_object_is_named(opened: MainWindow, until: Until) -> None:
    box_round_the_object(opened, 5, until)
    assert opened.controller.state.looking
    opened.controller.perform(ChangeObject.of(opened.controller.document, 1, name="ball"))
    until(lambda: not opened.controller.state.looking)
    document = opened.controller.document
    assert 5 in document.object(1).track and document.object(1).name == "ball"
    key(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert 5 not in opened.controller.document.object(1).track
    assert opened.controller.document.object(1).name == "ball"


def test_nothing_comes_of_a_box_that_was_painted_over_meanwhile(opened: MainWindow, until: Until) -> None:
    box_round_the_object(opened, 5, until)
    key(opened, Qt.Key.Key_P)
    drag(opened, [(40, 40), (60, 40), (80, 60)])
    painted = opened.controller.mask_of(1, 5)
    until(lambda: not opened.controller.state.looking)
    assert painted is not None and opened.controller.mask_of(1, 5) is painted


def test_every_stroke_is_one_step_and_makes_an_anchor(opened: MainWindow) -> None:
    key(opened, Qt.Key.Key_P)
    drag(opened, [(40, 40), (60, 40), (80, 60)])
    drag(opened, [(120, 80), (140, 80)])
    assert opened.controller.workspace is not None
    assert opened.controller.workspace.history.steps == ("Paint mask", "Paint mask")
    mask = opened.controller.mask_of(1, 0)
    assert mask is not None and mask.to_array()[40, 50] and mask.to_array()[80, 130]
    assert opened.controller.document.objects[0].anchors == frozenset({0})
    key(opened, Qt.Key.Key_E)
    drag(opened, [(40, 40), (80, 40)])
    mask = opened.controller.mask_of(1, 0)
    assert mask is not None and not mask.to_array()[40, 50]


def test_a_lasso_adds_and_with_alt_takes_away(opened: MainWindow) -> None:
    key(opened, Qt.Key.Key_S)
    drag(opened, [(40, 30), (100, 30), (100, 90), (40, 90), (40, 31)])
    mask = opened.controller.mask_of(1, 0)
    assert mask is not None and mask.to_array()[60, 70] and not mask.to_array()[60, 120]
    points = [opened.viewer.place_of(*place) for place in ((60, 50), (80, 50), (80, 70), (60, 70))]
    alt, left = Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton
    QTest.mousePress(opened.viewer, left, alt, points[0])
    for point in points[1:]:
        QTest.mouseMove(opened.viewer, point)
    QTest.mouseRelease(opened.viewer, left, alt, points[-1])
    mask = opened.controller.mask_of(1, 0)
    assert mask is not None and not mask.to_array()[60, 70] and mask.to_array()[40, 50]


def test_a_polygon_closes_with_enter(opened: MainWindow) -> None:
    key(opened, Qt.Key.Key_D)
    for place in ((30, 30), (90, 30), (90, 100)):
        QTest.mouseClick(
            opened.viewer, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, opened.viewer.place_of(*place)
        )
    assert opened.controller.document.objects == ()
    key(opened, Qt.Key.Key_Return)
    mask = opened.controller.mask_of(1, 0)
    assert mask is not None and mask.to_array()[40, 80] and not mask.to_array()[90, 40]


def test_escape_gives_a_gesture_up_without_an_edit(opened: MainWindow) -> None:
    key(opened, Qt.Key.Key_D)
    QTest.mouseClick(
        opened.viewer, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, opened.viewer.place_of(30, 30)
    )
    key(opened, Qt.Key.Key_Escape)
    key(opened, Qt.Key.Key_Return)
    assert opened.controller.document.objects == ()


def test_a_locked_object_cannot_be_painted_and_says_so(opened: MainWindow) -> None:
    key(opened, Qt.Key.Key_N)
    opened.objects.list.itemWidget(opened.objects.list.item(0)).locked.click()  # type: ignore[attr-defined]
    key(opened, Qt.Key.Key_P)
    drag(opened, [(40, 40), (60, 40)])
    assert not opened.controller.document.objects[0].track
    assert opened.notices.isVisible() and "locked" in opened.notices.sentence.text()
    assert opened.notices.details.isHidden()


def test_stopping_the_tracker_keeps_what_it_found(opened: MainWindow, until: Until) -> None:
    box_round_the_object(opened, 0, until)
    until(lambda: bool(opened.controller.document.objects) and 0 in opened.controller.document.objects[0].track)
    key(opened, Qt.Key.Key_F)
    until(lambda: len(opened.controller.found.frames(1)) > 3 or not opened.tracking.running)
    key(opened, Qt.Key.Key_Escape)
    until(lambda: not opened.tracking.running)
    found = len(opened.controller.document.objects[0].track)
    assert found > 3
    key(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(opened.controller.document.objects[0].track) == 1


def test_a_file_that_is_no_clip_is_told_in_a_sentence(window: MainWindow, tmp_path: Path, until: Until) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("no clip")
    window.open_path(path)
    until(window.notices.isVisible)
    assert "notes.mp4" in window.notices.sentence.text()
    assert window.controller.workspace is None


def test_an_unexpected_error_is_told_with_details_and_the_window_stays(opened: MainWindow) -> None:
    opened.controller.tell(ZeroDivisionError("division by zero"), "tracking the object")
    assert "Tracking the object failed: division by zero." in opened.notices.sentence.text()
    assert opened.notices.details.isVisible()
    assert opened.notices.notice is not None and "ZeroDivisionError" in opened.notices.notice.details
    assert opened.isVisible()


def test_a_user_error_is_told_as_it_is(opened: MainWindow) -> None:
    opened.controller.tell(UserError("The disk is full: free some space."))
    assert opened.notices.sentence.text() == "The disk is full: free some space."


def test_opening_another_clip_takes_the_place_of_the_first(opened: MainWindow, clip_path: Path, until: Until) -> None:
    first = opened.controller.workspace
    opened.open_path(clip_path)
    until(lambda: opened.controller.workspace is not first and opened.viewer.shown is not None)
    assert (opened.rendering.states <= FrameState.NOTHING).all()


class Counting(QWidget):
    """Counts how often it is painted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.times = 0
        self.resize(8, 8)
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        self.times += 1


def test_the_window_goes_on_painting_where_a_clip_opens_while_a_part_waits_to_be_painted(
    opened: MainWindow, until: Until
) -> None:
    part = Counting(opened)
    until(lambda: part.times > 0)
    for _ in range(3):
        before = part.times
        part.update()
        opened._clip_opened()
        until(lambda before=before: part.times > before)


def test_every_menu_fits_on_a_small_screen(opened: MainWindow) -> None:
    room = 720 - opened.menuBar().height()
    assert [name for name, menu in opened.menus.items() if menu.sizeHint().height() > room] == []


def test_undo_and_redo_bring_the_selection_back_with_the_object(opened: MainWindow) -> None:
    controller, action = opened.controller, opened.actions_table.action
    action("object.new").trigger()
    action("object.new").trigger()
    action("edit.undo").trigger()
    assert controller.selected_object == 1
    action("edit.undo").trigger()
    assert controller.selected_object is None
    action("edit.redo").trigger()
    assert controller.selected_object == 1
    action("object.delete").trigger()
    assert controller.selected_object is None
    action("edit.undo").trigger()
    assert controller.selected_object == 1
