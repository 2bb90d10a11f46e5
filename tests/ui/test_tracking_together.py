"""Several objects tracked at once in the window: one pass, one step, no stolen pixels; switches of how it tracks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from gestures import CTRL, NONE, SHIFT, press, steps
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner, scene_frame
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.edits import AddObject
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import ChangeObject, set_anchor
from app.engine import mask_jobs
from app.engine.track_settings import AS_USUAL, TrackSettings
from app.ui.main_window import MainWindow
from app.ui.objects_panel import ObjectRow
from app.ui.preferences import load, preferences_file

Until = Callable[[Callable[[], bool]], None]


def mark(window: MainWindow, name: str, rect: Rect, frame: int = 0) -> int:
    """An object with a mask in one frame."""
    controller = window.controller
    controller.perform(AddObject(name))
    which = controller.document.objects[-1].id
    mask = MaskBlob.from_array(box_mask(rect, WIDTH, HEIGHT))
    controller.perform(set_anchor(controller.document, which, frame, mask))
    return which


def two_that_meet(window: MainWindow) -> tuple[int, int]:
    """The square, and a part of the wall that it passes in front of."""
    left, top = object_corner(0)
    one = mark(window, "square", Rect(left, top, BLOB, BLOB))
    return one, mark(window, "wall", Rect(left + 2 * BLOB, top - 6, 24, BLOB + 12))


def row_of(window: MainWindow, object_id: int) -> ObjectRow:
    rows = [
        window.objects.list.itemWidget(window.objects.list.item(each)) for each in range(window.objects.list.count())
    ]
    return next(row for row in rows if isinstance(row, ObjectRow) and row._id == object_id)


def pick(window: MainWindow, object_id: int, held: Qt.KeyboardModifier = NONE) -> None:
    """A click in an object's name."""
    QTest.mouseClick(row_of(window, object_id).name, Qt.MouseButton.LeftButton, held)


def together(window: MainWindow) -> set[int]:
    return {each.id for each in window.controller.selected_together}


def test_objects_are_selected_together_by_ctrl_and_shift(opened: MainWindow) -> None:
    ids = [mark(opened, name, Rect(10 + 40 * place, 10, 20, 20)) for place, name in enumerate("abcd")]
    pick(opened, ids[1])
    assert together(opened) == {ids[1]}
    pick(opened, ids[3], CTRL)
    assert together(opened) == {ids[1], ids[3]} and opened.controller.selected_object == ids[3]
    assert sum(item.isSelected() for item in map(opened.objects.list.item, range(4))) == 2
    pick(opened, ids[3], CTRL)
    assert together(opened) == {ids[1]} and opened.controller.selected_object == ids[1]
    pick(opened, ids[1], CTRL)
    assert together(opened) == {ids[1]}, "one stays selected"
    pick(opened, ids[3], SHIFT)
    assert together(opened) == set(ids[1:])
    opened.actions_table.action("object.delete").trigger()
    assert together(opened) == set()
    opened.controller.select(ids[0], [ids[2]])
    assert together(opened) == {ids[0], ids[2]}
    opened.actions_table.action("object.deselect").trigger()
    assert together(opened) == set()


def test_all_objects_are_tracked_in_one_pass_and_one_step_and_none_takes_anothers_pixels(
    opened: MainWindow, until: Until
) -> None:
    ids = two_that_meet(opened)
    pick(opened, ids[0])
    press(opened, Qt.Key.Key_T, SHIFT)
    assert opened.controller.state.tracking
    until(lambda: not opened.tracking.running)
    tracks = [opened.controller.document.object(which).track for which in ids]
    assert [len(track) for track in tracks] == [FRAMES, FRAMES]
    for frame in range(FRAMES):
        one, other = (track[frame].to_array() for track in tracks)
        assert not (one & other).any(), frame
    assert steps(opened)[-1] == "Track 2 objects"
    for frame in (5, 10):
        left, top = object_corner(frame)
        assert tracks[0][frame].to_array()[top + 4 : top + BLOB - 4, left + 4 : left + BLOB - 4].mean() > 0.7, frame
    opened.controller.undo()
    assert [len(opened.controller.document.object(which).track) for which in ids] == [1, 1]


