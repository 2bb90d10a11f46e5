"""Masks from files and to files, the colour wand and refining, in the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from gestures import ALT, CTRL, SHIFT, click, drag, press, steps
from moving_square import BLOB, FRAMES, HEIGHT, RATE, WIDTH, object_corner
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.core.document import MaskOrigin
from app.ui.main_window import MainWindow
from app.ui.questions import Dropped

from conftest import Answers  # isort: skip

Until = Callable[[Callable[[], bool]], None]


def answers(window: MainWindow) -> Answers:
    questions = window.projects.questions
    assert isinstance(questions, Answers)
    return questions


def true_mask(frame: int) -> np.ndarray:
    """``(H, W)`` uint8: where the square is."""
    picture = np.zeros((HEIGHT, WIDTH), np.uint8)
    left, top = object_corner(frame)
    picture[top : top + BLOB, left : left + BLOB] = 255
    return picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A PNG of the square for each frame."""
    made = tmp_path / "square"
    made.mkdir()
    for frame in range(FRAMES):
        cv2.imwrite(str(made / f"{frame:04d}.png"), true_mask(frame))
    return made


def drop(window: MainWindow, place: QPoint, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        place.toPointF(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def track_of(window: MainWindow) -> dict[int, np.ndarray]:
    return {frame: mask.to_array() for frame, mask in window.controller.document.objects[-1].track.items()}


def test_a_folder_of_masks_becomes_an_object_in_one_step(opened: MainWindow, folder: Path, until: Until) -> None:
    answers(opened).file = folder
    opened.actions_table.action("masks.import_folder").trigger()
    assert opened.controller.state.masking
    until(lambda: not opened.mask_files.running and bool(opened.controller.document.objects))
    made = opened.controller.document.objects[0]
    assert made.name == "square" and made.origin is MaskOrigin.DRAWN and len(made.track) == FRAMES
    assert (track_of(opened)[7] == (true_mask(7) > 0)).all()
    assert opened.controller.selected_object == made.id
    assert steps(opened) == (f"Import {FRAMES} masks",)
    press(opened, Qt.Key.Key_Z, CTRL)
    assert opened.controller.document.objects == ()


def test_a_matte_clip_dropped_on_the_objects_gives_the_selected_one_its_masks(
    opened: MainWindow, tmp_path: Path, until: Until
) -> None:
    path = tmp_path / "matte.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for frame in range(FRAMES):
            picture = np.repeat(true_mask(frame)[..., None], 3, axis=2)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    press(opened, Qt.Key.Key_N)
    drop(opened, opened.objects.mapTo(opened, opened.objects.rect().center()), path)
    until(lambda: bool(opened.controller.document.objects[0].track))
    assert len(opened.controller.document.objects) == 1
    assert (track_of(opened)[30] == (true_mask(30) > 0)).mean() > 0.999


def test_an_image_is_the_mask_of_this_frame_and_an_anchor(opened: MainWindow, tmp_path: Path, until: Until) -> None:
    path = tmp_path / "one.png"
    cv2.imwrite(str(path), true_mask(4))
    opened.controller.transport.go_to(4)
    answers(opened).file = path
    press(opened, Qt.Key.Key_I, CTRL | SHIFT)
    until(lambda: bool(opened.controller.document.objects))
    made = opened.controller.document.objects[0]
    assert made.anchors == {4} and list(made.track) == [4]
    assert steps(opened) == ("Import mask",)


@pytest.mark.parametrize("answer", [Dropped.MASKS, Dropped.CANCEL])
def test_what_is_dropped_on_the_viewer_is_asked_about(
    opened: MainWindow, folder: Path, until: Until, answer: Dropped
) -> None:
    answers(opened).dropped = answer
    drop(opened, opened.viewer.mapTo(opened, opened.viewer.rect().center()), folder)
    if answer is Dropped.MASKS:
        until(lambda: bool(opened.controller.document.objects))
    until(lambda: not opened.mask_files.running)
    assert bool(opened.controller.document.objects) is (answer is Dropped.MASKS)
    assert opened.controller.workspace is not None


def test_of_several_dropped_files_one_is_taken_and_that_is_said(
    opened: MainWindow, folder: Path, tmp_path: Path, until: Until
) -> None:
    answers(opened).dropped = Dropped.MASKS
    drop(opened, opened.viewer.mapTo(opened, opened.viewer.rect().center()), folder, tmp_path / "other.mp4")
    until(lambda: bool(opened.controller.document.objects))
    assert f"2 files were dropped, and {folder.name} was taken" in opened.notices.sentence.text()


def test_masks_of_another_number_are_refused_in_a_sentence(opened: MainWindow, folder: Path, until: Until) -> None:
    (folder / "0003.png").unlink()
    opened.mask_files.read(folder)
    until(opened.notices.isVisible)
    assert f"has {FRAMES - 1} masks, but the clip has {FRAMES} frames" in opened.notices.sentence.text()
    assert opened.controller.document.objects == () and not opened.controller.state.masking


def test_masks_that_are_too_few_are_taken_for_the_frames_from_here_on_if_that_is_wanted(
    opened: MainWindow, folder: Path, until: Until
) -> None:
    for frame in range(FRAMES):
        if not 5 <= frame < 15:
            (folder / f"{frame:04}.png").unlink()
    opened.controller.transport.go_to(5)
    opened.mask_files.read(folder)
    until(opened.notices.isVisible)
    (choice,) = opened.notices.choices
    assert choice.text() == "Take them for frames 5 to 14"
    choice.click()
    until(lambda: bool(opened.controller.document.objects))
    assert sorted(track_of(opened)) == list(range(5, 15)) and not opened.notices.isVisible()
    assert (track_of(opened)[7] == (true_mask(7) > 0)).all()


def test_masks_that_reach_beyond_the_end_are_not_offered_for_the_frames_from_here_on(
    opened: MainWindow, folder: Path, until: Until
) -> None:
    (folder / "0003.png").unlink()
    opened.controller.transport.go_to(2)
    opened.mask_files.read(folder)
    until(opened.notices.isVisible)
    assert not opened.notices.choices


def test_masks_written_and_read_again_are_the_same(
    opened: MainWindow, folder: Path, tmp_path: Path, until: Until
) -> None:
    opened.mask_files.read(folder)
    until(lambda: bool(opened.controller.document.objects))
    before = track_of(opened)
    answers(opened).file = tmp_path / "out"
    opened.actions_table.action("masks.export").trigger()
    until(lambda: not opened.mask_files.running)
    assert len(list((tmp_path / "out").glob("*.png"))) == FRAMES
    opened.controller.select(None)
    opened.mask_files.read(tmp_path / "out")
    until(lambda: len(opened.controller.document.objects) == 2)
    after = track_of(opened)
    assert all((after[frame] == before[frame]).all() for frame in range(FRAMES))


def test_a_folder_that_is_there_already_is_not_written_over(opened: MainWindow, folder: Path, until: Until) -> None:
    opened.mask_files.read(folder)
    until(lambda: bool(opened.controller.document.objects))
    answers(opened).file = folder
    opened.actions_table.action("masks.export").trigger()
    until(opened.notices.isVisible)
    assert folder.name in opened.notices.sentence.text()
    assert len(list(folder.glob("*.png"))) == FRAMES and not opened.mask_files.running


def test_the_wand_selects_what_hangs_together_and_alt_takes_it_away(opened: MainWindow, until: Until) -> None:
    press(opened, Qt.Key.Key_W)
    opened.options.wand.tolerance.setValue(255)
    click(opened, (10, 10))
    until(lambda: bool(opened.controller.document.objects))
    assert track_of(opened)[0].all(), "with that tolerance every colour is alike"
    assert steps(opened) == ("Select by colour",)
    opened.options.wand.tolerance.setValue(20)
    click(opened, (10, 10), ALT)
    until(lambda: len(steps(opened)) == 2)
    now = track_of(opened)[0]
    assert not now[10, 10] and now.any()
    press(opened, Qt.Key.Key_Z, CTRL)
    assert track_of(opened)[0].all()


def test_an_answer_for_a_frame_that_was_left_is_dropped(opened: MainWindow, until: Until) -> None:
    looked: list[bool] = []
    opened.editing.look(lambda view: looked.append(view().shape == (HEIGHT, WIDTH, 3)), looked.append, "looking")
    opened.controller.transport.go_to(3)
    ended: list[bool] = []
    opened.editing.look(lambda _view: True, ended.append, "looking")
    until(lambda: bool(ended))
    assert None not in looked


def test_refining_pulls_a_rough_mask_to_the_edges(opened: MainWindow, until: Until) -> None:
    left, top = object_corner(0)
    press(opened, Qt.Key.Key_S)
    rough = [(left - 4, top - 5), (left + BLOB + 5, top - 3), (left + BLOB + 3, top + BLOB + 5), (left - 5, top + BLOB)]
    drag(opened, [*rough, rough[0]])
    truth = true_mask(0) > 0
    before = (track_of(opened)[0] ^ truth).sum()
    opened.options.wand.band.setValue(8)
    press(opened, Qt.Key.Key_X)
    until(lambda: len(steps(opened)) == 2)
    assert steps(opened)[-1] == "Refine mask"
    assert (track_of(opened)[0] ^ truth).sum() < before / 2
    assert opened.controller.document.objects[0].anchors == {0}
    press(opened, Qt.Key.Key_Z, CTRL)
    assert (track_of(opened)[0] ^ truth).sum() == before


def test_objects_move_up_and_down_in_the_list(opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_N)
    press(opened, Qt.Key.Key_N)
    press(opened, Qt.Key.Key_BracketLeft, CTRL)
    assert [each.id for each in opened.controller.document.objects] == [2, 1]
    assert opened.controller.selected_object == 2
    press(opened, Qt.Key.Key_Z, CTRL)
    assert [each.id for each in opened.controller.document.objects] == [1, 2]


def test_a_mask_is_copied_to_the_range_and_cleared_there(opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_P)
    drag(opened, [(40, 40), (60, 40), (80, 60)])
    opened.controller.transport.go_to(9)
    press(opened, Qt.Key.Key_O)
    opened.controller.transport.go_to(0)
    press(opened, Qt.Key.Key_D, CTRL | SHIFT)
    assert sorted(track_of(opened)) == list(range(10)) and track_of(opened)[9][40, 50]
    press(opened, Qt.Key.Key_Delete, CTRL | SHIFT)
    assert not any(mask.any() for mask in track_of(opened).values())
    assert steps(opened)[-2:] == ("Copy mask to 9 frames", "Clear 10 frames")


def test_a_mask_is_copied_to_another_frame_and_object(opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_P)
    opened.options.hardness.setValue(20)
    drag(opened, [(40, 40), (60, 40), (80, 60)])
    press(opened, Qt.Key.Key_C, CTRL)
    opened.controller.transport.go_to(7)
    press(opened, Qt.Key.Key_V, CTRL)
    first = opened.controller.document.objects[0]
    assert first.track[7] == first.track[0] and first.soft[7] == first.soft[0] and first.anchors == {0, 7}
    opened.controller.select(None)
    press(opened, Qt.Key.Key_V, CTRL)
    assert opened.controller.document.objects[1].track[7] == first.track[0]
    assert steps(opened) == ("Paint mask", "Paste mask", "Paste mask")


def test_the_history_lists_steps_and_goes_to_one(opened: MainWindow) -> None:
    for _ in range(3):
        press(opened, Qt.Key.Key_N)
    opened.history.fill()
    entries = opened.history.actions()
    assert [each.text() for each in entries] == ["As it was opened", "Add Object 1", "Add Object 2", "Add Object 3"]
    assert entries[3].isChecked()
    entries[1].trigger()
    assert len(opened.controller.document.objects) == 1
    opened.history.fill()
    assert opened.history.actions()[3].text() == "Add Object 3 (undone)"
    opened.history.actions()[3].trigger()
    assert len(opened.controller.document.objects) == 3
    for _ in range(60):
        press(opened, Qt.Key.Key_N)
    opened.history.fill()
    assert len(opened.history.actions()) == 30 and opened.history.actions()[-1].isChecked()
