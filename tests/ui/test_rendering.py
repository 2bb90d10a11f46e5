"""Rendering in the window: Live starts again as masks change, pause holds, an estimate comes before a render."""

from __future__ import annotations

import gc
import re
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answers
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.edits import SetTrack
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor, set_in_out
from app.engine.result_view import FrameState
from app.jobs.context import JobContext, Progress
from app.ui.export_entry import ExportState
from app.ui.main_window import MainWindow
from app.ui.pace import Pace, duration
from app.ui.questions import Keep

Until = Callable[[Callable[[], bool]], None]


def square(index: int, more: int = 0) -> MaskBlob:
    left, top = object_corner(index)
    return MaskBlob.from_array(box_mask(Rect(left - 2, top - 2, BLOB + 4 + more, BLOB + 4), WIDTH, HEIGHT))


@pytest.fixture
def marked(opened: MainWindow, until: Until) -> MainWindow:
    """With the object's masks in every frame."""
    opened.editing.new_object()
    masks: dict[int, MaskBlob | None] = {index: square(index) for index in range(FRAMES)}
    opened.controller.perform(SetTrack.tracked(opened.controller.document, 1, masks))
    until(lambda: not opened.rendering.busy)
    return opened


def count(window: MainWindow, state: FrameState) -> int:
    return int((window.rendering.states == state).sum())


def test_live_renders_again_what_a_changed_mask_spoils(marked: MainWindow, until: Until) -> None:
    window = marked
    window.actions_table.action("remove.live").trigger()
    until(lambda: count(window, FrameState.LIVE) == FRAMES)
    window.controller.transport.go_to(20)
    window.controller.perform(set_anchor(window.controller.document, 1, 20, square(20, more=12)))
    until(lambda: count(window, FrameState.LIVE) == FRAMES and not window.rendering.busy)
    assert window.controller.results is not None
    hole = window.controller.results.hole(20).full_region()
    left, top = object_corner(20)
    assert hole[top + 10, left + BLOB + 8]


def test_live_needs_something_marked_and_stays_on_when_that_goes(marked: MainWindow, until: Until) -> None:
    live = marked.actions_table.action("remove.live")
    marked.actions_table.action("object.delete").trigger()
    assert not live.isEnabled()
    marked.controller.undo()
    assert live.isEnabled()
    live.trigger()
    marked.actions_table.action("object.delete").trigger()
    until(lambda: not marked.rendering.busy)
    assert marked.rendering.live and live.isEnabled() and not marked.notices.isVisible()


def test_only_the_range_is_rendered(marked: MainWindow, until: Until) -> None:
    marked.controller.perform(set_in_out(marked.controller.document, (5, 15)))
    until(lambda: not marked.rendering.busy)
    marked.actions_table.action("remove.render").trigger()
    until(lambda: not marked.controller.state.rendering and not marked.rendering.busy)
    assert count(marked, FrameState.FINAL) == 10
    assert (marked.rendering.states[5:15] == FrameState.FINAL).all()
    assert marked.status.words == "Rendered: 10 frames between 5 and 14. Outside in and out the source stays."
    assert marked.removal.words.text() == "10 frames rendered, none left"


def test_what_is_on_screen_is_said_outside_in_and_out_as_well(marked: MainWindow, until: Until) -> None:
    marked.controller.perform(set_in_out(marked.controller.document, (5, 15)))
    until(lambda: not marked.rendering.busy)
    marked.actions_table.action("remove.render").trigger()
    until(lambda: not marked.controller.state.rendering and not marked.rendering.busy)
    viewer, transport = marked.viewer, marked.controller.transport
    for frame, words in ((5, "Result"), (15, "Source, outside in and out"), (4, "Source, outside in and out")):
        transport.go_to(frame)
        until(
            lambda frame=frame: (  # type: ignore[misc]
                viewer.shown is not None and viewer.shown.exact and viewer.shown.wanted.index == frame
            )
        )
        assert [label for label, _, _ in viewer.labels()] == [words]
    assert viewer.shown is not None and not viewer.shown.has_result