def test_the_selected_objects_are_tracked_together_and_who_cannot_be_is_named(opened: MainWindow, until: Until) -> None:
    one, other = two_that_meet(opened)
    third = mark(opened, "third", Rect(200, 10, 20, 20))
    opened.controller.perform(AddObject("nothing"))
    nothing = opened.controller.document.objects[-1].id
    said: list[str] = []
    opened.controller.said.connect(said.append)
    opened.controller.select(one, [other, nothing])
    press(opened, Qt.Key.Key_F)
    until(lambda: not opened.tracking.running)
    lengths = {each.id: len(each.track) for each in opened.controller.document.objects}
    assert lengths == {one: FRAMES, other: FRAMES, third: 1, nothing: 0}
    assert said[0] == "Not tracked, since nothing says where it is: nothing."


def test_a_locked_object_is_left_alone_and_where_all_are_it_is_said(opened: MainWindow, until: Until) -> None:
    one, other = two_that_meet(opened)
    opened.controller.perform(ChangeObject.of(opened.controller.document, one, locked=True))
    press(opened, Qt.Key.Key_T, SHIFT)
    until(lambda: not opened.tracking.running)
    assert len(opened.controller.document.object(one).track) == 1
    assert len(opened.controller.document.object(other).track) == FRAMES
    opened.controller.perform(ChangeObject.of(opened.controller.document, other, locked=True))
    assert not opened.actions_table.action("track.all").isEnabled()


def test_stopping_keeps_what_was_found_of_all_in_one_step(opened: MainWindow, until: Until) -> None:
    ids = two_that_meet(opened)
    press(opened, Qt.Key.Key_T, SHIFT)
    until(lambda: all(len(opened.controller.found.frames(which)) > 3 for which in ids))
    press(opened, Qt.Key.Key_Escape)
    until(lambda: not opened.tracking.running)
    lengths = [len(opened.controller.document.object(which).track) for which in ids]
    assert min(lengths) > 3 and steps(opened)[-1] == "Track 2 objects"
    assert opened.controller.found.frames(ids[0]) == ()
    opened.controller.undo()
    assert [len(opened.controller.document.object(which).track) for which in ids] == [1, 1]


def test_the_switches_say_how_it_tracks_and_are_kept(
    opened: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TrackSettings] = []
    kept = mask_jobs.TrackSource.__init__

    def note(self: mask_jobs.TrackSource, *given: object, **named: object) -> None:
        kept(self, *given, **named)  # type: ignore[arg-type]
        asked.append(self.settings)

    monkeypatch.setattr(mask_jobs.TrackSource, "__init__", note)
    mark(opened, "square", Rect(*object_corner(0), BLOB, BLOB))
    opened.controller.select(1)
    assert opened.tracking.settings == AS_USUAL
    assert opened.actions_table.action("track.look_again").isChecked()
    opened.actions_table.action("track.stop_when_lost").trigger()
    press(opened, Qt.Key.Key_F)
    until(lambda: not opened.tracking.running)
    assert asked[-1].stop_when_lost and asked[-1].look_again == AS_USUAL.look_again
    opened.actions_table.action("track.look_again").trigger()
    assert opened.tracking.settings == TrackSettings(stop_when_lost=True, look_again=0)
    until(lambda: not load(preferences_file()).look_again)
    assert load(preferences_file()).stop_when_lost


@pytest.mark.parametrize("stops", [True, False])
def test_where_a_track_ends_for_good_the_playhead_stays(
    window: MainWindow, tmp_path: Path, until: Until, stops: bool
) -> None:
    """The square is in the first shot only."""
    with av.open(str(tmp_path / "cut.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "bgr0"
        for index in range(14):
            shown = (
                scene_frame(index) if index < 8 else 255 - scene_frame(index + 40, with_object=False)[::-1, ::-1] // 2
            )
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), format="rgb24")))
        container.mux(stream.encode())
    opened = window
    opened.open_path(tmp_path / "cut.mkv")
    until(lambda: opened.controller.workspace is not None and opened.viewer.shown is not None)
    said: list[str] = []
    opened.controller.said.connect(said.append)
    mark(opened, "square", Rect(*object_corner(0), BLOB, BLOB))
    opened.controller.select(1)
    if stops:
        opened.actions_table.action("track.stop_when_lost").trigger()
    press(opened, Qt.Key.Key_F)
    until(lambda: not opened.tracking.running and len(opened.controller.document.objects[0].track) > 1)
    assert opened.controller.transport.position == (8 if stops else 0)
    assert ("square: lost in frame 8. Mark it there, then track on." in said) is stops
    assert any(words.startswith("The object was not found") for words in said) is not stops
