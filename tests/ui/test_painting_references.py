"""Reference frames in the real window: clone and heal brushes, undo, writing a frame and bringing it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import Answers
from gestures import ALT, CTRL, RIGHT, SHIFT, click, drag, press, steps
from moving_square import FRAMES, HEIGHT, WIDTH
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.edits import SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.engine.result_view import FrameState
from app.media.display import DisplayTransform
from app.ui.main_window import MainWindow
from app.ui.tools.retouch import RetouchTool
from app.ui.views import Making, View

Until = Callable[[Callable[[], bool]], None]
HOLE = Rect(100, 50, 60, 40)


@pytest.fixture
def marked(opened: MainWindow, until: Until) -> MainWindow:
    """The window with a hole in the middle of every frame, the playhead on frame 3, which Live has filled."""
    target = opened.editing.target()
    clip = target.document.clip
    blob = MaskBlob.from_array(box_mask(HOLE, clip.width, clip.height))
    opened.editing.commit(
        *target.first, SetTrack.imported(target.document, target.object_id, dict.fromkeys(range(FRAMES), blob))
    )
    until(lambda: not opened.rendering.busy)
    opened.controller.transport.go_to(3)
    until(lambda: opened.viewer.shown is not None and opened.viewer.shown.wanted.index == 3)
    opened.actions_table.action("remove.live").trigger()
    until(lambda: bool(opened.rendering.states[3] == FrameState.LIVE))
    opened.actions_table.action("remove.live").trigger()
    until(lambda: not opened.rendering.busy)
    return opened


def filled(window: MainWindow, frame: int = 3) -> np.ndarray:
    """The frame with its fill, as it was rendered."""
    workspace = window.controller.workspace
    assert workspace is not None
    shown = workspace.results().composite(workspace.reader.frame(frame))
    assert shown is not None
    return shown.rgb


def reference(window: MainWindow, frame: int = 3) -> np.ndarray | None:
    blob = window.controller.document.references.get(frame)
    return None if blob is None else blob.to_array()


def source(window: MainWindow, frame: int = 3) -> np.ndarray:
    workspace = window.controller.workspace
    assert workspace is not None
    return workspace.reader.frame(frame).rgb


def clone(window: MainWindow, from_: tuple[float, float], way: list[tuple[float, float]]) -> None:
    window.options.size.setValue(12)
    window.options.hardness.setValue(100)
    click(window, from_, ALT)
    drag(window, way)


def test_a_cloned_stroke_is_a_reference_and_one_step(marked: MainWindow, until: Until) -> None:
    before, original = steps(marked), filled(marked)
    press(marked, Qt.Key.Key_C)
    clone(marked, (40, 20), [(120, 70), (130, 70), (140, 70)])
    until(lambda: reference(marked) is not None)
    painted = reference(marked)
    assert painted is not None
    assert np.array_equal(painted[68:72, 118:142], original[18:22, 38:62]), "copied from the place that was clicked"
    changed = (painted != original).any(axis=2)
    assert changed.any() and not changed[:40].any() and not changed[:, :90].any()
    assert steps(marked) == (*before, "Clone on frame")
    press(marked, Qt.Key.Key_Z, CTRL)
    assert reference(marked) is None
    press(marked, Qt.Key.Key_Y, CTRL)
    assert np.array_equal(reference(marked), painted)


def test_the_next_stroke_goes_on_from_the_last_and_copies_from_the_same_side(marked: MainWindow, until: Until) -> None:
    press(marked, Qt.Key.Key_C)
    clone(marked, (40, 20), [(120, 70), (124, 70)])
    drag(marked, [(120, 60), (124, 60)])
    until(lambda: steps(marked)[-2:] == ("Clone on frame", "Clone on frame"))
    painted, original = reference(marked), source(marked)
    assert painted is not None
    assert np.array_equal(painted[59:61, 119:124], original[9:11, 39:44]), "aligned"
    assert np.array_equal(painted[69:71, 119:124], original[19:21, 39:44]), "the first stroke is still there"
    press(marked, Qt.Key.Key_Z, CTRL)
    until(lambda: marked.retouching.ready)
    drag(marked, [(130, 60), (134, 60)])
    until(lambda: steps(marked)[-2:] == ("Clone on frame", "Clone on frame"))
    painted = reference(marked)
    assert painted is not None
    assert not np.array_equal(painted[57:63, 112:120], original[7:13, 32:40]), "what was undone is not painted on"


def test_nothing_is_painted_outside_the_hole(marked: MainWindow, until: Until) -> None:
    original = filled(marked)
    press(marked, Qt.Key.Key_C)
    clone(marked, (40, 20), [(20, 70), (130, 70), (250, 70)])
    until(lambda: reference(marked) is not None)
    workspace = marked.controller.workspace
    assert workspace is not None
    region = workspace.results().hole(3).full_region()
    painted = reference(marked)
    assert painted is not None and np.array_equal(painted[~region], original[~region])


def test_a_healed_stroke_takes_on_the_light_round_it(marked: MainWindow, until: Until) -> None:
    fill = filled(marked)
    press(marked, Qt.Key.Key_C, SHIFT)
    clone(marked, (40, 100), [(125, 65), (130, 68), (135, 71)])
    until(lambda: reference(marked) is not None)
    assert steps(marked)[-1] == "Heal frame"
    painted = reference(marked)
    assert painted is not None
    original = fill
    stroke = (slice(62, 74), slice(120, 140))
    shifted = original[97:109, 35:55].astype(float)
    assert abs(painted[stroke].mean() - original[stroke].mean()) < abs(shifted.mean() - original[stroke].mean())


def test_a_right_click_says_what_to_copy_as_well(marked: MainWindow, until: Until) -> None:
    press(marked, Qt.Key.Key_C)
    click(marked, (40, 20), button=RIGHT)
    drag(marked, [(120, 70), (130, 70)])
    until(lambda: reference(marked) is not None)
    painted = reference(marked)
    assert painted is not None and np.array_equal(painted[69:71, 119:121], source(marked)[19:21, 39:41])


def test_without_a_source_the_brush_says_what_to_do(marked: MainWindow) -> None:
    press(marked, Qt.Key.Key_C)
    drag(marked, [(120, 70), (130, 70)])
    words = marked.statusBar().words  # type: ignore[attr-defined]
    key = marked.actions_table.action("view.pointer").shortcut().toString()
    assert "Alt-click" in words and f"pointer ({key})" in words
    assert reference(marked) is None


def test_a_frame_without_a_hole_cannot_be_painted(opened: MainWindow, until: Until) -> None:
    press(opened, Qt.Key.Key_C)
    clone(opened, (40, 20), [(120, 70), (130, 70)])
    until(lambda: "nothing to paint on" in opened.statusBar().words)  # type: ignore[attr-defined]
    assert not opened.controller.document.references


def test_escape_takes_a_stroke_back(marked: MainWindow, until: Until) -> None:
    original = filled(marked)
    press(marked, Qt.Key.Key_C)
    until(lambda: marked.retouching.ready)
    click(marked, (40, 20), ALT)
    points = [marked.viewer.place_of(*place) for place in ((120, 70), (130, 70))]
    QTest.mousePress(marked.viewer, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, points[0])
    QTest.mouseMove(marked.viewer, points[1])
    press(marked, Qt.Key.Key_Escape)
    QTest.mouseRelease(marked.viewer, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, points[1])
    drag(marked, [(120, 80), (124, 80)])
    until(lambda: reference(marked) is not None)
    painted = reference(marked)
    assert painted is not None and np.array_equal(painted[66:72, 118:132], original[66:72, 118:132])


def test_a_frame_that_is_not_filled_yet_cannot_be_painted(marked: MainWindow, until: Until) -> None:
    press(marked, Qt.Key.Key_P)
    drag(marked, [(30, 30), (60, 30)])
    until(lambda: not marked.rendering.busy)
    press(marked, Qt.Key.Key_C)
    clone(marked, (40, 20), [(120, 70), (130, 70)])
    until(lambda: "not filled yet" in marked.statusBar().words)  # type: ignore[attr-defined]
    assert reference(marked) is None


def test_the_painted_frame_shows_at_once_and_is_carried_by_a_render(marked: MainWindow, until: Until) -> None:
    marked.viewer.set_view(View.SOURCE)
    press(marked, Qt.Key.Key_C)
    assert marked.viewer.view is View.RESULT
    clone(marked, (40, 20), [(120, 70), (130, 70), (140, 70)])
    until(lambda: reference(marked) is not None and not marked.rendering.busy)
    press(marked, Qt.Key.Key_V)
    until(lambda: marked.viewer.shown is not None and marked.viewer.shown.making is Making.RETOUCHED)
    assert marked.viewer.shown is not None
    assert marked.viewer._result_label(marked.viewer.shown) == "Result, retouched by hand"
    assert marked.rendering.states[3] == FrameState.STALE, "it still has to be rendered for an export"
    marked.actions_table.action("remove.render").trigger()
    until(lambda: not marked.controller.state.rendering and not marked.rendering.busy)
    assert (marked.rendering.states == FrameState.FINAL).all()
    workspace, painted = marked.controller.workspace, reference(marked)
    assert workspace is not None and painted is not None
    shown = workspace.results().composite(workspace.reader.frame(3))
    assert shown is not None
    inside = (slice(66, 74), slice(122, 138))
    assert np.abs(shown.rgb[inside].astype(int) - painted[inside].astype(int)).mean() < 4
    assert "retouched by hand" in marked.timeline.words_of(3)


def test_the_wipe_shows_the_source_under_the_brush_and_what_is_painted_on_the_other_side(
    marked: MainWindow, until: Until
) -> None:
    press(marked, Qt.Key.Key_C)
    clone(marked, (40, 20), [(120, 70), (130, 70), (140, 70)])
    until(lambda: reference(marked) is not None and not marked.rendering.busy)
    marked.viewer.set_view(View.WIPE)
    until(lambda: marked.viewer.shown is not None and marked.viewer.shown.wanted.view is View.WIPE)
    drawn: list[QRectF] = []
    tool = marked.viewer._tool
    assert isinstance(tool, RetouchTool)
    paint = tool.paint_result
    tool.paint_result = lambda painter, view: (drawn.append(painter.clipBoundingRect()), paint(painter, view))  # type: ignore[method-assign, assign]
    marked.viewer.grab()
    assert drawn and all(area.left() > marked.viewer.width() / 4 for area in drawn), "right of the line alone"
    marked.viewer.set_view(View.SOURCE)
    until(lambda: marked.viewer.shown is not None and marked.viewer.shown.wanted.view is View.SOURCE)
    drawn.clear()  # the wipe is painted until the source has come
    marked.viewer.grab()
    assert drawn == []


def test_a_kept_result_is_not_painted_over_until_a_stroke_brings_the_present_one_back(
    marked: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked.projects.questions, "text", lambda _title, proposal: proposal)
    marked.actions_table.action("kept.keep").trigger()
    press(marked, Qt.Key.Key_C)
    clone(marked, (40, 20), [(120, 70), (130, 70), (140, 70)])
    until(lambda: reference(marked) is not None and marked.retouching.image is not None)
    press(marked, Qt.Key.Key_A)
    assert marked.controller.kept.shown is not None and marked.retouching.image is None
    press(marked, Qt.Key.Key_A)
    assert marked.controller.kept.shown is None and marked.retouching.image is not None
    press(marked, Qt.Key.Key_A)
    drag(marked, [(120, 80), (140, 80)])
    assert marked.controller.kept.shown is None and marked.retouching.image is not None


def test_a_frame_is_written_and_brought_back_retouched(marked: MainWindow, tmp_path: Path, until: Until) -> None:
    path = tmp_path / "retouch.png"
    questions = marked.projects.questions
    assert isinstance(questions, Answers)
    questions.file = path
    fill = filled(marked)
    marked.actions_table.action("reference.export").trigger()
    until(lambda: "bring it back" in marked.statusBar().words)  # type: ignore[attr-defined]
    picture = cv2.imread(str(path))
    assert np.array_equal(picture[..., ::-1], fill)
    picture[60:80, 110:150] = (10, 200, 30)
    cv2.imwrite(str(path), picture)
    marked.actions_table.action("reference.import").trigger()
    until(lambda: reference(marked) is not None)
    painted = reference(marked)
    assert painted is not None and (painted[70, 130] == (30, 200, 10)).all()
    assert steps(marked)[-1] == "Set reference frame"
    press(marked, Qt.Key.Key_Up)
    assert marked.controller.transport.position == 3
    marked.actions_table.action("reference.delete").trigger()
    assert reference(marked) is None
    press(marked, Qt.Key.Key_Z, CTRL)
    assert reference(marked) is not None


def test_a_retouched_frame_of_another_size_is_refused_in_a_sentence(
    marked: MainWindow, tmp_path: Path, until: Until
) -> None:
    path = tmp_path / "small.png"
    cv2.imwrite(str(path), np.zeros((20, 30, 3), np.uint8))
    questions = marked.projects.questions
    assert isinstance(questions, Answers)
    questions.file = path
    marked.actions_table.action("reference.import").trigger()
    until(marked.notices.isVisible)
    assert "30x20" in marked.notices.sentence.text()
    assert reference(marked) is None


def test_a_file_that_is_retouched_once_more_is_offered_to_be_read_again(
    marked: MainWindow, tmp_path: Path, until: Until
) -> None:
    path = tmp_path / "retouched.png"
    cv2.imwrite(str(path), np.full((HEIGHT, WIDTH, 3), (30, 200, 10), np.uint8))
    questions = marked.projects.questions
    assert isinstance(questions, Answers)
    questions.file = path
    marked.actions_table.action("reference.import").trigger()
    until(lambda: reference(marked) is not None)
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    def come_back() -> None:
        app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
        until(lambda: not marked.controller.desk.is_reading)

    come_back()
    assert not marked.notices.isVisible(), "it is as it was read"
    cv2.imwrite(str(path), np.full((HEIGHT, WIDTH, 3), (200, 30, 210), np.uint8))
    come_back()
    assert marked.notices.sentence.text() == "retouched.png was changed after it was brought back in frame 3."
    marked.controller.transport.go_to(9)
    (again,) = marked.notices.choices
    again.click()
    until(lambda: steps(marked)[-2:] == ("Set reference frame",) * 2)
    taken = marked.controller.document.references[3].to_array()
    assert (taken[70, 130] == (210, 30, 200)).all()
    come_back()
    assert not marked.notices.isVisible()
    path.unlink()
    come_back()
    assert not marked.notices.isVisible(), "what was brought back is in the project"
    cv2.imwrite(str(path), np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    come_back()
    assert marked.notices.isVisible()
    marked.controller.undo()
    assert not marked.notices.isVisible(), "the reference is another one now"


def test_what_is_painted_is_seen_through_the_same_lut_as_the_clip(marked: MainWindow, until: Until) -> None:
    press(marked, Qt.Key.Key_C)
    until(lambda: marked.retouching.ready)
    marked.controller.look_through(DisplayTransform.sampled("negative", lambda rgb: 1 - rgb))
    assert not marked.retouching.ready
    until(lambda: marked.retouching.ready)
    drawn = marked.retouching.image
    assert drawn is not None
    image, area = drawn
    seen, original = image.pixelColor(5, 5), filled(marked)[area.y + 5, area.x + 5]
    assert abs(seen.red() - (255 - int(original[0]))) <= 3


def test_masks_that_change_under_a_reference_are_told(marked: MainWindow, until: Until) -> None:
    press(marked, Qt.Key.Key_C)
    clone(marked, (40, 20), [(120, 70), (130, 70)])
    until(lambda: reference(marked) is not None)
    assert not marked.notices.isVisible()
    press(marked, Qt.Key.Key_P)
    drag(marked, [(30, 30), (60, 30)])
    assert "Frame 3 was retouched by hand" in marked.notices.sentence.text()
    assert marked.notices.notice is not None
    marked.notices.notice.choices[1].act()
    assert reference(marked) is None
    press(marked, Qt.Key.Key_Z, CTRL)
    assert reference(marked) is not None


def test_a_reference_can_be_deleted_only_in_a_frame_that_has_one(marked: MainWindow, until: Until) -> None:
    delete = marked.actions_table.action("reference.delete")
    assert not delete.isEnabled() and "no reference" in delete.toolTip()
    press(marked, Qt.Key.Key_C)
    clone(marked, (40, 20), [(120, 70), (130, 70)])
    until(lambda: reference(marked) is not None)
    assert delete.isEnabled()
    marked.controller.transport.go_to(4)
    assert not delete.isEnabled()
    marked.controller.transport.go_to(3)
    delete.trigger()
    assert reference(marked) is None and not delete.isEnabled()