def test_live_has_nothing_to_do_after_a_render_of_all(marked: MainWindow, until: Until) -> None:
    marked.actions_table.action("remove.live").trigger()
    marked.actions_table.action("remove.render").trigger()
    until(lambda: count(marked, FrameState.FINAL) == FRAMES and not marked.rendering.busy)
    assert marked.rendering.live and marked.removal.words.text() == f"{FRAMES} frames rendered, none left"
    assert marked.status.words == f"Rendered: {FRAMES} frames between 0 and {FRAMES - 1}. None is left."


def test_other_in_and_out_points_leave_what_is_finished_finished(marked: MainWindow, until: Until) -> None:
    marked.actions_table.action("remove.render").trigger()
    until(lambda: not marked.controller.state.rendering and not marked.rendering.busy)
    for in_out in ((5, 15), (8, FRAMES), None):
        marked.controller.perform(set_in_out(marked.controller.document, in_out))
        until(lambda: not marked.rendering.busy)
        first, end = marked.controller.document.range
        assert (marked.rendering.states[first:end] == FrameState.FINAL).all()


def test_live_that_has_caught_up_says_so_and_there_is_nothing_to_stop(marked: MainWindow, until: Until) -> None:
    table = marked.actions_table
    table.action("remove.live").trigger()
    assert table.action("job.stop").isEnabled() and table.action("remove.pause").isEnabled()
    until(lambda: count(marked, FrameState.LIVE) == FRAMES and not marked.rendering.busy)
    assert marked.removal.words.text() == "Live is up to date"
    assert table.action("remove.live").isChecked()
    assert not table.action("job.stop").isEnabled() and not table.action("remove.pause").isEnabled()
    marked.controller.transport.go_to(20)
    marked.controller.perform(set_anchor(marked.controller.document, 1, 20, square(20, more=12)))
    assert marked.removal.words.text() != "Live is up to date"
    until(lambda: count(marked, FrameState.LIVE) == FRAMES and not marked.rendering.busy)
    table.action("remove.live").trigger()
    assert not table.action("remove.live").isChecked() and marked.removal.words.text() != "Live is up to date"


def test_live_begun_in_the_middle_looks_at_the_frames_before(marked: MainWindow, until: Until) -> None:
    told: list[tuple[float, str]] = []
    marked.rendering.progressed.connect(lambda share, words: told.append((share, words)))
    marked.controller.transport.go_to(FRAMES - 8)
    marked.actions_table.action("remove.live").trigger()
    until(lambda: marked.rendering.states[-1] == FrameState.LIVE and not marked.rendering.busy)
    assert (0.0, "Looking at the frames before") in told
    workspace, view = marked.controller.workspace, marked.rendering.view
    assert workspace is not None and view is not None
    shown = view.composite(workspace.reader.frame(FRAMES - 8))
    whole = view.chain(0)
    assert shown is not None and whole is not None
    assert all(view.cache.has(key) for key in whole.keys(FRAMES - 8)), "as if it had begun at the first frame"


def test_frames_that_an_export_rendered_are_shown_as_finished(marked: MainWindow, until: Until, tmp_path: Path) -> None:
    workspace = marked.controller.workspace
    assert workspace is not None
    entry = marked.exporting.run(workspace.removal(tmp_path / "out.mp4"))
    assert entry is not None
    until(lambda: entry.state is ExportState.FINISHED and not marked.rendering.busy)
    assert count(marked, FrameState.FINAL) == FRAMES


def test_tracking_goes_on_beside_an_export(
    marked: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, held = marked.controller.workspace, threading.Event()
    assert workspace is not None

    def hold(_removal: object, _document: object) -> Callable[[JobContext], object]:
        def run(context: JobContext) -> object:
            while not held.wait(0.01):
                context.checkpoint()
            raise UserError("that was all")

        return run

    monkeypatch.setattr(workspace, "remove", hold)
    entry = marked.exporting.run(workspace.removal(tmp_path / "out.mp4"))
    assert entry is not None
    marked.actions_table.action("track.both").trigger()
    until(lambda: not marked.tracking.running)
    assert entry.state is ExportState.RUNNING
    assert marked.removal.words.text() == "Starting", "the export is told of again once nothing else is"
    marked.actions_table.action("remove.render").trigger()
    until(lambda: count(marked, FrameState.FINAL) == FRAMES)
    assert entry.state is ExportState.RUNNING
    held.set()
    until(lambda: entry.state is ExportState.FAILED)


def test_pause_holds_a_render_and_stop_ends_it(marked: MainWindow, until: Until) -> None:
    marked.actions_table.action("remove.render").trigger()
    marked.actions_table.action("remove.pause").trigger()
    assert marked.controller.state.paused and marked.controller.state.rendering
    assert marked.removal.words.text() == "Paused"
    marked.actions_table.action("remove.pause").trigger()
    assert not marked.controller.state.paused
    QTest.keyClick(marked.viewer, Qt.Key.Key_Escape)
    until(lambda: not marked.controller.state.rendering)
    assert not marked.notices.isVisible(), "a stop is no failure"


def test_results_survive_closing_and_opening_again(marked: MainWindow, until: Until) -> None:
    marked.actions_table.action("remove.live").trigger()
    until(lambda: count(marked, FrameState.LIVE) == FRAMES and not marked.rendering.busy)
    path = marked.controller.info.path  # type: ignore[union-attr]
    masks = dict(marked.controller.document.objects[0].track)
    marked.controller.close_clip()
    marked.open_path(path)
    until(lambda: marked.controller.workspace is not None and not marked.rendering.busy)
    marked.editing.new_object()
    marked.controller.perform(SetTrack.tracked(marked.controller.document, 1, masks))
    until(lambda: not marked.rendering.busy)
    assert count(marked, FrameState.LIVE) == FRAMES


def test_an_estimate_is_shown_before_a_render(marked: MainWindow, until: Until) -> None:
    until(lambda: marked.removal.words.text().startswith("About"))
    assert re.match(r"About \d+:\d\d", marked.removal.words.text())


def test_following_moves_the_playhead_with_the_render(marked: MainWindow, until: Until) -> None:
    marked.actions_table.action("remove.follow").trigger()
    marked.actions_table.action("remove.render").trigger()
    until(lambda: not marked.controller.state.rendering and not marked.rendering.busy)
    assert marked.controller.transport.position > 0


def test_the_time_that_is_left_follows_the_pace() -> None:
    seconds = [0.0]
    pace = Pace(lambda: seconds[0])
    assert pace.words(Progress(0, 100, "Rendering")) == "Rendering"
    seconds[0] = 1.0
    assert pace.words(Progress(10, 100, "Rendering")) == "10.0 fps · 0:09 left"


def test_what_comes_before_the_first_frame_does_not_count_for_the_pace() -> None:
    seconds = [0.0]
    pace = Pace(lambda: seconds[0])
    for second in range(5):
        seconds[0] = float(second)
        assert pace.words(Progress(0, 100, "Looking at the frames before")) == "Looking at the frames before"
    assert pace.words(Progress(1, 100, "Rendering live")) == "Rendering live"
    seconds[0] = 4.5
    assert pace.words(Progress(6, 100, "Rendering live")) == "10.0 fps · 0:09 left"


def test_durations_are_written_as_clocks_do() -> None:
    assert [duration(each) for each in (0.2, 74, 3750)] == ["0:00", "1:14", "1:02:30"]


def test_a_clip_goes_with_its_work_when_another_is_opened(marked: MainWindow, clip_path: Path, until: Until) -> None:
    """Nothing of it waits until Python looks for garbage: jobs that were stopped held it in circles."""
    controller, clip = marked.controller, marked.controller.clip
    assert clip is not None
    gone = [weakref.ref(each) for each in (clip, clip.scrub, clip.workspace, clip.workspace.reader)]
    gc.collect()
    gc.disable()
    try:
        marked.rendering.set_live(True)
        until(lambda: bool(count(marked, FrameState.LIVE)))
        answers = marked.projects.questions
        assert isinstance(answers, Answers)
        answers.keep = Keep.DISCARD
        del clip
        marked.open_path(clip_path)
        until(lambda: controller.clip is not None and controller.clip is not gone[0]())
        until(lambda: all(each() is None for each in gone))
    finally:
        gc.enable()
